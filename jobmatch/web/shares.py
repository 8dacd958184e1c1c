"""Shares of what is earned together, typed as percents: components/shares.html shows the fields."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from flask import request

from jobmatch.earnings.rules.sharing import WHOLE
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.identity import fold
from jobmatch.kernel.text import text


def typed(people: Iterable[int]) -> dict[int, str]:
    """What was typed for each person, as it came."""
    return {key: request.form.get(f"share-{key}", "").strip() for key in people}


def read(said: Mapping[int, str]) -> dict[int, int]:
    """By person, hundredths of a percent; nothing typed counts 0. raises Invalid (field shares)."""
    return {key: _share(each) for key, each in said.items()}


def _share(said: str) -> int:
    """Hundredths of a percent. raises Invalid (field shares)."""
    try:
        share = Decimal(fold(said).removesuffix("%") or "0") * (WHOLE // 100)
    except InvalidOperation:
        share = Decimal("NaN")
    if not share.is_finite() or share != share.to_integral_value() or abs(share) > WHOLE:
        raise Invalid(text("份额填百分数，最多两位小数，例如 12.5。"), field="shares")
    return int(share)
