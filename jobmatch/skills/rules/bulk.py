"""Reading many phrases at once: each different one once, over several processes when asked."""

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from jobmatch.skills.rules.normalise import Catalogue, Kept, Recognised, rank_clauses, read_clauses
from jobmatch.skills.rules.text import clauses

# Starting processes takes longer than reading this many.
LEAST_TO_SHARE = 20_000
# What is kept of phrases read before is forgotten after so many.
PAGE = 50_000

Key = tuple[str, ...]
Row = list[tuple[str, float, str, float]]
Reader = Callable[[Sequence[str], Catalogue, Kept], list[Recognised]]

_shared: tuple[Catalogue, Reader] | None = None


def read_many(
    phrases: Sequence[str], catalogue: Catalogue, processes: int = 1
) -> list[list[Recognised]]:
    """What `read` says to each phrase, in their order. Equal phrases get the same list.

    processes   more than one only where no other thread runs: they start as copies of this one
    """
    return _many(phrases, catalogue, processes, read_clauses)


def rank_many(
    phrases: Sequence[str], catalogue: Catalogue, processes: int = 1
) -> list[list[Recognised]]:
    """What `ranked` says to each phrase; else as `read_many`."""
    return _many(phrases, catalogue, processes, rank_clauses)


def _many(
    phrases: Sequence[str], catalogue: Catalogue, processes: int, reader: Reader
) -> list[list[Recognised]]:
    with _without_collecting():
        return _read_all(phrases, catalogue, processes, reader)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Nothing made here refers to itself, and looking for it would take half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read_all(
    phrases: Sequence[str], catalogue: Catalogue, processes: int, reader: Reader
) -> list[list[Recognised]]:
    keys = {phrase: tuple(clauses(phrase)) for phrase in dict.fromkeys(phrases)}
    wanted = list(dict.fromkeys(keys.values()))
    if processes > 1 and len(wanted) >= LEAST_TO_SHARE and _can_fork():
        read = _shared_out(wanted, catalogue, processes, reader)
    else:
        read = [
            found for page in _pages(wanted, PAGE) for found in _read_page(page, catalogue, reader)
        ]
    found = dict(zip(wanted, read, strict=True))
    by_phrase = {phrase: found[key] for phrase, key in keys.items()}
    return [by_phrase[phrase] for phrase in phrases]


def _can_fork() -> bool:
    return "fork" in multiprocessing.get_all_start_methods()


def _shared_out(
    wanted: Sequence[Key], catalogue: Catalogue, processes: int, reader: Reader
) -> list[list[Recognised]]:
    global _shared
    _shared = catalogue, reader
    pages = _pages(wanted, min(PAGE, len(wanted) // (2 * processes) + 1))
    try:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            found = pool.map(read_page, pages, chunksize=1)
    finally:
        _shared = None
    return [[Recognised(*values) for values in row] for page in found for row in page]


def _pages(wanted: Sequence[Key], size: int) -> list[Sequence[Key]]:
    return [wanted[at : at + size] for at in range(0, len(wanted), size)]


def _read_page(page: Sequence[Key], catalogue: Catalogue, reader: Reader) -> list[list[Recognised]]:
    kept = Kept()
    return [reader(key, catalogue, kept) for key in page]


def read_page(page: Sequence[Key]) -> list[Row]:
    """Plain tuples: they travel between processes in a fraction of the time."""
    if _shared is None:
        raise RuntimeError("no catalogue to read against")
    catalogue, reader = _shared
    return [
        [(one.skill_id, one.score, one.words, one.confidence) for one in found]
        for found in _read_page(page, catalogue, reader)
    ]
