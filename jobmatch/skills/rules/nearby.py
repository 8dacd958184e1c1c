"""The nearest terms by their letters: exact `rapidfuzz.fuzz.ratio` over all terms, found quicker.

An index of letters gives each term the most that it can have in common with the words asked for;
only terms whose bound reaches the third best so far are compared. The loop is compiled where numba
is ready (rules/compiled.py); until then rapidfuzz compares all terms, with the same answers.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from jobmatch.skills.rules import compiled

LEAST_RATIO = 0.55
MOST = 3


@dataclass(slots=True, eq=False)
class Nearby:
    """terms with two letters or more; index: for the compiled loop, made when it is ready."""

    terms: list[str]
    index: compiled.Index | None = None

    def best(self, words: str) -> list[tuple[str, float]]:
        """The three nearest terms with their ratios (2 x common letters / all letters).

        The nearest first; of equal ones the one that is listed first. None under 0.55.
        """
        if len(words) < 2 or not self.terms:
            return []
        if compiled.is_ready():
            if self.index is None:
                self.index = compiled.index_of(self.terms)
            found = compiled.nearest(self.index, array("i", map(ord, words)))
            return [(self.terms[at], ratio) for at, ratio in found]
        hits = process.extract(
            words, self.terms, scorer=fuzz.ratio, limit=MOST, score_cutoff=100 * LEAST_RATIO
        )
        return [(term, score / 100) for term, score, _ in hits]


def nearby_of(terms: Iterable[str]) -> Nearby:
    return Nearby([term for term in terms if len(term) > 1])
