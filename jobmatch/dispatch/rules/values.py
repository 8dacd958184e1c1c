"""Values out of files, each with its place when it is wrong."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NoReturn

import numpy as np

from jobmatch.dispatch.rules.problem import MOST_PLACES, BadProblem

Table = Sequence[Mapping[str, Any]]


def parse(text: str | bytes) -> Any:
    """JSON without NaN and other numbers that are none. raises BadProblem with line and column"""

    def refuse(word: str) -> NoReturn:
        raise BadProblem("file", f"{word} is not a number")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise BadProblem(f"line {error.lineno}, column {error.colno}", error.msg) from None
    except UnicodeDecodeError:
        raise BadProblem("file", "is not UTF-8") from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, BadProblem):
            raise
        raise BadProblem("file", "is nested too deeply or holds a number too long") from None


def whole(value: Any, at: str, least: int, most: int) -> int:
    """A whole number within bounds. raises BadProblem with its place"""
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadProblem(at, f"must be a whole number, not {shown(value)}")
    if not least <= value <= most:
        raise BadProblem(at, f"must be {least} to {most}, not {shown(value)}")
    return value


def shown(value: Any) -> str:
    said = "missing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= 40 else said[:37] + "..."


def object_of(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadProblem(at, f"must be an object, not {shown(value)}")
    return value


def check_format(top: Mapping[str, Any], wanted: str) -> None:
    if top.get("format") != wanted:
        raise BadProblem("format", f"must be {wanted!r}, not {shown(top.get('format'))}")


def table_of(top: Mapping[str, Any], name: str) -> Table:
    rows = top.get(name, [])
    if not isinstance(rows, list):
        raise BadProblem(name, f"must be a list, not {shown(rows)}")
    for n, row in enumerate(rows):
        object_of(row, f"{name}[{n}]")
    return rows


def rows_of(table: Table, name: str) -> dict[str, int]:
    """id -> row; ids are texts and stand once."""
    found: dict[str, int] = {}
    for n, row in enumerate(table):
        key = row.get("id")
        if not isinstance(key, str) or not key:
            raise BadProblem(f"{name}[{n}].id", f"must be a text, not {shown(key)}")
        if key in found:
            raise BadProblem(f"{name}[{n}].id", f"{shown(key)} stands twice")
        found[key] = n
    return found


def known(value: Any, rows: Mapping[str, int], at: str) -> int:
    if not isinstance(value, str) or value not in rows:
        raise BadProblem(at, f"no such id: {shown(value)}")
    return rows[value]


def reference(value: Any, rows: Mapping[str, int], at: str) -> int:
    return -1 if value is None else known(value, rows, at)


def flag(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise BadProblem(at, f"must be true or false, not {shown(value)}")
    return value


def day_of(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadProblem("start", f"must be a date like 2026-09-01, not {shown(value)}") from None


def column(table: Table, value: Callable[[int, Mapping[str, Any]], int]) -> Any:
    return np.array([value(n, row) for n, row in enumerate(table)], np.int64)


def day_flags(ranges: Any, at: str, days: int) -> list[bool]:
    """Days of [first, last] ranges, both ends included, which do not overlap."""
    if not isinstance(ranges, list):
        raise BadProblem(at, f"must be a list of [first, last], not {shown(ranges)}")
    found = [False] * days
    for n, one in enumerate(ranges):
        here = f"{at}[{n}]"
        if not isinstance(one, list) or len(one) != 2:
            raise BadProblem(here, f"must be [first, last], not {shown(one)}")
        first = whole(one[0], here, 0, days - 1)
        last = whole(one[1], here, 0, days - 1)
        if last < first:
            raise BadProblem(here, f"ends before it begins: {shown(one)}")
        if any(found[first : last + 1]):
            raise BadProblem(here, f"overlaps another range: {shown(one)}")
        found[first : last + 1] = [True] * (last - first + 1)
    return found


def places(given: Any, at: str, days: int) -> list[int]:
    """A row of headcounts."""
    top = object_of(given, at)
    first = whole(top.get("first"), f"{at}.first", 0, days - 1)
    counts = top.get("counts")
    if not isinstance(counts, list):
        raise BadProblem(f"{at}.counts", f"must be a list, not {shown(counts)}")
    if first + len(counts) > days:
        raise BadProblem(f"{at}.counts", f"goes beyond day {days - 1}")
    found = [0] * days
    for n, count in enumerate(counts):
        found[first + n] = whole(count, f"{at}.counts[{n}]", 0, MOST_PLACES)
    return found
