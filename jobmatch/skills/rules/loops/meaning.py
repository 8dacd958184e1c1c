"""From the words of a text to the skills that they may name."""

import numpy as np

from jobmatch.skills.rules.loops.jit import entry, loop
from jobmatch.skills.rules.loops.shapes import (
    ACROSS,
    ACT_WEIGHT,
    ACTS,
    ACTS_END,
    ALONE,
    ALONE_ACT,
    ALONE_OBJECT,
    C_CLAUSE,
    C_COVER,
    C_END,
    C_HOW,
    C_MAIN,
    C_QUALITY,
    C_SKILL,
    C_START,
    C_SURE,
    CLAUSE,
    CONCEPT_COUNT,
    CONCEPTS,
    DOING,
    END,
    HAS_ACTS,
    LIKENESS,
    MOST_SKILL_IDS,
    OBJECT_WEIGHT,
    OBJECTS_END,
    OF_PAIRS,
    PAIR,
    PAIR_AT,
    PAIR_SKILLS,
    PAIR_WEIGHTS,
    SKILLS,
    SKILLS_END,
    START,
    TERM,
    TERM_SKILLS,
    THINGS,
    THINGS_END,
    USED,
    WEAK,
    WEIGHT_COLUMNS,
    WEIGHT_ROWS,
    WEIGHTS,
    WORD,
    Floats,
    Longs,
    Tables,
    Work,
    long,
)
from jobmatch.skills.rules.loops.table import found, number, of, weight

# What an act on an object loses: by letters between them, other acts between them, and when the
# object was said in another clause.
BY_LETTER, LEAST_NEAR = 0.04, 0.6
BY_ACT, BY_WORD, BEHIND = 0.88, 0.97, 0.98
BY_CLAUSE = 0.95
SHORT_ALONE = 0.3
BY_LETTER_OF_SHORT, SHORT_AFTER, SHORT_BEHIND = 0.07, 0.62, 0.9
WEAK_THING = 0.55
MOST_CLAUSES_BACK, MOST_BACK = 3, 3
NEXT_SKILL = 0.06
NEAREST, MOST_LEFT_OVER = 4, 4
SHARED, SHARED_ACROSS = 0.9, 0.8
ACROSS_COVER = 0.5
BY_COVER, MOST_COVER = 0.12, 6.0
MOST_MEANT = 4


@loop
def meant(act: int, thing: int, words: Tables, skills: Longs, weights: Floats) -> int:
    """Write the skills that an act on an object may be, the likeliest first; at most four count."""
    count = 0
    width = long(words.i[CONCEPT_COUNT])
    for a in range(of(words, act, ACTS), of(words, act, ACTS_END)):
        for o in range(of(words, thing, THINGS), of(words, thing, THINGS_END)):
            key = number(words, CONCEPTS, a) * width + number(words, CONCEPTS, o)
            row = found(words, OF_PAIRS, key)
            if row < 0:
                continue
            for k in range(number(words, PAIR_AT, row), number(words, PAIR_AT, row + 1)):
                whole = weight(words, PAIR_WEIGHTS, k) * weight(words, WEIGHTS, a)
                whole *= weight(words, WEIGHTS, o)
                skill = number(words, PAIR_SKILLS, k)
                at = 0
                while at < count and skills[at] != skill:
                    at += 1
                if at == count:
                    skills[at], weights[at] = skill, 0.0
                    count += 1
                weights[at] = max(weights[at], whole)
    for n in range(1, count):
        skill, sure = skills[n], weights[n]
        at = n
        while at > 0 and (
            weights[at - 1] < sure or (weights[at - 1] == sure and skills[at - 1] > skill)
        ):
            skills[at], weights[at] = skills[at - 1], weights[at - 1]
            at -= 1
        skills[at], weights[at] = skill, sure
    return min(count, MOST_MEANT)


@entry
def most_meant(acts: Longs, things: Longs, words: Tables) -> tuple[Longs, Floats]:
    """The likeliest skill of each act on each object (numbers of words), -1: none; its weight."""
    skills, weights = np.full(len(acts), -1, np.int64), np.zeros(len(acts), np.float64)
    best, best_weights = np.empty(MOST_SKILL_IDS, np.int64), np.empty(MOST_SKILL_IDS)
    for n in range(len(acts)):
        if meant(acts[n], things[n], words, best, best_weights) > 0:
            skills[n], weights[n] = best[0], best_weights[0]
    return skills, weights


