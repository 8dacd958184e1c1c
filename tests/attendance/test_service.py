"""Recording attendance: who may, when, once, and the work day that follows."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from jobmatch.attendance import queries, service
from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.service import DaySettled, Mark
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from tests.attendance.support import DAY, Field, crew_at_work, mark
from tests.questions import questions
from tests.support import World, instant


@pytest.fixture
def field(world: World) -> Iterator[Field]:
    with crew_at_work(world) as found:
        yield found


def work_days() -> list[tuple[int, int, int]]:
    return [
        (w.engagement_day_id, w.minutes, w.pieces)
        for w in reading().scalars(select(WorkDay).order_by(WorkDay.id))
    ]


def events() -> int:
    return len(reading().scalars(select(AttendanceEvent)).all())


def test_a_check_in_makes_a_work_day_of_the_postings_length(field: Field) -> None:
    service.record(field.days[1], "check_in", actor=field.worker, uid="a")
    assert work_days() == [(field.days[1], 480, 0)]


def test_the_same_tap_sent_twice_counts_once(field: Field) -> None:
    service.record(field.days[1], "check_in", actor=field.worker, uid="a")
    service.record(field.days[1], "check_in", actor=field.worker, uid="a")
    assert events() == 1


def test_taps_with_the_clients_times_measure_the_day(field: Field) -> None:
    service.record(
        field.days[1], "check_in", actor=field.worker, uid="a",
        happened_at=instant(2026, 9, 25, 7),
    )  # fmt: skip
    service.record(
        field.days[1], "check_out", actor=field.worker, uid="b",
        happened_at=instant(2026, 9, 25, 12).replace(minute=15),
    )  # fmt: skip
    assert work_days() == [(field.days[1], 240, 0)]


def test_a_clients_time_that_lies_ahead_is_the_servers(field: Field) -> None:
    service.record(
        field.days[1], "check_in", actor=field.worker, uid="a",
        happened_at=instant(2026, 9, 25, 23),
    )  # fmt: skip
    found = reading().scalars(select(AttendanceEvent)).one()
    assert found.happened_at == instant(2026, 9, 25, 18)


def test_marked_absent_the_work_day_goes_and_comes_back_with_its_measures(field: Field) -> None:
    mark(field.employer, field.days[0], Kind.PIECES, 700)
    mark(field.employer, field.days[0], Kind.ABSENT)
    assert work_days() == []
    mark(field.employer, field.days[0], Kind.PRESENT)
    assert work_days() == [(field.days[0], 480, 700)]


def test_a_worker_taps_only_for_themself(field: Field) -> None:
    with pytest.raises(NotFound):
        service.record(field.days[2], "check_in", actor=field.worker, uid="a")
    assert events() == 0


def test_a_worker_does_not_state_minutes_or_pieces(field: Field) -> None:
    with pytest.raises(NotAllowed):
        service.record(field.days[1], "minutes", actor=field.worker, uid="a", value=600)


def test_the_leader_marks_the_crew_and_also_taps_for_themself(field: Field) -> None:
    marked = service.mark_all_present(
        field.posting_id, DAY, actor=field.leader, uid="r", crew_id=field.crew_id
    )
    service.record(field.days[0], "check_in", actor=field.leader, uid="a")
    assert marked == 3
    assert len(work_days()) == 3


def test_a_leader_does_not_tap_for_others(field: Field) -> None:
    with pytest.raises(NotAllowed):
        service.record(field.days[1], "check_in", actor=field.leader, uid="a")


def test_the_organizer_sees_but_does_not_record(field: Field) -> None:
    with pytest.raises(NotAllowed):
        service.record(field.days[1], "present", actor=field.organizer, uid="a")


def test_strangers_find_nothing(field: Field, world: World) -> None:
    for stranger in (world.employer("别家")[1], world.worker("别人")[1], world.officer()):
        with pytest.raises(NotFound):
            service.record(field.days[1], "present", actor=stranger, uid="a")
    with pytest.raises(NotFound):
        service.record(999_999, "present", actor=field.employer, uid="a")


def test_a_station_of_the_place_checks_in_who_has_no_phone(field: Field, world: World) -> None:
    service.record(field.days[2], "check_in", actor=world.station("150525"), uid="a")
    with pytest.raises(NotFound):
        service.record(field.days[2], "check_in", actor=world.station("150430"), uid="b")
    assert reading().scalars(select(AttendanceEvent.via)).all() == ["desk"]


def test_marking_all_leaves_those_of_whom_a_witness_spoke(field: Field) -> None:
    mark(field.employer, field.days[0], Kind.ABSENT)
    service.record(field.days[1], "check_in", actor=field.worker, uid="a")
    assert service.mark_all_present(field.posting_id, DAY, actor=field.employer, uid="r") == 2
    assert [row[0] for row in work_days()] == [field.days[1], field.days[2]]


def test_marking_all_twice_adds_nothing(field: Field) -> None:
    service.mark_all_present(field.posting_id, DAY, actor=field.employer, uid="r")
    assert service.mark_all_present(field.posting_id, DAY, actor=field.employer, uid="s") == 0
    assert events() == 3


def test_a_stranger_cannot_mark_all_even_when_nothing_is_left(field: Field, world: World) -> None:
    service.mark_all_present(field.posting_id, DAY, actor=field.employer, uid="r")
    with pytest.raises(NotFound):
        service.mark_all_present(field.posting_id, DAY, actor=world.employer("别家")[1], uid="s")


def test_one_bad_mark_undoes_the_whole_action(field: Field) -> None:
    marks = [Mark(field.days[0], Kind.PRESENT), Mark(field.days[1], Kind.MINUTES, 2000)]
    with pytest.raises(Invalid):
        service.record_crew(marks, actor=field.employer, uid="r")
    assert (events(), work_days()) == (0, [])


def test_an_action_sent_twice_counts_once(field: Field) -> None:
    marks = [Mark(field.days[0], Kind.PRESENT), Mark(field.days[0], Kind.PIECES, 50)]
    assert service.record_crew(marks, actor=field.employer, uid="r") == 2
    assert service.record_crew(marks, actor=field.employer, uid="r") == 0
    assert service.record_crew([], actor=field.employer, uid="r") == 0


def test_an_unknown_day_among_the_marks_is_not_found(field: Field) -> None:
    with pytest.raises(NotFound):
        service.record_crew(
            [Mark(field.days[0], Kind.PRESENT), Mark(999_999, Kind.PRESENT)],
            actor=field.employer,
            uid="r",
        )


def test_nothing_is_recorded_ahead(field: Field) -> None:
    with clock.at(instant(2026, 9, 24, 18)):
        for actor, kind in ((field.worker, "check_in"), (field.employer, "present")):
            with pytest.raises(Invalid):
                service.record(field.days[1], kind, actor=actor, uid="a")


def test_a_worker_makes_up_a_tap_on_the_next_day(field: Field) -> None:
    with clock.at(instant(2026, 9, 26, 8)):
        service.record(field.days[1], "check_in", actor=field.worker, uid="a")
        row = next(r for r in queries.day_roster(field.posting_id, DAY) if r.presence.present)
    assert (row.presence.minutes, row.presence.is_late) == (480, True)


@pytest.mark.parametrize("actor", ["employer", "leader"])
def test_a_settled_day_stands(field: Field, actor: str) -> None:
    mark(field.employer, field.days[0], Kind.PRESENT)
    with transaction() as session:
        session.execute(update(WorkDay).values(state="settled"))
    with pytest.raises(DaySettled):
        service.record(field.days[0], "absent", actor=getattr(field, actor), uid="z")
    assert events() == 1


def test_with_crew_pay_nobody_joins_a_crews_settled_day(field: Field, world: World) -> None:
    with transaction() as session:
        from jobmatch.postings.models import Posting

        session.execute(update(Posting).values(pay_kind="piece", crew_share=True))
    mark(field.employer, field.days[0], Kind.PIECES, 900)
    with transaction() as session:
        session.execute(update(WorkDay).values(state="settled"))
    with pytest.raises(DaySettled):
        service.record(field.days[1], "check_in", actor=field.worker, uid="z")
    assert service.mark_all_present(field.posting_id, DAY, actor=field.employer, uid="r") == 0


def test_the_database_itself_refuses_to_change_an_event(field: Field) -> None:
    service.record(field.days[1], "check_in", actor=field.worker, uid="a")
    with pytest.raises(DatabaseError), transaction() as session:
        session.execute(update(AttendanceEvent).values(kind="absent"))
    assert reading().scalars(select(AttendanceEvent.kind)).all() == ["check_in"]


def test_the_roster_shows_everyone_with_what_counts(field: Field) -> None:
    mark(field.employer, field.days[0], Kind.PRESENT)
    mark(field.employer, field.days[1], Kind.ABSENT)
    rows = queries.day_roster(field.posting_id, DAY)
    assert sorted((row.name, row.presence.present) for row in rows) == [
        ("张玉梅", None),
        ("李桂芳", False),
        ("王秀兰", True),
    ]
    assert {row.crew_name for row in rows} == {"一班"}


def test_days_and_crews_are_counted(field: Field) -> None:
    mark(field.employer, field.days[0], Kind.PRESENT)
    mark(field.employer, field.days[1], Kind.ABSENT)
    (day,) = queries.days_of_posting(field.posting_id)
    (crew,) = queries.crews_led(field.leader.worker_id or 0, DAY, DAY)
    (posting,) = queries.postings_on(field.employer.employer_ids, DAY, DAY)
    assert (day.engaged, day.present, day.unsaid) == (3, 1, 1)
    assert (crew.crew_id, crew.engaged, crew.present, crew.unsaid) == (field.crew_id, 3, 1, 1)
    assert (posting.posting_id, posting.engaged, posting.unsaid) == (field.posting_id, 3, 1)


def test_own_days_tell_the_worker_where_and_when(field: Field) -> None:
    service.record(field.days[1], "check_in", actor=field.worker, uid="a")
    (day,) = queries.own_days(field.worker_id, DAY, DAY)
    assert (day.title, day.employer_name, day.site_name) == (
        "甘薯分拣工",
        "青龙山甘薯合作社",
        "一号窖",
    )
    assert day.presence.checked_in == instant(2026, 9, 25, 18)
    assert queries.next_day(field.worker_id, date(2026, 9, 1)) == DAY
    assert queries.next_day(field.worker_id, DAY) is None


def test_work_days_are_found_by_each_filter(field: Field, world: World) -> None:
    service.mark_all_present(field.posting_id, DAY, actor=field.employer, uid="r")
    everything = {
        "posting_id": field.posting_id,
        "crew_id": field.crew_id,
        "first": DAY,
        "last": DAY,
    }
    assert len(queries.work_days(**everything, settled=False)) == 3  # type: ignore[arg-type]
    assert len(queries.work_days(worker_id=field.worker_id)) == 1
    assert queries.work_days(settled=True) == []
    assert queries.work_days(first=date(2026, 9, 26)) == []


def test_heads_are_shown_to_those_whose_posting_and_crew_it_is(field: Field, world: World) -> None:
    assert queries.posting_head(field.posting_id, actor=field.employer).title == "甘薯分拣工"
    head, crew = queries.crew_head(field.crew_id, field.posting_id, actor=field.leader)
    assert (head.id, crew) == (field.posting_id, "一班")
    for actor in (field.worker, world.actor(Role.EMPLOYER, subject=999)):
        with pytest.raises(NotFound):
            queries.posting_head(field.posting_id, actor=actor)
        with pytest.raises(NotFound):
            queries.crew_head(field.crew_id, field.posting_id, actor=actor)


def test_a_crews_leader_reads_the_head_of_the_crews_own_work_only(
    field: Field, world: World
) -> None:
    employer_id, _ = world.employer("别家合作社")
    for state in ("open", "draft"):
        other = world.posting(employer_id, title="别家的活", state=state)
        with pytest.raises(NotFound):
            queries.crew_head(field.crew_id, other, actor=field.leader)


def test_a_roster_of_three_people_takes_two_queries(field: Field) -> None:
    with questions("SELECT") as asked:
        queries.day_roster(field.posting_id, DAY, crew_id=field.crew_id)
    assert len(asked) == 2
