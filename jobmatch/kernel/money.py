"""Money is whole fen (1/100 yuan)."""

import re
from collections.abc import Sequence

from jobmatch.kernel.identity import fold

MOST_FEN = 10**13
# Whole yuan, with or without commas between thousands, and at most two decimals that count.
_AMOUNT = re.compile(
    r"[¥￥]?(?=\.?[0-9])([0-9]{1,3}(?:,[0-9]{3})+|[0-9]*)(?:\.([0-9]{0,2})0*)?元?"
)  # i18n: as people type it


def parse_yuan(typed: str) -> int:
    """Fen for an amount as people type it ("180", "1,250.50", "¥0.5", "180 元").

    raises   ValueError for anything else, a negative amount, parts of a fen, or over MOST_FEN
    """
    found = _AMOUNT.fullmatch("".join(fold(typed).split()))
    if found is None:
        raise ValueError(typed)
    whole, cents = found[1].replace(",", "") or "0", (found[2] or "").ljust(2, "0")
    fen = int(whole) * 100 + int(cents)
    if fen > MOST_FEN:
        raise ValueError(typed)
    return fen


def share_of(amount_fen: int, part: int, whole: int) -> int:
    """amount x part / whole in fen, halves away from zero.

    raises   ValueError for a whole below 1
    """
    if whole < 1:
        raise ValueError("whole must be at least 1")
    exact = amount_fen * part
    nearest = (2 * abs(exact) + whole) // (2 * whole)
    return nearest if exact >= 0 else -nearest


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
