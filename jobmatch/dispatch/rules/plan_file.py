"""Plans and news as JSON files (`jobmatch-plan/1`, `jobmatch-news/1`); docs/rules/season.md."""

from typing import Any

from jobmatch.dispatch.rules.plans import Plan, Spell, unfilled
from jobmatch.dispatch.rules.problem import MOST_PLACES, BadProblem, Problem
from jobmatch.dispatch.rules.replan import Absent, Closed, Demand, News
from jobmatch.dispatch.rules.values import check_format, known, object_of, table_of, whole

PLAN, NEWS = "jobmatch-plan/1", "jobmatch-news/1"


def plan_to_json(problem: Problem, plan: Plan) -> dict[str, Any]:
    """A plan as it goes into a file."""
    spells = []
    for spell in plan.spells:
        row: dict[str, Any] = {
            "worker": problem.worker_ids[spell.worker],
            "posting": problem.posting_ids[spell.posting],
            "first": spell.first,
            "last": spell.last,
        }
        if spell.rest:
            row["rest"] = list(spell.rest)
        spells.append(row)
    return {
        "format": PLAN,
        "spells": spells,
        "value": plan.value,
        "bound": plan.bound,
        "gap": round(plan.gap, 6),
        "filled": plan.filled,
        "demanded": plan.demanded,
        "seconds": round(plan.seconds, 3),
        "seed": plan.seed,
        "unfilled": [
            {"posting": problem.posting_ids[p], "day": d, "places": left}
            for p, d, left in unfilled(problem, plan.spells)
        ],
    }


def plan_of_json(problem: Problem, given: Any) -> Plan:
    """The plan of a parsed file; what it says of itself is taken as said, `check` looks it over.

    raises BadProblem with the place of what is wrong
    """
    top = object_of(given, "file")
    check_format(top, PLAN)
    workers = {id: n for n, id in enumerate(problem.worker_ids)}
    postings = {id: n for n, id in enumerate(problem.posting_ids)}
    spells = []
    for n, row in enumerate(table_of(top, "spells")):
        at = f"spells[{n}]"
        rest = row.get("rest", [])
        if not isinstance(rest, list):
            raise BadProblem(f"{at}.rest", "must be a list of days")
        spells.append(
            Spell(
                known(row.get("worker"), workers, f"{at}.worker"),
                known(row.get("posting"), postings, f"{at}.posting"),
                whole(row.get("first"), f"{at}.first", 0, problem.days - 1),
                whole(row.get("last"), f"{at}.last", 0, problem.days - 1),
                tuple(whole(day, f"{at}.rest", 0, problem.days - 1) for day in rest),
            )
        )
    most = 1 << 62
    return Plan(
        tuple(sorted(spells, key=lambda spell: (spell.worker, spell.first))),
        value=whole(top.get("value"), "value", -most, most),
        bound=whole(top.get("bound"), "bound", -most, most),
        filled=whole(top.get("filled", 0), "filled", 0, most),
        demanded=whole(top.get("demanded", 0), "demanded", 0, most),
        seed=whole(top.get("seed", 0), "seed", 0, most),
    )


def news_of_json(problem: Problem, given: Any) -> tuple[int, list[News]]:
    """First day that may change, and the news. raises BadProblem with the place of what is wrong

    {"format": "jobmatch-news/1", "frozen": 3, "news": [
      {"closed": "p1", "first": 5, "last": 7}, {"absent": "w1", "first": 5, "last": 59},
      {"demand": "p2", "first": 5, "last": 9, "headcount": 30}]}
    """
    top = object_of(given, "file")
    check_format(top, NEWS)
    workers = {id: n for n, id in enumerate(problem.worker_ids)}
    postings = {id: n for n, id in enumerate(problem.posting_ids)}
    found: list[News] = []
    for n, row in enumerate(table_of(top, "news")):
        at = f"news[{n}]"
        first = whole(row.get("first"), f"{at}.first", 0, problem.days - 1)
        last = whole(row.get("last"), f"{at}.last", first, problem.days - 1)
        if "closed" in row:
            found.append(Closed(known(row["closed"], postings, f"{at}.closed"), first, last))
        elif "absent" in row:
            found.append(Absent(known(row["absent"], workers, f"{at}.absent"), first, last))
        elif "demand" in row:
            posting = known(row["demand"], postings, f"{at}.demand")
            places = whole(row.get("headcount"), f"{at}.headcount", 0, MOST_PLACES)
            found.append(Demand(posting, first, last, places))
        else:
            raise BadProblem(at, "must say closed, absent or demand")
    return whole(top.get("frozen", 0), "frozen", 0, problem.days - 1), found
