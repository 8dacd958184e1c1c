"""Reading skills out of what people say; docs/rules/reading.md tells how.

Under a threshold it abstains: a person confirms what is read, and a wrong guess costs more trust
than none. Compiled loops (loops/) are loaded when something is read first, or by compiled.prepare.
"""

import gc
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from jobmatch.skills.rules.lexicon import Knowledge, composed, lexicon_of
from jobmatch.skills.rules.loops.shapes import (
    FEATURES,
    LEAST_CONFIDENCE,
    MOST_SKILL_IDS,
    MOST_TEXT,
    SPACE,
    Floats,
    Ints,
    Longs,
    Space,
    Tables,
)
from jobmatch.skills.rules.text import codes, normals, spelled

__all__ = ["LEAST_CONFIDENCE", "Catalogue", "Recognised", "catalogue_of", "ranked", "read"]

# Where no weights are given little more than the score is taken.
_own = threading.local()
PLAIN = tuple({"one": -4.0, "score": 8.0, "things only": -4.0}.get(name, 0.0) for name in FEATURES)


class Recognised(NamedTuple):
    """A skill read from a text.

    score       0 to 100, to order by; words: the part of the text that says it
    confidence  0 to 1: the share of such readings that are right
    """

    skill_id: str
    score: float
    words: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """What is read against. Build it with `catalogue_of`.

    terms    normal form of a name or alias -> ids of the skills that it names
    listed   with terms composed of the grid, and the likeliest skill: what a text may be nearly
    skills   all skill ids; tables: what the loops know
    """

    terms: Mapping[str, tuple[str, ...]]
    listed: Mapping[str, str]
    skills: tuple[str, ...]
    tables: Tables


def catalogue_of(
    names: Iterable[tuple[str, str]],
    spellings: Iterable[tuple[str, str]] = (),
    knowledge: Knowledge | None = None,
) -> Catalogue:
    """A catalogue from (skill_id, name or alias) pairs and (regional, standard) words.

    A term that names several skills keeps them in the order given. Of the knowledge only what
    names skills of these pairs is taken. Regional words are tried where a text says nothing as it
    stands, the longest first.
    """
    with without_collecting():
        return _catalogue(list(names), spellings, knowledge or Knowledge())


def _catalogue(
    names: list[tuple[str, str]], spellings: Iterable[tuple[str, str]], beside: Knowledge
) -> Catalogue:
    from jobmatch.skills.rules.tables import Words

    terms: dict[str, tuple[str, ...]] = {}
    for (skill_id, _), term in zip(names, normals([name for _, name in names]), strict=True):
        known = terms.get(term, ())
        if term and skill_id not in known:
            terms[term] = (*known, skill_id)
    skills = tuple(sorted({skill_id for skill_ids in terms.values() for skill_id in skill_ids}))
    if len(skills) >= MOST_SKILL_IDS:
        raise ValueError(f"more skills than {MOST_SKILL_IDS}")
    numbers = {skill_id: n for n, skill_id in enumerate(skills)}
    lexicon = lexicon_of(terms, beside)
    longest_first = sorted(set(spellings), key=lambda pair: (-len(pair[0]), pair))
    words = Words(lexicon, numbers, longest_first, beside.weights or PLAIN)
    listed = {term: skill_ids[0] for term, skill_ids in terms.items()}
    for term, skill_id in words.composed(composed(beside)).items():
        listed.setdefault(term, skill_id)
    words.add_terms(listed)
    return Catalogue(terms, listed, skills, words.packed())


def read(text: str, catalogue: Catalogue) -> list[Recognised]:
    """The skills that a text names, best first, each once; none where it is not sure enough.

    text   as typed; only the first 400 characters are read, a clause at most 64
    """
    return _recognised(text, catalogue, likely=True)


def ranked(text: str, catalogue: Catalogue) -> list[Recognised]:
    """All skills that a text may name, however unlikely, the likeliest first, each once."""
    return _recognised(text, catalogue, likely=False)


def _recognised(text: str, catalogue: Catalogue, *, likely: bool) -> list[Recognised]:
    from jobmatch.skills.rules.loops.reader import read_typed

    given = codes(text[:MOST_TEXT])
    return spoken(catalogue, *read_typed(given, likely, catalogue.tables, space()))


def space() -> Space:
    """The space that loops write in, one for each thread."""
    found: Space | None = getattr(_own, "space", None)
    if found is None:
        # As records, so that loops run by Python itself find their parts too.
        found = _own.space = np.zeros(1, SPACE).view(np.recarray)
    return found


def spoken(catalogue: Catalogue, rows: Longs, weights: Floats, letters: Ints) -> list[Recognised]:
    """The answers of loops/reader.py in words."""
    text, ends = spelled(letters), rows[:, 1].cumsum()
    words = [
        text[end - size : end] for end, size in zip(ends.tolist(), rows[:, 1].tolist(), strict=True)
    ]
    skills = map(catalogue.skills.__getitem__, rows[:, 0].tolist())
    made = partial(tuple.__new__, Recognised)
    return list(
        map(made, zip(skills, weights[:, 0].tolist(), words, weights[:, 1].tolist(), strict=True))
    )


def judged_features(text: str, catalogue: Catalogue) -> list[tuple[str, list[float]]]:
    """The likely answers, best first, and what the confidence of each is made from."""
    from jobmatch.skills.rules.loops.reader import features_of

    found, given = features_of(codes(text[:MOST_TEXT]), catalogue.tables, space())
    skills = map(catalogue.skills.__getitem__, found.tolist())
    return list(zip(skills, given.tolist(), strict=True))


@contextmanager
def without_collecting() -> Iterator[None]:
    """Nothing made here refers to itself, and looking for it would take half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
