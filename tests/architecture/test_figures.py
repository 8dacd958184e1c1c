"""Only one module adds up work days and pay for figures: so no two pages can disagree."""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.same_everywhere

CODE = Path(__file__).parents[2] / "jobmatch"
SUMMED = {"WorkDay", "PaySlipLine", "PaySlip", "WorkerMonth"}
ADDING = {"sum", "count", "avg"}
# Figures for everybody; the cache and its check.
FIGURES = {"reports/figures.py", "reports/summary.py"}
# The houses that make days and slips add up their own: rosters, runs, the ledger.
OWN = ("attendance/", "earnings/")


def adds_up(source: str) -> bool:
    """Whether a query of this source adds up or counts columns of work days or pay."""
    for node in ast.walk(ast.parse(source)):
        is_adding = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ADDING
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "func"
        )
        if is_adding and SUMMED & {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}:
            return True
    return False


def test_nobody_else_adds_up_work_days_or_pay() -> None:
    found = {
        name
        for path in CODE.rglob("*.py")
        if not (name := path.relative_to(CODE).as_posix()).startswith(OWN)
        and adds_up(path.read_text(encoding="utf-8"))
    }
    assert found == FIGURES


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("select(func.sum(WorkDay.minutes))", True),
        ("select(func.count(distinct(WorkDay.worker_id)))", True),
        ("select(func.sum(case((x, PaySlip.net_fen), else_=0)))", True),
        ("select(func.max(WorkDay.work_date))", False),
        ("sum(row.fen for row in rows)", False),
        ("select(func.count(Worker.id))", False),
    ],
)
def test_the_look_above_sees_what_it_looks_for(source: str, found: bool) -> None:
    assert adds_up(source) is found
