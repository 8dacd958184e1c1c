"""32 people say yes at the same moment to the last three places of an instant hire."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from jobmatch.dispatch import instant, service
from jobmatch.dispatch.instant_models import InstantHire, InstantOffer
from jobmatch.dispatch.models import EngagementDay
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import SYSTEM
from tests.reliability.race import THREADS, Race
from tests.support import instant as at

ROUNDS = int(os.environ.get("RACE_ROUNDS", "8"))
WANTED = 3
NOON = at(2026, 9, 24)
pytestmark = [pytest.mark.race, pytest.mark.slow]
Deed = Callable[[int, int, int], object]


@pytest.fixture
def race(app, world) -> Race:
    with clock.at(NOON):
        return Race(app, world)


def asked(race: Race, headcount: int) -> tuple[int, dict[int, int]]:
    """A hire of three for tomorrow, for which all 32 are asked; the offers by worker."""
    posting = race.posting((race.first, race.first), headcount)
    hire = instant.ask(posting, race.first, WANTED, actor=SYSTEM)
    mine = InstantOffer.hire_id == hire
    with transaction() as session:
        there = set(session.scalars(select(InstantOffer.worker_id).where(mine)))
        new = set(race.workers) - there
        session.add_all(InstantOffer(hire_id=hire, worker_id=w, line=99, km=1) for w in new)
        session.flush()
        session.execute(update(InstantOffer).where(mine).values(state="asked", asked_at=NOON))
    return hire, {o.worker_id: o.id for o in reading().scalars(select(InstantOffer).where(mine))}


def round_of(race: Race, n: int, headcount: int, deed: Deed) -> tuple[int, int, str]:
    """The n-th day: how many came, how many the hire counted, how it stands."""
    now = NOON + timedelta(days=n)
    with clock.at(now), race.app.app_context():
        race.first = clock.today() + timedelta(days=1)
        hire, offers = asked(race, headcount)

    def at_noon(worker: int) -> None:
        with clock.at(now):
            deed(hire, offers[worker], worker)

    race.together([lambda w=w: at_noon(w) for w in race.workers])
    with race.app.app_context():
        came = select(func.count()).where(EngagementDay.work_date == race.first)
        row = reading().get_one(InstantHire, hire)
        return reading().scalar(came) or 0, row.filled, row.state


def say_yes(hire: int, offer: int, worker: int) -> None:
    instant.answer(offer, True, actor=SYSTEM)


def look_then_come(hire: int, offer: int, worker: int) -> None:
    """The same without the guard: look whether somebody is still wanted, then come."""
    row = reading().get_one(InstantHire, hire)
    if row.filled >= row.wanted:
        return
    service.sign_up(row.posting_id, actor=SYSTEM, worker_id=worker)
    with transaction() as session:
        session.execute(
            update(InstantHire)
            .where(InstantHire.id == hire, InstantHire.filled < InstantHire.wanted)
            .values(filled=InstantHire.filled + 1)
        )


def test_three_of_32_come_however_fast_they_say_yes(race):
    for n in range(ROUNDS):
        assert round_of(race, n, WANTED, say_yes) == (3, 3, "filled")
    assert race.tally.errors == []
    assert race.tally.refused == ROUNDS * (THREADS - WANTED)


def test_the_hire_keeps_to_its_number_where_the_day_has_more_places(race):
    for n in range(max(1, ROUNDS // 4)):
        assert round_of(race, n, THREADS, say_yes) == (3, 3, "filled")
    assert race.tally.errors == []


def test_without_the_guard_more_come_than_are_wanted(race):
    came = [round_of(race, n, THREADS, look_then_come)[0] for n in range(max(2, ROUNDS // 4))]
    assert max(came) > WANTED
