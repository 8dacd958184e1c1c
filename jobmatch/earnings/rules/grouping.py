"""Portions of people such that nobody is parted from those they share an amount with."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from jobmatch.earnings.rules.lump import Lump


def ties(
    rows: Iterable[tuple[int, int, int | None]], lumps: Mapping[int, Collection[Lump]]
) -> dict[tuple[int, int | None], set[int]]:
    """Workers who share an amount, by posting and crew; crew None: all who work at the posting.

    rows   posting, worker and crew of days at postings where something is shared
    lumps  by posting: one that is no crew's is for everybody there
    """
    found: dict[tuple[int, int | None], set[int]] = defaultdict(set)
    for posting, worker, crew in rows:
        if any(lump.crew_id is None for lump in lumps.get(posting, ())):
            found[posting, None].add(worker)
        elif crew is not None:
            found[posting, crew].add(worker)
    return found


def together(ids: Iterable[int], ties: Iterable[Collection[int]], most: int) -> list[list[int]]:
    """Keys in portions of at most `most`, except where more are tied together.

    ids    in the order wanted; ties: sets of keys that belong together (they may overlap)
    """
    order = list(ids)
    head = {key: key for key in order}

    def root(key: int) -> int:
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    for tied in ties:
        first, *others = sorted(tied)
        for other in others:
            low, high = sorted((root(first), root(other)))
            head[high] = low
    groups: dict[int, list[int]] = {}
    for key in order:
        groups.setdefault(root(key), []).append(key)
    found: list[list[int]] = []
    for group in groups.values():
        if found and len(found[-1]) + len(group) <= most:
            found[-1] += group
        else:
            found.append(group)
    return found
