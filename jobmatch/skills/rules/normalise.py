"""Reading skills out of what people say; docs/rules/reading.md tells how.

Under a threshold it abstains: a person confirms what is read, and a wrong guess costs more trust
than none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from jobmatch.skills.rules.confidence import (
    PLAIN,
    Clause,
    clause_of,
    confidence,
    features,
    score,
)  # fmt: skip
from jobmatch.skills.rules.lexicon import Knowledge, Lexicon, composed, lexicon_of
from jobmatch.skills.rules.meaning import Candidate, candidates, tokens_of
from jobmatch.skills.rules.nearby import Nearby, nearby_of
from jobmatch.skills.rules.segment import Part, segmented
from jobmatch.skills.rules.sound import Sounds, sounds_of
from jobmatch.skills.rules.text import clauses, normal

LEAST_CONFIDENCE = 0.6
# Below UNSURE the nearest terms are asked too; below WEAK_NEAR they come last.
UNSURE, WEAK_NEAR = 0.75, 0.45
# Letters that no word covers, and words of one letter, from which on it is asked how they sound.
LEAST_UNCLEAR = 2
# Confidences that differ by less count as equal.
STEP = 0.02
# A reading that competes with a likelier one for the same words.
BESIDE = 0.5


@dataclass(frozen=True, slots=True)
class Recognised:
    """A skill read from a text.

    score       0 to 100, to order by; words: the part of the text that says it
    confidence  0 to 1: the share of such readings that are right
    """

    skill_id: str
    score: float
    words: str
    confidence: float = 1.0


class Reading(NamedTuple):
    """A candidate in its clause, with its score and its confidence, both 0..1."""

    one: Candidate
    score: float
    clause: Clause
    sure: float


# A reading and its words.
Worded = tuple[Reading, str]


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """What is read against. Build it with `catalogue_of`.

    terms      normal form of a name or alias -> ids of the skills that it names
    listed     with terms composed of the grid: what a text may be nearly
    spellings  regional word -> standard word; tried where a text says nothing as it stands
    weights    of confidence
    """

    terms: Mapping[str, tuple[str, ...]]
    listed: Mapping[str, tuple[str, ...]]
    lexicon: Lexicon
    sounds: Sounds
    near: Nearby
    spellings: tuple[tuple[str, str], ...] = ()
    weights: tuple[float, ...] = PLAIN


def catalogue_of(
    names: Iterable[tuple[str, str]],
    spellings: Iterable[tuple[str, str]] = (),
    knowledge: Knowledge | None = None,
) -> Catalogue:
    """A catalogue from (skill_id, name or alias) pairs and (regional, standard) words.

    A term that names several skills keeps them in the order given. Of the knowledge only what
    names skills of these pairs is taken.
    """
    terms: dict[str, tuple[str, ...]] = {}
    for skill_id, name in names:
        term = normal(name)
        known = terms.get(term, ())
        if term and skill_id not in known:
            terms[term] = (*known, skill_id)
    beside = knowledge or Knowledge()
    lexicon = lexicon_of(terms, beside)
    listed = terms | {
        term: skills for term, skills in composed(lexicon, beside).items() if term not in terms
    }
    longest_first = tuple(sorted(set(spellings), key=lambda pair: (-len(pair[0]), pair)))
    return Catalogue(
        terms, listed, lexicon, sounds_of(lexicon), nearby_of(listed), longest_first,
        beside.weights or PLAIN,
    )  # fmt: skip


def read(text: str, catalogue: Catalogue) -> list[Recognised]:
    """The skills that a text names, best first, each once; none where it is not sure enough.

    text   as typed; only the first 400 characters are read, a clause at most 64
    """
    return read_clauses(clauses(text), catalogue)


def read_clauses(parts: Sequence[str], catalogue: Catalogue) -> list[Recognised]:
    """The same for a text that is cut into clauses (rules/text.py) already."""
    # What competes with a likelier reading is never sure enough.
    likely = [reading for reading in _readings(parts, catalogue) if reading[0].one.main]
    return [one for one in _listed(likely, catalogue) if one.confidence >= LEAST_CONFIDENCE]


def ranked(text: str, catalogue: Catalogue) -> list[Recognised]:
    """All skills that a text may name, however unlikely, the likeliest first, each once."""
    return rank_clauses(clauses(text), catalogue)


def rank_clauses(parts: Sequence[str], catalogue: Catalogue) -> list[Recognised]:
    """The same for a text that is cut into clauses already."""
    return _listed(_readings(parts, catalogue), catalogue)


def _listed(readings: Sequence[Worded], catalogue: Catalogue) -> list[Recognised]:
    best: dict[str, Recognised] = {}
    for (one, reached, _, sure), words in readings:
        if one.skill_id not in best:
            best[one.skill_id] = Recognised(
                one.skill_id, round(100 * reached, 1), words,
                round(sure if one.main else sure * BESIDE, 3),
            )  # fmt: skip
    return list(best.values())


def judged_features(text: str, catalogue: Catalogue) -> list[tuple[str, list[float]]]:
    """The likely answers, best first, and what the confidence of each is made from."""
    return [
        (one.skill_id, features(one, clause, reached, catalogue.lexicon))
        for (one, reached, clause, _), _ in _readings(clauses(text), catalogue)
        if one.main
    ]


def _readings(parts: Sequence[str], catalogue: Catalogue) -> list[Worded]:
    """Candidates with scores, clauses and words, best first."""
    found, cut = _meant(parts, catalogue)
    if not found and catalogue.spellings:
        standard = [_standard(part, catalogue) for part in parts]
        if standard != parts:
            parts = standard
            found, cut = _meant(parts, catalogue)
    if not found or found[0].score < UNSURE:
        found += _judged(_near(cut, parts, catalogue), cut, parts, catalogue)
        found.sort(key=_order)
    return [
        (reading, parts[reading.one.clause][reading.one.start : reading.one.end])
        for reading in found
    ]


def _meant(parts: Sequence[str], catalogue: Catalogue) -> tuple[list[Reading], list[list[Part]]]:
    cut = [_cut(part, catalogue) for part in parts]
    found = candidates(tokens_of(cut), catalogue.lexicon)
    return _judged(found, cut, parts, catalogue), cut


def _judged(
    found: list[Candidate], cut: list[list[Part]], parts: Sequence[str], catalogue: Catalogue
) -> list[Reading]:
    if not found:
        return []
    held = [clause_of(part, words) for part, words in zip(parts, cut, strict=True)]
    judged = []
    for one in found:
        clause = held[one.clause]
        reached = score(one, clause, catalogue.lexicon)
        given = features(one, clause, reached, catalogue.lexicon)
        judged.append(Reading(one, reached, clause, confidence(catalogue.weights, given)))
    judged.sort(key=_order)
    return judged


def _order(reading: Reading) -> tuple[bool, bool, float, int, int]:
    """Of readings that are about as sure the one said first comes first."""
    one, reached, _, sure = reading
    weak = one.how == "near" and reached < WEAK_NEAR
    return weak, not one.main, -round(sure / STEP), one.clause, one.start


def _cut(part: str, catalogue: Catalogue) -> list[Part]:
    """The words of a clause; with words that only sound so where something stays unclear."""
    found = segmented(part, catalogue.lexicon)
    unclear = len(part)
    for start, end, word, _ in found:
        unclear -= end - start
        unclear += end - start == 1 and word.is_content
    if unclear < LEAST_UNCLEAR:
        return found
    alike = catalogue.sounds.alike(part)
    return segmented(part, catalogue.lexicon, alike) if alike else found


def _standard(part: str, catalogue: Catalogue) -> str:
    for regional, word in catalogue.spellings:
        part = part.replace(regional, word)
    return part


def _near(cut: list[list[Part]], parts: Sequence[str], catalogue: Catalogue) -> list[Candidate]:
    """The terms nearest by letters to what is left of each clause without noise."""
    found = []
    for number, (clause, part) in enumerate(zip(cut, parts, strict=True)):
        bare, at = "", 0
        for start, end, word, _ in clause:
            bare += part[at:start] + (part[start:end] if word.is_content else "")
            at = end
        bare += part[at:]
        for term, ratio in catalogue.near.best(bare):
            skill_id = catalogue.listed[term][0]
            found.append(Candidate(skill_id, ratio, len(term), number, 0, len(part), "near"))
    return found
