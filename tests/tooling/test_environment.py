"""What the reader is told when the environment cannot be made."""

import re
import sys
from pathlib import Path

import pytest

from tools import environment
from tools.environment import count_locked, explain_pip, explain_venv, looks_offline, venv_python

ROOT = environment.ROOT


@pytest.mark.parametrize(
    "output",
    [
        "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError('",
        "[Errno -3] Temporary failure in name resolution",
        "npm error code ENOTFOUND",
        "npm error errno ECONNREFUSED",
        "[Errno 101] Network is unreachable",
    ],
)
def test_no_network_is_recognised(output: str) -> None:
    assert looks_offline(output)


def test_another_trouble_is_not_taken_for_no_network() -> None:
    assert not looks_offline("ERROR: Could not build wheels for numpy")


def test_no_network_while_installing_gives_one_sentence() -> None:
    output = (
        "Retrying after connection broken by 'NewConnectionError'\n"
        "ERROR: No matching distribution found for flask==3.1.3\n"
    )
    assert explain_pip(output) == (
        "The Python packages could not be fetched because the package registry cannot be reached: "
        "connect to the network and run the same command again."
    )


def test_a_wrong_hash_says_that_nothing_was_installed() -> None:
    output = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."
    assert "nothing was installed" in explain_pip(output)


def test_any_other_failure_of_pip_keeps_its_reason() -> None:
    output = "Collecting numpy\nERROR: Failed building wheel for numpy\nmore"
    assert explain_pip(output).endswith("ERROR: Failed building wheel for numpy")


def test_a_python_without_venv_is_named_with_the_cure() -> None:
    said = explain_venv(
        "The virtual environment was not created because ensurepip is not available"
    )
    assert "apt-get install python3-venv" in said


def test_the_environments_python_stands_where_the_system_puts_it() -> None:
    assert venv_python(Path("v"), windows=False) == Path("v/bin/python")
    assert venv_python(Path("v"), windows=True) == Path("v/Scripts/python.exe")


def test_an_interpreter_that_does_not_start_does_not_work(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("not a program")
    broken.chmod(0o755)
    assert not environment.works(broken)
    assert not environment.works(tmp_path / "missing")
    assert environment.works(Path(sys.executable))


def test_locked_packages_are_counted_without_their_hashes() -> None:
    lock = (
        "# head\nflask==3.1.3 \\\n    --hash=sha256:aa\nnumpy==2.4.6 ; python_version < '3.12' \\\n"
    )
    assert count_locked(lock) == 2


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-cluster.txt",
        "requirements-dev.txt",
        "requirements-node.txt",
    ],
)
def test_each_lock_has_a_hash_for_each_package_and_no_address(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert packages
    assert [package for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in lock
    assert "index-url" not in lock


def test_the_test_set_holds_the_running_set_in_the_same_versions() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.rstrip("\\ ") for line in lines if line[:1].isalnum()}

    assert pins("requirements.txt") - pins("requirements-dev.txt") == set()
    assert pins("requirements-cluster.txt") - pins("requirements-dev.txt") == set()


def test_a_child_gets_no_foreign_import_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    env = environment.child_environment(LANG="C")
    assert "PYTHONPATH" not in env
    assert env["PYTHONUTF8"] == "1"
    assert env["LANG"] == "C"
