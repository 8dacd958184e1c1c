"""The nightly round, consent, what matching reads, and what a worker finds wrong."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from jobmatch.earnings import service as earnings
from jobmatch.households import service as households
from jobmatch.households.models import Household, HouseholdConsent
from jobmatch.households.rules.kinds import Source
from jobmatch.infra import audit, clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.kernel.ids import HouseholdId
from jobmatch.kernel.periods import Days
from jobmatch.matching import sides
from jobmatch.monitoring import queries, service
from jobmatch.monitoring.models import LineWatch
from jobmatch.monitoring.queries import WatchFilter
from jobmatch.monitoring.rules.gap import Level, PayFrom
from jobmatch.notify import queries as notices
from jobmatch.tasks import runner
from jobmatch.workers.models import Worker
from tests.earnings.support import Pay, all_present, settle, slip_of
from tests.support import World, instant

TODAY = date(2026, 9, 27)
NAIMAN = WatchFilter("150525")


@pytest.fixture
def officer(world: World) -> Iterator[Actor]:
    with clock.at(instant(2026, 9, 27, 18)):
        yield world.officer("150525")


def earn(household_id: int, officer: Actor, yuan: int, day: date = date(2026, 3, 10)) -> None:
    households.add_income(
        HouseholdId(household_id), Source.TRANSFER, yuan * 100, day, actor=officer
    )


def agree(household_id: int, officer: Actor) -> None:
    service.consent(household_id, True, TODAY, "同意书", actor=officer)


def told_to(actor: Actor) -> list[notices.NoticeRow]:
    assert actor.user_id is not None
    return notices.notices(actor.user_id)


def need_of(worker_id: int) -> int:
    session = reading()
    people = session.execute(select(*sides.PERSON).where(Worker.id == worker_id)).all()
    return sides.seekers(session, people, {})[worker_id].need


def test_a_household_at_work_lacks_so_many_days_at_its_places_least_pay(
    field: Pay, officer: Actor
) -> None:
    all_present(field)
    settle(field)
    earnings.confirm(slip_of(field.worker_id), actor=field.worker)
    earn(field.household_id, officer, 16_500)
    agree(field.household_id, officer)
    row = queries.of_household(field.household_id, actor=officer)
    assert row is not None
    # 17,600 for two; 16,500 and two days of 180 are booked: 740 yuan lack, 168.80 a day by law.
    assert (row.so_far_fen, row.level, row.days) == (1_686_000, Level.SHORT, 5)
    assert (row.day_fen, row.whose) == (16_880, PayFrom.LAW)
    assert row.year == Days(date(2026, 1, 1), date(2026, 12, 31))


def test_work_done_but_not_booked_counts_as_agreed(field: Pay, officer: Actor) -> None:
    all_present(field)
    agree(field.household_id, officer)
    row = queries.of_household(field.household_id, actor=officer)
    assert row is not None
    assert (row.so_far_fen, row.agreed_fen) == (0, 32_400)


def test_who_does_not_consent_is_not_watched_and_is_forgotten(
    world: World, field: Pay, officer: Actor
) -> None:
    other, _ = world.household()
    agree(field.household_id, officer)
    assert service.watch_all(TODAY) == 1
    assert queries.of_household(other, actor=officer) is None
    service.consent(field.household_id, False, TODAY, "电话里说的", actor=officer)
    assert queries.of_household(field.household_id, actor=officer) is None
    assert reading().scalar(select(Household.priority)) is None
    assert service.watch_all(TODAY) == 0
    said = reading().scalars(select(HouseholdConsent.is_given).order_by(HouseholdConsent.id)).all()
    assert said == [True, False]
    with pytest.raises(Invalid):
        service.refresh(field.household_id, actor=officer)


def test_a_night_twice_gives_the_same_rows(field: Pay, officer: Actor) -> None:
    agree(field.household_id, officer)

    def rows() -> list[object]:
        return [tuple(row) for row in reading().execute(select(*LineWatch.__table__.c))]

    task = runner.tasks()["line_watch"]
    assert task.run(date(2026, 9, 28)) == "watched 1"
    first = rows()
    assert task.run(date(2026, 9, 28)) == "watched 1"
    assert rows() == first


def test_matching_reads_the_watch_and_without_one_the_kind(field: Pay, officer: Actor) -> None:
    assert need_of(field.worker_id) == 1  # a lifted household, not watched
    agree(field.household_id, officer)
    assert need_of(field.worker_id) == 2  # nothing on the books: short of the line
    earn(field.household_id, officer, 90_000)
    service.refresh(field.household_id, actor=officer)
    assert need_of(field.worker_id) == 0
    service.consent(field.household_id, False, TODAY, "收回", actor=officer)
    assert need_of(field.worker_id) == 1
    assert need_of(field.other_id) == 0


def test_what_matching_keeps_in_memory_is_told_of_a_changed_priority_only(
    field: Pay, officer: Actor
) -> None:
    agree(field.household_id, officer)

    def told() -> list[int]:
        return list(
            reading().scalars(text("SELECT key FROM match_change WHERE kind = 'w' ORDER BY id"))
        )

    before = told()
    service.watch_all(TODAY)
    assert told() == before
    earn(field.household_id, officer, 90_000)
    service.watch_all(TODAY)
    assert told() == [*before, field.worker_id]


def test_priority_outside_its_bound_is_refused_by_the_database(field: Pay) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(Household).values(priority=3))


def test_the_list_comes_by_urgency_and_keeps_to_the_officers_places(
    world: World, officer: Actor
) -> None:
    poor, _ = world.household(members=1)
    near, members = world.household(members=1)
    fine, _ = world.household(members=1)
    far, _ = world.household(members=1, village="150430100201")
    world.worker("能干的人", member_id=members[0])
    earn(near, officer, 8_500)
    earn(fine, officer, 20_000)
    for one in (poor, near, fine):
        agree(one, officer)
    foreign = world.officer("150430")
    service.consent(far, True, TODAY, "同意书", actor=foreign)
    rows = queries.watched(officer, NAIMAN).rows
    assert [(row.household_id, row.level) for row in rows] == [
        (poor, Level.BEYOND),
        (near, Level.SHORT),
    ]
    can = queries.watched(officer, WatchFilter("150525", can_work=True)).rows
    assert [row.household_id for row in can] == [near]
    assert queries.watched(officer, WatchFilter("150525", monitored=True)).rows == []
    assert queries.counts(officer, "150525")[Level.SAFE] == 1
    assert [row.household_id for row in queries.all_watched(foreign, WatchFilter())] == [far]
    with pytest.raises(NotFound):
        queries.of_household(far, actor=officer)
    with pytest.raises(NotFound):
        agree(far, officer)
    with pytest.raises(NotAllowed):
        queries.watched(world.station(), NAIMAN)


def test_a_worker_sees_the_own_household_and_says_what_is_wrong(
    world: World, field: Pay, officer: Actor
) -> None:
    village = world.officer("150525102222")
    earn(field.household_id, officer, 500)
    year = Days(date(2025, 9, 1), date(2026, 8, 31))
    found = queries.own_household(year, actor=field.worker)
    assert found is not None
    assert (found.standing.net_fen, [entry.whose for entry in found.entries]) == (50_000, ["all"])
    assert queries.own_household(year, actor=field.other) is None
    with pytest.raises(NotFound):
        service.doubt("不对", actor=field.other)
    with pytest.raises(NotFound):
        queries.own_household(year, actor=field.employer)
    with pytest.raises(Invalid):
        service.doubt(" ", actor=field.worker)
    key = service.doubt("卖羊的钱没有记", actor=field.worker)
    assert len(told_to(village)) == 1
    assert told_to(officer) == []
    with pytest.raises(NotFound):
        service.answer(key, "补记了", actor=world.officer("150430"))
    service.answer(key, "补记了", actor=village)
    with pytest.raises(service.AlreadyAnswered):
        service.answer(key, "再说", actor=officer)
    assert [d.answer for d in queries.doubts(officer, "150525", is_open=False).rows] == ["补记了"]
    assert len(told_to(field.worker)) == 1


def test_a_worker_consents_for_the_own_household(field: Pay, officer: Actor) -> None:
    service.own_consent(True, actor=field.worker)
    assert queries.of_household(field.household_id, actor=officer) is not None
    (said,) = queries.consents(field.household_id, actor=officer)
    assert (said.is_given, said.proof) == (True, "本人在手机上同意")
    with pytest.raises(NotFound):
        service.own_consent(True, actor=field.other)
    assert audit.lines(action="household.consent").total == 1
