"""The skills nearest to words that no alias says: for a person to choose from, however far."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

# How many terms are looked at closely; several of them may name one skill.
_CLOSE = 40


def nearest(words: str, terms: Sequence[tuple[str, str]], most: int = 3) -> list[str]:
    """Ids of the nearest skills, the nearest first; skills that share no letter are left out.

    terms   (skill_id, name or alias)
    """
    best: dict[str, float] = {}
    for term, score, at in process.extract(
        words, [term for _, term in terms], scorer=fuzz.ratio, limit=_CLOSE
    ):
        whole = score + fuzz.partial_ratio(words, term) / 2
        skill_id = terms[at][0]
        if score > 0 and whole > best.get(skill_id, 0.0):
            best[skill_id] = whole
    # sorted is stable: of equal ones the one that rapidfuzz put first.
    return sorted(best, key=lambda skill_id: -best[skill_id])[:most]
