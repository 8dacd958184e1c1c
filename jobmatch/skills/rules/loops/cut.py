"""Cutting a clause into words that are known, so that they are worth most together."""

from jobmatch.skills.rules.loops.jit import loop
from jobmatch.skills.rules.loops.shapes import (
    AT,
    BUSY,
    CLAUSE,
    CONTENT,
    DONE,
    END,
    FIRST,
    FIRST_PART,
    FOREIGN,
    HAS_ACTS,
    HEARD,
    HEARD_AT,
    HEARD_FIRST,
    HIRE,
    KIND,
    LAST_PART,
    LETTER,
    LETTER_COUNT,
    LETTERS,
    LIKENESS,
    MOST_TOKENS,
    NODE_WORD,
    OF_SOUNDS,
    OF_WORDS,
    OPEN,
    ROLE,
    SIZE,
    SKILLS,
    SKILLS_END,
    SOUND_COUNT,
    START,
    STARTS,
    SYLLABLE,
    USED,
    VALUE,
    WEAK,
    WEIGHT_COLUMNS,
    WEIGHT_ROWS,
    WORD,
    Longs,
    Tables,
    Work,
    long,
)
from jobmatch.skills.rules.loops.table import found, number, of, weight

ALIKE = 0.85
# What a word that only sounds so is worth less.
ALIKE_COSTS = 0.7
# Letters that no word covers, and words of one letter, from which on it is asked how they sound.
LEAST_UNCLEAR = 2
# What is said before a word of hiring is a firm; before "are busy" a person; before "in" a place.
BEFORE_HIRE, BEFORE_BUSY, BEFORE_AT = 0.35, 0.6, 0.85


@loop
def is_slip(text: Longs, at: int, size: int, word: int, words: Tables) -> bool:
    """Whether at least half of the letters of a word stand there, and not all."""
    same = 0
    begin = number(words, STARTS, word)
    for k in range(size):
        if text[at + k] == number(words, LETTERS, begin + k):
            same += 1
    return same < size <= 2 * same


@loop
def segmented(
    text: Longs, begin: int, end: int, heard: bool, words: Tables, work: Work, parts: int
) -> int:
    """Write the words of text[begin:end] as parts from `parts` on; returns where they end.

    heard   whether words that only sound like what stands there take part
    """
    size = end - begin
    worth, taken, likeness = work.worth, work.taken, work.taken_likeness
    width = long(words.i[LETTER_COUNT])
    for k in range(size + 1):
        worth[k] = 0.0
        taken[k, WORD] = -1
    for start in range(size):
        base = worth[start]
        if base > worth[start + 1]:
            worth[start + 1] = base
            taken[start + 1, WORD] = -1
        node = number(words, FIRST, number(words, LETTER, text[begin + start]))
        stop = start + 1
        while node > 0:
            word = number(words, NODE_WORD, node)
            if word >= 0:
                value = base + weight(words, WEIGHT_ROWS, word * WEIGHT_COLUMNS + VALUE)
                if value > worth[stop]:
                    worth[stop] = value
                    taken[stop, WORD], taken[stop, START] = word, start
                    likeness[stop] = 1.0
            if stop == size:
                break
            letter = number(words, LETTER, text[begin + stop])
            node = found(words, OF_WORDS, node * width + letter)
            stop += 1
        if heard and number(words, SYLLABLE, text[begin + start]) >= 0:
            listen(text, begin, start, size, words, work)
    count = 0
    at = size
    while at > 0:
        count += taken[at, WORD] >= 0
        at = taken[at, START] if taken[at, WORD] >= 0 else at - 1
    last = parts + count
    at = size
    while at > 0:
        if taken[at, WORD] < 0:
            at -= 1
            continue
        count -= 1
        part = work.parts[parts + count]
        part[START], part[END], part[WORD] = taken[at, START], at, taken[at, WORD]
        work.likeness[parts + count] = likeness[at]
        at = taken[at, START]
    return last


@loop
def listen(text: Longs, begin: int, start: int, size: int, words: Tables, work: Work) -> None:
    """Let words that sound like what stands from `start` on compete."""
    worth, taken, likeness = work.worth, work.taken, work.taken_likeness
    width = long(words.i[SOUND_COUNT])
    base = worth[start]
    node = number(words, HEARD_FIRST, number(words, SYLLABLE, text[begin + start]))
    stop = start + 1
    while node > 0 and stop < size:
        said = number(words, SYLLABLE, text[begin + stop])
        if said < 0:
            break
        node = found(words, OF_SOUNDS, node * width + said)
        stop += 1
        if node < 0:
            break
        for k in range(number(words, HEARD_AT, node), number(words, HEARD_AT, node + 1)):
            word = number(words, HEARD, k)
            value = weight(words, WEIGHT_ROWS, word * WEIGHT_COLUMNS + VALUE)
            value = base + value * ALIKE - ALIKE_COSTS
            if value > worth[stop] and is_slip(text, begin + start, stop - start, word, words):
                worth[stop] = value
                taken[stop, WORD], taken[stop, START] = word, start
                likeness[stop] = ALIKE


@loop
def cut(
    text: Longs,
    begin: int,
    end: int,
    which: int,
    words: Tables,
    work: Work,
    parts: int,
    tokens: int,
) -> tuple[int, int]:
    """Cut one clause: its parts, what it holds, and its tokens. Returns where both end."""
    last = segmented(text, begin, end, False, words, work, parts)
    unclear = end - begin
    for k in range(parts, last):
        long = work.parts[k, END] - work.parts[k, START]
        unclear -= long
        if long == 1 and of(words, work.parts[k, WORD], CONTENT):
            unclear += 1
    if unclear >= LEAST_UNCLEAR:
        last = segmented(text, begin, end, True, words, work, parts)
    known = done = foreign = 0
    last_content = -1
    for k in range(parts, last):
        word = work.parts[k, WORD]
        known += work.parts[k, END] - work.parts[k, START]
        if of(words, word, KIND) == ROLE:
            foreign = 1
        if of(words, word, HAS_ACTS) or of(words, word, SKILLS_END) > of(words, word, SKILLS):
            done += 1
        if of(words, word, CONTENT):
            last_content = work.parts[k, START]
    row = work.clauses[which]
    row[SIZE], row[OPEN], row[FOREIGN], row[DONE] = end - begin, end - begin - known, foreign, done
    row[FIRST_PART], row[LAST_PART] = parts, last
    at = tokens
    for k in range(parts, last):
        if at < MOST_TOKENS and of(words, work.parts[k, WORD], CONTENT):
            token = work.tokens[at]
            token[START], token[END] = work.parts[k, START], work.parts[k, END]
            token[WORD], token[CLAUSE], token[USED] = work.parts[k, WORD], which, 0
            work.token_weights[at, LIKENESS] = work.likeness[k]
            work.token_weights[at, WEAK] = weakness(k, last, last_content, words, work)
            at += 1
    return last, at


@loop
def weakness(part: int, last: int, last_content: int, words: Tables, work: Work) -> float:
    """1.0, or less where a turn stands behind the part and content behind that."""
    least = 1.0
    for k in range(part, last):
        kind = of(words, work.parts[k, WORD], KIND)
        if HIRE <= kind <= AT and work.parts[part, END] <= work.parts[k, END] <= last_content:
            by = BEFORE_HIRE if kind == HIRE else (BEFORE_BUSY if kind == BUSY else BEFORE_AT)
            least = min(least, by)
    return least
