"""Two copies of a day: right, wrong, silence; disputes; claims that wait for a look."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from jobmatch.attendance import copies, disputes, queries, reviewing, service, syncing
from jobmatch.attendance.copies import DayChanged
from jobmatch.attendance.disputes import AlreadyDisputed, DisputeClosed, Version
from jobmatch.attendance.models import AttendanceEvent, DayCopy, Dispute, WorkDay
from jobmatch.attendance.reviewing import Answered, BookedElsewhere
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.writing import DaySettled
from jobmatch.dispatch.models import EngagementDay
from jobmatch.earnings.expected import expected
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.notify import queries as notices
from jobmatch.postings.models import PostingDay
from jobmatch.tasks.daily import day_copies
from tests.attendance.support import DAY, Field, crew_at_work, engage, mark, milliseconds, tapped
from tests.support import World, instant


@pytest.fixture
def field(world: World) -> Iterator[Field]:
    with crew_at_work(world) as found:
        service.mark_all_present(found.posting_id, DAY, actor=found.employer, uid="all")
        yield found


def answers() -> list[tuple[int, str, str]]:
    c = DayCopy
    return [tuple(r) for r in reading().execute(
        select(c.engagement_day_id, c.side, c.answer).order_by(c.engagement_day_id, c.side)
    )]  # fmt: skip


def worked(key: int) -> int | None:
    return reading().scalar(select(WorkDay.minutes).where(WorkDay.engagement_day_id == key))


# --- right ---------------------------------------------------------------------------------------


def test_a_day_stands_when_both_sides_have_said_so(field: Field) -> None:
    day = field.days[1]
    copies.confirm_own(day, 480, 0, 18_000, actor=field.worker)
    copies.confirm_own(day, 480, 0, 18_000, actor=field.worker)
    assert not copies.copies(field.days)[day].is_confirmed
    assert copies.confirm_posting(field.posting_id, DAY, expected(field.days),
                                  actor=field.employer) == 3  # fmt: skip
    assert copies.copies(field.days)[day].is_confirmed
    assert len(answers()) == 4
    assert set(reading().scalars(select(DayCopy.fen))) == {18_000}


def test_who_saw_other_figures_has_not_confirmed_these(field: Field) -> None:
    with pytest.raises(DayChanged):
        copies.confirm_own(field.days[1], 300, 0, None, actor=field.worker)
    copies.confirm_own(field.days[1], 480, 0, None, actor=field.worker)
    mark(field.employer, field.days[1], Kind.MINUTES, 300)
    assert copies.copies(field.days) == {}


def test_nobody_confirms_for_another(field: Field, world: World) -> None:
    for actor in (field.leader, field.employer, field.organizer):
        with pytest.raises(NotFound):
            copies.confirm_own(field.days[1], 480, 0, None, actor=actor)
    for actor in (field.worker, world.employer("别家")[1]):
        with pytest.raises(NotFound):
            copies.confirm_posting(field.posting_id, DAY, {}, actor=actor)
    assert answers() == []


def test_silence_confirms_after_three_days_and_once(field: Field) -> None:
    assert copies.confirm_silent(DAY + timedelta(days=2)) == 0
    copies.confirm_own(field.days[1], 480, 0, None, actor=field.worker)
    assert copies.confirm_silent(DAY + timedelta(days=3)) == 5
    assert copies.confirm_silent(DAY + timedelta(days=4)) == 0
    assert [answer for _, _, answer in answers()].count("agreed") == 1


def test_days_not_confirmed_are_listed_until_they_are(field: Field) -> None:
    (row,) = copies.unconfirmed(field.employer.employer_ids, DAY, DAY)
    assert (row.present, row.by_employer, row.by_worker) == (3, 3, 3)
    copies.confirm_posting(field.posting_id, DAY, dict.fromkeys(field.days), actor=field.employer)
    assert copies.unconfirmed(field.employer.employer_ids, DAY, DAY) == []


# --- wrong ---------------------------------------------------------------------------------------


def test_a_mismatch_keeps_both_versions_side_by_side(field: Field) -> None:
    day = field.days[1]
    disputes.object_to(day, Version(True, 600, 0), "干到七点", actor=field.worker)
    (row,) = disputes.of_worker(field.worker_id)
    assert disputes.of_employers(field.employer.employer_ids) == [row]
    assert disputes.of_days(field.days) == {day: row}
    assert (row.worker, row.employer) == (Version(True, 600, 0), Version(True, 480, 0))
    assert (row.words, row.is_open) == ("干到七点", True)
    assert worked(day) == 480
    with pytest.raises(AlreadyDisputed):
        disputes.object_to(day, Version(True, 540, 0), "", actor=field.worker)


def test_figures_that_change_later_leave_as_many_days_to_answer(field: Field) -> None:
    assert copies.confirm_silent(DAY + timedelta(days=3)) == 6
    with clock.at(instant(2026, 10, 5, 18)):
        mark(field.employer, field.days[1], Kind.MINUTES, 240)
        assert copies.confirm_silent(date(2026, 10, 5)) == 0
        assert copies.confirm_silent(date(2026, 10, 7)) == 0
        assert copies.confirm_silent(date(2026, 10, 8)) == 2


def test_who_said_yes_is_told_when_the_figures_change(field: Field) -> None:
    def told(actor: Actor) -> list[str]:
        return [str(row.said) for row in notices.notices(actor.user_id)]  # type: ignore[arg-type]

    day = field.days[1]
    mark(field.employer, day, Kind.MINUTES, 420)
    assert told(field.worker) == []
    copies.confirm_own(day, 420, 0, None, actor=field.worker)
    mark(field.employer, day, Kind.MINUTES, 420)
    assert told(field.worker) == []
    mark(field.employer, day, Kind.MINUTES, 330)
    (said,) = told(field.worker)
    assert "和您点过对的不一样：现在是 5.5 小时。" in said
    mark(field.employer, day, Kind.MINUTES, 420)
    assert len(told(field.worker)) == 1
    mark(field.employer, day, Kind.ABSENT)
    assert "改记成了没到，您点过对。" in told(field.worker)[0]
    assert told(field.leader) == []


def test_silence_does_not_take_back_a_yes_to_other_figures(field: Field) -> None:
    copies.confirm_own(field.days[1], 480, 0, None, actor=field.worker)
    mark(field.employer, field.days[1], Kind.MINUTES, 300)
    assert copies.confirm_silent(DAY + timedelta(days=9)) == 5
    said = select(DayCopy.minutes).where(
        DayCopy.engagement_day_id == field.days[1], DayCopy.side == "worker"
    )
    assert reading().scalars(said).all() == [480]


def test_while_it_is_open_neither_a_tap_for_all_nor_silence_confirms_the_day(field: Field) -> None:
    disputes.object_to(field.days[1], Version(True, 600, 0), "", actor=field.worker)
    n = copies.confirm_posting(
        field.posting_id, DAY, dict.fromkeys(field.days), actor=field.employer
    )
    copies.confirm_silent(DAY + timedelta(days=9))
    assert n == 2
    assert field.days[1] not in {day for day, _, _ in answers()}


@pytest.mark.parametrize(("side", "minutes"), [("employer", 600), ("worker", 480)])
def test_who_agrees_takes_the_other_sides_version(field: Field, side: str, minutes: int) -> None:
    day = field.days[1]
    mark(field.leader, day, Kind.MINUTES, 540)
    mark(field.employer, day, Kind.MINUTES, 480)
    key = disputes.object_to(day, Version(True, 600, 0), "", actor=field.worker)
    disputes.agree(key, actor=getattr(field, side))
    rows = {r.engagement_day_id: r.presence for r in queries.day_roster(field.posting_id, DAY)}
    assert (worked(day), rows[day].contested) == (minutes, False)
    (row,) = disputes.of_worker(field.worker_id, only_open=False)
    assert row.agreed_side == ("worker" if side == "employer" else "employer")
    told = reading().scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)).all()[-3:]
    assert {event.how for event in told} == {"answer"}
    assert all(event.corrects_id for event in told)
    with pytest.raises(DisputeClosed):
        disputes.agree(key, actor=field.employer)
    assert disputes.object_to(day, Version(False, 0, 0), "", actor=field.worker)


def test_a_day_that_was_not_worked_after_all_goes_by_agreement(field: Field) -> None:
    key = disputes.object_to(field.days[1], Version(False, 0, 0), "", actor=field.worker)
    disputes.agree(key, actor=field.employer)
    assert worked(field.days[1]) is None


def test_only_the_two_sides_agree(field: Field, world: World) -> None:
    key = disputes.object_to(field.days[1], Version(True, 600, 0), "", actor=field.worker)
    for actor in (field.leader, field.organizer, world.employer("别家")[1]):
        with pytest.raises(NotFound):
            disputes.agree(key, actor=actor)
    with pytest.raises(NotFound):
        disputes.agree(999_999, actor=field.employer)
    assert disputes.of_worker(field.worker_id)[0].is_open


@pytest.mark.parametrize(
    ("version", "words", "at"),
    [
        (Version(True, 1441, 0), "", "minutes"),
        (Version(True, 0, 0), "", "minutes"),
        (Version(True, 480, -1), "", "pieces"),
        (Version(True, 480, 1_000_001), "", "pieces"),
        (Version(True, 600, 0), "字" * 501, "words"),
        (Version(True, 480, 0), "", None),
    ],
)
def test_absurd_versions_are_refused_and_nothing_is_opened(
    field: Field, version: Version, words: str, at: str | None
) -> None:
    with pytest.raises(Invalid) as refused:
        disputes.object_to(field.days[1], version, words, actor=field.worker)
    assert refused.value.field == at
    assert reading().scalars(select(Dispute)).all() == []


def test_nobody_objects_for_another(field: Field) -> None:
    for actor in (field.leader, field.employer):
        with pytest.raises(NotFound):
            disputes.object_to(field.days[1], Version(True, 600, 0), "", actor=actor)


def test_a_settled_day_is_agreed_on_only_after_its_settlement_is_reversed(field: Field) -> None:
    key = disputes.object_to(field.days[1], Version(True, 600, 0), "", actor=field.worker)
    with transaction() as session:
        session.execute(update(WorkDay).values(state="settled"))
    with pytest.raises(DaySettled):
        disputes.agree(key, actor=field.employer)
    assert disputes.of_worker(field.worker_id)[0].is_open
    assert worked(field.days[1]) == 480


# --- the evening's task --------------------------------------------------------------------------


def test_what_recorders_told_differently_becomes_a_dispute_the_next_evening(field: Field) -> None:
    mark(field.leader, field.days[1], Kind.MINUTES, 480)
    mark(field.employer, field.days[1], Kind.MINUTES, 300)
    assert disputes.open_contested(DAY) == 0
    with clock.at(instant(2026, 9, 26, 21)):
        assert disputes.open_contested(DAY + timedelta(days=1)) == 1
        assert disputes.open_contested(DAY + timedelta(days=1)) == 0
    (row,) = disputes.of_worker(field.worker_id)
    assert (row.worker.minutes, row.employer.minutes) == (480, 300)


def test_the_task_says_what_came_of_it_and_a_second_run_changes_nothing(field: Field) -> None:
    with clock.at(instant(2026, 9, 28, 20)):
        assert day_copies.run(date(2026, 9, 28)) == "opened 0, granted 0, confirmed 6"
        assert day_copies.run(date(2026, 9, 28)) == "opened 0, granted 0, confirmed 0"


# --- claims that wait ----------------------------------------------------------------------------


def claim(field: Field, world: World) -> int:
    """A worker of the crew claims a day three days later; its key."""
    late = field.days[1]
    mark(field.employer, late, Kind.ABSENT)
    with clock.at(instant(2026, 9, 28)):
        service.record(late, "check_in", actor=field.worker, uid="late")
    return reading().scalars(
        select(AttendanceEvent.id).where(AttendanceEvent.uid == "late")
    ).one()  # fmt: skip


def test_the_employer_sees_a_late_claim_and_grants_it_once(field: Field, world: World) -> None:
    key = claim(field, world)
    with clock.at(instant(2026, 9, 28)):
        (row,) = reviewing.open_reviews(field.employer.employer_ids, date(2026, 9, 28))
        assert (row.id, row.waits, row.worker_id) == (key, True, field.worker_id)
        reviewing.decide(key, True, actor=field.employer)
        assert reviewing.open_reviews(field.employer.employer_ids, date(2026, 9, 28)) == []
        with pytest.raises(Answered):
            reviewing.decide(key, False, actor=field.employer)


def test_a_claim_that_is_not_granted_stays_and_is_shown(field: Field, world: World) -> None:
    key = claim(field, world)
    with clock.at(instant(2026, 9, 28)):
        reviewing.decide(key, False, actor=world.station("150525"))
        rows = queries.day_roster(field.posting_id, DAY)
    (found,) = [r.presence for r in rows if r.worker_id == field.worker_id]
    assert (found.present, found.contested) == (False, True)


def test_only_employer_and_desk_decide(field: Field, world: World) -> None:
    key = claim(field, world)
    with clock.at(instant(2026, 9, 28)):
        for actor in (
            field.worker, field.leader, field.organizer, world.station("150430"),
            world.employer("别家")[1],
        ):  # fmt: skip
            with pytest.raises(NotFound):
                reviewing.decide(key, True, actor=actor)
        for unknown in (999_999, key - 1):  # none; one that waits for nobody
            with pytest.raises(NotFound):
                reviewing.decide(unknown, True, actor=field.employer)


def test_a_claim_nobody_answers_stands_after_three_days(field: Field, world: World) -> None:
    employer_id, _ = world.employer("另一家")
    (late,) = engage(world.posting(employer_id), field.worker_id, date(2026, 9, 26))
    with clock.at(instant(2026, 10, 1)):
        service.record(late, "check_in", actor=field.worker, uid="late")
        assert reviewing.grant_silent(date(2026, 10, 1)) == 0
    with clock.at(instant(2026, 10, 4)):
        assert reviewing.grant_silent(date(2026, 10, 4)) == 1
        assert reviewing.grant_silent(date(2026, 10, 4)) == 0
    assert worked(late) == 480


def test_a_claim_from_a_phone_found_after_months_is_seen_and_stands_after_three_days(
    field: Field, world: World
) -> None:
    employer_id, employer = world.employer("另一家")
    (late,) = engage(world.posting(employer_id), field.worker_id, date(2026, 9, 26))
    with clock.at(instant(2026, 12, 20)):
        service.record(late, "check_in", actor=field.worker, uid="late")
        (row,) = reviewing.open_reviews(employer.employer_ids, date(2026, 12, 20))
        assert (row.work_date, row.waits) == (date(2026, 9, 26), True)
    with clock.at(instant(2026, 12, 23)):
        assert reviewing.grant_silent(date(2026, 12, 23)) == 1
        assert reviewing.open_reviews(employer.employer_ids, date(2026, 12, 23)) == []
    assert worked(late) == 480


def test_a_claim_outside_the_engagement_waits_until_it_is_answered(field: Field) -> None:
    key = outside(field, "2026-09-24")
    with clock.at(instant(2027, 3, 1)):
        (row,) = reviewing.open_reviews(field.employer.employer_ids, date(2027, 3, 1))
    assert row.id == key


def outside(field: Field, day: str) -> int:
    item = tapped(field, 1, "check_in", date=day)
    (found,) = syncing.sync([item], milliseconds(clock.now()), actor=field.worker)
    assert found.answer == "review"
    return reading().scalars(
        select(AttendanceEvent.id).where(AttendanceEvent.uid == item["uid"])
    ).one()  # fmt: skip


def test_a_day_worked_without_being_agreed_gets_its_seat_when_it_is_granted(field: Field) -> None:
    key = outside(field, "2026-09-24")
    reviewing.decide(key, True, actor=field.employer)
    day = reading().scalars(
        select(EngagementDay).where(EngagementDay.work_date == date(2026, 9, 24))
    ).one()  # fmt: skip
    assert worked(day.id) == 480
    place = reading().get_one(PostingDay, day.posting_day_id)
    assert (place.headcount, place.taken) == (1, 1)


def test_a_day_on_which_the_worker_was_engaged_elsewhere_is_not_granted_twice(
    field: Field, world: World
) -> None:
    employer_id, _ = world.employer("别家合作社")
    other = world.posting(employer_id, first=date(2026, 9, 24), last=date(2026, 9, 24))
    engage(other, field.worker_id, date(2026, 9, 24))
    key = outside(field, "2026-09-24")
    with pytest.raises(BookedElsewhere):
        reviewing.decide(key, True, actor=field.employer)
    assert reviewing.open_reviews(field.employer.employer_ids, DAY)[0].id == key
    reviewing.decide(key, False, actor=field.employer)
    assert reviewing.open_reviews(field.employer.employer_ids, DAY) == []


# --- what a day is worth -------------------------------------------------------------------------


def test_the_pay_of_a_day_is_shown_before_it_is_settled(field: Field) -> None:
    mark(field.employer, field.days[1], Kind.MINUTES, 240)
    mark(field.employer, field.days[2], Kind.ABSENT)
    assert expected(field.days) == {field.days[0]: 18_000, field.days[1]: 9_000}
    assert expected([]) == {}
