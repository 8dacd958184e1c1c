"""The loop that finds the nearest terms, compiled by numba.

Compiling takes seconds, so it is never done in a request: `prepare` does it at set-up or in a
thread at start, and keeps the machine code on disk. Until then `is_ready` is false.
"""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
MOST, LEAST_RATIO = 3, 0.55
# Terms are shorter than a machine word, one bit for each letter.
MOST_LETTERS = 60
LETTERS = 0x10000

_loop: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Terms laid out for the loop.

    letters, starts    of all terms behind each other; starts has one number more than terms
    listed, firsts     terms that hold a letter, each as often as the letter stands in it, letter
                       by letter; firsts has one number more than LETTERS
    """

    letters: Ints
    starts: Ints
    listed: Ints
    firsts: Ints


def is_ready() -> bool:
    return _loop is not None


def prepare() -> None:
    """Compile, or load what was compiled before. Takes seconds the first time."""
    global _loop
    import numba

    loop = cast(Callable[..., Any], numba.njit(cache=True, nogil=True)(search))
    index = index_of(["ab", "bc"])
    loop(index.letters, index.starts, index.listed, index.firsts,
         np.array([97, 98], dtype=np.int32), MOST, LEAST_RATIO)  # fmt: skip
    _loop = loop


def forget() -> None:
    """Go back to the way without compiling, for tests."""
    global _loop
    _loop = None


def index_of(terms: Sequence[str]) -> Index:
    coded = [[min(ord(c), LETTERS - 1) for c in term[:MOST_LETTERS]] for term in terms]
    starts = np.zeros(len(coded) + 1, dtype=np.int32)
    starts[1:] = np.cumsum([len(term) for term in coded])
    letters = np.array([c for term in coded for c in term], dtype=np.int32)
    owners = np.repeat(np.arange(len(coded), dtype=np.int32), np.diff(starts))
    order = np.argsort(letters, kind="stable")
    firsts = np.searchsorted(letters[order], np.arange(LETTERS + 1)).astype(np.int32)
    return Index(letters, starts, owners[order], firsts)


def nearest(index: Index, words: "array[int]") -> list[tuple[int, float]]:
    """The places of the three nearest terms and their ratios; the nearest first."""
    if _loop is None:
        raise RuntimeError("not prepared")
    places, ratios = _loop(
        index.letters, index.starts, index.listed, index.firsts,
        np.frombuffer(words, dtype=np.int32), MOST, LEAST_RATIO,
    )  # fmt: skip
    found = zip(places.tolist(), ratios.tolist(), strict=True)
    return [(at, ratio) for at, ratio in found if at >= 0]


def search(  # noqa: C901 - one loop for the compiler
    letters: Ints, starts: Ints, listed: Ints, firsts: Ints, words: Ints, most: int, least: float,
) -> tuple[Ints, NDArray[np.float64]]:  # fmt: skip
    """Places and ratios of the nearest terms; -1 where there is none. Runs compiled."""
    asked = np.minimum(words, LETTERS - 1)[:MOST_LETTERS]
    # How many letters each term may have in common with the words.
    counts = np.zeros(len(starts) - 1, dtype=np.int32)
    size = len(asked)
    # How often each letter of the words may be matched: the letter's number among its equals.
    for n in range(size):
        before = 0
        for m in range(n):
            if asked[m] == asked[n]:
                before += 1
        first, last = firsts[asked[n]], firsts[asked[n] + 1]
        at = first
        while at < last:
            term = listed[at]
            among = 1
            while at + among < last and listed[at + among] == term:
                among += 1
            if among > before:
                counts[term] += 1
            at += among
    places = np.full(most, -1, dtype=np.int32)
    ratios = np.zeros(most, dtype=np.float64)
    for term in range(len(counts)):
        if counts[term] == 0:
            continue
        length = starts[term + 1] - starts[term]
        bound = 2.0 * counts[term] / (length + size)
        if bound < least or bound <= ratios[most - 1]:
            continue
        # The longest common subsequence, one bit a letter of the words (Hyyrö 2004).
        row = np.uint64(0xFFFFFFFFFFFFFFFF)
        for k in range(starts[term], starts[term + 1]):
            mask = np.uint64(0)
            for n in range(size):
                if asked[n] == letters[k]:
                    mask |= np.uint64(1) << np.uint64(n)
            hit = row & mask
            row = (row + hit) | (row - hit)
        common = 0
        for n in range(size):
            if not (row >> np.uint64(n)) & np.uint64(1):
                common += 1
        ratio = 2.0 * common / (length + size)
        if ratio < least or ratio <= ratios[most - 1]:
            continue
        place = most - 1
        while place > 0 and ratios[place - 1] < ratio:
            places[place], ratios[place] = places[place - 1], ratios[place - 1]
            place -= 1
        places[place], ratios[place] = term, ratio
    return places, ratios
