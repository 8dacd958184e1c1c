"""The command line: one sentence and status 1 where it cannot go on, never a traceback."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import manage
from tools import application
from tools import main as commands
from tools.console import Failure

ROOT = Path(manage.__file__).resolve().parent


def test_a_python_before_3_11_is_too_old() -> None:
    assert manage.too_old((3, 10))
    assert manage.too_old((2, 7))
    assert not manage.too_old((3, 11))
    assert not manage.too_old((3, 14))


def test_manage_py_can_be_read_by_an_old_python_that_it_must_refuse() -> None:
    ast.parse((ROOT / "manage.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_nothing_but_the_standard_library_is_needed_to_start() -> None:
    # -S leaves out all installed packages
    started = subprocess.run(
        [sys.executable, "-S", "manage.py", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert started.returncode == 0
    assert "usage: manage.py" in started.stdout


def test_a_failure_is_one_sentence_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def give_up(_kind: str = "runtime") -> None:
        raise Failure("The package registry cannot be reached.")

    monkeypatch.setattr(application, "setup", give_up)
    assert commands.main(["setup"]) == 1
    assert capsys.readouterr().err.strip() == "The package registry cannot be reached."


def test_the_status_of_a_flask_command_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def flask(*arguments: str) -> int:
        asked.append(arguments)
        return 3

    monkeypatch.setattr(application, "setup", lambda: None)
    monkeypatch.setattr(commands.environment, "flask", flask)
    assert commands.main(["flask", "seed", "--county", "150525", "--", "x"]) == 3
    assert asked == [("seed", "--county", "150525", "--", "x")]


def test_arguments_after_two_dashes_go_to_pytest() -> None:
    assert commands.split_at_dashes(["test", "--fast", "--", "-k", "wage"]) == (
        ["test", "--fast"],
        True,
        ["-k", "wage"],
    )
    assert commands.split_at_dashes(["test"]) == (["test"], False, [])


@pytest.mark.parametrize("port", ["0", "65536", "many"])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        commands.main(["run", "--port", port])
    assert caught.value.code == 2
    assert "--port" in capsys.readouterr().err
