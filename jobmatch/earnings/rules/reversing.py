"""Which slips of a run stand while the others are taken back."""

from collections.abc import Collection, Iterable, Mapping

PAID, SHARED, LEFT = "paid", "shared", "left"
MARKS = (PAID, SHARED, LEFT)

Pair = tuple[int, int]


def staying(
    slips: Mapping[Pair, bool], ties: Iterable[tuple[int, Collection[int]]]
) -> dict[Pair, str]:
    """Those that stay, and why: paid already, or sharing an amount with one that stays.

    slips   whether it is paid, by posting and worker
    ties    workers who share an amount at a posting
    """
    found = {pair: PAID for pair, is_paid in slips.items() if is_paid}
    given = [[(posting, worker) for worker in workers] for posting, workers in ties]
    has_grown = bool(found)
    while has_grown:
        has_grown = False
        for tied in given:
            others = [pair for pair in tied if pair in slips and pair not in found]
            if others and any(pair in found for pair in tied):
                found |= dict.fromkeys(others, SHARED)
                has_grown = True
    return found
