"""Instances as JSON files (`jobmatch-dispatch/1`): docs/rules/season.md has the format.

Other programs use it. Plans are in plan_file.py, large instances in season_arrays.py.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from jobmatch.dispatch.rules.problem import (
    MOST_DAYS,
    MOST_PLACES,
    MOST_POINTS,
    BadProblem,
    Masks,
    Params,
    Pin,
    Problem,
    ranges,
)
from jobmatch.dispatch.rules.values import (
    Table,
    check_format,
    column,
    day_flags,
    day_of,
    flag,
    known,
    object_of,
    places,
    reference,
    rows_of,
    table_of,
    whole,
)

INSTANCE = "jobmatch-dispatch/1"
PARAMS = ("max_run", "fair_days", "fair_bonus", "crew_split_cost")


def problem_of(given: Any) -> Problem:
    """The problem of a parsed instance. raises BadProblem with the place of what is wrong"""
    start, days, params = problem_head(given)
    top = object_of(given, "file")
    workers, crews, postings, pairs = (
        table_of(top, name) for name in ("workers", "crews", "postings", "pairs")
    )
    worker_rows = rows_of(workers, "workers")
    crew_rows = rows_of(crews, "crews")
    posting_rows = rows_of(postings, "postings")
    by_worker = _pairs(pairs, worker_rows, posting_rows, days)
    return Problem(
        start=start,
        days=days,
        params=Params(**params),
        worker_ids=tuple(worker_rows),
        crew_ids=tuple(crew_rows),
        posting_ids=tuple(posting_rows),
        available=np.array(
            [day_flags(w.get("available"), f"workers[{n}].available", days)
             for n, w in enumerate(workers)], bool
        ).reshape(len(workers), days),
        max_days=column(workers, lambda n, w: min(
            days, whole(w.get("max_days", days), f"workers[{n}].max_days", 0, MOST_PLACES))),
        crew=column(
            workers, lambda n, w: reference(w.get("crew"), crew_rows, f"workers[{n}].crew")
        ),
        whole=np.array([flag(c.get("whole", False), f"crews[{n}].whole")
                        for n, c in enumerate(crews)], bool),
        headcount=np.array([places(p.get("headcount"), f"postings[{n}].headcount", days)
                            for n, p in enumerate(postings)], np.int64
                           ).reshape(len(postings), days),
        min_stay=column(postings, lambda n, p: whole(
            p.get("min_stay", 1), f"postings[{n}].min_stay", 1, days)),
        first_pair=by_worker.first,
        pair_posting=by_worker.columns[1],
        pair_value=by_worker.columns[2],
        pair_cost=by_worker.columns[3],
        pair_days=by_worker.days,
        pins=_pins(table_of(top, "pins"), worker_rows, posting_rows, days),
    )  # fmt: skip


def problem_head(given: Any) -> tuple[date, int, dict[str, int]]:
    """Start, days and params of an instance. raises BadProblem with the place of what is wrong"""
    top = object_of(given, "file")
    check_format(top, INSTANCE)
    days = whole(top.get("days"), "days", 1, MOST_DAYS)
    params = object_of(top.get("params", {}), "params")
    values = {name: whole(params.get(name, 0), f"params.{name}", 0, MOST_POINTS) for name in PARAMS}
    return day_of(top.get("start")), days, values


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
        worker = known(pair.get("worker"), workers, f"{at}.worker")
        posting = known(pair.get("posting"), postings, f"{at}.posting")
        if (worker, posting) in seen:
            raise BadProblem(at, "this worker and posting are a pair already")
        seen.add((worker, posting))
        value = whole(pair.get("value"), f"{at}.value", -MOST_POINTS, MOST_POINTS)
        cost = whole(pair.get("spell_cost", 0), f"{at}.spell_cost", 0, MOST_POINTS)
        rows.append((worker, posting, value, cost))
        if "days" in pair:
            masks[n] = _mask(day_flags(pair["days"], f"{at}.days", days), words)
    return _Pairs(rows, masks, len(workers))


def _mask(flags: list[bool], words: int) -> Masks:
    bits = np.packbits(np.array(flags, bool), bitorder="little")
    return np.pad(bits, (0, words * 8 - len(bits))).view("<u8").astype(np.uint64)


def _pins(
    pins: Table, workers: Mapping[str, int], postings: Mapping[str, int], days: int
) -> tuple[Pin, ...]:
    return tuple(
        Pin(
            known(pin.get("worker"), workers, f"pins[{n}].worker"),
            known(pin.get("posting"), postings, f"pins[{n}].posting"),
            whole(pin.get("first"), f"pins[{n}].first", 0, days - 1),
            whole(pin.get("last"), f"pins[{n}].last", 0, days - 1),
        )
        for n, pin in enumerate(pins)
    )


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """An instance as it goes into a file."""
    every = list(range(problem.days))
    pairs = []
    for k, w in enumerate(problem.pair_worker.tolist()):
        row: dict[str, Any] = {
            "worker": problem.worker_ids[w],
            "posting": problem.posting_ids[int(problem.pair_posting[k])],
            "value": int(problem.pair_value[k]),
        }
        if problem.pair_cost[k]:
            row["spell_cost"] = int(problem.pair_cost[k])
        if (~problem.pair_days[k]).any():
            row["days"] = ranges([d for d in every if problem.is_eligible(k, d)])
        pairs.append(row)
    workers: list[dict[str, Any]] = []
    for w, id in enumerate(problem.worker_ids):
        workers.append(
            {"id": id, "available": ranges(np.flatnonzero(problem.available[w]).tolist())}
        )
        if problem.max_days[w] < problem.days:
            workers[w]["max_days"] = int(problem.max_days[w])
        if problem.crew[w] >= 0:
            workers[w]["crew"] = problem.crew_ids[int(problem.crew[w])]
    return {
        "format": INSTANCE,
        "start": problem.start.isoformat(),
        "days": problem.days,
        "params": {name: getattr(problem.params, name) for name in PARAMS},
        "workers": workers,
        "crews": [
            {"id": id, "whole": bool(problem.whole[n])} for n, id in enumerate(problem.crew_ids)
        ],
        "postings": [
            {"id": p, "headcount": {"first": 0, "counts": problem.headcount[n].tolist()},
             "min_stay": int(problem.min_stay[n])}
            for n, p in enumerate(problem.posting_ids)
        ],
        "pairs": pairs,
        "pins": [
            {"worker": problem.worker_ids[p.worker], "posting": problem.posting_ids[p.posting],
             "first": p.first, "last": p.last}
            for p in problem.pins
        ],
    }  # fmt: skip
