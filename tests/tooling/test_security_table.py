"""docs/security.md has each requirement once, and what it names is there."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.same_everywhere

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "docs" / "security.md"
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they come first in each.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4,
    "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2,
    "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1,
    "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
LEVEL_3 = {"1.2.10", "1.3.12", "2.3.5", "6.3.8", "7.5.3", "14.2.6", "14.2.7", "15.4.2"}
STATES = {"held", "in part", "not held", "n/a"}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
FILE = re.compile(r"\b((?:deploy|docs)/[\w./-]+\w)")


@cache
def table() -> str:
    return TABLE.read_text(encoding="utf-8")


def rows() -> list[tuple[str, str, str, str]]:
    return ROW.findall(table())


def named(words: str) -> list[str]:
    """Tests and files that a row names."""
    return [
        f"{file}::{test}" if test else file for file, test in TEST.findall(words)
    ] + FILE.findall(words)


def missing(name: str) -> bool:
    file, _, test = name.partition("::")
    path = ROOT / file if file.startswith(("deploy/", "docs/")) else ROOT / "tests" / file
    path = path if path.exists() else ROOT / "jobmatch" / file
    if not path.is_file():
        return True
    return bool(test) and f"def {test}(" not in path.read_text(encoding="utf-8")


def test_each_requirement_stands_there_once() -> None:
    wanted = {f"{section}.{n + 1}" for section, count in SECTIONS.items() for n in range(count)}
    assert len(wanted) == 217
    assert Counter(number for number, *_ in rows()) == Counter(wanted | LEVEL_3)


def test_each_state_is_one_of_four() -> None:
    assert {state for _, _, state, _ in rows()} <= STATES


def test_what_is_held_is_held_by_something() -> None:
    assert [no for no, _, state, by in rows() if state == "held" and not named(by)] == []


def test_every_test_and_file_that_is_named_is_there() -> None:
    assert [name for name in named(table()) if missing(name)] == []


def test_a_wrong_name_would_be_found() -> None:
    assert missing("web/test_headers.py::test_that_nobody_wrote")
    assert missing("web/test_of_nothing.py")
    assert missing("deploy/nothing.conf")
    assert named("by `web/test_a.py::test_b`, deploy/nginx.conf") == [
        "web/test_a.py::test_b", "deploy/nginx.conf",
    ]  # fmt: skip
