"""The nearest terms by their letters, found through an index of letters."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import LCSseq

LEAST_RATIO = 0.55
CLOSE = 24


@dataclass(slots=True)
class Nearby:
    terms: list[str]
    grams: dict[str, list[int]]

    def best(self, words: str, most: int = 3) -> list[tuple[str, float]]:
        """Terms with their ratios (2 x common letters / all letters), the nearest first."""
        if len(words) < 2:
            return []
        hits: Counter[int] = Counter()
        for gram in set(words) | {words[n : n + 2] for n in range(len(words) - 1)}:
            listed = self.grams.get(gram)
            if listed is not None:
                hits.update(listed)
        found = []
        for at, _ in hits.most_common(CLOSE):
            term = self.terms[at]
            ratio = 2 * LCSseq.similarity(words, term) / (len(words) + len(term))
            if ratio >= LEAST_RATIO:
                found.append((term, ratio))
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return found[:most]


def nearby_of(terms: Iterable[str]) -> Nearby:
    listed = [term for term in terms if len(term) > 1]
    grams: dict[str, list[int]] = {}
    for at, term in enumerate(listed):
        for gram in set(term) | {term[n : n + 2] for n in range(len(term) - 1)}:
            grams.setdefault(gram, []).append(at)
    return Nearby(listed, grams)
