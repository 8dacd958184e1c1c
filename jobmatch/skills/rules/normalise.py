"""Reading skills out of what people say.

First the names and aliases that stand in the text letter by letter, the longest first; then, in the
parts of the text where none stands, the nearest name. Under a threshold it abstains: a person
confirms what is read, and a wrong guess costs more trust than none.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process

# A query of 2,000 characters once held the interpreter for 8 seconds.
MOST_SEGMENT = 64
MOST_TEXT = 400
MOST_SCORE = 100.0
LEAST_SCORE = 66.0
_BREAKS = re.compile(  # i18n: what people type, not what they read
    r"[\s,，.。;；、/|+&!！?？:：()（）\[\]【】~～\-—…\"'“”‘’]+|以及|还会|还能|也会|并且"
)
_FILLERS = re.compile(  # i18n: what people type, not what they read
    r"我|会|能|可以|干过|做过|当过|干|做|活儿|工作"
    r"|招聘|急招|诚聘|招|需要|熟练|工人|师傅|人员|数名|名|若干"
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A skill read from a text. score: 0 to 100; words: the part of the text that says it."""

    skill_id: str
    score: float
    words: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is read against. Build it with `catalogue_of`.

    terms      normal form of a name or alias -> ids of the skills that it names
    spellings  regional word -> standard word; tried where a part says nothing as it stands
    longest    letters of the longest term
    """

    terms: Mapping[str, tuple[str, ...]]
    spellings: tuple[tuple[str, str], ...]
    longest: int


def catalogue_of(
    names: Iterable[tuple[str, str]], spellings: Iterable[tuple[str, str]] = ()
) -> Catalogue:
    """A catalogue from (skill_id, name or alias) pairs and (regional, standard) words.

    A term that names several skills keeps them in the order given.
    """
    terms: dict[str, tuple[str, ...]] = {}
    for skill_id, name in names:
        term = normal(name)
        known = terms.get(term, ())
        if term and skill_id not in known:
            terms[term] = (*known, skill_id)
    longest_first = sorted(set(spellings), key=lambda pair: (-len(pair[0]), pair))
    return Catalogue(terms, tuple(longest_first), max(map(len, terms), default=0))


def normal(typed: str) -> str:
    """Small letters, full-width folded, blanks off."""
    folded = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in typed.lower())
    return re.sub(r"\s", "", folded)


def read(text: str, catalogue: Catalogue) -> list[Recognised]:
    """The skills that a text names, best first, each once.

    text   as typed; only the first 400 characters are read, a part at most 64
    """
    best: dict[str, Recognised] = {}
    for segment in _segments(text):
        for found in _read_segment(segment, catalogue):
            known = best.get(found.skill_id)
            if known is None or known.score < found.score:
                best[found.skill_id] = found
    # sorted is stable: of equal scores the one said first comes first.
    return sorted(best.values(), key=lambda found: -found.score)


def _segments(text: str) -> list[str]:
    parts = (normal(part) for part in _BREAKS.split(text[:MOST_TEXT]))
    return [part[:MOST_SEGMENT] for part in parts if part]


def _read_segment(segment: str, catalogue: Catalogue) -> list[Recognised]:
    """Exact first, then exact in standard words, then the nearest term."""
    standard = segment
    for regional, word in catalogue.spellings:
        standard = standard.replace(regional, word)
    for words in dict.fromkeys((segment, standard)):
        exact = _exact(words, catalogue)
        if exact:
            return exact
    return _nearest(segment, standard, catalogue)


def _exact(segment: str, catalogue: Catalogue) -> list[Recognised]:
    """Terms standing in the segment, longest first, none inside another."""
    found: list[tuple[int, Recognised]] = []
    free = segment
    for length in range(min(len(segment), catalogue.longest), 1, -1):
        for start in range(len(segment) - length + 1):
            words = free[start : start + length]
            if words not in catalogue.terms:
                continue
            free = free[:start] + "\0" * length + free[start + length :]
            for order, skill_id in enumerate(catalogue.terms[words]):
                found.append((start, Recognised(skill_id, _exact_score(length, order), words)))
    return [recognised for _, recognised in sorted(found, key=lambda pair: pair[0])]


def _exact_score(length: int, order: int) -> float:
    """Longer terms say more; of the skills that one term names, the first is the likelier."""
    return min(MOST_SCORE, 88.0 + 3 * length) - 5 * order


def _nearest(segment: str, standard: str, catalogue: Catalogue) -> list[Recognised]:
    """The nearest term by letters, when it is near enough."""
    bare = _FILLERS.sub("", standard)
    if len(bare) < 2:
        return []
    hit = process.extractOne(
        bare, catalogue.terms.keys(), scorer=fuzz.ratio, score_cutoff=LEAST_SCORE
    )
    if hit is None:
        return []
    term, score, _ = hit
    return [Recognised(catalogue.terms[term][0], round(score, 1), segment)]
