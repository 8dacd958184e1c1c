"""Timefold (PyPI `timefold`): a local search in Java behind a bridge from Python.

Python functions become Java classes when the module of the model is read, so Java 17 must be
there, and what goes wrong in the bridge comes out as one long Java error: the row keeps its first
line. Timefold proves no bound.
"""

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.season_runs import Job, Row, Tell, spells_row
from jobmatch.dispatch.rules.plans import Spell
from jobmatch.dispatch.rules.problem import Problem

NO_JAVA = "Timefold needs Java 17 or newer, and none was found: it is left out"
MOST_STAYS = 3


def has_java() -> bool:
    """Whether a Java is there that the bridge can load."""
    import jpype

    try:
        jpype.getDefaultJVMPath()
    except (jpype.JVMNotFoundException, jpype.JVMNotSupportedException):
        return False
    return True


def timefold(problem: Problem, job: Job, tell: Tell) -> Row:
    if not has_java():
        return {"said": NO_JAVA, "skip": True}
    began = time.perf_counter()
    from timefold.solver import SolverFactory
    from timefold.solver.config import (
        Duration,
        ScoreDirectorFactoryConfig,
        SolverConfig,
        TerminationConfig,
    )

    from benchmarks import season_timefold_model as model

    config = SolverConfig(
        solution_class=model.Season,
        entity_class_list=[model.Stay],
        score_director_factory_config=ScoreDirectorFactoryConfig(
            constraint_provider_function=model.rules
        ),
        termination_config=TerminationConfig(
            spent_limit=Duration(milliseconds=int(job.seconds * 1000))
        ),
    )
    stays = [
        model.Stay(n, worker, windows, None, 0, problem.days - 1)
        for n, (worker, windows) in enumerate(
            (worker, windows)
            for worker, windows in each_window(problem, model.Window)
            for _ in windows[:MOST_STAYS]
        )
    ]
    places = [
        model.Place(p * model.DAYS + day, int(problem.headcount[p, day]))
        for p, day in np.argwhere(problem.headcount > 0).tolist()
    ]
    season = model.Season(stays, places, list(range(problem.days)))
    solver = SolverFactory.create(config).build_solver()

    def better(event: Any) -> None:
        score = event.new_best_score
        if score.hard_score == 0:
            tell(int(score.soft_score), None)

    solver.add_event_listener(better)
    built = time.perf_counter() - began
    answer = solver.solve(season)
    spent = time.perf_counter() - began - built
    row: Row = {"built": round(built, 2), "search": round(spent, 2)}
    pace = f"{scores_of(solver) / spent:.0f} plans looked at a second"
    if answer.score is None or answer.score.hard_score < 0:
        return row | {"said": f"no plan that keeps the rules: {answer.score}; {pace}"}
    spells = sorted(
        Spell(stay.worker, stay.window.posting, stay.first(), stay.last())
        for stay in answer.stays
        if stay.window is not None
    )
    row |= spells_row(problem, spells)
    return row | {"said": "; ".join(filter(None, (row["said"], pace)))}


def scores_of(solver: Any) -> int:
    """How often the score was told; the bridge has no word of its own for that."""
    count = getattr(solver._delegate, "getScoreCalculationCount", None)
    return int(count()) if count else 0


def each_window(problem: Problem, window: Any) -> Iterator[tuple[int, list[Any]]]:
    """Each worker with the windows that are long enough for a stay, those of most points first.

    Whole windows alone would leave a person without work where one day in them is full.
    """
    for w in range(len(problem.worker_ids)):
        found = []
        for k in range(int(problem.first_pair[w]), int(problem.first_pair[w + 1])):
            p = int(problem.pair_posting[k])
            open_ = [
                day
                for day in np.flatnonzero(
                    problem.available[w] & (problem.headcount[p] > 0)
                ).tolist()
                if problem.is_eligible(k, day)
            ]
            if not open_:
                continue
            least, value = int(problem.min_stay[p]), int(problem.pair_value[k])
            starts = [n for n, day in enumerate(open_) if n == 0 or open_[n - 1] != day - 1]
            for first, beyond in pairwise([*starts, len(open_)]):
                found += [
                    window(p, open_[one], open_[last], least, value, int(problem.pair_cost[k]))
                    for one, last in pieces(first, beyond - 1, least)
                ]
        yield w, sorted(found, key=lambda one: -one.value * (one.last - one.first + 1))


def pieces(first: int, last: int, least: int) -> Iterator[tuple[int, int]]:
    """A window, its halves and its quarters, as far as they are long enough for a stay."""
    for parts in (1, 2, 4):
        length = (last - first + 1) // parts
        if length >= least:
            for n in range(parts):
                begin = first + n * length
                yield begin, last if n == parts - 1 else begin + length - 1
