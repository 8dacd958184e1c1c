"""What stands behind the second wall, and who may look over it, is written down here."""

import ast
from pathlib import Path

import pytest

from jobmatch import load_models
from jobmatch.infra.db import Base
from jobmatch.infra.wall_rows import POLICIES

CODE = Path(__file__).resolve().parent.parent.parent / "jobmatch"
# Module: how many times it lifts the wall. Each says why in its own words.
LIFTS = {
    "brands/membership.py": 1,  # a worker is found by phone and name, to be invited
    "cli.py": 1,  # commands on the machine
    "earnings/booking.py": 2,  # wages become income of a household
    "earnings/income.py": 2,
    "households/importing.py": 1,  # whether a number is registered anywhere
    "matching/candidates.py": 2,  # who fits, out of everybody
    "matching/crews.py": 1,
    "matching/index.py": 2,
    "matching/sides.py": 1,  # how much a household needs
    "tasks/scheduler.py": 3,  # by the clock
    "tasks/watching.py": 1,
    "web/public/join.py": 1,  # who has just signed up
    "workers/listeners.py": 1,  # the same person as worker and as member
    "workers/proposals.py": 4,  # new words in earlier texts
    "workers/service.py": 1,  # a newcomer
}
# Tables that name a worker or a household and stand in front of the wall: keys and days, which say
# little without the person's row, and which every side of a posting needs.
IN_FRONT = {
    "attendance_event", "availability", "brand_member", "credential", "crew", "crew_member",
    "dispute", "engagement", "engagement_day", "enrolment", "instant_offer", "journal_line",
    "ledger_balance", "match_push", "match_pushed", "pay_run_row", "season_pin", "season_release",
    "season_spell", "signup", "work_day", "work_request", "worker_month", "worker_skill",
}  # fmt: skip


def lifts() -> dict[str, int]:
    found: dict[str, int] = {}
    for path in CODE.rglob("*.py"):
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("lifted", "set_sight")
        ]
        if calls and path.parent.name != "infra":
            found[str(path.relative_to(CODE))] = len(calls)
    return found


@pytest.mark.same_everywhere
def test_who_looks_over_the_wall_is_listed() -> None:
    assert lifts() == LIFTS | {"web/incoming.py": 1}  # which begins each request with nothing


@pytest.mark.same_everywhere
def test_a_table_that_names_a_person_stands_behind_the_wall_or_is_listed_in_front() -> None:
    load_models()
    named = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in ("worker", "household", "household_member")
    }
    assert named - POLICIES.keys() == IN_FRONT
    assert POLICIES.keys() <= Base.metadata.tables.keys()
