"""What is typed, letter by letter: in one form, without figures, cut into clauses."""

import numpy as np

from jobmatch.skills.rules.loops.jit import entry, loop
from jobmatch.skills.rules.loops.shapes import (
    KIND_OF,
    LIMIT,
    MOST_CLAUSE,
    MOST_CLAUSES,
    MOST_TEXT,
    PLAIN,
    Ints,
    Longs,
    Tables,
    long,
)
from jobmatch.skills.rules.loops.table import number

# Kinds of letters, one bit each: what words are made of, figures, latin letters and figures, what
# may stand in a figure, between two figures, a unit of money, what stands before a counted thing,
# a counted thing.
WORD, FIGURE, LATIN, IN_FIGURE, TO, UNIT, PER, COUNTED = (1 << n for n in range(8))
BLANK, STRANGE = 32, 0xFFFD
YUAN, YUAN_WIDE, PLUS, UNDERSCORE = map(ord, "¥￥+_")
# Units and counted things of two letters.
PIECE, JIAO, CENT, MONEY = map(ord, "块毛分钱")  # i18n: what people type
SMALL, HOUR, ROUND, YEAR = map(ord, "小时周岁")  # i18n: what people type
PUBLIC, MILE, FLAT, METRE = map(ord, "公里平米")  # i18n: what people type
# What parts clauses: "and", "can also", "also can", "moreover".
BY, AND, STILL, CAN, ABLE, ALSO, BOTH, MORE = map(ord, "以及还会能也并且")  # i18n: what people type


@loop
def kind_of(tables: Tables, letter: int) -> int:
    return number(tables, KIND_OF, letter) if letter < LIMIT else long(0)


@loop
def counted_end(line: Longs, size: int, at: int, tables: Tables) -> int:
    """Where a figure ends whose units end here, or -1: it may not run into a latin letter."""
    for skip in range(1, -1, -1):
        here = at + skip
        if skip and (at >= size or not kind_of(tables, line[at]) & PER):
            continue
        if here + 1 < size:
            a, b = line[here], line[here + 1]
            if (
                (a == SMALL and b == HOUR) or (a == ROUND and b == YEAR)
                or (a == PUBLIC and b == MILE) or (a == FLAT and b == METRE)
            ) and (here + 2 >= size or not kind_of(tables, line[here + 2]) & LATIN):  # fmt: skip
                return here + 2
        if (
            here < size and kind_of(tables, line[here]) & COUNTED
            and (here + 1 >= size or not kind_of(tables, line[here + 1]) & LATIN)
        ):  # fmt: skip
            return here + 1
        if here >= size or not kind_of(tables, line[here]) & LATIN:
            return here
    return -1


@loop
def units_end(line: Longs, size: int, at: int, tables: Tables) -> int:
    """The same for a figure whose digits end here: as many units as possible, then fewer."""
    end = at
    while end < size and kind_of(tables, line[end]) & UNIT:
        a = line[end]
        two = (a == PIECE or a == JIAO or a == CENT) and end + 1 < size and line[end + 1] == MONEY
        end += 2 if two else 1
    while True:
        last = counted_end(line, size, end, tables)
        if last >= 0 or end == at:
            return last
        end -= 1


@loop
def with_plus(line: Longs, size: int, at: int, tables: Tables) -> int:
    """The same, with a plus behind the digits or without."""
    if at < size and line[at] == PLUS:
        last = units_end(line, size, at + 1, tables)
        if last >= 0:
            return last
    return units_end(line, size, at, tables)


@loop
def figure_end(line: Longs, size: int, at: int, tables: Tables) -> int:
    """Where the figure ends that begins here, with what it counts; -1 where none does."""
    if at > 0:
        before = line[at - 1] if line[at - 1] >= 0 else -line[at - 1] - 1
        if kind_of(tables, before) & LATIN:
            return -1
    begin = at + 1 if line[at] == YUAN or line[at] == YUAN_WIDE else at
    if begin >= size or not kind_of(tables, line[begin]) & FIGURE:
        return -1
    last = begin + 1
    while last < size and kind_of(tables, line[last]) & IN_FIGURE:
        last += 1
    while last > begin:
        if (
            last + 1 < size and kind_of(tables, line[last]) & TO
            and kind_of(tables, line[last + 1]) & FIGURE
        ):  # fmt: skip
            to = last + 2
            while to < size and kind_of(tables, line[to]) & IN_FIGURE:
                to += 1
            while to > last + 1:
                end = with_plus(line, size, to, tables)
                if end >= 0:
                    return end
                to -= 1
        end = with_plus(line, size, last, tables)
        if end >= 0:
            return end
        last -= 1
    return -1


