"""A pytest plugin: keeps only the tests that use a database. Runs inside the virtual environment.

The others say the same on every database, so the second run leaves them out.
"""

from typing import Protocol

# Every fixture that opens a database stands on the first of these (see tests/conftest.py).
DATABASE_FIXTURES = frozenset({"settings", "app"})
DATABASE_MARKS = ("postgres", "race")
# Long tests that use a database and say the same on every one.
SAME_MARK = "same_everywhere"


class Item(Protocol):
    fixturenames: list[str]

    def get_closest_marker(self, name: str) -> object: ...


class Hook(Protocol):
    def pytest_deselected(self, *, items: list[Item]) -> None: ...


class Config(Protocol):
    hook: Hook


def uses_database(item: Item) -> bool:
    if item.get_closest_marker(SAME_MARK):
        return False
    asked = not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
    return asked or any(item.get_closest_marker(mark) for mark in DATABASE_MARKS)


def pytest_collection_modifyitems(config: Config, items: list[Item]) -> None:
    """pytest calls this with all collected tests and runs what is left in the list."""
    others = [item for item in items if not uses_database(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if uses_database(item)]
