"""Rows by id: the building's in two arrays, what came or went since in a dictionary."""

import numpy as np

from jobmatch.matching.rules.index.layout import Ints, Small


class Keys:
    """A mapping of ids to rows that takes 12 bytes an id instead of a hundred."""

    def __init__(self, ids: Ints) -> None:
        order = np.argsort(ids, kind="stable")
        self.ids, self.rows = ids[order], order.astype(np.int32)
        self.changed: dict[int, int | None] = {}
        self.count = int(ids.shape[0])

    def get(self, key: int) -> int | None:
        if key in self.changed:
            return self.changed[key]
        at = int(np.searchsorted(self.ids, key))
        if at < self.ids.shape[0] and self.ids[at] == key:
            return int(self.rows[at])
        return None

    def many(self, keys: Ints) -> Small:
        """The row of each key, -1 for unknown ones."""
        at = np.minimum(np.searchsorted(self.ids, keys), max(0, self.ids.shape[0] - 1))
        found = np.full(keys.shape[0], -1, dtype=np.int32)
        if self.ids.shape[0]:
            there = self.ids[at] == keys
            found[there] = self.rows[at[there]]
        for n, key in enumerate(keys.tolist() if self.changed else ()):
            if key in self.changed:
                row = self.changed[key]
                found[n] = -1 if row is None else row
        return found

    def __getitem__(self, key: int) -> int:
        row = self.get(key)
        if row is None:
            raise KeyError(key)
        return row

    def __contains__(self, key: int) -> bool:
        return self.get(key) is not None

    def __setitem__(self, key: int, row: int) -> None:
        self.count += self.get(key) is None
        self.changed[key] = row

    def __delitem__(self, key: int) -> None:
        self.count -= self.get(key) is not None
        self.changed[key] = None

    def __len__(self) -> int:
        return self.count