@loop
def is_break(a: int, b: int) -> bool:
    """Whether two letters part what stands before them from what follows."""
    return (
        (a == BY and b == AND) or (a == STILL and (b == CAN or b == ABLE))
        or (a == ALSO and b == CAN) or (a == BOTH and b == MORE)
    )  # fmt: skip


@loop
def folded(typed: Ints, begin: int, end: int, tables: Tables, line: Longs) -> int:
    """Write a text in its plain form without figures (negative where they stood); its size."""
    size = 0
    for k in range(begin, min(end, begin + MOST_TEXT)):
        letter = long(typed[k])
        plain = number(tables, PLAIN, letter) if letter < LIMIT else STRANGE
        if plain >= 0:
            line[size] = plain
            size += 1
    k = 0
    while k < size:
        if kind_of(tables, line[k]) & FIGURE or line[k] == YUAN or line[k] == YUAN_WIDE:
            last = figure_end(line, size, k, tables)
            for n in range(k, last):
                # The letter can be known again: whoever stands behind asks for it.
                line[n] = -line[n] - 1
            k = max(k, last - 1)
        k += 1
    return size


@loop
def clauses(
    typed: Ints, begin: int, end: int, tables: Tables, line: Longs, out: Longs, at: int
) -> int:
    """Write the clauses of a text, a 0 behind each, to `out` from `at` on; returns where they end.

    typed   code points; line: space for 400. Letters typed with blanks between them are one clause.
    """
    size = folded(typed, begin, end, tables, line)
    k = count = parts = 0
    lone = False
    written = at
    while k <= size:
        letter = line[k] if k < size else BLANK
        is_letter = letter >= 0 and letter != UNDERSCORE and kind_of(tables, letter) & WORD != 0
        two = is_letter and k + 1 < size and is_break(letter, line[k + 1])
        if is_letter and not two:
            if count < MOST_CLAUSE:
                out[written] = letter
                written += 1
            count += 1
            k += 1
            continue
        if count == 1 and lone:
            # The letter takes the place of the 0 behind the clause before.
            kept = out[written - 1]
            written -= 1
            if last_size(out, written, at) < MOST_CLAUSE:
                out[written - 1] = kept
                out[written] = 0
                written += 1
        elif count > 0:
            if parts == MOST_CLAUSES:
                return written - min(count, MOST_CLAUSE)
            parts += 1
            lone = count == 1
            out[written] = 0
            written += 1
        count = 0
        k += 2 if two else 1
    return written


@loop
def last_size(out: Longs, end: int, at: int) -> int:
    """Letters of the clause that ends with the 0 before `end`."""
    k = end - 2
    while k >= at and out[k] != 0:
        k -= 1
    return end - 2 - k


@entry
def form_many(
    typed: Ints, starts: Longs, begin: int, end: int, tables: Tables, out: Longs, ends: Longs,
    hashes: Longs,
) -> None:  # fmt: skip
    """The clauses of the texts from begin to end, each from twice its start on; where they end."""
    line = np.empty(MOST_TEXT, dtype=np.int64)
    for n in range(begin, end):
        at = 2 * starts[n]
        last = clauses(typed, starts[n], starts[n + 1], tables, line, out, at)
        mixed = np.uint64(1469598103934665603)
        for k in range(at, last):
            mixed = (mixed ^ np.uint64(out[k])) * np.uint64(1099511628211)
        ends[n] = last
        hashes[n] = long(mixed >> np.uint64(1))


@entry
def grouped(
    out: Longs, starts: Longs, ends: Longs, hashes: Longs, group: Longs, firsts: Longs
) -> int:
    """Number texts with the same clauses alike: group of each text, first text of each group."""
    size = 16
    while size < 2 * len(group):
        size *= 2
    places = np.full(size, -1, dtype=np.int64)
    count = 0
    for n in range(len(group)):
        at = (hashes[n] ^ (hashes[n] >> 29)) & (size - 1)
        while places[at] >= 0 and not is_same(out, starts, ends, hashes, firsts[places[at]], n):
            at = (at + 1) & (size - 1)
        if places[at] < 0:
            places[at] = count
            firsts[count] = n
            count += 1
        group[n] = places[at]
    return count


@loop
def is_same(out: Longs, starts: Longs, ends: Longs, hashes: Longs, one: int, other: int) -> bool:
    a, b = 2 * starts[one], 2 * starts[other]
    if hashes[one] != hashes[other] or ends[one] - a != ends[other] - b:
        return False
    for k in range(ends[one] - a):
        if out[a + k] != out[b + k]:
            return False
    return True
