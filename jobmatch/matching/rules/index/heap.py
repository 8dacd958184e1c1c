"""The best k so far: a heap whose root is the one to go next.

A row holds (minus value, tie, tie, id, row): the smaller comes first in the list. No two rows are
equal, because ids are not, so the order is total.
"""

import numpy as np

from jobmatch.matching.rules.index.jit import compiled, inlined
from jobmatch.matching.rules.index.layout import Ints

WIDTH = 5
KEYS = 4


@compiled
def empty(most: int) -> Ints:
    """Room for so many."""
    return np.zeros((most, WIDTH), dtype=np.int64)


@compiled
def before(heap: Ints, a: int, b: int) -> bool:
    """Whether row a comes before row b in the list."""
    for n in range(KEYS):
        if heap[a, n] != heap[b, n]:
            return bool(heap[a, n] < heap[b, n])
    return False


@compiled
def swap(heap: Ints, a: int, b: int) -> None:
    for n in range(WIDTH):
        heap[a, n], heap[b, n] = heap[b, n], heap[a, n]


@compiled
def sink(heap: Ints, size: int) -> None:
    """Put the root where it belongs."""
    at = 0
    while True:
        last, left = at, 2 * at + 1
        if left < size and before(heap, last, left):
            last = left
        if left + 1 < size and before(heap, last, left + 1):
            last = left + 1
        if last == at:
            return
        swap(heap, at, last)
        at = last


@compiled
def offer(heap: Ints, size: int, value: int, tie: int, other: int, key: int, row: int) -> int:
    """Take this one in if it belongs among the best; returns how many there are now."""
    most = heap.shape[0]
    if most == 0:
        return 0
    full = size == most
    if full:
        worst = heap[0]
        if (-value, tie, other, key) >= (worst[0], worst[1], worst[2], worst[3]):
            return size
    at = 0 if full else size
    heap[at, 0], heap[at, 1], heap[at, 2], heap[at, 3], heap[at, 4] = -value, tie, other, key, row
    if full:
        sink(heap, size)
        return size
    while at > 0 and before(heap, (at - 1) // 2, at):
        swap(heap, at, (at - 1) // 2)
        at = (at - 1) // 2
    return size + 1


@inlined
def least(heap: Ints, size: int) -> int:
    """The value that a newcomer must reach at least; any will do while there is room."""
    if size < heap.shape[0]:
        return -1
    return int(-heap[0, 0]) if size else 1 << 40


@compiled
def in_order(heap: Ints, size: int) -> Ints:
    """The rows in the order of the list. The heap is used up."""
    for end in range(size - 1, 0, -1):
        swap(heap, 0, end)
        sink(heap, end)
    return heap[:size]
