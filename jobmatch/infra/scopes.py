"""Place codes as scopes: a code covers all codes that begin with it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_


def within(column: Any, codes: Iterable[str]) -> ColumnElement[bool]:
    """Whether a column of place codes lies under one of the codes; no codes cover nothing.

    A range of digits, not LIKE: so the column's index serves it on both databases.
    """
    ranges = [and_(column >= code, column < str(int(code) + 1)) for code in set(codes)]
    return or_(*ranges) if ranges else false()
