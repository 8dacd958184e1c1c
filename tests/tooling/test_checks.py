"""The test command: what it plans, how it counts, what it says at the end."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import checks
from tools.checks import Check, Options, Result, counted, left_out, perform, planned, table
from tools.console import Failure
from tools.database_tests import pytest_collection_modifyitems, uses_database


def item(*fixtures: str, mark: str = "", path: str = "tests/x/test_x.py") -> SimpleNamespace:
    return SimpleNamespace(
        fixturenames=list(fixtures), path=Path(path),
        get_closest_marker=lambda name: (bool(mark) and name == mark) or None,
    )  # fmt: skip


def names(options: Options) -> list[str]:
    return [check.name for check in planned(options, {})]


@pytest.fixture(autouse=True)
def _no_database_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_everything_is_checked_when_nothing_is_left_out() -> None:
    assert names(Options()) == [
        "style",
        "format",
        "types",
        "floors",
        "supply chain",
        "texts",
        "tests on SQLite",
        "rules covered",
        "tests on PostgreSQL",
        "browser tests",
    ]
    assert left_out(Options()) == []


def test_without_a_browser_only_its_tests_are_left_out() -> None:
    assert "browser tests" not in names(Options(browser=False))
    assert "tests on PostgreSQL" in names(Options(browser=False))
    assert [result.name for result in left_out(Options(browser=False))] == ["browser tests"]


def test_fast_leaves_out_postgresql_and_the_browser() -> None:
    assert names(Options(fast=True))[-2:] == ["tests on SQLite", "rules covered"]
    assert [result.name for result in left_out(Options(fast=True))] == [
        "tests on PostgreSQL",
        "browser tests",
    ]


def test_a_selection_of_tests_is_not_held_against_the_coverage_of_rules() -> None:
    assert "rules covered" not in names(Options(pytest=("-k", "wage")))


def test_a_given_postgresql_is_tested_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@db.example/prod")
    assert "tests on DATABASE_URL" in names(Options())


def test_a_given_sqlite_file_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/jobmatch.sqlite3")
    assert "tests on DATABASE_URL" not in names(Options())


def test_tests_never_see_the_address_of_a_database_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@db.example/prod")
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://u@db.example/other")
    env = checks.checks_environment("/some/folder")
    assert "DATABASE_URL" not in env
    assert "TEST_DATABASE_URL" not in env
    assert env["JOBMATCH_INSTANCE"] == "/some/folder"
    assert env["JOBMATCH_ENV"] == "test"


def test_the_readers_own_arguments_come_last() -> None:
    arguments = checks.pytest_arguments(Options(pytest=("-n", "0")), "not browser", True)
    assert arguments[:6] == ["-m", "coverage", "run", "-m", "pytest", "-m"]
    assert arguments[-2:] == ["-n", "0"]


def test_tests_are_counted_from_the_last_summary_line() -> None:
    output = (
        "1 passed in 0.1s of a test's own words\n"
        "FAILED tests/x.py::test_y\n"
        "=== 2 failed, 121 passed, 3 skipped, 1 error in 12.34s ===\n"
    )
    assert counted(output) == {"failed": 2, "passed": 121, "skipped": 3, "error": 1}


def test_several_errors_and_colours_are_counted_alike() -> None:
    output = "\x1b[31m\x1b[1m2 errors\x1b[0m, \x1b[32m5 passed\x1b[0m in 1.00s\n"
    assert counted(output) == {"error": 2, "passed": 5}


def test_output_without_a_summary_counts_nothing() -> None:
    assert counted("Killed\n") == {}


def test_a_check_that_gives_up_has_failed_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def work() -> tuple[bool, dict[str, int]]:
        raise Failure("No Chromium could be found.")

    assert perform(Check("browser tests", work)).outcome == "failed"
    assert "No Chromium could be found." in capsys.readouterr().out


def test_the_table_ends_with_the_sum_of_all_tests() -> None:
    results = [
        Result("style", 1.25, "ok"),
        Result("tests on SQLite", 60.0, "failed", {"failed": 1, "passed": 100, "skipped": 2}),
        Result("tests on PostgreSQL", 30.0, "failed", {"error": 1, "passed": 50}),
        Result("browser tests", 0.0, "left out"),
    ]
    assert table(results).splitlines() == [
        "style                   1.2 s  ok",
        "tests on SQLite        60.0 s  failed    1 failed, 100 passed, 2 skipped",
        "tests on PostgreSQL    30.0 s  failed    1 error, 50 passed",
        "browser tests                  left out",
        "",
        "150 passed, 2 failed, 2 skipped",
    ]


def test_only_tests_that_use_a_database_run_again_on_another_one() -> None:
    pure = item("tmp_path")
    bound, race = item("settings", "app"), item(mark="race")
    dropped: list[object] = []
    hook = SimpleNamespace(pytest_deselected=lambda items: dropped.extend(items))
    same = item("app", mark="same_everywhere")
    items = [pure, bound, race, same]
    pytest_collection_modifyitems(SimpleNamespace(hook=hook), items)  # type: ignore[arg-type]
    assert items == [bound, race]
    assert dropped == [pure, same]


@pytest.mark.parametrize("name", ["", "EVERYWHERE", "WALLED"])
def test_a_page_alone_is_asked_again_where_that_is_wished(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in ("EVERYWHERE", "WALLED"):
        monkeypatch.setenv(one, "1" if one == name else "")
    page = item("app", path="tests/web/worker/test_work.py")
    desk = item("app", path="tests/web/test_errors.py")
    house = item("app", path="tests/workers/test_service.py")
    assert [uses_database(one) for one in (page, desk, house)] == [bool(name), True, True]


def test_workers_are_never_more_than_the_machine_has() -> None:
    arguments = checks.pytest_arguments(Options(), "browser", False)
    assert 1 <= int(arguments[arguments.index("-n") + 1]) <= (os.cpu_count() or 1)
