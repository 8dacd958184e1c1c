"""The shape of the code: what a house may hold, how long a file may be, which way imports go."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = ROOT / "jobmatch"
HOUSES = [
    "accounts", "attendance", "brands", "dispatch", "disputes", "earnings", "employers", "households",
    "matching", "monitoring", "notify", "places", "postings", "privacy", "reports", "skills", "training",
    "workers",
]  # fmt: skip
EVERY_HOUSE = {
    "models", "rules", "policy", "service", "queries", "events", "errors", "handlers",
}  # fmt: skip
# Parts of a service or of the queries that grew too long for one file: each is one subject.
PARTS = {
    "accounts": {"codes", "passwords", "second", "sessions"},
    "attendance": {
        "asking",
        "copies",
        "desk",
        "disputes",
        "record",
        "reminders",
        "reviewing",
        "scanning",
        "syncing",
        "writing",
    },
    "brands": {"crews", "finding", "membership", "people"},
    "dispatch": {
        "cancelling",
        "cluster",
        "crew_orders",
        "crew_plan",
        "crews",
        "instant",
        "instant_asking",
        "instant_models",
        "instant_queries",
        "own_work",
        "placing",
        "receipts",
        "season_ask",
        "season_news",
        "season_blobs",
        "season_board",
        "season_edit",
        "season_freeing",
        "season_ground",
        "season_judge",
        "season_loop",
        "season_pairs",
        "season_pins",
        "season_reading",
        "season_runs",
        "season_publish",
        "season_queries",
        "season_reasons",
        "season_releases",
        "season_rows",
        "season_sending",
        "season_service",
        "season_spells",
        "season_telling",
        "season_text",
        "season_world",
        "seats",
    },
    "disputes": {"evidence", "groups", "law", "opening", "pack", "reminders", "sealing", "steps"},
    "earnings": {
        "arrears",
        "arrears_marking",
        "arrears_models",
        "law",
        "book",
        "booking",
        "account_models",
        "bank_accounts",
        "bank_file",
        "bank_queries",
        "brand_pay",
        "brand_runs",
        "lump_people",
        "chain",
        "charge_checks",
        "charging",
        "checks",
        "computing",
        "cycles",
        "expected",
        "income",
        "journal",
        "outstanding",
        "papers",
        "payment",
        "run_models",
        "run_portions",
        "run_reversal",
        "run_queries",
        "run_work",
        "run_writing",
        "runs",
        "settling",
        "sharing",
        "telling",
        "terms",
        "usual",
    },
    "employers": {"expiry"},
    "households": {"history", "importing"},
    "privacy": {"reading"},
    "postings": {"board", "checking", "ending", "proposals", "shape", "words"},
    "matching": {
        "candidates",
        "crews",
        "feed",
        "index",
        "laws",
        "loading",
        "outside",
        "push",
        "ranking",
        "sides",
    },
    "monitoring": {"gathering"},
    "notify": {"channels", "codes", "sending", "speaking"},
    "reports": {"events", "figures", "funnel", "summary"},
    "skills": {"keeper", "knowledge", "noting", "phrases", "rereading"},
    "training": {"enrolling", "offers", "report"},
    "workers": {"checking", "listeners", "proposals"},
}
MOST_LINES = 400
TOO_LONG: dict[str, int] = {}


def modules(folder: Path) -> set[str]:
    return {
        path.stem
        for path in folder.iterdir()
        if (path.suffix == ".py" or path.is_dir()) and not path.name.startswith(("__", "."))
    }


def test_every_package_is_a_house_or_known_by_name() -> None:
    others = {"kernel", "infra", "tasks", "web", "seed", "commands", "data", "translations"}
    packages = {p.name for p in CODE.iterdir() if p.is_dir() and not p.name.startswith("__")}
    assert packages == set(HOUSES) | others


@pytest.mark.parametrize("house", HOUSES)
def test_a_house_holds_only_what_a_house_may_hold(house: str) -> None:
    assert modules(CODE / house) - EVERY_HOUSE - PARTS.get(house, set()) == set()


def test_the_parts_named_here_are_there() -> None:
    gone = {h: parts - modules(CODE / h) for h, parts in PARTS.items()}
    assert {h: parts for h, parts in gone.items() if parts} == {}


def written() -> list[Path]:
    """All files that people write and read; migrations are made by a tool and read once."""
    folders = ["jobmatch", "tools", "tests", "templates", "static/js", "static/css"]
    found = [path for folder in folders for path in (ROOT / folder).rglob("*")]
    return [p for p in found if p.suffix in {".py", ".html", ".js", ".css"}]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {}
    for path in written():
        lines = path.read_text(encoding="utf-8").count("\n")
        name = path.relative_to(ROOT).as_posix()
        if lines > TOO_LONG.get(name, MOST_LINES):
            long[name] = lines
    assert long == {}


# --- imports ------------------------------------------------------------------------------------

PLANTED = {
    "jobmatch/places/service.py": "import jobmatch.workers.queries\n",
    "jobmatch/places/policy.py": "import flask\n",
    "jobmatch/places/rules/planted.py": "import jobmatch.infra.db\n",
    "jobmatch/web/planted.py": "import jobmatch.places.models\n",
}
CAUGHT = [
    "jobmatch.places is not allowed to import jobmatch.workers",
    "jobmatch.places.policy -> flask",
    "jobmatch.places.rules.planted -> jobmatch.infra.db",
    "jobmatch.web.planted -> jobmatch.places.models",
]


def test_wrong_imports_are_caught(tmp_path: Path) -> None:
    shutil.copytree(CODE, tmp_path / "jobmatch", ignore=shutil.ignore_patterns("data", "*.pyc"))
    for name in ("pyproject.toml", "config.py"):
        shutil.copy(ROOT / name, tmp_path)
    status, _ = lint(tmp_path)
    assert status == 0
    for name, words in PLANTED.items():
        (tmp_path / name).write_text(words, encoding="utf-8")
    status, said = lint(tmp_path)
    assert status == 1
    for caught in CAUGHT:
        assert caught in said


def lint(folder: Path) -> tuple[int, str]:
    start = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", start], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, re.sub(r"\s+", " ", done.stdout)
