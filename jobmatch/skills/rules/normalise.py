"""Reading skills out of what people say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jobmatch.skills.rules.confidence import PLAIN, clause_of, confidence, features, score
from jobmatch.skills.rules.lexicon import Knowledge, Lexicon, lexicon_of
from jobmatch.skills.rules.meaning import Candidate, candidates, tokens_of
from jobmatch.skills.rules.nearby import Nearby, nearby_of
from jobmatch.skills.rules.segment import Part, segmented
from jobmatch.skills.rules.sound import Sounds, sounds_of
from jobmatch.skills.rules.text import clauses, normal

LEAST_CONFIDENCE = 0.6
# Below UNSURE the nearest terms are asked too; below WEAK_NEAR they come last.
UNSURE, WEAK_NEAR = 0.75, 0.45
# A reading that competes with a likelier one for the same words.
BESIDE = 0.5
# A candidate with its score, its confidence and what that is made from; and with its words.
Judged = tuple[Candidate, float, float, list[float]]
Reading = tuple[Candidate, float, float, str, list[float]]


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


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """What is read against. Build it with `catalogue_of`.

    terms   normal form of a name or alias -> ids of the skills that it names
    """

    terms: Mapping[str, tuple[str, ...]]
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
    terms: dict[str, tuple[str, ...]] = {}
    for skill_id, name in names:
        term = normal(name)
        known = terms.get(term, ())
        if term and skill_id not in known:
            terms[term] = (*known, skill_id)
    longest_first = tuple(sorted(set(spellings), key=lambda pair: (-len(pair[0]), pair)))
    beside = knowledge or Knowledge()
    lexicon = lexicon_of(terms, beside)
    return Catalogue(
        terms, lexicon, sounds_of(lexicon), nearby_of(terms), longest_first, beside.weights or PLAIN
    )


def read(text: str, catalogue: Catalogue) -> list[Recognised]:
    return [one for one in ranked(text, catalogue) if one.confidence >= LEAST_CONFIDENCE]


def ranked(text: str, catalogue: Catalogue) -> list[Recognised]:
    """All skills that a text may name, the likeliest first, with their confidence."""
    return [
        Recognised(one.skill_id, round(100 * reached, 1), words, round(sure, 3))
        for one, reached, sure, words, _ in _readings(text, catalogue)
    ]


def first_features(text: str, catalogue: Catalogue) -> tuple[str, list[float]] | None:
    """The first answer and what its confidence is made from; None where there is none."""
    found = _readings(text, catalogue)
    return (found[0][0].skill_id, found[0][4]) if found else None


def _readings(text: str, catalogue: Catalogue) -> list[Reading]:
    """Readings with their scores, confidences and words, best first, each skill once."""
    parts = clauses(text)
    if not parts:
        return []
    cut = [_cut(part, catalogue) for part in parts]
    found = _judged(candidates(tokens_of(cut), catalogue.lexicon), cut, parts, catalogue)
    if not found and catalogue.spellings:
        parts = [_standard(part, catalogue) for part in parts]
        cut = [segmented(part, catalogue.lexicon) for part in parts]
        found = _judged(candidates(tokens_of(cut), catalogue.lexicon), cut, parts, catalogue)
    if not found or found[0][1] < UNSURE:
        found += _judged(_near(cut, parts, catalogue), cut, parts, catalogue)
        found.sort(key=_order)
    best: dict[str, Reading] = {}
    for one, reached, sure, given in found:
        if one.skill_id not in best:
            words = parts[one.clause][one.start : one.end]
            best[one.skill_id] = (one, reached, sure if one.main else sure * BESIDE, words, given)
    return list(best.values())


def _judged(
    found: list[Candidate], cut: list[list[Part]], parts: list[str], catalogue: Catalogue
) -> list[Judged]:
    held = [clause_of(part, words) for part, words in zip(parts, cut, strict=True)]
    judged: list[Judged] = []
    for one in found:
        clause = held[one.clause]
        reached = score(one, clause, catalogue.lexicon)
        given = features(one, clause, reached, catalogue.lexicon)
        judged.append((one, reached, confidence(catalogue.weights, given), given))
    judged.sort(key=_order)
    return judged


def _order(judged: Judged) -> tuple[bool, bool, float]:
    one, reached, _, _ = judged
    return (one.how == "near" and reached < WEAK_NEAR, not one.main, -reached)


def _cut(part: str, catalogue: Catalogue) -> list[Part]:
    """The words of a clause; with words that only sound so where something stays unclear."""
    found = segmented(part, catalogue.lexicon)
    if sum(end - start for start, end, _, _ in found if end - start > 1) == len(part):
        return found
    alike = catalogue.sounds.alike(part, catalogue.lexicon)
    return segmented(part, catalogue.lexicon, alike) if alike else found


def _standard(part: str, catalogue: Catalogue) -> str:
    for regional, word in catalogue.spellings:
        part = part.replace(regional, word)
    return part


def _near(cut: list[list[Part]], parts: list[str], catalogue: Catalogue) -> list[Candidate]:
    """The terms nearest by letters to what is left of each clause without noise."""
    found = []
    for number, (clause, part) in enumerate(zip(cut, parts, strict=True)):
        bare, at = "", 0
        for start, end, word, _ in clause:
            bare += part[at:start] + (part[start:end] if word.is_content else "")
            at = end
        bare += part[at:]
        for term, ratio in catalogue.near.best(bare):
            skill_id = catalogue.terms[term][0]
            found.append(Candidate(skill_id, ratio, len(term), number, 0, len(part), "near"))
    return found
