"""Licences that we cannot ship are refused; an exception from bandit gives its rule and reason."""

from pathlib import Path

import pytest

from tools.audit import State, licences, weaknesses
from tools.audit.licences import Row, document, faults, is_written, spdx
from tools.environment import ROOT


def test_the_list_names_what_the_locks_name() -> None:
    assert is_written(ROOT) == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND PSF-2.0", True),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-only", False),
        ("GPL-2.0-or-later", False),
        ("LGPL-3.0-only", False),
        ("SSPL-1.0", False),
        ("", False),
    ],
)
def test_only_licences_that_may_be_shipped_pass(licence: str, allowed: bool) -> None:
    assert (faults([Row("planted", "1.0", licence, shipped=True)]) == []) is allowed


def test_what_was_weighed_passes_for_its_package_and_its_licence_alone() -> None:
    weighed = {"psycopg": "LGPL-3.0-only: used unchanged"}
    assert faults([Row("psycopg", "3.3", "LGPL-3.0-only", shipped=True)], weighed) == []
    assert faults([Row("psycopg", "4.0", "GPL-3.0-only", shipped=True)], weighed) == [
        "psycopg 4.0: GPL-3.0-only is not allowed"
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("MIT License", "MIT"),
        ("Apache License\n  Version 2.0, January 2004", "Apache-2.0"),
        ("BSD License", ""),
        ("BSD", ""),
        ("", ""),
    ],
)
def test_words_that_could_mean_two_licences_mean_none(words: str, expected: str) -> None:
    assert spdx(words) == expected


def test_a_list_that_lags_behind_is_found(tmp_path: Path) -> None:
    for name in ("requirements.txt", "package-lock.json"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "docs").mkdir()
    (tmp_path / licences.DOC).write_text(document([]), encoding="utf-8")
    missing = [line for line in is_written(tmp_path) if " flask " in line]
    assert len(missing) == 1
    assert missing[0].startswith("docs/licences.md does not name flask ")


@pytest.mark.parametrize(
    ("mark", "good"),
    [
        ("# nosec B603 - the words are fixed", True),
        ("# noqa: S603 # nosec B603, B607 - the words are fixed", True),
        ("# nosec", False),
        ("# nosec B603", False),
        ("# nosec - the words are fixed", False),
        ("# nosec B603 - x", False),
    ],
)
def test_an_exception_gives_its_rule_and_its_reason(tmp_path: Path, mark: str, good: bool) -> None:
    (tmp_path / "jobmatch").mkdir()
    (tmp_path / "jobmatch" / "a.py").write_text(f"run(words)  {mark}\n", encoding="utf-8")
    assert (weaknesses.bad_marks(tmp_path, ["jobmatch"]) == []) is good


def test_a_planted_weakness_is_found_and_looking_at_nothing_is_not_done(tmp_path: Path) -> None:
    assert weaknesses.look(tmp_path).state is State.NOT_DONE
    (tmp_path / "jobmatch").mkdir()
    (tmp_path / "jobmatch" / "a.py").write_text("", encoding="utf-8")
    assert weaknesses.look(tmp_path).state is State.NOT_DONE
    (tmp_path / "jobmatch" / "a.py").write_text(
        "import subprocess\nsubprocess.run(input(), shell=True)\n", encoding="utf-8"
    )
    found = weaknesses.look(tmp_path)
    assert found.state is State.FAILED
    assert any("B602" in line for line in found.said)
