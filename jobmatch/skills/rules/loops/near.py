"""The nearest terms by letters: 2 x common letters / all letters, common as a subsequence.

Terms that hold too few of the letters asked for are never compared: of the letters that most terms
hold as many are passed over as a near term can miss, the others say which terms are left.
"""

import numpy as np

from jobmatch.skills.rules.loops.jit import loop
from jobmatch.skills.rules.loops.shapes import (
    LISTED,
    LISTED_AT,
    MOST_NEAR,
    TERM_LETTERS,
    TERM_STARTS,
    Tables,
    Work,
    long,
)
from jobmatch.skills.rules.loops.table import number

LEAST_RATIO = 0.55
ONE, ZERO, FULL = np.uint64(1), np.uint64(0), np.uint64(0xFFFFFFFFFFFFFFFF)
_PAIRS, _FOURS, _BYTES, _ONES = (
    np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F),
    np.uint64(0x0101010101010101),
)  # fmt: skip
_2, _4, _56 = np.uint64(2), np.uint64(4), np.uint64(56)


@loop
def ones(word: np.uint64) -> int:
    """How many bits are set."""
    v = word - ((word >> ONE) & _PAIRS)
    v = (v & _FOURS) + ((v >> _2) & _FOURS)
    v = (v + (v >> _4)) & _BYTES
    return long((v * _ONES) >> _56)


@loop
def common(begin: int, end: int, words: Tables, work: Work) -> int:
    """Letters of the longest common subsequence, one bit a letter asked for (Hyyrö 2004)."""
    row = FULL
    for k in range(begin, end):
        hit = row & work.masks[number(words, TERM_LETTERS, k)]
        row = (row + hit) | (row - hit)
    return ones(~row)


@loop
def least_common(size: int) -> int:
    """What a term has in common at least to be near: the length of the shortest that can be."""
    for length in range(1, size):
        if 2.0 * length / (length + size) >= LEAST_RATIO:
            return length
    return size


@loop
def holders(letter: int, words: Tables) -> int:
    """How often terms hold a letter."""
    return number(words, LISTED_AT, letter + 1) - number(words, LISTED_AT, letter)


@loop
def by_rarity(size: int, words: Tables, work: Work) -> int:
    """Put the places of known letters in order, those that fewest terms hold first; how many."""
    asked, rank = work.asked, work.rank
    count = 0
    for n in range(size):
        if asked[n] == 0:
            continue
        held = holders(asked[n], words)
        at = count
        while at > 0:
            if holders(asked[rank[at - 1]], words) <= held:
                break
            rank[at] = rank[at - 1]
            at -= 1
        rank[at] = n
        count += 1
    return count


@loop
def counted(used: int, words: Tables, work: Work) -> int:
    """Count for each term how many of the first letters by rarity it holds; how many it touched."""
    asked, rank = work.asked, work.rank
    touched = 0
    for n in range(used):
        letter = asked[rank[n]]
        # Letters that stand there twice must stand in the term twice.
        among = 0
        for m in range(n):
            if asked[rank[m]] == letter:
                among += 1
        begin, end = number(words, LISTED_AT, letter), number(words, LISTED_AT, letter + 1)
        for k in range(begin, end):
            term = number(words, LISTED, k)
            # Its place in the run of one term tells how often the term holds the letter.
            if k - among < begin or number(words, LISTED, k - among) != term:
                continue
            if k - among > begin and number(words, LISTED, k - among - 1) == term:
                continue
            if work.counts[term] == 0:
                work.touched[touched] = term
                touched += 1
            work.counts[term] += 1
    return touched


@loop
def nearest(size: int, words: Tables, work: Work) -> int:
    """Write the nearest terms, the nearest first, to work.near and work.ratios; how many (to 3).

    Asked for are work.asked[:size], numbers of letters (0: of no term), at most 64. Of equally near
    terms the one listed first comes first.
    """
    for n in range(size):
        work.masks[work.asked[n]] |= ONE << np.uint64(n)
    work.masks[0] = ZERO
    passed = least_common(size) - 1
    touched = counted(by_rarity(size, words, work) - passed, words, work)
    # Those that share more come first: then most of the others need no comparing.
    kept = compared(touched, 2, size, passed, 0, words, work)
    kept = compared(touched, 1, size, passed, kept, words, work)
    for n in range(size):
        work.masks[work.asked[n]] = ZERO
    return kept


@loop
def compared(
    touched: int, least: int, size: int, passed: int, kept: int, words: Tables, work: Work
) -> int:
    """Compare terms that hold at least so many of the counted letters; how many are kept."""
    for n in range(touched):
        term = work.touched[n]
        if work.counts[term] < least:
            continue
        begin, end = number(words, TERM_STARTS, term), number(words, TERM_STARTS, term + 1)
        most = min(work.counts[term] + passed, size, end - begin)
        work.counts[term] = 0
        whole = end - begin + size
        bound = 2.0 * most / whole
        if bound < LEAST_RATIO:
            continue
        if kept == MOST_NEAR:
            third = work.ratios[MOST_NEAR - 1]
            if bound < third or (bound == third and term > work.near[MOST_NEAR - 1]):
                continue
        ratio = 2.0 * common(begin, end, words, work) / whole
        if ratio >= LEAST_RATIO:
            kept = entered(term, ratio, kept, work)
    return kept


@loop
def entered(term: int, ratio: float, kept: int, work: Work) -> int:
    """Put a term among the nearest, if it is; how many they are."""
    found, ratios = work.near, work.ratios
    at = kept
    while at > 0 and (ratios[at - 1] < ratio or (ratios[at - 1] == ratio and found[at - 1] > term)):
        if at < MOST_NEAR:
            found[at], ratios[at] = found[at - 1], ratios[at - 1]
        at -= 1
    if at < MOST_NEAR:
        found[at], ratios[at] = term, ratio
        return min(MOST_NEAR, kept + 1)
    return kept
