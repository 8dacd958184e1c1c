"""A pytest plugin: keeps only the tests that use a database. Runs inside the virtual environment.

The others say the same on every database, so the second run leaves them out. So it does with the
tests of single pages: every address is asked there by the matrix of who may what, and what pages
ask of the database is tried by the tests of the houses. EVERYWHERE=1 takes them in, and so does
WALLED=1 (the role that row-level security holds back).
"""

import os
from pathlib import Path
from typing import Protocol

# Every fixture that opens a database stands on the first of these (see tests/conftest.py).
DATABASE_FIXTURES = frozenset({"settings", "app"})
DATABASE_MARKS = ("postgres", "race")
# Long tests that use a database and say the same on every one.
SAME_MARK = "same_everywhere"
# Folders below tests/web with the tests of single pages.
PAGES = frozenset({"admin", "brand", "employer", "officer", "public", "station", "worker"})


class Item(Protocol):
    fixturenames: list[str]
    path: Path

    def get_closest_marker(self, name: str) -> object: ...


class Hook(Protocol):
    def pytest_deselected(self, *, items: list[Item]) -> None: ...


class Config(Protocol):
    hook: Hook


def of_one_page(path: Path) -> bool:
    """Whether a test is about a single page, and only the embedded database is asked to show it."""
    if "1" in (os.environ.get("EVERYWHERE"), os.environ.get("WALLED")):
        return False
    return "web" in path.parts and path.parent.name in PAGES


def uses_database(item: Item) -> bool:
    if item.get_closest_marker(SAME_MARK) or of_one_page(item.path):
        return False
    asked = not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
    return asked or any(item.get_closest_marker(mark) for mark in DATABASE_MARKS)


def pytest_collection_modifyitems(config: Config, items: list[Item]) -> None:
    """pytest calls this with all collected tests and runs what is left in the list."""
    others = [item for item in items if not uses_database(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if uses_database(item)]
