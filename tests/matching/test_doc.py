"""The worked tables of docs/rules/matching.md, read and repeated."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.change import Course
from jobmatch.matching.rules.explain import explain
from jobmatch.matching.rules.weights import PARTS, Weights
from tests.matching.test_score import CELLAR, D25, D26, SORT, TODAY, WANG

DOC = Path(__file__).parents[2] / "docs" / "rules" / "matching.md"
CASES = {
    "as above": ({}, {}),
    "Wang does another skill that the posting takes too": (
        {"skills": {"ag.corn.sow": 1}}, {"also_skills": {"ag.corn.sow"}},
    ),
    "Wang digs sweet potatoes": ({"skills": {"ag.swpotato.dig": 1}}, {}),
    "Wang takes on whatever comes": ({"skills": {"ot.odd": 1}}, {}),
    "Wang shears sheep": ({"skills": {"lv.sheep.shear": 1}}, {}),
    "the posting asks for level 3, Wang has 1": ({}, {"min_level": 3}),
    "free on 25 and 26 only": ({"runs": (Days(D25, D26),)}, {}),
    "the same, and who comes must come for 3 days": ({"runs": (Days(D25, D26),)}, {"min_stay": 3}),
    "other work on the 25th": ({"booked": {D25}}, {}),
    "piece work without a usual amount": ({}, {"day_pay_fen": None}),
    "a member of the posting's brand": ({"brands": {7}}, {"brand_id": 7}),
    "of a monitored household": ({"need": 2}, {}),
    "wants 180.01 yuan": ({"least_day_fen": 18_001}, {}),
    "wants to be home by 17:07": ({"home_by": 1027}, {}),
    "goes 4 km": ({"max_km": 4}, {}),
}  # fmt: skip
TURNS = {
    "goes 4 km": ({"max_km": 4}, {}),
    "no credential, a course from 20 September": ({}, {"needs_credential": True}),
    "free from 29 September on": ({"runs": (Days(date(2026, 9, 29), date(2026, 10, 3)),)}, {}),
    "wants 200 yuan": ({"least_day_fen": 20_000}, {}),
    "home by 17:00": ({"home_by": 1020}, {}),
}
COURSE = Course(SORT, 1, date(2026, 9, 20), date(2026, 9, 22))


def table(heading: str) -> dict[str, list[str]]:
    """The rows under a heading of the page: first cell -> the others."""
    part = DOC.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [re.split(r" *\| *", line.strip("| ")) for line in part.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows[2:]}


def test_the_worked_table_is_what_the_rule_says():
    said = {}
    for name, (who, what) in CASES.items():
        worker, posting = replace(WANG, **who), replace(CELLAR, **what)
        found = explain(worker, posting, Weights(), today=TODAY)
        words = f"miss: {found.misses[0]}" if found.misses else f"{found.value} %"
        said[name] = [str(found.score.value), words]
    assert table("A worked table") == said


def test_the_changes_are_those_that_the_rule_finds():
    said = {}
    for name, (who, what) in TURNS.items():
        worker, posting = replace(WANG, **who), replace(CELLAR, **what)
        found = explain(worker, posting, Weights(), today=TODAY, courses=(COURSE,))
        said[name] = [str(turn) for turn in found.turns]
    assert table("What would turn it") == said


def test_the_weights_of_the_page_are_the_defaults():
    rows = table("Points")
    weights = Weights()
    assert {name: int(rows[name][0].replace(",", "")) for name in PARTS} == {
        name: getattr(weights, name) for name in PARTS
    }
    assert rows["priority"][0] == f"{weights.priority_most} on top"
