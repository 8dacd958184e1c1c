"""A season planned anew after the world has changed: how long it takes, and how much moves.

    python3 manage.py benchmark season_replan [--workers 20000 --postings 500 --seeds 1,2,3,4,5]
                                              [--plan-seconds 60 --seconds 3.5]

For each season (`flask dispatch generate`) a standing plan is made; then, apart, ten people do not
come from day 20 to 24, and rain closes one posting in ten on days 20 to 22. What lies before day 20
stays. Seconds are processor time, the reading of the season apart. Shown for each:

  s        seconds to the new plan
  changed  worker-days that differ from the standing plan
  lost     of these, days on which the standing plan can no longer be kept: no plan changes fewer
  gap      of the new plan, over the days to come; fresh: of a plan of these days made from nothing
           in the time that the standing plan took
"""

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jobmatch.dispatch.rules.check import check  # noqa: E402
from jobmatch.dispatch.rules.generate import Size, generate  # noqa: E402
from jobmatch.dispatch.rules.plans import Plan, where  # noqa: E402
from jobmatch.dispatch.rules.problem import Problem  # noqa: E402
from jobmatch.dispatch.rules.progress import Progress, Stop  # noqa: E402
from jobmatch.dispatch.rules.replan import Absent, Closed, Costs, News, replan  # noqa: E402
from jobmatch.dispatch.rules.solve import solve, warm  # noqa: E402

TODAY, ILL, WET, PEOPLE = 20, 24, 22, 10


def used(seconds: float) -> Stop:
    """Stop after so many seconds of processor time, counted from now."""
    began = time.process_time()

    def stop(_: Progress) -> bool:
        return time.process_time() - began >= seconds

    return stop


def no_shows(problem: Problem, plan: Plan, seed: int) -> list[News]:
    """Ten of the people who work on the first day that may change."""
    at_work = np.flatnonzero(where(problem, plan.spells)[:, TODAY] >= 0)
    chosen = np.random.default_rng(seed).choice(at_work, min(PEOPLE, len(at_work)), replace=False)
    return [Absent(int(worker), TODAY, ILL) for worker in chosen]


def rain(problem: Problem, _: Plan, seed: int) -> list[News]:
    """One posting in ten closes for three days."""
    postings = np.flatnonzero(problem.headcount[:, TODAY : WET + 1].any(axis=1))
    number = max(1, len(problem.posting_ids) // 10)
    chosen = np.random.default_rng(seed).choice(postings, min(number, len(postings)), replace=False)
    return [Closed(int(posting), TODAY, WET) for posting in chosen]


def lost(problem: Problem, plan: Plan, news: list[News]) -> int:
    """Worker-days of the standing plan that the news takes away."""
    at = where(problem, plan.spells)
    gone = 0
    for one in news:
        days = at[:, one.first : one.last + 1]
        is_hit = days[one.worker] >= 0 if isinstance(one, Absent) else days == one.posting
        gone += int(is_hit.sum())
    return gone


def measure(size: Size, seed: int, plan_seconds: float, seconds: float) -> None:
    problem = generate(size, [(0.0, 0.0)], seed)
    plan = solve(problem, seed=1, stop=used(plan_seconds))
    print(f"season {seed}: standing plan, gap {plan.gap:.3%}, load {os.getloadavg()[0]:.1f}")
    for name, happens in (("no-shows", no_shows), ("rain", rain)):
        news = happens(problem, plan, seed)
        began = time.process_time()
        new = replan(problem, plan, news, seed=1, stop=used(seconds), costs=Costs(frozen=TODAY))
        took = time.process_time() - began
        rest, coming = new.coming
        fresh = solve(rest, seed=1, stop=used(plan_seconds))
        least, faults = lost(problem, plan, news), len(check(rest, coming).violations)
        print(
            f"  {name:9}{took:6.1f} s  changed {len(new.changes):6,}  lost {least:6,}"
            f"  people {len(new.affected):5,}  gap {coming.gap:.3%}  fresh {fresh.gap:.3%}"
            f"{'  BREAKS RULES' if faults else ''}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, prog="benchmark season_replan")
    parser.add_argument("--workers", type=int, default=20_000)
    parser.add_argument("--postings", type=int, default=500)
    parser.add_argument("--max-run", type=int, default=0)
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--plan-seconds", type=float, default=60.0)
    parser.add_argument("--seconds", type=float, default=3.5)
    given = parser.parse_args()
    warm()
    size = Size(given.workers, given.postings, max_run=given.max_run)
    print(f"{given.workers:,} workers, {given.postings:,} postings")
    for seed in map(int, given.seeds.split(",")):
        measure(size, seed, given.plan_seconds, given.seconds)


if __name__ == "__main__":
    main()
