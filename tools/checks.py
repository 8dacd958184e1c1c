"""The test command: each check, how long it took and what came of it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tools import application, browser, environment
from tools.console import Failure, say, stream
from tools.environment import ROOT

RULES = "jobmatch/*/rules/*,jobmatch/*/rules.py,jobmatch/kernel/*"
NO_TESTS = 5  # pytest's status where it collected nothing
COUNTED = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)\b")
MOST_WORKERS = 4


@dataclass(frozen=True)
class Options:
    browser: bool = True
    fast: bool = False
    pytest: tuple[str, ...] = ()

    @property
    def wants_browser(self) -> bool:
        return self.browser and not self.fast


@dataclass(frozen=True)
class Result:
    """What came of one check: its name, seconds, outcome ("ok", "failed", "left out"), counts."""

    name: str
    seconds: float
    outcome: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One check: `work` gives whether all is well, and the tests counted by outcome."""

    name: str
    work: Callable[[], tuple[bool, Mapping[str, int]]]


def run(options: Options) -> int:
    """Sets up, then runs all checks to the end, also after a failed one."""
    application.setup("dev")
    share_loops()
    with tempfile.TemporaryDirectory(prefix="jobmatch-test-", ignore_cleanup_errors=True) as folder:
        env = checks_environment(folder)
        results = [perform(check) for check in planned(options, env)]
    results += left_out(options)
    say("\n" + table(results))
    return 1 if any(result.outcome == "failed" for result in results) else 0


def share_loops() -> None:
    """Put what set-up compiled beside the sources into the folder that the tests name as well."""
    beside = ROOT / "jobmatch" / "matching" / "rules" / "index" / "__pycache__"
    folder = application.instance_folder() / "compiled"
    for part in beside.glob("[0-9a-f]*/*_*/"):
        target = folder / part.parent.name / part.name
        if part.is_dir() and not target.exists():
            shutil.copytree(part, target)


def checks_environment(instance: str) -> dict[str, str]:
    """Tests get a folder of their own and no address of a database that somebody uses."""
    env = environment.child_environment(
        JOBMATCH_ENV="test",
        JOBMATCH_INSTANCE=instance,
        COVERAGE_FILE=str(Path(instance) / "coverage"),
        # What set-up has compiled is read by every process of the tests, not made again.
        NUMBA_CACHE_DIR=str(application.instance_folder() / "compiled"),
    )
    for name in ("DATABASE_URL", "TEST_DATABASE_URL", "REDIS_URL"):
        env.pop(name, None)
    return env


def planned(options: Options, env: dict[str, str]) -> list[Check]:
    """The checks in their order: the quick ones first."""
    checks = [
        Check("style", tool(env, "ruff", "check", ".")),
        Check("format", tool(env, "ruff", "format", "--check", ".")),
        Check("types", tool(env, "mypy")),
        Check("floors", floors(env)),
        Check("supply chain", tool(env, "tools.audit", "--quick")),
        Check("texts", tool(env, "flask", "--app", "jobmatch", "i18n", "check")),
        Check("tests on SQLite", pytest_run(options, env, "not browser", coverage=True)),
    ]
    if not options.pytest:  # a selection of tests covers a selection of rules
        checks.append(Check("rules covered", rules_covered(env)))
    if not options.fast:
        checks.append(Check("tests on PostgreSQL", postgres_tests(options, env, server="")))
        given = os.environ.get("DATABASE_URL", "")
        if given.startswith("postgres"):
            checks.append(Check("tests on DATABASE_URL", postgres_tests(options, env, given)))
    if options.wants_browser:
        checks.append(Check("browser tests", browser_tests(options, env)))
    return checks


def left_out(options: Options) -> list[Result]:
    names = []
    if options.pytest:
        names.append("rules covered")
    if options.fast:
        names.append("tests on PostgreSQL")
    if not options.wants_browser:
        names.append("browser tests")
    return [Result(name, 0.0, "left out") for name in names]


def perform(check: Check) -> Result:
    say(f"\n=== {check.name}")
    start = time.monotonic()
    counts: Mapping[str, int] = {}
    try:
        good, counts = check.work()
    except Failure as failure:
        say(str(failure))
        good = False
    outcome = "ok" if good else "failed"
    return Result(check.name, time.monotonic() - start, outcome, counts)


def tool(
    env: dict[str, str], module: str, *arguments: str
) -> Callable[[], tuple[bool, dict[str, int]]]:
    """A check that is a command of the environment: good where its status is 0."""

    def work() -> tuple[bool, dict[str, int]]:
        return environment.run_python(["-m", module, *arguments], env) == 0, {}

    return work


