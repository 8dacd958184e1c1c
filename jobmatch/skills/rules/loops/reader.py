"""A phrase from its clauses to its skills, and many phrases."""

from typing import Any

import numpy as np

from jobmatch.skills.rules.loops.cut import cut
from jobmatch.skills.rules.loops.form import clauses
from jobmatch.skills.rules.loops.jit import entry, loop
from jobmatch.skills.rules.loops.judge import COUNT, features, first_score, in_order, judged
from jobmatch.skills.rules.loops.meaning import candidates, put
from jobmatch.skills.rules.loops.near import nearest
from jobmatch.skills.rules.loops.shapes import (
    BEGIN,
    C_CLAUSE,
    C_CONFIDENCE,
    C_END,
    C_MAIN,
    C_SCORE,
    C_SKILL,
    C_START,
    CONTENT,
    END,
    FIRST_PART,
    LAST_PART,
    LEAST_CONFIDENCE,
    LETTER,
    MOST_CLAUSE,
    MOST_LETTERS,
    MOST_SKILL_IDS,
    NEAR,
    SIZE,
    SPELT,
    SPELT_SIZE,
    START,
    TERM_SKILL,
    TERM_STARTS,
    WORD,
    Floats,
    Ints,
    Longs,
    Space,
    Tables,
    Work,
)
from jobmatch.skills.rules.loops.table import number, of

# Below UNSURE the nearest terms are asked too.
UNSURE = 0.75
# A reading that competes with a likelier one for the same words.
BESIDE = 0.5
# Room for the answers to one text.
MOST_ANSWERS = MOST_SKILL_IDS


@loop
def understood(size: int, words: Tables, work: Work) -> int:
    """Cut the clauses in work.text[:size] and find what they say; how many candidates."""
    parts = tokens = clause = begin = 0
    for k in range(size):
        if work.text[k] == 0:
            parts, tokens = cut(work.text, begin, k, clause, words, work, parts, tokens)
            work.clauses[clause, BEGIN] = begin
            clause += 1
            begin = k + 1
    return candidates(tokens, words, work)


@loop
def stands(text: Longs, at: int, size: int, begin: int, end: int, words: Tables) -> bool:
    """Whether the regional word from begin to end stands in text[:size] at this place."""
    if at + end - begin > size:
        return False
    for n in range(end - begin):
        if text[at + n] != number(words, SPELT, begin + n):
            return False
    return True


@loop
def replaced(size: int, begin: int, middle: int, last: int, words: Tables, work: Work) -> int:
    """Write work.text with the standard word for the regional one; its size.

    Clauses that grow are cut. -1: nothing was replaced.
    """
    text, other = work.text, work.text[MOST_LETTERS:]
    written = long = k = 0
    hit = False
    while k < size:
        # A letter stands for itself, a regional word for the standard one.
        step, first, end = 1, -1, 0
        if stands(text, k, size, begin, middle - 1, words):
            step, first, end = middle - 1 - begin, middle, last
            hit = True
        for n in range(first, end):
            letter = text[k] if first < 0 else number(words, SPELT, n)
            if letter == 0 or long < MOST_CLAUSE:
                other[written] = letter
                written += 1
            long = 0 if letter == 0 else long + 1
        k += step
    if not hit:
        return -1
    text[:written] = other[:written]
    return written


@loop
def standard(size: int, words: Tables, work: Work) -> int:
    """Write work.text anew with standard words for regional ones; its size, -1: there are none."""
    changed = False
    begin = 0
    while begin < words.i[SPELT_SIZE]:
        middle = begin + 1
        while number(words, SPELT, middle - 1) != 0:
            middle += 1
        last = middle
        while number(words, SPELT, last) != 0:
            last += 1
        anew = replaced(size, begin, middle, last, words, work)
        if anew >= 0:
            size, changed = anew, True
        begin = last + 1
    return size if changed else -1


@loop
def by_letters(clause: int, words: Tables, work: Work, count: int) -> int:
    """The terms nearest to what is left of a clause without noise."""
    row = work.clauses[clause]
    size = at = 0
    begin = row[BEGIN]
    for p in range(row[FIRST_PART], row[LAST_PART] + 1):
        is_last = p == row[LAST_PART]
        if not is_last and of(words, work.parts[p, WORD], CONTENT):
            continue
        for k in range(at, row[SIZE] if is_last else work.parts[p, START]):
            work.asked[size] = number(words, LETTER, work.text[begin + k])
            size += 1
        at = row[SIZE] if is_last else work.parts[p, END]
    if size < 2:
        return count
    for n in range(nearest(size, words, work)):
        term = work.near[n]
        long = number(words, TERM_STARTS, term + 1) - number(words, TERM_STARTS, term)
        skill = number(words, TERM_SKILL, term)
        put(work, count, skill, clause, 0, row[SIZE], NEAR, work.ratios[n], long, 1.0)
        count += 1
    return count