@loop
def put(
    work: Work, at: int, skill: int, clause: int, start: int, end: int, how: int,
    quality: float, cover: float, sure: float,
) -> None:  # fmt: skip
    """Write a candidate."""
    row, weights = work.rows[at], work.row_weights[at]
    row[C_SKILL], row[C_CLAUSE], row[C_START], row[C_END] = skill, clause, start, end
    row[C_HOW], row[C_MAIN] = how, 1
    weights[C_QUALITY], weights[C_COVER], weights[C_SURE] = quality, cover, sure
    work.order[at] = at


@loop
def sureness(token: int, work: Work) -> float:
    return work.token_weights[token, LIKENESS] * work.token_weights[token, WEAK]


@loop
def size_of(token: int, work: Work) -> int:
    return work.tokens[token, END] - work.tokens[token, START]


@loop
def has_things(token: int, words: Tables, work: Work) -> bool:
    """Whether the word is an object, or one stands in it."""
    word = work.tokens[token, WORD]
    return of(words, word, THINGS_END) > of(words, word, THINGS)


@loop
def has_objects(token: int, words: Tables, work: Work) -> bool:
    word = work.tokens[token, WORD]
    return of(words, word, OBJECTS_END) > of(words, word, THINGS)


@loop
def has_skills(token: int, words: Tables, work: Work) -> bool:
    word = work.tokens[token, WORD]
    return of(words, word, SKILLS_END) > of(words, word, SKILLS)


@loop
def candidates(tokens: int, words: Tables, work: Work) -> int:
    """Write all readings of the tokens in work.rows, in the order of work.order; how many.

    Main ones stand for different words, the others compete with them.
    """
    count = 0
    for at in range(tokens):
        count = by_token(at, tokens, words, work, count)
    for at in range(tokens):
        if has_objects(at, words, work) and not work.tokens[at, USED]:
            count = left_over(at, tokens, words, work, count)
    return count


@loop
def by_token(at: int, tokens: int, words: Tables, work: Work, own: int) -> int:
    """What one token says: a term, an act on objects, an act alone. The likeliest comes first."""
    count = own
    if has_skills(at, words, work):
        count = by_term(at, words, work, count)
    if of(words, work.tokens[at, WORD], HAS_ACTS):
        count = by_pairs(at, tokens, words, work, count)
        if count == own or not has_objects(at, words, work):
            by = SHORT_ALONE if size_of(at, work) == 1 else 1.0
            count = alone(at, ALONE_ACT, ACT_WEIGHT, by, words, work, count)
    if count == own:
        return count
    by_value(work, own, count)
    best = work.order[own]
    how = work.rows[best, C_HOW]
    for k in range(own + 1, count):
        one = work.order[k]
        work.rows[one, C_MAIN] = 1 if how == TERM and work.rows[one, C_HOW] == TERM else 0
    if how == PAIR or how == ACROSS:
        use(best, tokens, work)
    elif how == TERM:
        work.tokens[at, USED] = 1
    return count


@loop
def by_value(work: Work, first: int, last: int) -> None:
    """The candidates from the first to the last one, those worth most first; equal ones stay."""
    for n in range(first, last):
        weights = work.row_weights[n]
        cover = min(weights[C_COVER], MOST_COVER)
        work.worth[n - first] = weights[C_QUALITY] * (1.0 + BY_COVER * cover)
    for n in range(first + 1, last):
        one = work.order[n]
        value = work.worth[one - first]
        at = n
        while at > first and work.worth[work.order[at - 1] - first] < value:
            work.order[at] = work.order[at - 1]
            at -= 1
        work.order[at] = one


@loop
def use(one: int, tokens: int, work: Work) -> None:
    """An object that the reading holds is said already."""
    row = work.rows[one]
    for n in range(tokens):
        token = work.tokens[n]
        if (
            token[CLAUSE] == row[C_CLAUSE] and row[C_START] <= token[START]
            and token[END] <= row[C_END]
        ):  # fmt: skip
            token[USED] = 1


@loop
def by_term(at: int, words: Tables, work: Work, count: int) -> int:
    token = work.tokens[at]
    quality = sureness(at, work)
    first = of(words, token[WORD], SKILLS)
    for k in range(first, of(words, token[WORD], SKILLS_END)):
        put(
            work, count, number(words, TERM_SKILLS, k), token[CLAUSE], token[START], token[END],
            TERM, quality - NEXT_SKILL * (k - first), size_of(at, work), quality,
        )  # fmt: skip
        count += 1
    return count