def rules_covered(env: dict[str, str]) -> Callable[[], tuple[bool, dict[str, int]]]:
    """Every branch of the rules and the kernel ran in the tests on SQLite."""
    report = ["-m", "coverage", "report", "--fail-under=100", f"--include={RULES}"]

    def work() -> tuple[bool, dict[str, int]]:
        combined = environment.run_python(["-m", "coverage", "combine", "--quiet"], env) == 0
        return combined and environment.run_python(report, env) == 0, {}

    return work


def floors(env: dict[str, str]) -> Callable[[], tuple[bool, dict[str, int]]]:
    """The import contracts; the linter has no module to start, only a script."""
    start = "from importlinter.cli import lint_imports_command; lint_imports_command()"

    def work() -> tuple[bool, dict[str, int]]:
        return environment.run_python(["-c", start], env) == 0, {}

    return work


def pytest_run(
    options: Options,
    env: dict[str, str],
    marks: str,
    *,
    coverage: bool = False,
    plugins: Sequence[str] = (),
) -> Callable[[], tuple[bool, dict[str, int]]]:
    """A check that is a run of pytest, shown as it goes."""
    command: list[str | Path] = [environment.venv_python()]
    command += pytest_arguments(options, marks, coverage, plugins)

    def work() -> tuple[bool, dict[str, int]]:
        status, output = stream(command, say, cwd=ROOT, env=env)
        good = status == 0 or (status == NO_TESTS and bool(options.pytest))
        return good, counted(output)

    return work


def pytest_arguments(
    options: Options, marks: str, coverage: bool, plugins: Sequence[str] = ()
) -> list[str]:
    """pytest's arguments; the reader's own come last, so that they win."""
    workers = min(MOST_WORKERS, os.cpu_count() or 1)
    arguments = ["-m", "pytest", "-m", marks, "-n", str(workers), "--dist", "loadgroup"]
    arguments += ["--durations=40", "--durations-min=4"]
    if coverage:
        arguments = ["-m", "coverage", "run", *arguments]
    if sys.stdout.isatty():
        arguments.append("--color=yes")
    for plugin in plugins:
        arguments += ["-p", plugin]
    return [*arguments, *options.pytest]


def postgres_tests(
    options: Options, env: dict[str, str], server: str
) -> Callable[[], tuple[bool, dict[str, int]]]:
    """The tests that use a database, again on a scratch database of a real PostgreSQL."""

    def work() -> tuple[bool, dict[str, int]]:
        with scratch_database(server, env) as address:
            there = {**env, "TEST_DATABASE_URL": address}
            return pytest_run(options, there, "not browser", plugins=["tools.database_tests"])()

    return work


@contextmanager
def scratch_database(server: str, env: dict[str, str]) -> Iterator[str]:
    """The address of an empty database that goes away at the end (see tools/postgres.py)."""
    command = [str(environment.venv_python()), "-W", "ignore", "-m", "tools.postgres"]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(server + "\n")
        process.stdin.flush()
        address = next((line[8:] for line in process.stdout if line.startswith("address ")), "")
        if not address:
            raise Failure("No PostgreSQL could be started or reached: see the lines above.")
        try:
            yield address.strip()
        finally:
            process.stdin.close()


def browser_tests(
    options: Options, env: dict[str, str]
) -> Callable[[], tuple[bool, dict[str, int]]]:
    """The tests that drive a real Chromium."""

    def work() -> tuple[bool, dict[str, int]]:
        chromium = browser.ensure()
        browser.ensure_fonts()
        say(f"Chromium: {chromium}")
        return pytest_run(options, {**env, "CHROMIUM": chromium}, "browser")()

    return work


def counted(output: str) -> dict[str, int]:
    """How many tests passed, failed ..., from the last summary line of pytest's output."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    for line in reversed(plain.splitlines()):
        if re.search(r" in [\d.]+s", line):
            found = {word.rstrip("s") if word == "errors" else word: int(number)
                     for number, word in COUNTED.findall(line)}  # fmt: skip
            if found:
                return found
    return {}


def table(results: Sequence[Result]) -> str:
    """The closing table, and the sum of all tests on a line of its own."""
    width = max(len(result.name) for result in results)
    lines = []
    for result in results:
        seconds = "" if result.outcome == "left out" else f"{result.seconds:.1f} s"
        detail = ", ".join(f"{number} {word}" for word, number in result.counts.items())
        lines.append(
            f"{result.name:<{width}}  {seconds:>8}  {result.outcome:<8}  {detail}".rstrip()
        )
    total = {word: sum(result.counts.get(word, 0) for result in results)
             for word in ("passed", "failed", "error", "skipped")}  # fmt: skip
    failed = total["failed"] + total["error"]
    lines += ["", f"{total['passed']} passed, {failed} failed, {total['skipped']} skipped"]
    return "\n".join(lines)
