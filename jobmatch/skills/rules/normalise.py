"""Reading skills out of what people say; docs/rules/reading.md tells how.

Under a threshold it abstains: a person confirms what is read, and a wrong guess costs more trust
than none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import ne
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
from jobmatch.skills.rules.meaning import Candidate, Content, candidates, content_of, tokens_of
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
    """A candidate in its clause, where it starts there, its score and its confidence, both 0..1."""

    one: Candidate
    score: float
    clause: Clause
    sure: float
    start: int


class Cut(NamedTuple):
    """A clause cut into words: all of them, what they hold, and those that mean something.

    at   where the first content word starts; places in content count from there
    """

    words: list[Part]
    clause: Clause
    at: int
    content: tuple[Content, ...]


@dataclass(slots=True, eq=False)
class Kept:
    """What was found out while many texts are read against one catalogue; nothing changes it.

    cuts   clause -> its words
    meant  content words of a text's clauses -> what they may mean, wherever they stand
    """

    cuts: dict[str, Cut] = field(default_factory=dict)
    meant: dict[tuple[tuple[Content, ...], ...], list[Candidate]] = field(default_factory=dict)


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


def read_clauses(
    parts: Sequence[str], catalogue: Catalogue, kept: Kept | None = None
) -> list[Recognised]:
    """The same for a text that is cut into clauses (rules/text.py) already.

    kept   of texts that were read before against this catalogue
    """
    return _recognised(parts, catalogue, kept or Kept(), likely=True)


def ranked(text: str, catalogue: Catalogue) -> list[Recognised]:
    """All skills that a text may name, however unlikely, the likeliest first, each once."""
    return rank_clauses(clauses(text), catalogue)


def rank_clauses(
    parts: Sequence[str], catalogue: Catalogue, kept: Kept | None = None
) -> list[Recognised]:
    """The same for a text that is cut into clauses already."""
    return _recognised(parts, catalogue, kept or Kept(), likely=False)


def _recognised(
    parts: Sequence[str], catalogue: Catalogue, kept: Kept, *, likely: bool
) -> list[Recognised]:
    """likely   only what does not compete with a likelier reading and is sure enough"""
    parts, found = _readings(parts, catalogue, kept)
    listed: list[Recognised] = []
    seen: set[str] = set()
    for one, reached, _, sure, start in found:
        # What competes with a likelier reading is never sure enough.
        if one.skill_id in seen or (likely and not one.main):
            continue
        seen.add(one.skill_id)
        share = round(sure if one.main else sure * BESIDE, 3)
        if likely and share < LEAST_CONFIDENCE:
            continue
        words = parts[one.clause][start : start + one.end - one.start]
        listed.append(Recognised(one.skill_id, round(100 * reached, 1), words, share))
    return listed


def judged_features(text: str, catalogue: Catalogue) -> list[tuple[str, list[float]]]:
    """The likely answers, best first, and what the confidence of each is made from."""
    return [
        (one.skill_id, features(one, start, clause, reached, catalogue.lexicon))
        for one, reached, clause, _, start in _readings(clauses(text), catalogue, Kept())[1]
        if one.main
    ]


def _readings(
    parts: Sequence[str], catalogue: Catalogue, kept: Kept
) -> tuple[Sequence[str], list[Reading]]:
    """The clauses as they were read, and what they may say, best first."""
    cut, found = _meant(parts, catalogue, kept)
    if not found and catalogue.spellings:
        standard = [_standard(part, catalogue) for part in parts]
        if any(map(ne, standard, parts)):
            parts = standard
            cut, found = _meant(parts, catalogue, kept)
    if not found or found[0].score < UNSURE:
        near = _judged(_near(cut, parts, catalogue), cut, catalogue)
        if near:
            found += near
            found.sort(key=_order)
    return parts, found


def _meant(
    parts: Sequence[str], catalogue: Catalogue, kept: Kept
) -> tuple[list[Cut], list[Reading]]:
    cut = [kept.cuts.get(part) or _cut_of(part, catalogue, kept) for part in parts]
    key = tuple([one.content for one in cut])
    found = kept.meant.get(key)
    if found is None:
        found = kept.meant[key] = candidates(tokens_of(key), catalogue.lexicon)
    return cut, _judged(found, cut, catalogue)


def _judged(found: Sequence[Candidate], cut: Sequence[Cut], catalogue: Catalogue) -> list[Reading]:
    judged = []
    for one in found:
        _, clause, at, _ = cut[one.clause]
        start = 0 if one.how == "near" else at + one.start
        reached = score(one, clause, catalogue.lexicon)
        given = features(one, start, clause, reached, catalogue.lexicon)
        judged.append(Reading(one, reached, clause, confidence(catalogue.weights, given), start))
    if len(judged) > 1:
        judged.sort(key=_order)
    return judged


def _order(reading: Reading) -> tuple[bool, bool, float, int, int]:
    """Of readings that are about as sure the one said first comes first."""
    one, reached, _, sure, start = reading
    weak = one.how == "near" and reached < WEAK_NEAR
    return weak, not one.main, -round(sure / STEP), one.clause, start


def _cut_of(part: str, catalogue: Catalogue, kept: Kept) -> Cut:
    words = _cut(part, catalogue)
    cut = kept.cuts[part] = Cut(words, clause_of(part, words), *content_of(words))
    return cut


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


def _near(cut: Sequence[Cut], parts: Sequence[str], catalogue: Catalogue) -> list[Candidate]:
    """The terms nearest by letters to what is left of each clause without noise."""
    found = []
    for number, ((clause, *_), part) in enumerate(zip(cut, parts, strict=True)):
        bare, at = "", 0
        for start, end, word, _ in clause:
            bare += part[at:start] + (part[start:end] if word.is_content else "")
            at = end
        bare += part[at:]
        for term, ratio in catalogue.near.best(bare):
            skill_id = catalogue.listed[term][0]
            found.append(Candidate(skill_id, ratio, len(term), number, 0, len(part), "near"))
    return found
