"""The one place where loops are compiled, so that the rest of the code keeps its types.

Compiled code is kept on disk. Where: `keep_in`, called before anything else of the index is
imported; else beside the sources. NUMBA_DISABLE_JIT=1 leaves the functions as they are written,
which is slow and gives the same answers.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def keep_in(folder: Path) -> None:
    """Keep compiled code in this folder, unless NUMBA_CACHE_DIR or an earlier call named one."""
    if getattr(numba.config, "CACHE_DIR", ""):
        return
    folder.mkdir(parents=True, exist_ok=True)
    setattr(numba.config, "CACHE_DIR", str(folder))  # noqa: B010 - unknown to the types


def compiled(function: F) -> F:
    """The function compiled, kept on disk, and run without holding up other threads."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


def inlined(function: F) -> F:
    """The same for a small function that loops call: it becomes part of them.

    A call hands over every array that its arguments hold, and counts it in and out: for millions of
    pairs that takes longer than the judging.
    """
    return cast(F, numba.njit(cache=True, nogil=True, inline="always")(function))
