"""The one place where loops are compiled, so that the rest of the code keeps its types.

Compiled code is kept on disk. Where: `keep_in`, called before anything else of the index is
imported; else where NUMBA_CACHE_DIR says, else beside this file. There it has a folder of its own
for each state of the sources: numba sees that a file has changed, not that one whose functions it
took in has. NUMBA_DISABLE_JIT=1 leaves the functions as they are written, which is slow and gives
the same answers.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])
HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[2]
# What loops are made of, beside this folder and the modules that compile.
PARTS = ("matching/rules/score.py", "matching/rules/kinship.py", "matching/rules/weights.py",
         "places/rules/distance.py")  # fmt: skip


def stamp() -> str:
    """A name for this state of the sources of all loops."""
    found = {*HERE.glob("*.py"), *(PACKAGE / part for part in PARTS)}
    content = {path: path.read_bytes() for path in found}
    for path in (PACKAGE / "dispatch").rglob("*.py"):
        text = path.read_bytes()
        if b"index.jit import" in text:
            content[path] = text
    whole = sha256(numba.__version__.encode())
    for path in sorted(content):
        whole.update(path.name.encode() + content[path])
    return whole.hexdigest()[:16]


def keep_in(folder: Path, *, again: bool = False) -> None:
    """Keep compiled code in this folder, unless somebody named one before."""
    global _is_named
    if _is_named and not again:
        return
    _is_named = True
    own = folder / stamp()
    own.mkdir(parents=True, exist_ok=True)
    setattr(numba.config, "CACHE_DIR", str(own))  # noqa: B010 - unknown to the types


_named = getattr(numba.config, "CACHE_DIR", "")
_is_named = bool(_named)
keep_in(Path(_named) if _named else HERE / "__pycache__", again=True)
_is_named = bool(_named)


def compiled(function: F) -> F:
    """The function compiled, kept on disk, and run without holding up other threads."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))


def inlined(function: F) -> F:
    """The same for a small function that loops call: it becomes part of them.

    A call hands over every array that its arguments hold, and counts it in and out: for millions of
    pairs that takes longer than the judging.
    """
    return cast(F, numba.njit(cache=True, nogil=True, inline="always")(function))
