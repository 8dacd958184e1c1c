"""Looking up numbers in tables, and the hash table that holds trees of letters.

A hash table is an array of keys, each with its value behind it; there is room for a power of two of
them. A key of -1 is a free place.
"""

import numpy as np

from jobmatch.skills.rules.loops.jit import entry, loop
from jobmatch.skills.rules.loops.shapes import ROWS, WORD_COLUMNS, Ints, Longs, Tables, long

FREE = -1
_SPREAD, _RIGHT = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)


@loop
def place(keys: Longs, key: int) -> int:
    """Where the key stands, or the free place where it would."""
    mask = len(keys) - 2
    at = long((np.uint64(key) * _SPREAD) >> _RIGHT) * 2 & mask
    while keys[at] != key and keys[at] != FREE:
        at = (at + 2) & mask
    return at


@loop
def number(tables: Tables, table: int, n: int) -> int:
    """Number n of a table of whole numbers."""
    return long(tables.i[tables.i[table] + n])


@loop
def of(tables: Tables, word: int, column: int) -> int:
    """A column of a word."""
    return long(tables.i[tables.i[ROWS] + word * WORD_COLUMNS + column])


@loop
def weight(tables: Tables, table: int, n: int) -> float:
    """Number n of a table of weights."""
    return tables.f[tables.i[table] + n]


@loop
def found(tables: Tables, kind: int, key: int) -> int:
    """The value of a key of this kind, or -1."""
    at = place(tables.k, key * 4 + kind)
    return long(tables.k[at + 1])


@entry
def filled(given: Longs, kind: int, keys: Longs) -> None:
    """Put keys of one kind into a table; the value of each is its number."""
    for n in range(len(given)):
        at = place(keys, given[n] * 4 + kind)
        keys[at], keys[at + 1] = given[n] * 4 + kind, n


@entry
def grown(letters: Ints, starts: Ints, kind: int, first: Ints, keys: Longs, ends: Ints) -> int:
    """Build a tree of words: an edge is (node x count of letters + letter) -> node.

    letters, starts  of all words behind each other; first: takes the nodes of first letters, one
    for each letter there is; ends: takes the node where each word ends. Returns how many nodes
    there are; 0 is the root.
    """
    nodes = 1
    width = len(first)
    for word in range(len(starts) - 1):
        node = long(0)
        for k in range(starts[word], starts[word + 1]):
            letter = long(letters[k])
            if node == 0:
                if first[letter] == 0:
                    first[letter] = nodes
                    nodes += 1
                node = long(first[letter])
                continue
            key = (node * width + letter) * 4 + kind
            at = place(keys, key)
            if keys[at] == FREE:
                keys[at], keys[at + 1] = key, nodes
                nodes += 1
            node = keys[at + 1]
        ends[word] = node
    return nodes
