"""Portions of people such that nobody is parted from those they share an amount with."""

from collections.abc import Collection, Iterable


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
