"""Who may be sent where in a season, as rows of people and work with points."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from jobmatch.dispatch import season_judge


class Pairs:
    """Rows of people and work with points, sorted; points -1: only because it is engaged."""

    def __init__(self, fits: season_judge.Fits, width: int) -> None:
        self.worker, self.posting, self.points = fits
        self.width = max(1, width)

    def _keys(self) -> NDArray[np.int64]:
        return self.worker * self.width + self.posting

    def _given(self, pairs: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
        return np.array(sorted({w * self.width + p for w, p in pairs}), np.int64)

    def drop(self, pairs: Iterable[tuple[int, int]]) -> None:
        stays = ~np.isin(self._keys(), self._given(pairs))
        self.worker, self.posting = self.worker[stays], self.posting[stays]
        self.points = self.points[stays]

    def add(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Those that are not there yet."""
        keys = self._keys()
        given = self._given(pairs)
        at = np.minimum(np.searchsorted(keys, given), max(0, len(keys) - 1))
        more = given[keys[at] != given] if len(keys) else given
        order = np.argsort(np.concatenate([keys, more]), kind="stable")
        self.worker = np.concatenate([self.worker, more // self.width])[order]
        self.posting = np.concatenate([self.posting, more % self.width])[order]
        self.points = np.concatenate([self.points, np.full(len(more), -1)])[order]

    def keep_best(
        self,
        of_worker: int,
        of_posting: NDArray[np.int64],
        stands: Iterable[tuple[int, int]],
        whole: NDArray[np.bool_],
    ) -> None:
        """Each person's best, each posting's best people, and what stands already.

        whole  who goes with a whole crew: what all of it can do must not be lost, so all is kept
        """
        stays = (self.points < 0) | np.isin(self._keys(), self._given(stands))
        stays |= whole[self.worker]
        stays |= _rank(self.worker, self.points) < of_worker
        stays |= _rank(self.posting, self.points) < of_posting[self.posting]
        self.worker, self.posting = self.worker[stays], self.posting[stays]
        self.points = self.points[stays]

    def postings(self) -> NDArray[np.bool_]:
        """Which rows of the work have a pair."""
        return np.bincount(self.posting, minlength=self.width) > 0

    def renumber(self, rows: NDArray[np.int64]) -> None:
        self.posting = rows[self.posting]


def _rank(group: NDArray[np.int64], points: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places from 0 in each group, the most points first."""
    order = np.lexsort((-points, group))
    begins = np.searchsorted(group[order], group[order])
    found = np.empty(len(order), np.int64)
    found[order] = np.arange(len(order)) - begins
    return found
