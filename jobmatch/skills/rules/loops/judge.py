"""How sure a reading is: the share of such readings that are right.

A logistic function of a few features; its weights are in jobmatch/data/skills/confidence.csv, made
by tools/confidence.py.
"""

from math import exp

import numpy as np

from jobmatch.skills.rules.loops.jit import loop
from jobmatch.skills.rules.loops.shapes import (
    ACROSS,
    ALONE,
    C_CLAUSE,
    C_CONFIDENCE,
    C_COVER,
    C_HOW,
    C_MAIN,
    C_QUALITY,
    C_SCORE,
    C_SKILL,
    C_START,
    C_SURE,
    DONE,
    FEATURES,
    FOREIGN,
    GENERAL,
    MOST_CLAUSES,
    NEAR,
    OPEN,
    PAIR,
    SCALES,
    SIZE,
    TERM,
    Floats,
    Tables,
    Work,
    long,
)
from jobmatch.skills.rules.loops.table import number, weight

COUNT = len(FEATURES)
BY_OPEN_LETTER, MOST_OPEN = 0.06, 5
FOREIGN_COSTS, BESIDE_OTHERS, NEARLY = 0.35, 0.92, 0.9
LEAST_COVER, BY_COVER = 0.8, 0.07
SHORT_TERM, MOST_COVER, MOST_DONE, MOST_POWER = 2, 8.0, 4, 30.0
# Confidences that differ by less count as equal. Near readings below WEAK_NEAR come last.
STEP, STEPS, WEAK_NEAR = 0.02, 64, 0.45
# More candidates than that are put in order by numpy.
FEW = 40


@loop
def score(one: int, words: Tables, work: Work) -> float:
    """0 to 1, to order the readings of one text by."""
    row, weights = work.rows[one], work.row_weights[one]
    clause = work.clauses[row[C_CLAUSE]]
    quality = weights[C_QUALITY]
    if row[C_HOW] == NEAR:
        return quality * quality * (FOREIGN_COSTS if clause[FOREIGN] else NEARLY)
    whole = quality * (1.0 - BY_OPEN_LETTER * min(clause[OPEN], MOST_OPEN))
    whole *= min(1.0, LEAST_COVER + BY_COVER * weights[C_COVER])
    if number(words, GENERAL, row[C_SKILL]):
        whole *= BESIDE_OTHERS
    return whole * FOREIGN_COSTS if clause[FOREIGN] else whole


@loop
def features(one: int, reached: float, words: Tables, work: Work, given: Floats) -> None:
    """What the confidence of a candidate is made from: one number for each of FEATURES."""
    row, weights = work.rows[one], work.row_weights[one]
    clause = work.clauses[row[C_CLAUSE]]
    how, size = row[C_HOW], max(clause[SIZE], 1)
    given[0], given[1], given[2] = 1.0, reached, reached * reached
    given[3] = 1.0 if how == NEAR else 0.0
    given[4] = 1.0 if how == ALONE else 0.0
    given[5] = 1.0 if how == PAIR else 0.0
    given[6] = clause[FOREIGN]
    given[7] = clause[OPEN] / size
    given[8] = 1.0 if how == NEAR and not clause[DONE] and not clause[OPEN] else 0.0
    given[9] = min(weights[C_COVER], MOST_COVER) / MOST_COVER
    given[10] = min(clause[DONE], MOST_DONE) / MOST_DONE
    given[11] = number(words, GENERAL, row[C_SKILL])
    given[12] = 1.0 if how == ACROSS else 0.0
    given[13] = 1.0 - weights[C_SURE]
    given[14] = row[C_START] / size
    given[15] = 1.0 if how == TERM and weights[C_COVER] <= SHORT_TERM else 0.0


@loop
def judged(first: int, last: int, words: Tables, work: Work) -> None:
    """Give the candidates from first to last score and confidence, and keys to order them by."""
    for one in range(first, last):
        row, weights = work.rows[one], work.row_weights[one]
        reached = score(one, words, work)
        features(one, reached, words, work, work.features)
        whole = 0.0
        for n in range(COUNT):
            whole += weight(words, SCALES, n) * work.features[n]
        sure = 1.0 / (1.0 + exp(-max(-MOST_POWER, min(MOST_POWER, whole))))
        weights[C_SCORE], weights[C_CONFIDENCE] = reached, sure
        weak = 1 if row[C_HOW] == NEAR and reached < WEAK_NEAR else 0
        # Of readings that are about as sure the one said first comes first.
        steps = STEPS - long(np.rint(sure / STEP))
        key = long(weak * 2 + 1 - row[C_MAIN]) * (2 * STEPS) + steps
        work.keys[one] = (key * (MOST_CLAUSES + 1) + row[C_CLAUSE]) * 1024 + row[C_START]


@loop
def first_score(count: int, work: Work) -> float:
    """The score of the reading that comes first; -1.0 where there is none."""
    if count == 0:
        return -1.0
    best = work.order[0]
    for n in range(1, count):
        if work.keys[work.order[n]] < work.keys[best]:
            best = work.order[n]
    return work.row_weights[best, C_SCORE]


@loop
def in_order(count: int, work: Work) -> None:
    """The candidates by their keys; equal ones stay as they were found."""
    order, keys = work.order, work.keys
    if count > FEW:
        by_key = np.empty(count, dtype=np.int64)
        for n in range(count):
            by_key[n] = keys[order[n]]
        places = np.argsort(by_key, kind="mergesort")
        kept = order[:count].copy()
        for n in range(count):
            order[n] = kept[places[n]]
        return
    for n in range(1, count):
        one = order[n]
        at = n
        while at > 0 and keys[order[at - 1]] > keys[one]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = one
