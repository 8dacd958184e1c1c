"""Advisories from a folder: ranges, versions, and a folder that cannot answer."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.audit import State
from tools.audit.offline import is_affected, look, order
from tools.environment import ROOT

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def entry(system: str, name: str, events: list[dict], **more: object) -> dict:
    affected = {
        "package": {"ecosystem": system, "name": name},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {"id": f"X-{name}", "modified": "2026-11-20T00:00:00Z", "affected": [affected], **more}


FOREIGN = [
    entry("PyPI", "not-ours", [{"introduced": "0"}]),
    entry("npm", "not-ours", [{"introduced": "0"}]),
]


def folder(place: Path, *entries: dict) -> Path:
    for number, one in enumerate(entries):
        (place / f"{number}.json").write_text(json.dumps(one), encoding="utf-8")
    return place


def test_a_folder_without_anything_of_ours_is_well(tmp_path: Path) -> None:
    assert look(ROOT, folder(tmp_path, *FOREIGN), now=NOW).state is State.OK


@pytest.mark.parametrize(("system", "name"), [("PyPI", "Flask"), ("npm", "@popperjs/core")])
def test_an_advisory_for_a_locked_version_is_found(tmp_path: Path, system: str, name: str) -> None:
    bad = entry(system, name, [{"introduced": "0"}])
    found = look(ROOT, folder(tmp_path, *FOREIGN, bad), now=NOW)
    assert found.state is State.FAILED
    assert [line.endswith(f": X-{name}") for line in found.said] == [True]


def test_an_advisory_that_was_withdrawn_is_none(tmp_path: Path) -> None:
    gone = entry("PyPI", "flask", [{"introduced": "0"}], withdrawn="2026-11-21T00:00:00Z")
    assert look(ROOT, folder(tmp_path, *FOREIGN, gone), now=NOW).state is State.OK


def test_an_export_in_a_zip_is_read(tmp_path: Path) -> None:
    folder(tmp_path, *FOREIGN)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("X.json", json.dumps(entry("PyPI", "flask", [{"introduced": "0"}])))
    assert look(ROOT, tmp_path, now=NOW).state is State.FAILED


def test_an_empty_folder_or_one_ecosystem_alone_is_not_done(tmp_path: Path) -> None:
    assert look(ROOT, tmp_path, now=NOW).state is State.NOT_DONE
    found = look(ROOT, folder(tmp_path, FOREIGN[0]), now=NOW)
    assert (found.state, found.said) == (
        State.NOT_DONE,
        ("the folder holds no advisory for npm",),
    )


def test_an_old_export_is_not_done(tmp_path: Path) -> None:
    found = look(ROOT, folder(tmp_path, *FOREIGN), now=datetime(2026, 12, 24, tzinfo=UTC))
    assert found.state is State.NOT_DONE
    assert "fetch a newer export" in found.said[0]


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1.1", False), ("1.2", True), ("1.10", True), ("2.0", False), ("2.0rc1", True)],
)
def test_a_range_ends_before_the_version_that_mends_it(version: str, expected: bool) -> None:
    affected = {
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "1.2"}, {"fixed": "2.0"}]}]
    }
    assert is_affected("PyPI", version, affected) is expected


def test_the_last_affected_version_is_affected_itself() -> None:
    events = [{"introduced": "0"}, {"last_affected": "1.4.0"}]
    affected = {"ranges": [{"type": "SEMVER", "events": events}]}
    assert [is_affected("npm", v, affected) for v in ("1.4.0", "1.4.1")] == [True, False]


def test_a_named_version_is_affected_and_a_git_range_says_nothing() -> None:
    affected = {"versions": ["3.1.3"], "ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}]}
    assert [is_affected("PyPI", v, affected) for v in ("3.1.3", "3.1.4")] == [True, False]


def test_versions_of_npm_are_in_their_own_order() -> None:
    written = ["1.10.0", "1.2.3", "1.2.3-beta", "1.2.3-alpha.10", "1.2.3-alpha.2"]
    assert sorted(written, key=lambda v: order("npm", v)) == written[::-1]
