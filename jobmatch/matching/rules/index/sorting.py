"""Putting rows in order in one walk over them: the order is one of small numbers.

A sort by comparing takes longer for each row the more rows there are, and every copy of a column on
the way is memory that the next step waits for.
"""

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.index.jit import compiled
from jobmatch.matching.rules.index.layout import Floats, Ints, Small

EMPTY = -1
# Odd numbers that spread keys over a table.
SPREAD = (0x5851F42D4C957F2D, 0x14057B7EF767814F, 0x2545F4914F6CDD1D)


@compiled
def ranked(keys: Ints, count: int) -> tuple[Ints, Ints]:
    """Rows in the order of their keys, equal ones as they stood; and each row's place in it.

    keys   0 to count (excluded)
    """
    at = starts(keys, count)
    order, rank = np.empty_like(keys), np.empty_like(keys)
    for n in range(keys.shape[0]):
        place = at[keys[n]]
        at[keys[n]] += 1
        order[place], rank[n] = n, place
    return order, rank


@compiled
def starts(keys: Ints, count: int) -> Ints:
    """Where each key's rows begin when they stand in order; one more at the end."""
    at = np.zeros(count + 1, dtype=np.int64)
    for n in range(keys.shape[0]):
        at[keys[n] + 1] += 1
    for key in range(count):
        at[key + 1] += at[key]
    return at


@compiled
def gather(table: Ints, rank: Ints, rest: Ints | Small) -> Ints:
    """Write a table that begins with the row into `rest`, without it, in the order of new rows.

    rank     the new number of each row
    returns  for each new row, where its part begins; one more at the end
    """
    count = rank.shape[0]
    begin = np.zeros(count + 1, dtype=np.int64)
    for n in range(table.shape[0]):
        begin[rank[table[n, 0]] + 1] += 1
    for row in range(count):
        begin[row + 1] += begin[row]
    at = begin.copy()
    for n in range(table.shape[0]):
        row = rank[table[n, 0]]
        for column in range(1, table.shape[1]):
            rest[at[row], column - 1] = table[n, column]
        at[row] += 1
    return begin


@compiled
def fill_lists(
    which: Ints, row: Ints, spot: Ints, limit: Ints, of: Small, blocks: int,
    start: Small, peak: Ints, rows: Small, spots: Small, limits: Small,
) -> None:  # fmt: skip
    """Write rows, given in the order of spots, into the parts of lists: see layout.Lists.

    of   the block of each spot; blocks: how many there are
    """
    for n in range(which.shape[0]):
        start[which[n] * blocks + of[spot[n]] + 1] += 1
        peak[which[n]] = max(peak[which[n]], limit[n])
    for cell in range(start.shape[0] - 1):
        start[cell + 1] += start[cell]
    at = start.copy()
    for n in range(which.shape[0]):
        cell = which[n] * blocks + of[spot[n]]
        rows[at[cell]], spots[at[cell]], limits[at[cell]] = row[n], spot[n], limit[n]
        at[cell] += 1


@compiled
def alike(lon: Floats, lat: Floats, code: Ints, digits: Ints) -> tuple[Ints, Ints]:
    """Rows that stand for all that are the same as they, and the number of each row's among them.

    A table of twice as many fields as there are rows, each with the first of the rows alike.
    """
    size = 1
    while size < 2 * lon.shape[0]:
        size *= 2
    table = np.full(size, EMPTY, dtype=np.int32)
    number, firsts, found = np.empty_like(code), np.empty_like(code), 0
    east, north = lon.view(np.int64), lat.view(np.int64)
    for n in range(lon.shape[0]):
        mixed = (east[n] * SPREAD[0]) ^ (north[n] * SPREAD[1]) ^ ((code[n] + digits[n]) * SPREAD[2])
        at = (mixed ^ (mixed >> 29)) & (size - 1)
        while table[at] != EMPTY:
            one = firsts[table[at]]
            if (
                lon[one] == lon[n] and lat[one] == lat[n]
                and code[one] == code[n] and digits[one] == digits[n]
            ):  # fmt: skip
                break
            at = (at + 1) & (size - 1)
        if table[at] == EMPTY:
            table[at], firsts[found] = found, n
            found += 1
        number[n] = table[at]
    return firsts[:found].copy(), number


def in_chunks(table: NDArray[np.void], columns: dict[str, Ints], order: Ints, most: int) -> None:
    """Write columns into the records of a table, in an order, no number above `most`.

    So many records at a time as the processor holds: else each column would fetch all records anew.
    """
    step = 4_096
    for begin in range(0, order.shape[0], step):
        part = order[begin : begin + step]
        for name, column in columns.items():
            table[name][begin : begin + part.shape[0]] = np.minimum(column[part], most)
