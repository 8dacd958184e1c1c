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

from jobmatch.dispatch import season_publish, season_queries, season_service
from jobmatch.dispatch.models import EngagementDay, SeasonPlan, SeasonSpell
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading, transaction
from jobmatch.notify.models import Notice
from jobmatch.tasks import planning, watching
from jobmatch.workers.models import Worker
from tests.dispatch.season_house.conftest import Season
from tests.dispatch.season_house.support import a_plan, said_to, stays
from tests.dispatch.support import days_of
from tests.support import World

ROOT = Path(__file__).resolve().parents[3]
# Seconds that a process may take to begin, on a machine that has much else to do.
PATIENCE = 240
pytestmark = pytest.mark.timeout(600)
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
    if sys.argv[2] == "now":
        season_publish.publish(int(sys.argv[1]), actor=SYSTEM)
    else:
        season_publish.carry_on(*season_publish.claim_next())
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


def twelve_people(world: World) -> tuple[Season, int, list[int], date]:
    """A plan that sends twelve people to one posting for four days from tomorrow on."""
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
    return season, plan, people, first


def killed_while_it_publishes(app, plan: int, how: str) -> None:
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    child = subprocess.Popen(
        [sys.executable, "-c", PUBLISH, str(plan), how],
        env=os.environ
        | {"TEST_DATABASE_URL": address, "JOBMATCH_ENV": "test", "PYTHONPATH": str(ROOT)},
    )
    end = time.monotonic() + PATIENCE
    while engaged(plan) < 3 and child.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    assert 3 <= engaged(plan) < 12
    assert half(plan) == []


def news(plan: int) -> list[int]:
    """How many pieces of news each person of the plan has."""
    with transaction() as session:
        users = select(Worker.user_id).where(
            Worker.id.in_(select(SeasonSpell.worker_id).where(SeasonSpell.plan_id == plan))
        )
        told = select(func.count()).where(Notice.user_id == Worker.user_id).scalar_subquery()
        rows = select(told).where(Worker.user_id.in_(users)).order_by(Worker.id)
        return list(session.scalars(rows))


@pytest.mark.slow
def test_what_takes_long_goes_on_in_the_background_also_after_a_kill(app, world: World) -> None:
    with clock.at(None):  # type: ignore[arg-type] - another process has the true clock
        season, plan, people, first = twelve_people(world)
        begun = season_service.publish(plan, actor=season.organizer, within=timedelta(0))
        assert not begun.is_over
        page = season_queries.plan(plan, actor=season.organizer)
        assert (page.row.is_sending, page.row.is_draft) == (True, False)
        assert (page.sent, page.to_send) == (begun.engaged, 12)
        killed_while_it_publishes(app, plan, "later")
        # Who was killed counts as alive until the lease ends; then another goes on.
        assert season_publish.claim_next() is None
        with clock.at(clock.now() + timedelta(seconds=40)):
            found = season_publish.claim_next()
            assert found is not None
            season_publish.carry_on(*found)
        page = season_queries.plan(plan, actor=season.organizer)
        assert (page.row.state, page.engaged, page.refused) == ("published", 12, 0)
        assert half(plan) == []
        assert news(plan) == [1] * 12
        # Who asked for it is told that it is over.
        assert said_to(season.organizer.user_id) == [
            f"第 {plan} 号安排派完了：12 段定下，0 段等用工方答复，0 段没派成。"
        ]
        # The negative control: a stay of which one day is gone would be found.
        lose_a_day(people[0], first)
        assert half(plan) == [("engaged", 3)]


@pytest.mark.slow
def test_who_lost_the_claim_writes_nothing_more(world: World) -> None:
    season, plan, _people, _first = twelve_people(world)
    season_service.publish(plan, actor=season.organizer, within=timedelta(0))
    found = season_publish.claim_next()
    assert found is not None
    assert season_publish.claim_next() is None
    done = season_service.publish(plan, actor=season.organizer)
    assert (done.engaged, done.is_over) == (12, True)
    with pytest.raises(season_publish.Lost):
        season_publish.carry_on(*found)
    assert news(plan) == [1] * 12


@pytest.mark.slow
def test_the_watch_publishes_what_was_begun(app, world: World) -> None:
    with clock.at(None):  # type: ignore[arg-type] - another process has the true clock
        season, plan, _people, _first = twelve_people(world)
        season_service.publish(plan, actor=season.organizer, within=timedelta(0))
        ended = watching.beside(app, planning.WATCHES)
        try:
            end = time.monotonic() + PATIENCE
            while season_queries.plan(plan, actor=season.organizer).row.state != "published":
                assert time.monotonic() < end
                forget_reads()
                time.sleep(0.1)
        finally:
            ended.set()
        assert engaged(plan) == 12


@pytest.mark.slow
def test_a_killed_process_leaves_no_stay_half_published(app, world: World) -> None:
    with clock.at(None):  # type: ignore[arg-type] - another process has the true clock
        season, plan, people, first = twelve_people(world)
        killed_while_it_publishes(app, plan, "now")
        # Whoever publishes again goes on where it ended.
        done = season_service.publish(plan, actor=season.organizer)
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
