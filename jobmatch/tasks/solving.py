"""Making one plan: the ground, the solver, what it tells. Imported only in a plan's own process."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobmatch.dispatch import (
    season_blobs,
    season_ground,
    season_news,
    season_reasons,
    season_releases,
    season_runs,
)
from jobmatch.dispatch import season_rows as rows
from jobmatch.dispatch.rules import replan as rule
from jobmatch.dispatch.rules.check import value_of
from jobmatch.dispatch.rules.plans import Plan
from jobmatch.dispatch.rules.problem import BadProblem
from jobmatch.dispatch.rules.progress import Progress, Stop
from jobmatch.dispatch.rules.solve import solve
from jobmatch.dispatch.season_ground import Ground
from jobmatch.dispatch.season_releases import Release, Stands
from jobmatch.dispatch.season_runs import Job
from jobmatch.infra.db import forget_reads

__all__ = ["BadProblem", "Made", "solved"]


class Listener(Protocol):
    """Who is told of progress and knows whether to stop."""

    news: tuple[float, int, int] | None

    @property
    def must_stop(self) -> bool: ...


@dataclass(frozen=True, eq=False)
class Made:
    ground: Ground
    plan: Plan
    reasons: bytes | None = None
    releases: list[Release] = field(default_factory=list)


def solved(job: Job, today: date, listener: Listener) -> Made:
    """The plan of a job. raises BadProblem where pins cannot be kept together"""
    news, released = season_news.of_json(job.changes)
    frozen = season_news.frozen(job.first, today, released)
    since = job.first + timedelta(days=frozen)
    is_anew = bool(job.changes) and job.base_plan_id is not None
    ground = season_ground.ground(
        job.scope, job.first, job.last, today, loose_from=since if is_anew else None,
        news=news if is_anew else (),
    )  # fmt: skip
    prices = _prices(job, ground)
    standing = None
    asked: list[Stands] = []
    if is_anew and job.base_plan_id is not None:
        standing, promised = season_runs.standing(job.base_plan_id, ground, today)
        asked = season_releases.asked_of(job.scope, since)
    forget_reads()  # nothing is read for minutes now: let go of the database's snapshot
    problem = ground.problem

    def tell(progress: Progress) -> None:
        listener.news = (progress.seconds, progress.value, progress.bound)

    stop = _stop(job, listener)
    if not len(problem.pair_posting):
        plan = Plan((), 0, 0, 0, int(problem.headcount.sum()), seed=job.seed)
    elif standing is None:
        plan = solve(problem, seed=job.seed, stop=stop, progress=tell, prices=prices)
    else:
        filled = sum(len(spell.worked) for spell in standing)
        value = value_of(problem, standing)
        made = rule.replan(
            problem,
            Plan(tuple(standing), value, value, filled, filled, prices=prices),
            _in_rows(news, ground),
            seed=job.seed,
            stop=stop,
            costs=rule.Costs(frozen=frozen),
            promised=promised,
            progress=tell,
        )
        ground, plan = replace(ground, problem=made.problem), made.plan
    back: list[Release] = []
    if is_anew:
        back = season_releases.taken_back(ground, plan.spells, since, news, asked)
    return Made(ground, plan, season_reasons.packed(ground, plan), back)


def _in_rows(news: list[rows.News], ground: Ground) -> list[rule.News]:
    """The news in rows of the problem; what is about others does not matter here."""
    workers, postings = ground.worker_rows, ground.posting_rows
    found: list[rule.News] = []
    for one in news:
        first = max(0, (one.first - ground.first).days)
        last = min(ground.problem.days - 1, (one.last - ground.first).days)
        if first > last:
            continue
        if isinstance(one, rows.Absent):
            if one.worker_id in workers:
                found.append(rule.Absent(workers[one.worker_id], first, last))
        elif one.posting_id in postings:
            row = postings[one.posting_id]
            if isinstance(one, rows.Closed):
                found.append(rule.Closed(row, first, last))
            else:
                found.append(rule.Demand(row, first, last, one.places))
    return found


def _stop(job: Job, listener: Listener) -> Stop:
    def is_over(progress: Progress) -> bool:
        good = progress.gap <= job.gap or progress.seconds >= job.seconds
        return good or listener.must_stop

    return is_over


def _prices(job: Job, ground: Ground) -> NDArray[np.int64] | None:
    """Where the prices of the plan before stood, for this plan's work and days."""
    table = None if job.base_plan_id is None else season_runs.prices_of(job.base_plan_id)
    if table is None:
        return None
    postings = tuple(int(key) for key in ground.problem.posting_ids)
    return season_blobs.moved(table, ground.first, postings, ground.problem.days)
