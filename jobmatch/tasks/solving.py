"""Making one plan: the ground, the solver, what it tells. Imported only in a plan's own process."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from jobmatch.dispatch import season_blobs, season_ground, season_runs
from jobmatch.dispatch.rules.plans import Plan
from jobmatch.dispatch.rules.problem import BadProblem, Ints
from jobmatch.dispatch.rules.solve import Progress, Stop, solve
from jobmatch.dispatch.season_ground import Ground
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


def solved(job: Job, today: date, listener: Listener) -> Made:
    """The plan of a job. raises BadProblem where pins cannot be kept together"""
    ground = season_ground.ground(job.scope, job.first, job.last, today)
    prices = _prices(job, ground)
    forget_reads()  # nothing is read for minutes now: let go of the database's snapshot
    problem = ground.problem
    if not len(problem.pair_posting):
        return Made(ground, Plan((), 0, 0, 0, int(problem.headcount.sum()), seed=job.seed))

    def tell(progress: Progress) -> None:
        listener.news = (progress.seconds, progress.value, progress.bound)

    plan = solve(problem, seed=job.seed, stop=_stop(job, listener), progress=tell, prices=prices)
    return Made(ground, plan)


def _stop(job: Job, listener: Listener) -> Stop:
    def is_over(progress: Progress) -> bool:
        good = progress.gap <= job.gap or progress.seconds >= job.seconds
        return good or listener.must_stop

    return is_over


def _prices(job: Job, ground: Ground) -> Ints | None:
    """Where the prices of the plan before stood, for this plan's work and days."""
    table = None if job.base_plan_id is None else season_runs.prices_of(job.base_plan_id)
    if table is None:
        return None
    postings = tuple(int(key) for key in ground.problem.posting_ids)
    return season_blobs.moved(table, ground.first, postings, ground.problem.days)
