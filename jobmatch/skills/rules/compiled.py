"""Compiled loops of reading: where they are kept, and loading them before somebody waits.

Compiling takes seconds, so a server does it at its start (`prepare`) and set-up before.
"""

from pathlib import Path

_folder: Path | None = None


def keep_in(folder: Path) -> None:
    """Keep compiled code here where nothing can be written beside the sources. Loads nothing."""
    global _folder
    _folder = folder


def folder() -> Path | None:
    return _folder


def prepare() -> None:
    """Compile, or load what was compiled before. Takes seconds the first time."""
    from jobmatch.skills.rules.bulk import read_many
    from jobmatch.skills.rules.normalise import catalogue_of, judged_features, read

    catalogue = catalogue_of([("a", "ab"), ("b", "bc")], [("cd", "ab")])
    read("ab", catalogue)
    read_many(["ab"], catalogue)
    judged_features("ab", catalogue)
