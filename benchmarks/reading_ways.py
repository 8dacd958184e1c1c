"""Other ways to read skills, over the same terms: what the reader is measured against."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from jobmatch.skills.rules.text import normal

Way = Callable[[str], list[str]]
MOST, CLOSE = 5, 30


def ways(terms: Sequence[tuple[str, str]]) -> dict[str, Way]:
    """Name -> text to skills, best first."""
    said = [normal(term) for _, term in terms]
    skills = [skill_id for skill_id, _ in terms]
    heard = [spoken(term) for term in said]

    def by_ratio(scorer: Callable[..., float], prepared: Sequence[str],
                 form: Callable[[str], str]) -> Way:  # fmt: skip
        def way(text: str) -> list[str]:
            hits = process.extract(form(text), prepared, scorer=scorer, limit=CLOSE)
            return best(skills[at] for _, _, at in hits)

        return way

    return {
        "fuzz.ratio": by_ratio(fuzz.ratio, said, normal),
        "fuzz.partial_ratio": by_ratio(fuzz.partial_ratio, said, normal),
        "fuzz.token_set_ratio": by_ratio(fuzz.token_set_ratio, said, normal),
        "fuzz.WRatio": by_ratio(fuzz.WRatio, said, normal),
        "pinyin, fuzz.ratio": by_ratio(fuzz.ratio, heard, spoken),
        "n-gram tf-idf (1 to 3)": Ngrams(said, skills).read,
    }


def best(found: object) -> list[str]:
    return list(dict.fromkeys(found))[:MOST]  # type: ignore[call-overload]


@lru_cache(maxsize=50_000)
def spoken(text: str) -> str:
    return " ".join(lazy_pinyin(normal(text)))


class Ngrams:
    """Cosine of tf-idf weights of letters, pairs and triples of letters."""

    def __init__(self, said: Sequence[str], skills: Sequence[str]) -> None:
        self.skills = skills
        self.place: dict[str, int] = {}
        for text in said:
            for gram in grams(text):
                self.place.setdefault(gram, len(self.place))
        rows = np.zeros((len(said), len(self.place)), dtype=np.float32)
        for n, text in enumerate(said):
            for gram in grams(text):
                rows[n, self.place[gram]] += 1.0
        self.idf = np.log(len(said) / (1.0 + (rows > 0).sum(axis=0))) + 1.0
        rows *= self.idf
        self.rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def read(self, text: str) -> list[str]:
        asked = np.zeros(len(self.place), dtype=np.float32)
        for gram in grams(normal(text)):
            if gram in self.place:
                asked[self.place[gram]] += self.idf[self.place[gram]]
        near = self.rows @ asked
        return best(self.skills[n] for n in np.argsort(-near, kind="stable")[:CLOSE])


def grams(text: str) -> list[str]:
    return [text[n : n + size] for size in (1, 2, 3) for n in range(len(text) - size + 1)]
