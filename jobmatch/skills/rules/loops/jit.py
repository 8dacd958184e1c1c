"""The one place where loops of reading are compiled, so that the rest of the code keeps its types.

Compiled code is kept on disk, in a folder of its own for each state of the sources: numba looks
only at the file of a function, not at those of the functions that it calls. NUMBA_DISABLE_JIT=1
leaves the functions as they are written, which is slow and gives the same answers.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from jobmatch.skills.rules import compiled as kept

F = TypeVar("F", bound=Callable[..., object])
HERE = Path(__file__).resolve().parent


def candidates() -> list[Path]:
    """Where compiled code may be kept: named for all loops, beside the sources, named by set-up."""
    state = hashlib.sha256()
    for source in sorted(HERE.glob("*.py")):
        state.update(source.read_bytes())
    name = f"reading-{state.hexdigest()[:16]}"
    named = [os.environ.get("NUMBA_CACHE_DIR"), HERE / "__pycache__", kept.folder()]
    return [Path(place) / name for place in named if place]


def chosen(places: list[Path]) -> Path | None:
    """Where loops are compiled already; else the first place that can be written to."""
    writable = [place for place in places if place.is_dir() and os.access(place, os.W_OK)]
    for place in places if not writable else ():
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        return place
    return writable[0] if writable else None


# None: compiled anew in each process.
FOLDER = chosen(candidates())


def entry(function: F) -> F:
    """The function compiled, kept on disk, and run without holding up other threads."""
    return _compiled(function)


def loop(function: F) -> F:
    """The same for a function that only others call: it compiles in half of the time."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def _compiled(function: F, **options: Any) -> F:
    before = getattr(numba.config, "CACHE_DIR", "")
    setattr(numba.config, "CACHE_DIR", str(FOLDER or before))  # noqa: B010 - unknown to the types
    try:
        return cast(F, numba.njit(cache=FOLDER is not None, nogil=True, **options)(function))
    finally:
        setattr(numba.config, "CACHE_DIR", before)  # noqa: B010 - unknown to the types
