"""Secrets: found in the tree, in the history and in messages; never shown whole."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from tools.audit import secrets
from tools.audit.allowed import ALLOWED

# Put together here, so that the scan of our own tree does not stumble over them.
PLANTED = {
    "Secret Keyword": 'password = "{}"'.format("Tr0ub4dor" + "-und-3"),
    "AWS Access Key": "id = {}".format("AKIA" + "QYLPMN5HHHFPZAM2"),
    "Private Key": "-----BEGIN {} KEY-----".format("RSA PRIVATE"),
    "Basic Auth Credentials": "url = postgresql://app:{}@db/jobmatch".format("s3cr3tpw"),
    "Hex High Entropy String": f"data_key = '{hashlib.sha256(b'planted').hexdigest()}'",
}


def repository(folder: Path) -> Path:
    git(folder, "init", "-q")
    git(folder, "config", "user.email", "a@b.example")
    git(folder, "config", "user.name", "A")
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.mark.parametrize(("kind", "line"), PLANTED.items())
def test_a_planted_secret_is_found_where_it_stands(tmp_path: Path, kind: str, line: str) -> None:
    (tmp_path / "settings.py").write_text(f"# nothing here\n{line}\n", encoding="utf-8")
    found = secrets.in_tree(tmp_path, ALLOWED)
    assert [(f.where, f.kind) for f in found][:1] == [("settings.py:2", kind)]


def test_a_report_does_not_tell_the_secret(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(PLANTED["Secret Keyword"], encoding="utf-8")
    said = str(secrets.in_tree(tmp_path, {})[0])
    assert said == "a.py:1: Secret Keyword (Tr0..., 15 signs)"


def test_a_mark_in_the_file_excuses_nothing(tmp_path: Path) -> None:
    line = PLANTED["Secret Keyword"] + "  # pragma: allowlist secret"
    (tmp_path / "a.py").write_text(line, encoding="utf-8")
    assert len(secrets.in_tree(tmp_path, {})) == 1


def test_only_the_named_value_is_allowed(tmp_path: Path) -> None:
    lines = [f'password = "{word}-value-1"' for word in ("named", "other")]
    (tmp_path / "a.py").write_text("\n".join(lines), encoding="utf-8")
    found = secrets.in_tree(tmp_path, {"named-value-1": "a test's"})
    assert [f.where for f in found] == ["a.py:2"]


def test_plain_code_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        'password = form.password.data\nsecret = os.environ["SECRET_KEY"]\nkey = "worker"\n',
        encoding="utf-8",
    )
    assert secrets.in_tree(tmp_path, {}) == []


def test_what_git_ignores_is_not_part_of_the_tree(tmp_path: Path) -> None:
    repository(tmp_path)
    (tmp_path / ".gitignore").write_text(".env\n", encoding="utf-8")
    (tmp_path / ".env").write_text(PLANTED["Secret Keyword"], encoding="utf-8")
    assert secrets.in_tree(tmp_path, {}) == []
    (tmp_path / "new.py").write_text(PLANTED["Secret Keyword"], encoding="utf-8")
    assert [f.where for f in secrets.in_tree(tmp_path, {})] == ["new.py:1"]


def test_a_secret_that_was_taken_out_again_is_found_in_the_history(tmp_path: Path) -> None:
    repository(tmp_path)
    (tmp_path / "a.py").write_text(PLANTED["Secret Keyword"] + "\n", encoding="utf-8")
    git(tmp_path, "add", "a.py")
    git(tmp_path, "commit", "-q", "-m", "first")
    (tmp_path / "a.py").write_text("password = None\n", encoding="utf-8")
    git(tmp_path, "commit", "-q", "-a", "-m", "second\n\n" + PLANTED["AWS Access Key"])
    assert secrets.in_tree(tmp_path, {}) == []
    looked = secrets.in_history(tmp_path, {})
    assert looked is not None
    assert [(f.kind, f.where.partition(" ")[2]) for f in looked[0]] == [
        ("AWS Access Key", "message"),
        ("Secret Keyword", "a.py"),
    ]


def test_half_a_history_is_none(tmp_path: Path) -> None:
    assert secrets.in_history(tmp_path, {}) is None
    whole, half = tmp_path / "whole", tmp_path / "half"
    whole.mkdir()
    repository(whole)
    for number in "12":
        (whole / "a.py").write_text(number, encoding="utf-8")
        git(whole, "add", "a.py")
        git(whole, "commit", "-q", "-m", number)
    git(tmp_path, "clone", "-q", "--depth", "1", whole.as_uri(), str(half))
    assert secrets.in_history(half, {}) is None
