"""Compiling the loops of the season planner where they are not kept yet: at set-up, never in a
request. A season of every kind is planned, small enough to take no time by itself.
"""

from dataclasses import replace
from datetime import date, timedelta

from jobmatch.dispatch import season_judge
from jobmatch.dispatch.rules import replan
from jobmatch.dispatch.rules.generate import Size, generate
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.rules.solve import solve
from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.weights import Weights

SEAT = ((0.0, 0.0),)
MONDAY = date(2026, 9, 7)
SECONDS = 0.5


def warm() -> None:
    """Plan, plan anew, and judge pairs: everything that a plan's process runs."""
    _plan(generate(Size(workers=60, postings=8, days=14, max_run=6), SEAT, 1))
    _plan(generate(Size(workers=60, postings=8, days=14, max_run=0), SEAT, 1))
    days = generate(Size(workers=20, postings=3, days=1, max_run=0), SEAT, 1)
    solve(replace(days, min_stay=days.min_stay * 0 + 1), seed=1, stop=lambda p: p.seconds > SECONDS)
    _judge()


def _plan(problem: Problem) -> None:
    plan = solve(problem, seed=1, stop=lambda progress: progress.seconds > SECONDS)
    replan.replan(
        problem, plan, [replan.Closed(0, 5, 6)], seed=1,
        stop=lambda progress: progress.seconds > SECONDS,
    )  # fmt: skip


def _judge() -> None:
    who = Seeker(
        born=date(1980, 1, 1), skills={"a": 1}, lon=120.0, lat=42.0, home_code="150525100001",
        max_km=40, runs=(Days(MONDAY, MONDAY + timedelta(days=6)),),
    )  # fmt: skip
    what = Offer(
        skill_id="a", days=(MONDAY, MONDAY + timedelta(days=1)), lon=120.1, lat=42.0,
        place_code="150525100", starts_at=420, ends_at=1080, day_pay_fen=18_000, load="medium",
        least_age=16,
    )  # fmt: skip
    for look in (season_judge.fits, season_judge.nearly):
        look(
            {1: who}, {1: what}, Weights(), today=MONDAY - timedelta(days=1),
            last=MONDAY + timedelta(days=6), many=0,
        )  # fmt: skip
