"""The pay terms of a posting: as they are now, and as a settlement keeps them."""

from typing import Any

from jobmatch.earnings.rules.wage import PayKind, Terms
from jobmatch.postings.models import Posting


def terms_of(posting: Posting) -> Terms:
    return Terms(
        PayKind(posting.pay_kind), posting.rate_fen, posting.day_minutes, posting.piece_unit,
        posting.piece_lot, posting.crew_share,
    )  # fmt: skip


def stored(terms: Terms) -> dict[str, Any]:
    return {
        "pay_kind": terms.pay_kind.value,
        "rate_fen": terms.rate_fen,
        "day_minutes": terms.day_minutes,
        "piece_unit": terms.piece_unit,
        "piece_lot": terms.piece_lot,
        "crew_share": terms.crew_share,
    }


def kept(terms: dict[str, Any], posting: Posting) -> Terms:
    """What the settlement kept; the posting's own for settlements that kept nothing."""
    if not terms:
        return terms_of(posting)
    return Terms(PayKind(terms["pay_kind"]), **{k: v for k, v in terms.items() if k != "pay_kind"})
