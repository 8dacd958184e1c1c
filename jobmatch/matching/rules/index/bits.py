"""Days as bits: day n after the first day of an index is bit n % 64 of word n // 64.

A table has a line for each word and a column for each person or posting, so that people who stand
close to each other have the same week in neighbouring words of memory.

Only unsigned words meet unsigned words here: numba would make floats of a mixture.
"""

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.index.jit import compiled, inlined

Words = NDArray[np.uint64]

BITS = 64
ZERO, ONE = np.uint64(0), np.uint64(1)
_2, _4, _8, _16, _32 = (np.uint64(n) for n in (2, 4, 8, 16, 32))
_PAIRS = np.uint64(0x5555555555555555)
_FOURS = np.uint64(0x3333333333333333)
_BYTES = np.uint64(0x0F0F0F0F0F0F0F0F)
_LAST = np.uint64(0x7F)
_FULL = np.uint64(0xFFFFFFFFFFFFFFFF)


def words_for(days: int) -> int:
    """Words that hold so many days; at least one."""
    return max(1, -(-days // BITS))


@compiled
def ones(word: np.uint64) -> int:
    """How many bits are set."""
    v = word - ((word >> ONE) & _PAIRS)
    v = (v & _FOURS) + ((v >> _2) & _FOURS)
    v = (v + (v >> _4)) & _BYTES
    v = v + (v >> _8)
    v = v + (v >> _16)
    v = v + (v >> _32)
    return int(v & _LAST)


@compiled
def count_from(days: Words, row: int, first: int) -> int:
    """Days of a row that are not before `first` (an offset, which may be negative)."""
    found = 0
    for w in range(max(0, first) // BITS, days.shape[0]):
        found += ones(days[w, row] & window(w, first))
    return found


@compiled
def count_common(days: Words, row: int, others: Words, other: int, first: int) -> int:
    """Days that two rows share and that are not before `first`."""
    found = 0
    for w in range(max(0, first) // BITS, days.shape[0]):
        both = days[w, row] & others[w, other]
        if both != ZERO:
            found += ones(both & window(w, first))
    return found


@compiled
def cut(days: Words, row: int, first: int) -> Words:
    """The words of one row, without the days before `first`."""
    found = np.zeros(days.shape[0], dtype=np.uint64)
    for w in range(max(0, first) // BITS, days.shape[0]):
        found[w] = days[w, row] & window(w, first)
    return found


@inlined
def common_within(days: Words, others: Words, other: int, begin: int, end: int) -> int:
    """Days that these words share with a row of a table, in the words from begin to end."""
    found = 0
    for w in range(begin, end):
        found += ones(days[w] & others[w, other])
    return found


@compiled
def one_day(count: int, day: int) -> Words:
    """So many words with one bit set."""
    found = np.zeros(count, dtype=np.uint64)
    found[day // BITS] = ONE << np.uint64(day % BITS)
    return found


@compiled
def reach_of(days: Words) -> tuple[int, int]:
    """The first word with a day in it, and the one after the last; the same for no days."""
    begin, end = 0, 0
    for w in range(days.shape[0]):
        if days[w] != ZERO:
            begin = w if end == 0 else begin
            end = w + 1
    return begin, end


@inlined
def common(days: Words, others: Words, other: int) -> int:
    """Days that these words share with a row of a table."""
    found = 0
    for w in range(days.shape[0]):
        if days[w] != ZERO:
            found += ones(days[w] & others[w, other])
    return found


@compiled
def window(w: int, first: int) -> np.uint64:
    """The bits of word w that are not before `first`."""
    start = first - w * BITS
    if start <= 0:
        return _FULL
    if start >= BITS:
        return ZERO
    return _FULL << np.uint64(start)


@compiled
def first_from(days: Words, row: int, first: int) -> int:
    """The first day of a row that is not before `first`; -1: none."""
    for w in range(max(0, first) // BITS, days.shape[0]):
        word = days[w, row] & window(w, first)
        if word != ZERO:
            lowest = word & (~word + ONE)
            return w * BITS + ones(lowest - ONE)
    return -1


@compiled
def last_of(days: Words, row: int) -> int:
    """The last day of a row; -1: none."""
    for w in range(days.shape[0] - 1, -1, -1):
        word = days[w, row]
        if word != ZERO:
            word = word | (word >> ONE)
            word = word | (word >> _2)
            word = word | (word >> _4)
            word = word | (word >> _8)
            word = word | (word >> _16)
            word = word | (word >> _32)
            return w * BITS + ones(word) - 1
    return -1


@compiled
def set_runs(
    table: Words, rows: NDArray[np.int64], first: NDArray[np.int64],
    last: NDArray[np.int64], on: bool,
) -> None:  # fmt: skip
    """Set (or take away) the days first..last, both included, in these rows of a table of days.

    Days outside the table are passed over.
    """
    most = table.shape[0] * BITS - 1
    for n in range(rows.shape[0]):
        begin, end = max(0, first[n]), min(most, last[n])
        for w in range(begin // BITS, end // BITS + 1 if begin <= end else 0):
            bits = window(w, begin) & ~window(w, end + 1)
            if on:
                table[w, rows[n]] |= bits
            else:
                table[w, rows[n]] &= ~bits


def days_of(days: Words, row: int) -> list[int]:
    """The offsets in a row of days, in order."""
    words = enumerate(days[:, row].tolist())
    return [w * BITS + b for w, word in words for b in range(BITS) if word >> b & 1]