@loop
def alone(
    at: int, column: int, weight_column: int, by: float, words: Tables, work: Work, count: int
) -> int:
    """What the word says where nothing stands with it."""
    token = work.tokens[at]
    sure = sureness(at, work)
    for k in range(2):
        skill = of(words, token[WORD], column + k)
        if skill >= 0:
            said = weight(words, WEIGHT_ROWS, token[WORD] * WEIGHT_COLUMNS + weight_column + k)
            put(
                work, count, skill, token[CLAUSE], token[START], token[END], ALONE,
                said * sure * by, size_of(at, work), sure,
            )  # fmt: skip
            count += 1
    return count


@loop
def by_pairs(at: int, tokens: int, words: Tables, work: Work, own: int) -> int:
    """The act with the objects of its clause; without any, with one of a clause near by."""
    count = own
    clause = work.tokens[at, CLAUSE]
    for other in range(max(0, at - NEAREST), min(tokens, at + NEAREST + 1)):
        if other != at and work.tokens[other, CLAUSE] == clause and has_things(other, words, work):
            count = pair(at, other, nearness(at, other, words, work), False, words, work, count)
    # Objects said before, the latest first, then the first one said in the next clause.
    left, other = MOST_BACK, at - 1
    while (
        count == own and left > 0 and other >= 0
        and work.tokens[other, CLAUSE] >= clause - MOST_CLAUSES_BACK
    ):  # fmt: skip
        if work.tokens[other, CLAUSE] < clause and has_things(other, words, work):
            count = pair(at, other, BY_CLAUSE, True, words, work, count)
            left -= 1
        other -= 1
    other = at + 1
    while count == own and other < tokens and work.tokens[other, CLAUSE] <= clause + 1:
        if work.tokens[other, CLAUSE] == clause + 1 and has_objects(other, words, work):
            return pair(at, other, BY_CLAUSE, True, words, work, count)
        other += 1
    return count


@loop
def pair(
    act: int, thing: int, near: float, across: bool, words: Tables, work: Work, count: int
) -> int:
    """An act on an object. across: of another clause."""
    a, t = work.tokens[act], work.tokens[thing]
    word = a[WORD] if of(words, a[WORD], HAS_ACTS) else of(words, a[WORD], DOING)
    if word < 0:
        return count
    # A firm's or a place's object still tells on what is done.
    whole = min(
        sureness(act, work),
        max(sureness(thing, work), WEAK_THING * work.token_weights[thing, LIKENESS]),
    )
    start, end = a[START], a[END]
    if not across:
        start, end = min(start, t[START]), max(end, t[END])
    cover = size_of(act, work) + (ACROSS_COVER if across else 1.0) * size_of(thing, work)
    for k in range(meant(word, t[WORD], words, work.best_skills, work.best_weights)):
        put(
            work, count, work.best_skills[k], a[CLAUSE], start, end, ACROSS if across else PAIR,
            work.best_weights[k] * (whole * near), cover, whole,
        )  # fmt: skip
        count += 1
    return count


@loop
def nearness(at: int, other: int, words: Tables, work: Work) -> float:
    low, high = min(at, other), max(at, other)
    apart = work.tokens[high, START] - work.tokens[low, END]
    gap = apart
    for n in range(low + 1, high):
        gap -= size_of(n, work)
    near = max(LEAST_NEAR, 1.0 - BY_LETTER * max(gap, 0))
    if size_of(at, work) == 1:
        # One letter is an act only where its object stands close behind it.
        near = max(LEAST_NEAR, 1.0 - BY_LETTER_OF_SHORT * apart)
        if other < at:
            near = SHORT_AFTER if apart != 0 else SHORT_BEHIND
    for n in range(low + 1, high):
        acts = of(words, work.tokens[n, WORD], HAS_ACTS) or has_skills(n, words, work)
        near *= BY_ACT if acts else BY_WORD
    # An object stands after its act more often than before it.
    return near if other > at else near * BEHIND


@loop
def left_over(at: int, tokens: int, words: Tables, work: Work, own: int) -> int:
    """An object that no act took: with the act of another one ("wheat, oats reaping"), or alone."""
    count = own
    clause = work.tokens[at, CLAUSE]
    left, step = MOST_LEFT_OVER, 1
    while left > 0 and step < tokens and count == own:
        for n in (at + step, at - step):
            if 0 <= n < tokens and left > 0 and count == own:
                left -= 1
                apart = work.tokens[n, CLAUSE] - clause
                if apart == 0:
                    count = pair(n, at, SHARED, False, words, work, count)
                elif -1 <= apart <= 1:
                    count = pair(n, at, SHARED_ACROSS, True, words, work, count)
        step += 1
    count = alone(at, ALONE_OBJECT, OBJECT_WEIGHT, 1.0, words, work, count)
    for k in range(own + 1, count):
        work.rows[k, C_MAIN] = 0
    return count
