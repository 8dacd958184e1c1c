"""The pay terms of a posting: as they are now, and as a settlement keeps them."""

from typing import Any, NamedTuple

from jobmatch.earnings.rules.overtime import Footing, Law
from jobmatch.earnings.rules.sharing import Way
from jobmatch.earnings.rules.wage import PayKind, Terms, Whole
from jobmatch.postings.models import Posting


class Percents(NamedTuple):
    workday: int
    restday: int
    holiday: int


def terms_of(posting: Posting) -> Terms:
    return Terms(
        PayKind(posting.pay_kind), posting.rate_fen, posting.day_minutes, posting.piece_unit,
        posting.piece_lot, posting.crew_share, Footing(posting.footing),
    )  # fmt: skip


def stored(terms: Terms, law: Law | None = None) -> dict[str, Any]:
    """What a settlement keeps: the terms, and the percents of overtime where there were any."""
    percents = (
        [law.workday_percent, law.restday_percent, law.holiday_percent] if law is not None else []
    )
    return {
        "pay_kind": terms.pay_kind.value,
        "rate_fen": terms.rate_fen,
        "day_minutes": terms.day_minutes,
        "piece_unit": terms.piece_unit,
        "piece_lot": terms.piece_lot,
        "crew_share": terms.crew_share,
        "footing": terms.footing.value,
        "percents": percents,
    }


def kept(terms: dict[str, Any], posting: Posting) -> Terms:
    """What the settlement kept; the posting's own for settlements that kept nothing."""
    if not terms:
        return terms_of(posting)
    return Terms(
        PayKind(terms["pay_kind"]), terms["rate_fen"], terms["day_minutes"], terms["piece_unit"],
        terms["piece_lot"], terms["crew_share"], Footing(terms.get("footing", Footing.TASK)),
    )  # fmt: skip


def percents(terms: dict[str, Any]) -> Percents:
    """What overtime cost in a settlement, of the ordinary rate: workday, rest day, holiday."""
    found = terms.get("percents") or (100, 100, 100)
    return Percents(*found)


def kept_share(whole: Whole | None) -> list[Any] | None:
    """What a line keeps of what it is a share of."""
    if whole is None:
        return None
    return [
        whole.pieces, whole.minutes, whole.amount_fen, whole.own, whole.way.value, whole.is_lump
    ]  # fmt: skip


def whole_of(share: list[Any] | None) -> Whole | None:
    """The same back from the line; None for a day that stands alone, and for lines of old."""
    if share is None:
        return None
    pieces, minutes, amount_fen, own, way, is_lump = share
    return Whole(pieces, minutes, amount_fen, own, Way(way), is_lump)
