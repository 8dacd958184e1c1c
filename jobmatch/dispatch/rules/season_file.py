"""Instances and plans as files: docs/rules/dispatch.md has the formats, which other programs use.

An instance is JSON (`jobmatch-dispatch/1`), or the same tables as arrays in a .npz file for large
ones; a plan is JSON (`jobmatch-plan/1`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NoReturn, TypeVar

import numpy as np

from jobmatch.dispatch.rules.plans import Plan, Spell, unfilled
from jobmatch.dispatch.rules.problem import (
    MOST_DAYS,
    MOST_PLACES,
    MOST_POINTS,
    BadProblem,
    Masks,
    Params,
    Pin,
    Problem,
)

INSTANCE, PLAN = "jobmatch-dispatch/1", "jobmatch-plan/1"
PARAMS = ("max_run", "fair_days", "fair_bonus", "crew_split_cost")
Table = Sequence[Mapping[str, Any]]
T = TypeVar("T")


def parse(text: str | bytes) -> Any:
    """JSON without NaN and other numbers that are none. raises BadProblem with line and column"""

    def refuse(word: str) -> NoReturn:
        raise BadProblem("file", f"{word} is not a number")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise BadProblem(f"line {error.lineno}, column {error.colno}", error.msg) from None
    except UnicodeDecodeError:
        raise BadProblem("file", "is not UTF-8") from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, BadProblem):
            raise
        raise BadProblem("file", "is nested too deeply or holds a number too long") from None


def problem_of(given: Any) -> Problem:
    """The problem of a parsed instance. raises BadProblem with the place of what is wrong"""
    top = _object(given, "file")
    _format(top, INSTANCE)
    days = whole(top.get("days"), "days", 1, MOST_DAYS)
    workers, crews, postings, pairs = (
        _table(top, name) for name in ("workers", "crews", "postings", "pairs")
    )
    worker_rows = _rows(workers, "workers")
    crew_rows = _rows(crews, "crews")
    posting_rows = _rows(postings, "postings")
    params = _object(top.get("params", {}), "params")
    by_worker = _pairs(pairs, worker_rows, posting_rows, days)
    return Problem(
        start=_day(top.get("start")),
        days=days,
        params=Params(
            **{n: whole(params.get(n, 0), f"params.{n}", 0, MOST_POINTS) for n in PARAMS}
        ),
        worker_ids=tuple(worker_rows),
        crew_ids=tuple(crew_rows),
        posting_ids=tuple(posting_rows),
        available=np.array(
            [_flags(w.get("available"), f"workers[{n}].available", days)
             for n, w in enumerate(workers)], bool
        ).reshape(len(workers), days),
        max_days=_column(workers, lambda n, w: min(
            days, whole(w.get("max_days", days), f"workers[{n}].max_days", 0, MOST_PLACES))),
        crew=_column(workers, lambda n, w: _ref(w.get("crew"), crew_rows, f"workers[{n}].crew")),
        whole=np.array([_bool(c.get("whole", False), f"crews[{n}].whole")
                        for n, c in enumerate(crews)], bool),
        headcount=np.array([_places(p.get("headcount"), f"postings[{n}].headcount", days)
                            for n, p in enumerate(postings)], np.int64
                           ).reshape(len(postings), days),
        min_stay=_column(postings, lambda n, p: whole(
            p.get("min_stay", 1), f"postings[{n}].min_stay", 1, days)),
        first_pair=by_worker.first,
        pair_posting=by_worker.columns[1],
        pair_value=by_worker.columns[2],
        pair_cost=by_worker.columns[3],
        pair_days=by_worker.days,
        pins=_pins(_table(top, "pins"), worker_rows, posting_rows, days),
    )  # fmt: skip


class _Pairs:
    """Pairs in the order of workers."""

    def __init__(self, rows: Any, days: Masks, workers: int) -> None:
        table = np.array(rows, np.int64).reshape(-1, 4)
        order = np.argsort(table[:, 0], kind="stable")
        self.columns = [np.ascontiguousarray(column) for column in table[order].T]
        self.days = days[order]
        self.first = np.searchsorted(self.columns[0], np.arange(workers + 1)).astype(np.int64)


def _pairs(
    pairs: Table, workers: Mapping[str, int], postings: Mapping[str, int], days: int
) -> _Pairs:
    words = (days + 63) // 64
    masks = np.full((len(pairs), words), ~np.uint64(0))
    rows: list[tuple[int, int, int, int]] = []
    seen: set[tuple[int, int]] = set()
    for n, pair in enumerate(pairs):
        at = f"pairs[{n}]"
        worker = _known(pair.get("worker"), workers, f"{at}.worker")
        posting = _known(pair.get("posting"), postings, f"{at}.posting")
        if (worker, posting) in seen:
            raise BadProblem(at, "this worker and posting are a pair already")
        seen.add((worker, posting))
        value = whole(pair.get("value"), f"{at}.value", -MOST_POINTS, MOST_POINTS)
        cost = whole(pair.get("spell_cost", 0), f"{at}.spell_cost", 0, MOST_POINTS)
        rows.append((worker, posting, value, cost))
        if "days" in pair:
            masks[n] = _mask(_flags(pair["days"], f"{at}.days", days), words)
    return _Pairs(rows, masks, len(workers))


def _mask(flags: list[bool], words: int) -> Masks:
    bits = np.packbits(np.array(flags, bool), bitorder="little")
    return np.pad(bits, (0, words * 8 - len(bits))).view("<u8").astype(np.uint64)


def _pins(
    pins: Table, workers: Mapping[str, int], postings: Mapping[str, int], days: int
) -> tuple[Pin, ...]:
    return tuple(
        Pin(
            _known(pin.get("worker"), workers, f"pins[{n}].worker"),
            _known(pin.get("posting"), postings, f"pins[{n}].posting"),
            whole(pin.get("first"), f"pins[{n}].first", 0, days - 1),
            whole(pin.get("last"), f"pins[{n}].last", 0, days - 1),
        )
        for n, pin in enumerate(pins)
    )


# --- plans ----------------------------------------------------------------------------------------


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
    top = _object(given, "file")
    _format(top, PLAN)
    workers = {id: n for n, id in enumerate(problem.worker_ids)}
    postings = {id: n for n, id in enumerate(problem.posting_ids)}
    spells = []
    for n, row in enumerate(_table(top, "spells")):
        at = f"spells[{n}]"
        rest = row.get("rest", [])
        if not isinstance(rest, list):
            raise BadProblem(f"{at}.rest", "must be a list of days")
        spells.append(
            Spell(
                _known(row.get("worker"), workers, f"{at}.worker"),
                _known(row.get("posting"), postings, f"{at}.posting"),
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


# --- values with their place ----------------------------------------------------------------------


def whole(value: Any, at: str, least: int, most: int) -> int:
    """A whole number within bounds. raises BadProblem with its place"""
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadProblem(at, f"must be a whole number, not {_shown(value)}")
    if not least <= value <= most:
        raise BadProblem(at, f"must be {least} to {most}, not {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    said = "missing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= 40 else said[:37] + "..."


def _object(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadProblem(at, f"must be an object, not {_shown(value)}")
    return value


def _format(top: Mapping[str, Any], wanted: str) -> None:
    if top.get("format") != wanted:
        raise BadProblem("format", f"must be {wanted!r}, not {_shown(top.get('format'))}")


def _table(top: Mapping[str, Any], name: str) -> Table:
    rows = top.get(name, [])
    if not isinstance(rows, list):
        raise BadProblem(name, f"must be a list, not {_shown(rows)}")
    for n, row in enumerate(rows):
        _object(row, f"{name}[{n}]")
    return rows


def _rows(table: Table, name: str) -> dict[str, int]:
    """id -> row; ids are texts and stand once."""
    found: dict[str, int] = {}
    for n, row in enumerate(table):
        key = row.get("id")
        if not isinstance(key, str) or not key:
            raise BadProblem(f"{name}[{n}].id", f"must be a text, not {_shown(key)}")
        if key in found:
            raise BadProblem(f"{name}[{n}].id", f"{_shown(key)} stands twice")
        found[key] = n
    return found


def _known(value: Any, rows: Mapping[str, int], at: str) -> int:
    if not isinstance(value, str) or value not in rows:
        raise BadProblem(at, f"no such id: {_shown(value)}")
    return rows[value]


def _ref(value: Any, rows: Mapping[str, int], at: str) -> int:
    return -1 if value is None else _known(value, rows, at)


def _bool(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise BadProblem(at, f"must be true or false, not {_shown(value)}")
    return value


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadProblem("start", f"must be a date like 2026-09-01, not {_shown(value)}") from None


def _column(table: Table, value: Callable[[int, Mapping[str, Any]], int]) -> Any:
    return np.array([value(n, row) for n, row in enumerate(table)], np.int64)


def _flags(ranges: Any, at: str, days: int) -> list[bool]:
    """Days of [first, last] ranges, both ends included, which do not overlap."""
    if not isinstance(ranges, list):
        raise BadProblem(at, f"must be a list of [first, last], not {_shown(ranges)}")
    found = [False] * days
    for n, one in enumerate(ranges):
        here = f"{at}[{n}]"
        if not isinstance(one, list) or len(one) != 2:
            raise BadProblem(here, f"must be [first, last], not {_shown(one)}")
        first = whole(one[0], here, 0, days - 1)
        last = whole(one[1], here, 0, days - 1)
        if last < first:
            raise BadProblem(here, f"ends before it begins: {_shown(one)}")
        if any(found[first : last + 1]):
            raise BadProblem(here, f"overlaps another range: {_shown(one)}")
        found[first : last + 1] = [True] * (last - first + 1)
    return found


def _places(given: Any, at: str, days: int) -> list[int]:
    """A row of headcounts."""
    top = _object(given, at)
    first = whole(top.get("first"), f"{at}.first", 0, days - 1)
    counts = top.get("counts")
    if not isinstance(counts, list):
        raise BadProblem(f"{at}.counts", f"must be a list, not {_shown(counts)}")
    if first + len(counts) > days:
        raise BadProblem(f"{at}.counts", f"goes beyond day {days - 1}")
    found = [0] * days
    for n, count in enumerate(counts):
        found[first + n] = whole(count, f"{at}.counts[{n}]", 0, MOST_PLACES)
    return found
