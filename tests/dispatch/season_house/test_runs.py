"""A plan is claimed once, made in a process of its own, and stored wholly or not at all."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from jobmatch.dispatch import season_queries, season_runs, season_service
from jobmatch.dispatch.errors import PlanOver
from jobmatch.dispatch.models import SeasonPlan, SeasonProgress, SeasonSpell
from jobmatch.dispatch.season_rows import PlanState
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.errors import Conflict, NotFound
from jobmatch.tasks import planning, watching
from tests.dispatch.season_house.conftest import Season, sep
from tests.support import World


def state_of(plan_id: int) -> str:
    with transaction() as session:
        return session.get_one(SeasonPlan, plan_id).state


def count(table: type) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def asked(season: Season, **given: object) -> int:
    return season_service.ask_plan(
        season.scope, sep(21), sep(30), actor=season.organizer,
        **({"seconds": 5, "gap": 0.05, "seed": 1} | given),  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_plan_is_made_and_can_be_read(app, season: Season) -> None:
    """3 people, 4 days of 2 places: all 8 places are filled."""
    season.people(3)
    season.work(21, 24, 2)
    plan_id = asked(season)
    claim = season_runs.claim_next()
    assert claim is not None
    planning.run(app, claim)
    page = season_queries.plan(plan_id, actor=season.organizer)
    assert page.row.state is PlanState.DONE
    assert (page.row.filled, page.row.demanded, page.row.empty) == (8, 8, 0)
    assert page.row.gap is not None
    assert page.row.gap <= 0.05
    assert page.progress[-1].value == page.row.value
    cover = season_queries.coverage(plan_id, sep(21), sep(25), actor=season.organizer)
    assert [(d.demand, d.filled) for d in cover[0].days] == [(2, 2)] * 4 + [(0, 0)]
    rows = season_queries.board(plan_id, sep(21), sep(25), actor=season.organizer).rows
    assert sum(block.length - len(block.rest) for row in rows for block in row.blocks) == 8


def test_nobody_to_plan_gives_an_empty_plan(app, season: Season) -> None:
    plan_id = asked(season)
    claim = season_runs.claim_next()
    assert claim is not None
    planning.run(app, claim)
    row = season_queries.plan(plan_id, actor=season.organizer).row
    assert (row.state, row.value, row.filled) == (PlanState.DONE, 0, 0)


def test_the_oldest_plan_is_claimed_once(season: Season) -> None:
    first, second = asked(season), asked(season)
    claims = [season_runs.claim_next() for _ in range(3)]
    assert [claim and claim.plan_id for claim in claims] == [first, second, None]


def test_two_watches_at_once_claim_a_plan_once(app, season: Season) -> None:
    asked(season)
    gate, found = threading.Barrier(8), []

    def take() -> None:
        with app.app_context():
            gate.wait()
            found.append(season_runs.claim_next())

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([claim for claim in found if claim is not None]) == 1


def test_a_run_that_is_not_heard_of_waits_again_and_fails_the_third_time(season: Season) -> None:
    plan_id = asked(season)
    now = clock.now()
    for n, then in enumerate((PlanState.QUEUED, PlanState.QUEUED, PlanState.FAILED)):
        with clock.at(now + timedelta(minutes=n)):
            claim = season_runs.claim_next()
            assert claim is not None
            assert season_runs.give_back_lost() == 0
        with clock.at(now + timedelta(minutes=n, seconds=31)):
            assert season_runs.give_back_lost() == 1
            assert state_of(plan_id) == then
    said = season_queries.plan(plan_id, actor=season.organizer).row.message
    assert str(said) == "算到一半断了，请再排一次。"


def test_a_run_that_was_given_up_writes_nothing(app, season: Season) -> None:
    season.people(2)
    season.work(21, 24, 2)
    asked(season)
    claim = season_runs.claim_next()
    assert claim is not None
    season_runs.give_back(claim)
    with pytest.raises(season_runs.Lost):
        season_runs.heard(claim, (1.0, 5, 9))
    with pytest.raises(season_runs.Lost):
        planning.run(app, claim)
    assert (count(SeasonSpell), count(SeasonProgress)) == (0, 0)


def test_a_plan_is_stopped_in_the_queue_or_while_it_runs(season: Season) -> None:
    waiting, running = asked(season), None
    season_service.stop_plan(waiting, actor=season.organizer)
    season_service.stop_plan(waiting, actor=season.organizer)
    assert state_of(waiting) == "failed"
    running = asked(season)
    claim = season_runs.claim_next()
    assert claim is not None
    assert season_runs.heard(claim) is False
    season_service.stop_plan(running, actor=season.organizer)
    assert season_runs.heard(claim) is True


def test_no_more_than_three_plans_wait(season: Season) -> None:
    for _ in range(3):
        asked(season)
    with pytest.raises(Conflict):
        asked(season)


def test_a_foreign_plan_is_not_there(season: Season) -> None:
    _, other = season.world.brand("别家")
    plan_id = asked(season)
    officer = season.world.officer()
    for actor in (other, officer):
        with pytest.raises(NotFound):
            season_queries.plan(plan_id, actor=actor)
        with pytest.raises(NotFound):
            season_service.stop_plan(plan_id, actor=actor)
        with pytest.raises(NotFound):
            season_service.ask_plan(season.scope, sep(21), sep(30), actor=actor)


# --- processes that really die ------------------------------------------------------------------


@pytest.fixture
def today_season(world: World) -> Iterator[tuple[Season, date]]:
    """A season in the days to come: another process has the true clock. Much to think about."""
    with clock.at(None):  # type: ignore[arg-type]
        brand, organizer = world.brand()
        employer, employer_actor = world.employer()
        season = Season(world, brand, organizer, employer, employer_actor)
        today = clock.today()
        season.people(12, free=(today, today + timedelta(days=40)))
        for n in range(6):
            world.posting(
                employer, first=today + timedelta(days=1 + n),
                last=today + timedelta(days=25 + n), headcount=2,
            )  # fmt: skip
        yield season, today


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def killed_while_it_thinks(app, season: Season, today: date) -> tuple[int, int]:
    """The plan, and the exit status of its process, killed after it told of a first plan."""
    plan_id = season_service.ask_plan(
        season.scope, today + timedelta(days=1), today + timedelta(days=30),
        actor=season.organizer, seconds=600, gap=0.0, seed=1,
    )  # fmt: skip
    claim = season_runs.claim_next()
    assert claim is not None
    child = planning.start(app, claim)
    until(lambda: count(SeasonProgress) > 0 or child.poll() is not None)
    os.kill(child.pid, signal.SIGKILL)
    return plan_id, child.wait()


@pytest.mark.slow
def test_a_killed_process_leaves_no_half_plan(app, today_season) -> None:
    season, today = today_season
    plan_id, status = killed_while_it_thinks(app, season, today)
    assert status == -signal.SIGKILL
    assert state_of(plan_id) == "running"
    assert count(SeasonSpell) == 0
    with clock.at(clock.now() + timedelta(seconds=40)):
        assert season_runs.give_back_lost() == 1
    assert state_of(plan_id) == "queued"
    with transaction() as session:
        session.get_one(SeasonPlan, plan_id).most_seconds = 2
    again = season_runs.claim_next()
    assert again is not None
    assert planning.make(app, again, threading.Event()) == 0
    page = season_queries.plan(plan_id, actor=season.organizer)
    assert page.row.state is PlanState.DONE
    assert page.spells > 0


@pytest.mark.slow
def test_a_store_in_pieces_leaves_half_a_plan(app, season: Season, monkeypatch) -> None:
    """The negative control: without the one transaction the count of spells shows the half."""
    season.people(3)
    season.work(21, 24, 2)
    plan_id = asked(season)
    claim = season_runs.claim_next()
    assert claim is not None
    from jobmatch.tasks import solving

    def dies(*_args: object, **_values: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(season_runs.audit, "record", dies)
    made = solving.solved(season_runs.job(claim), clock.today(), planning.Teller(app, claim))
    with pytest.raises(KeyboardInterrupt):
        season_runs.finish(claim, made.ground, made.plan, stopped=False)
    assert (count(SeasonSpell), state_of(plan_id)) == (0, "running")

    class Pieces:
        """A session that commits after every statement."""

        def __init__(self, session) -> None:
            self._session = session

        def __getattr__(self, name):
            def then_commit(*args, **values):
                done = getattr(self._session, name)(*args, **values)
                self._session.get_transaction().session.commit()
                return done

            return then_commit

    monkeypatch.setattr(season_runs, "transaction", lambda: in_pieces(Pieces))
    with pytest.raises(KeyboardInterrupt):
        season_runs.finish(claim, made.ground, made.plan, stopped=False)
    monkeypatch.undo()
    assert count(SeasonSpell) > 0


def in_pieces(wrap):
    from contextlib import contextmanager

    from sqlalchemy.orm import Session

    from jobmatch.infra.db import writing_engine

    @contextmanager
    def begun():
        with Session(writing_engine(), expire_on_commit=False) as session:
            yield wrap(session)

    return begun()


@pytest.mark.slow
def test_the_watch_makes_what_is_asked_for(app, today_season) -> None:
    season, today = today_season
    ended = watching.beside(app, planning.WATCHES)
    try:
        plan_id = season_service.ask_plan(
            season.scope, today + timedelta(days=1), today + timedelta(days=30),
            actor=season.organizer, seconds=600, gap=0.0, seed=1,
        )  # fmt: skip
        until(lambda: count(SeasonProgress) > 0)
        # A season as small as this one may be proven before it is asked to stop, or hears of that.
        with contextlib.suppress(PlanOver):
            season_service.stop_plan(plan_id, actor=season.organizer)
        until(lambda: state_of(plan_id) in {"stopped", "done"})
    finally:
        ended.set()
    page = season_queries.plan(plan_id, actor=season.organizer)
    assert page.row.value is not None
    assert page.spells > 0
