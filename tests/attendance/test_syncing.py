"""What phones send when they have a network again: an answer for each item, nothing lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from jobmatch.attendance import queries, service, syncing
from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid
from tests.attendance.support import DAY, Field, crew_at_work, mark, milliseconds, tapped
from tests.support import World, instant

MORNING, NOON, EVENING = (instant(2026, 9, 25, hour) for hour in (8, 12, 18))


@pytest.fixture
def field(world: World) -> Iterator[Field]:
    with crew_at_work(world) as found:
        yield found


def send(actor: Actor, *items: Any, sent: datetime | None = None) -> list[str]:
    at = milliseconds(sent or clock.now())
    return [found.answer.value for found in syncing.sync(list(items), at, actor=actor)]


def events() -> list[AttendanceEvent]:
    return list(reading().scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)))


def present() -> list[tuple[int, int]]:
    rows = reading().execute(select(WorkDay.worker_id, WorkDay.minutes).order_by(WorkDay.worker_id))
    return [(worker, minutes) for worker, minutes in rows]


def test_what_was_tapped_without_a_network_is_stored_with_both_times(field: Field) -> None:
    answers = send(field.worker, tapped(field, 1, "check_in", MORNING, lat=42.4, lon=120.7))
    (event,) = events()
    assert answers == ["stored"]
    assert (event.happened_at, event.device_time, event.recorded_at) == (MORNING, MORNING, EVENING)
    assert (event.via, event.how, event.lat, event.lon) == ("self", "tap", 42.4, 120.7)
    assert present() == [(field.people[1], 480)]


def test_a_batch_sent_again_changes_nothing(field: Field) -> None:
    items = [tapped(field, n, "present", MORNING) for n in range(3)]
    assert send(field.leader, *items) == ["stored"] * 3
    assert send(field.leader, *reversed(items)) == ["had"] * 3
    assert len(events()) == 3


def test_the_same_item_twice_in_one_batch_is_stored_once(field: Field) -> None:
    item = tapped(field, 0, "present", MORNING)
    assert send(field.leader, item, item) == ["stored", "had"]
    assert len(events()) == 1


def test_another_tap_under_a_known_name_is_refused(field: Field) -> None:
    item = tapped(field, 0, "present", MORNING)
    send(field.leader, item)
    assert send(field.leader, item | {"kind": "absent"}) == ["refused"]
    assert present() == [(field.people[0], 480)]


def test_taps_count_in_the_order_in_which_they_happened_not_in_which_they_came(
    field: Field,
) -> None:
    absent = tapped(field, 0, "absent", MORNING)
    there = tapped(field, 0, "present", NOON)
    send(field.leader, there)
    send(field.leader, absent)
    assert present() == [(field.people[0], 480)]


def test_a_clock_that_is_off_is_corrected_by_what_the_phone_calls_now(field: Field) -> None:
    """The phone is two hours fast: it says ten where it is eight, and twenty where it is eighteen."""
    item = tapped(field, 1, "check_in", instant(2026, 9, 25, 10))
    assert send(field.worker, item, sent=instant(2026, 9, 25, 20)) == ["review"]
    (event,) = events()
    assert (event.happened_at, event.review) == (MORNING, "skew")
    assert event.device_time == instant(2026, 9, 25, 10)
    assert present() == [(field.people[1], 480)]


def test_nine_minutes_off_are_nobodys_business(field: Field) -> None:
    sent = EVENING + timedelta(minutes=9)
    assert send(field.worker, tapped(field, 1, "check_in", sent), sent=sent) == ["stored"]


@pytest.mark.parametrize("year", [1970, 2038, 2099])
def test_a_clock_that_is_years_off_loses_nobody_their_day(field: Field, year: int) -> None:
    at = datetime(year, 3, 1, tzinfo=UTC)
    assert send(field.worker, tapped(field, 1, "check_in", at), sent=EVENING) == ["review"]
    assert events()[0].happened_at == EVENING
    assert present() == [(field.people[1], 480)]


def test_a_late_claim_waits_for_the_employer_and_is_not_refused(field: Field) -> None:
    with clock.at(instant(2026, 9, 28)):
        assert send(field.worker, tapped(field, 1, "check_in")) == ["review"]
        assert present() == []
        (row,) = [r for r in queries.day_roster(field.posting_id, DAY) if r.presence.waiting]
    assert row.worker_id == field.people[1]


def test_what_was_tapped_on_the_day_may_arrive_a_week_later(field: Field) -> None:
    with clock.at(instant(2026, 10, 2)):
        assert send(field.worker, tapped(field, 1, "check_in", MORNING)) == ["stored"]
    with clock.at(instant(2026, 10, 3)):
        assert send(field.leader, tapped(field, 2, "present", MORNING)) == ["review"]
    assert present() == [(field.people[1], 480), (field.people[2], 480)]


def test_a_day_outside_the_engagement_is_kept_for_review(field: Field) -> None:
    item = tapped(field, 1, "check_in", date="2026-09-24")
    assert send(field.worker, item) == ["review"]
    (event,) = events()
    assert (event.engagement_day_id, event.posting_id) == (None, field.posting_id)
    assert event.review == "outside"
    assert present() == []


def test_a_settled_day_keeps_its_pay_and_the_claim_waits(field: Field) -> None:
    mark(field.employer, field.days[1], Kind.MINUTES, 300)
    with transaction() as session:
        session.execute(update(WorkDay).values(state="settled"))
    assert send(field.leader, tapped(field, 1, "minutes", value=480)) == ["review"]
    assert present() == [(field.people[1], 300)]
    assert events()[-1].review == "settled"


def test_two_recorders_who_differ_are_both_kept_and_shown(field: Field) -> None:
    mark(field.employer, field.days[1], Kind.ABSENT)
    assert send(field.leader, tapped(field, 1, "present", MORNING)) == ["conflict"]
    rows = {r.worker_id: r.presence for r in queries.day_roster(field.posting_id, DAY)}
    found = rows[field.people[1]]
    assert found.contested
    assert {(via.value, said) for via, said, _, _ in found.said} == {
        ("employer", False), ("leader", True),
    }  # fmt: skip
    assert len(events()) == 2


def test_more_than_the_law_allows_is_stored_and_looked_at(field: Field) -> None:
    assert send(field.leader, tapped(field, 0, "minutes", value=661)) == ["review"]
    assert send(field.leader, tapped(field, 2, "minutes", value=660)) == ["stored"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": "1"}, {"uid": None}, {"kind": "granted"}, {"kind": "dance"}, {"value": 5},
        {"kind": "minutes", "value": -1}, {"kind": "minutes", "value": 1441},
        {"kind": "pieces", "value": 10**7}, {"kind": "pieces", "value": "7"},
        {"kind": "minutes", "value": True}, {"date": "yesterday"}, {"date": "2026-09-26"},
        {"at": "now"}, {"at": -1}, {"at": 10**20}, {"posting_id": 2**31}, {"worker_id": None},
        {"worker_id": 999_999}, {"how": "qr"}, {"kind": "minutes", "value": None},
    ],
)  # fmt: skip
def test_what_our_pages_do_not_send_is_refused_and_the_rest_is_stored(
    field: Field, wrong: dict[str, Any]
) -> None:
    good = tapped(field, 2, "present")
    assert send(field.leader, tapped(field, 0, "present") | wrong, good) == ["refused", "stored"]
    assert [event.worker_id for event in events()] == [field.people[2]]


@pytest.mark.parametrize("item", [None, 7, "x", [], {}])
def test_an_item_that_is_no_object_is_refused(field: Field, item: Any) -> None:
    assert send(field.leader, item) == ["refused"]


@pytest.mark.parametrize("items", [None, {}, [], "x", [{}] * 201])
def test_what_is_no_batch_is_refused_whole(field: Field, items: Any) -> None:
    with pytest.raises(Invalid):
        syncing.sync(items, milliseconds(EVENING), actor=field.leader)


@pytest.mark.parametrize("sent", [None, "1", 1.5, -1])
def test_a_batch_without_the_phones_time_is_refused_whole(field: Field, sent: Any) -> None:
    with pytest.raises(Invalid):
        syncing.sync([tapped(field, 0, "present")], sent, actor=field.leader)
    assert events() == []


def test_a_place_that_cannot_be_is_left_out(field: Field) -> None:
    items = [
        tapped(field, n, "present", lat=lat, lon=lon)
        for n, (lat, lon) in enumerate([(91, 120), (float("nan"), 1), (42.4, None)])
    ]
    assert send(field.leader, *items) == ["stored"] * 3
    assert {event.lat for event in events()} == {None}


def test_people_of_others_are_refused(field: Field, world: World) -> None:
    _brand, organizer = world.brand("敖汉架线工")
    stranger_id, stranger = world.worker("别人")
    other_leader = world.worker("外班长")
    world.crew(_brand, [other_leader[0], stranger_id], name="外班")
    for actor in (stranger, other_leader[1], organizer, world.employer("别家")[1]):
        assert send(actor, tapped(field, 1, "present")) == ["refused"]
    assert send(field.worker, tapped(field, 2, "check_in")) == ["refused"]
    assert send(field.leader, tapped(field, 1, "present") | {"worker_id": stranger_id}) == [
        "refused"
    ]
    assert events() == []


def test_a_later_statement_of_the_same_recorder_names_what_it_corrects(field: Field) -> None:
    send(field.leader, tapped(field, 1, "present", MORNING))
    send(field.leader, tapped(field, 1, "absent", NOON))
    first, second = events()
    assert (first.corrects_id, second.corrects_id) == (None, first.id)
    service.record(field.days[1], "check_in", actor=field.worker, uid="a")
    assert events()[-1].corrects_id is None
