"""Money is whole fen (1/100 yuan)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MOST_FEN = 10**13


def parse_yuan(typed: str) -> int:
    """Fen for an amount as people type it ("180", "1,250.50", "¥0.5").

    raises   ValueError for anything else, a negative amount, or parts of a fen
    """
    cleaned = (
        typed.strip().replace(",", "").replace("，", "").lstrip("¥￥").removesuffix("元")
    )  # i18n: as people type it
    try:
        amount = Decimal(cleaned.strip())
    except InvalidOperation:
        raise ValueError(typed) from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(typed)
    fen = amount * 100
    if fen != fen.to_integral_value() or fen > MOST_FEN:
        raise ValueError(typed)
    return int(fen)


def share_of(amount_fen: int, part: int, whole: int) -> int:
    """amount x part / whole in fen, halves away from zero.

    raises   ValueError for a whole below 1
    """
    if whole < 1:
        raise ValueError("whole must be at least 1")
    exact = Decimal(amount_fen) * part / whole
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def split_fen(total: int, weights: Sequence[int]) -> list[int]:
    """Share an amount so that the parts add up to the whole.

    total    fen, >= 0; weights: n ints >= 1, e.g. minutes worked
    returns  n fen amounts in the order given, each within 1 fen of its exact share
    raises   ValueError for a negative total, no weights, or a weight below 1
    source   largest-remainder (Hamilton) apportionment; ties go to the earlier member
    """
    if total < 0 or not weights or min(weights) < 1:
        raise ValueError("a share needs a total of 0 or more and weights of 1 or more")
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
