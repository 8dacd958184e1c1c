"""Reading many phrases at once: each different one once, over several threads when asked."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np

from jobmatch.skills.rules.loops.shapes import MOST_TEXT, Longs
from jobmatch.skills.rules.normalise import Catalogue, Recognised, space, spoken, without_collecting
from jobmatch.skills.rules.text import codes

# What one thread takes at a time.
PAGE = 8_000


def read_many(
    phrases: Sequence[str], catalogue: Catalogue, threads: int = 1
) -> list[list[Recognised]]:
    """What `read` says to each phrase, in their order. Equal phrases get the same list."""
    with without_collecting():
        return _many(phrases, catalogue, threads, likely=True)


def rank_many(
    phrases: Sequence[str], catalogue: Catalogue, threads: int = 1
) -> list[list[Recognised]]:
    """What `ranked` says to each phrase; else as `read_many`."""
    with without_collecting():
        return _many(phrases, catalogue, threads, likely=False)


def _many(
    phrases: Sequence[str], catalogue: Catalogue, threads: int, *, likely: bool
) -> list[list[Recognised]]:
    from jobmatch.skills.rules.loops.form import form_many, grouped

    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    places = list(map(numbers.__getitem__, phrases))
    wanted = list(numbers)
    looked_at = wanted
    if max(map(len, wanted), default=0) > MOST_TEXT:
        looked_at = [phrase[:MOST_TEXT] for phrase in wanted]
    typed = codes("".join(looked_at))
    starts = np.zeros(len(wanted) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, looked_at), np.int64, len(wanted)), out=starts[1:])
    text = np.empty(2 * len(typed) + 1, np.int64)
    ends, hashes = np.empty(len(wanted), np.int64), np.empty(len(wanted), np.int64)
    group, firsts = np.empty(len(wanted), np.int64), np.empty(len(wanted), np.int64)

    def write(first: int) -> None:
        last = min(first + PAGE, len(wanted))
        form_many(typed, starts, first, last, catalogue.tables, text, ends, hashes)

    def read(first: int) -> list[list[Recognised]]:
        return _page(text, starts, ends, chosen, first, likely, catalogue)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(write, range(0, len(wanted), PAGE)))
        chosen = firsts[: grouped(text, starts, ends, hashes, group, firsts)]
        found = [
            answers for page in pool.map(read, range(0, len(chosen), PAGE)) for answers in page
        ]
    # Picked by numpy: a million answers take a third of the time that Python takes.
    answers = np.fromiter(found, dtype=object, count=len(found))
    picked: list[list[Recognised]] = answers[group[np.array(places, np.int64)]].tolist()
    return picked


def _page(
    text: Longs, starts: Longs, ends: Longs, chosen: Longs, first: int, likely: bool,
    catalogue: Catalogue,
) -> list[list[Recognised]]:  # fmt: skip
    """The answers to the chosen texts from the first one on, a page of them."""
    from jobmatch.skills.rules.loops.reader import read_some

    last = min(first + PAGE, len(chosen))
    sizes, rows, weights, letters = read_some(
        text, starts, ends, chosen, first, last, likely, catalogue.tables, space()
    )
    answers = spoken(catalogue, rows, weights, letters)
    until = sizes.cumsum()
    begins = (until - sizes).tolist()
    return [answers[a:b] for a, b in zip(begins, until.tolist(), strict=True)]
