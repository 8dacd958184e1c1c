"""Reading many phrases at once: each different one once, over several processes when asked."""

import multiprocessing
from collections.abc import Sequence

from jobmatch.skills.rules.normalise import Catalogue, Recognised, read_clauses
from jobmatch.skills.rules.text import clauses

# Starting processes takes longer than reading this many.
LEAST_TO_SHARE = 20_000

_shared: Catalogue | None = None

Key = tuple[str, ...]


def read_many(
    phrases: Sequence[str], catalogue: Catalogue, processes: int = 1
) -> list[list[Recognised]]:
    """What `read` says to each phrase, in their order. Equal phrases get the same list.

    processes   more than one only where no threads run: they start as copies of this one
    """
    keys = {phrase: tuple(clauses(phrase)) for phrase in dict.fromkeys(phrases)}
    wanted = list(dict.fromkeys(keys.values()))
    if processes > 1 and len(wanted) >= LEAST_TO_SHARE and _can_fork():
        read = _read_shared(wanted, catalogue, processes)
    else:
        read = [read_clauses(key, catalogue) for key in wanted]
    found = dict(zip(wanted, read, strict=True))
    by_phrase = {phrase: found[key] for phrase, key in keys.items()}
    return [by_phrase[phrase] for phrase in phrases]


def _can_fork() -> bool:
    return "fork" in multiprocessing.get_all_start_methods()


def _read_shared(
    wanted: Sequence[Key], catalogue: Catalogue, processes: int
) -> list[list[Recognised]]:
    global _shared
    _shared = catalogue
    size = len(wanted) // (4 * processes) + 1
    pages = [wanted[at : at + size] for at in range(0, len(wanted), size)]
    try:
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            return [_opened(row) for page in pool.map(_read_page, pages) for row in page]
    finally:
        _shared = None


def _read_page(page: Sequence[Key]) -> list[list[tuple[str, float, str, float]]]:
    """Plain tuples: they travel between processes in a fraction of the time."""
    if _shared is None:
        raise RuntimeError("no catalogue to read against")
    return [
        [(one.skill_id, one.score, one.words, one.confidence) for one in read_clauses(key, _shared)]
        for key in page
    ]


def _opened(row: list[tuple[str, float, str, float]]) -> list[Recognised]:
    return [Recognised(*values) for values in row]