@loop
def read_one(size: int, words: Tables, work: Work) -> int:
    """Find what the clauses in work.text[:size] say; candidates stand in order. How many."""
    count = understood(size, words, work)
    if count == 0:
        anew = standard(size, words, work)
        if anew >= 0:
            size = anew
            count = understood(size, words, work)
    judged(0, count, words, work)
    if first_score(count, work) < UNSURE:
        clause, before = 0, count
        for k in range(size):
            if work.text[k] == 0:
                count = by_letters(clause, words, work, count)
                clause += 1
        judged(before, count, words, work)
    in_order(count, work)
    return count


@loop
def listed(
    count: int, likely: bool, work: Work, rows: Longs, weights: Floats, at: int,
    letters: Ints, end: int,
) -> tuple[int, int]:  # fmt: skip
    """Write the answers: skill and letters in rows, score and confidence in weights, the words.

    likely   only what does not compete with a likelier reading and is sure enough
    Returns where rows and letters end.
    """
    work.stamp[0] += 1
    for n in range(count):
        one = work.order[n]
        row = work.rows[one]
        # What competes with a likelier reading is never sure enough.
        if work.seen[row[C_SKILL]] == work.stamp[0] or (likely and not row[C_MAIN]):
            continue
        work.seen[row[C_SKILL]] = work.stamp[0]
        sure = work.row_weights[one, C_CONFIDENCE]
        share = np.floor((sure if row[C_MAIN] else sure * BESIDE) * 1000.0 + 0.5) / 1000.0
        if likely and share < LEAST_CONFIDENCE:
            continue
        rows[at, 0], rows[at, 1] = row[C_SKILL], row[C_END] - row[C_START]
        weights[at, 0] = np.floor(work.row_weights[one, C_SCORE] * 1000.0 + 0.5) / 10.0
        weights[at, 1] = share
        at += 1
        begin = work.clauses[row[C_CLAUSE], BEGIN]
        for k in range(begin + row[C_START], begin + row[C_END]):
            letters[end] = work.text[k]
            end += 1
    return at, end


@entry
def read_typed(
    typed: Ints, likely: bool, words: Tables, space: Space
) -> tuple[Longs, Floats, Ints]:
    """The answers to one text as it was typed: as in `read_some`."""
    work = space[0]
    size = clauses(typed, 0, len(typed), words, work.line, work.text, 0)
    count = read_one(size, words, work)
    rows, weights = np.empty((count, 2), np.int64), np.empty((count, 2), np.float64)
    letters = np.empty(count * MOST_CLAUSE, np.int32)
    at, end = listed(count, likely, work, rows, weights, 0, letters, 0)
    return rows[:at], weights[:at], letters[:end]


@entry
def read_some(
    text: Longs, begins: Longs, ends: Longs, chosen: Longs, first: int, last: int, likely: bool,
    words: Tables, space: Space,
) -> tuple[Longs, Longs, Floats, Ints]:  # fmt: skip
    """The answers to texts whose clauses are text[2 * begins[n]:ends[n]] for n in chosen.

    Only those from the first to the last one of `chosen`. Returns how many answers each has; skill
    and number of letters of each answer; its score and confidence; the letters that say so.
    """
    work = space[0]
    most = MOST_ANSWERS
    sizes = np.empty(last - first, np.int64)
    rows, weights = np.empty((most, 2), np.int64), np.empty((most, 2), np.float64)
    letters = np.empty(most * MOST_CLAUSE, np.int32)
    at = end = 0
    for n in range(first, last):
        begin = 2 * begins[chosen[n]]
        size = ends[chosen[n]] - begin
        work.text[:size] = text[begin : begin + size]
        count = read_one(size, words, work)
        if at + most > len(rows):
            rows, weights = more_rows(rows, at), more_rows(weights, at)
        if end + most * MOST_CLAUSE > len(letters):
            longer = np.empty(2 * len(letters), np.int32)
            longer[:end] = letters[:end]
            letters = longer
        before = at
        at, end = listed(count, likely, work, rows, weights, at, letters, end)
        sizes[n - first] = at - before
    return sizes, rows[:at], weights[:at], letters[:end]


@loop
def more_rows(old: Any, used: int) -> Any:
    """A table of twice the length that begins with what is used of the old one."""
    new = np.empty((2 * old.shape[0], old.shape[1]), old.dtype)
    new[:used] = old[:used]
    return new


@entry
def features_of(typed: Ints, words: Tables, space: Space) -> tuple[Longs, Floats]:
    """The skills of the likely answers to a text, best first, and what judges each."""
    work = space[0]
    size = clauses(typed, 0, len(typed), words, work.line, work.text, 0)
    count = read_one(size, words, work)
    skills, given = np.empty(count, np.int64), np.empty((count, COUNT), np.float64)
    at = 0
    for n in range(count):
        one = work.order[n]
        if work.rows[one, C_MAIN]:
            skills[at] = work.rows[one, C_SKILL]
            features(one, work.row_weights[one, C_SCORE], words, work, given[at])
            at += 1
    return skills[:at], given[:at]
