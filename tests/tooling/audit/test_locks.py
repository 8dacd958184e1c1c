"""The lock files: hashes for everything, addresses for nothing."""

import json
from pathlib import Path

import pytest

from tools.audit import locks
from tools.environment import ROOT

HASH = "--hash=sha256:" + "0123456789abcdef" * 4
GOOD = (
    f"# made by\nflask==3.1.3 \\\n    {HASH}\nwin==1.0 ; sys_platform == 'win32' \\\n    {HASH}\n"
)
INTEGRITY = "sha512-" + "A" * 86 + "=="


def tree(folder: Path, lock: str, wanted: str = "flask\n", parts: object = None) -> Path:
    (folder / "requirements.in").write_text(wanted, encoding="utf-8")
    (folder / "requirements.txt").write_text(lock, encoding="utf-8")
    if parts is not None:
        (folder / "package-lock.json").write_text(json.dumps({"packages": parts}), "utf-8")
    return folder


def test_our_own_locks_are_whole() -> None:
    assert locks.faults(ROOT) == []


def test_a_package_is_read_with_its_marker_and_its_hashes() -> None:
    packages, faults = locks.read_lock(GOOD)
    assert [(p.name, p.version, p.marker, len(p.hashes)) for p in packages] == [
        ("flask", "3.1.3", "", 1),
        ("win", "1.0", "sys_platform == 'win32'", 1),
    ]
    assert faults == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("planted==1.0", "planted 1.0 has no hash"),
        ("planted>=1.0", "neither a pinned package nor a hash: planted>=1.0"),
        ("--index-url https://packages.example/simple", "neither a pinned package"),
        ("--extra-index-url https://packages.example/simple", "neither a pinned package"),
        ("--find-links /opt/wheels", "neither a pinned package"),
        ("planted @ https://files.example/planted.whl", "neither a pinned package"),
        ("git+https://git.example/planted.git", "neither a pinned package"),
        ("-e ../planted", "neither a pinned package"),
    ],
)
def test_a_planted_line_without_a_hash_or_with_an_address_is_found(
    tmp_path: Path, line: str, said: str
) -> None:
    assert locks.faults(tree(tmp_path, GOOD)) == []
    found = locks.faults(tree(tmp_path, GOOD + line + "\n"))
    assert len(found) == 1
    assert said in found[0]


def test_what_is_asked_for_and_not_locked_is_found(tmp_path: Path) -> None:
    found = locks.faults(tree(tmp_path, GOOD, wanted="flask\nFlask_Login\n"))
    assert found == [
        "requirements.in asks for flask-login, which requirements.txt does not hold: "
        "run `make lock`"
    ]


def test_two_locks_do_not_name_two_versions(tmp_path: Path) -> None:
    tree(tmp_path, GOOD)
    (tmp_path / "requirements-dev.in").write_text("flask\n", encoding="utf-8")
    (tmp_path / "requirements-dev.txt").write_text(f"flask==3.1.2 \\\n    {HASH}\n", "utf-8")
    assert locks.faults(tmp_path) == [
        "flask is 3.1.2 in requirements-dev.txt and 3.1.3 in requirements.txt"
    ]


def test_a_tree_without_locks_is_not_well(tmp_path: Path) -> None:
    assert locks.faults(tmp_path) == ["there is no requirements file"]


def test_a_front_end_part_with_an_address_or_without_a_hash_is_found(tmp_path: Path) -> None:
    good = {"version": "1.0", "integrity": INTEGRITY}
    assert locks.faults(tree(tmp_path, GOOD, parts={"": {}, "node_modules/a": good})) == []
    bad = {
        "": {},
        "node_modules/a": {**good, "resolved": "https://packages.example/a.tgz"},
        "node_modules/b": {"version": "1.0", "integrity": "sha1-abc="},
    }
    assert locks.faults(tree(tmp_path, GOOD, parts=bad)) == [
        "package-lock.json: node_modules/a names an address",
        "package-lock.json: b has no SHA-512 integrity",
    ]
