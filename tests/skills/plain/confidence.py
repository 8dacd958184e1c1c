"""How sure a reading is: the share of such readings that are right.

A logistic function of a few features; its weights are in jobmatch/data/skills/confidence.csv, made
by tools/confidence.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from jobmatch.skills.rules.lexicon import Lexicon
from tests.skills.plain.meaning import Candidate, Part

BY_OPEN_LETTER, MOST_OPEN = 0.06, 5
FOREIGN, GENERAL = 0.35, 0.92
SHORT_TERM = 2


@dataclass(frozen=True, slots=True)
class Clause:
    """What a clause holds. open: letters that no word covers; acts: words of doing or terms."""

    size: int
    open: int
    foreign: bool
    acts: int


def clause_of(part: str, cut: Sequence[Part]) -> Clause:
    known = acts = 0
    foreign = False
    for start, end, word, _ in cut:
        known += end - start
        foreign = foreign or word.kind == "role"
        acts += bool(word.acts or word.skills)
    return Clause(len(part), len(part) - known, foreign, acts)


def score(one: Candidate, clause: Clause, lexicon: Lexicon) -> float:
    """0 to 1, to order the readings of one text by."""
    if one.how == "near":
        return one.quality * one.quality * (FOREIGN if clause.foreign else 0.9)
    whole = one.quality * (1.0 - BY_OPEN_LETTER * min(clause.open, MOST_OPEN))
    whole *= min(1.0, 0.8 + 0.07 * one.cover)
    if one.skill_id in lexicon.general:
        whole *= GENERAL
    return whole * FOREIGN if clause.foreign else whole


def features(
    one: Candidate, start: int, clause: Clause, reached: float, lexicon: Lexicon
) -> list[float]:
    """One number for each of FEATURES. start: where in the clause it is said."""
    return [
        1.0, reached, reached * reached,
        float(one.how == "near"), float(one.how == "alone"), float(one.how == "pair"),
        float(clause.foreign), clause.open / max(clause.size, 1),
        float(one.how == "near" and not clause.acts and not clause.open),
        min(one.cover, 8.0) / 8.0, min(clause.acts, 4) / 4.0,
        float(one.skill_id in lexicon.general), float(one.how == "across"), 1.0 - one.sure,
        start / max(clause.size, 1), float(one.how == "term" and one.cover <= SHORT_TERM),
    ]  # fmt: skip


def confidence(weights: Sequence[float], found: Sequence[float]) -> float:
    whole = 0.0
    for weight, value in zip(weights, found, strict=True):
        whole += weight * value
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, whole))))
