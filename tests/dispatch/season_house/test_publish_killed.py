"""A process that is killed while it publishes leaves each stay whole or untouched."""

import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from jobmatch.dispatch import season_service
from jobmatch.dispatch.models import EngagementDay, SeasonPlan, SeasonSpell
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading, transaction
from tests.dispatch.season_house.conftest import Season
from tests.dispatch.season_house.support import a_plan, stays
from tests.dispatch.support import days_of
from tests.support import World

ROOT = Path(__file__).resolve().parents[3]
# One person a transaction, and time to be killed within each and between them.
PUBLISH = """
import sys, time
from jobmatch import create_app
from jobmatch.dispatch import season_publish, season_sending
from jobmatch.kernel.actor import SYSTEM
season_publish.AT_ONCE = 1
engage = season_sending.seats.engage
def slowly(*args):
    done = engage(*args)
    time.sleep(0.1)
    return done
season_sending.seats.engage = slowly
with create_app().app_context():
    season_publish.publish(int(sys.argv[1]), actor=SYSTEM)
"""


def half(plan_id: int) -> list[tuple[str, int]]:
    """Stays that are neither whole nor untouched: their state and the days that stand."""
    found = []
    for worker, _, first, last, state in stays(plan_id):
        stands = len(days_of(worker))
        whole = {"engaged": (last - first).days + 1, "planned": 0}[state]
        if stands != whole:
            found.append((state, stands))
    return found


def engaged(plan_id: int) -> int:
    """Read without waiting for who writes."""
    forget_reads()
    found = select(func.count()).where(
        SeasonSpell.plan_id == plan_id, SeasonSpell.state == "engaged"
    )
    return reading().scalar(found) or 0


@pytest.mark.slow
def test_a_killed_process_leaves_no_stay_half_published(app, world: World) -> None:
    with clock.at(None):  # type: ignore[arg-type] - another process has the true clock
        brand, organizer = world.brand()
        employer, actor = world.employer()
        season = Season(world, brand, organizer, employer, actor)
        first = clock.today() + timedelta(days=1)
        people = season.people(12, free=(first, first + timedelta(days=9)))
        work = world.posting(
            employer, first=first, last=first + timedelta(days=3), headcount=12, is_instant=True
        )
        plan = a_plan([], brand=brand, first_day=first, last_day=first + timedelta(days=9))
        with transaction() as session:
            session.add_all(
                SeasonSpell(
                    plan_id=plan, worker_id=w, posting_id=work, first_day=first,
                    last_day=first + timedelta(days=3), rest=[], state="planned",
                )
                for w in people
            )  # fmt: skip
        address = app.config["SQLALCHEMY_DATABASE_URI"]
        child = subprocess.Popen(
            [sys.executable, "-c", PUBLISH, str(plan)],
            env=os.environ
            | {"TEST_DATABASE_URL": address, "JOBMATCH_ENV": "test", "PYTHONPATH": str(ROOT)},
        )
        end = time.monotonic() + 60
        while engaged(plan) < 3 and child.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.05)
        os.kill(child.pid, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        assert 3 <= engaged(plan) < 12
        assert half(plan) == []
        # Whoever publishes again goes on where it ended.
        done = season_service.publish(plan, actor=organizer)
        assert (done.engaged, done.refused) == (12, 0)
        assert half(plan) == []
        with transaction() as session:
            assert session.get_one(SeasonPlan, plan).state == "published"
        # The negative control: a stay of which one day is gone would be found.
        lose_a_day(people[0], first)
        assert half(plan) == [("engaged", 3)]


def lose_a_day(worker: int, day: date) -> None:
    with transaction() as session:
        session.execute(
            delete(EngagementDay).where(
                EngagementDay.worker_id == worker, EngagementDay.work_date == day
            )
        )
