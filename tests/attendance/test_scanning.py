"""Codes to scan and on paper, in the house: who shows, who scans, once, and not for ever."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from jobmatch.attendance import scanning, service
from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.scanning import CodeExpired
from jobmatch.attendance.writing import DaySettled
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from tests.attendance.support import DAY, Field, crew_at_work
from tests.support import World, instant


@pytest.fixture
def field(world: World) -> Iterator[Field]:
    with crew_at_work(world) as found:
        yield found


def events() -> list[AttendanceEvent]:
    return list(reading().scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)))


def test_a_worker_scans_the_sites_code_in_and_out(field: Field) -> None:
    token = scanning.site_code(field.posting_id, actor=field.employer)
    offer = scanning.offer(token, actor=field.worker)
    assert (offer.kind, offer.is_own, offer.name) == (Kind.CHECK_IN, True, "李桂芳")
    scanning.take(token, Kind.CHECK_IN, actor=field.worker, point=(42.4, 120.7))
    (event,) = events()
    assert (event.via, event.how, event.witness_id) == ("self", "qr", field.employer.user_id)
    assert (event.lat, event.lon) == (42.4, 120.7)
    assert scanning.offer(token, actor=field.worker).kind is Kind.CHECK_OUT


def test_a_code_used_again_by_the_same_person_changes_nothing(field: Field) -> None:
    token = scanning.site_code(field.posting_id, actor=field.leader)
    for _ in range(3):
        scanning.take(token, Kind.CHECK_IN, actor=field.worker, point=None)
    assert len(events()) == 1


def test_a_leader_scans_a_workers_code(field: Field) -> None:
    token = scanning.own_code(field.days[1], actor=field.worker)
    offer = scanning.offer(token, actor=field.leader)
    assert (offer.kind, offer.is_own, offer.name) == (Kind.PRESENT, False, "李桂芳")
    scanning.take(token, Kind.PRESENT, actor=field.leader, point=None)
    (event,) = events()
    assert (event.via, event.worker_id, event.witness_id) == (
        "leader", field.worker_id, field.worker.user_id,
    )  # fmt: skip


def test_a_code_is_stale_after_five_minutes_and_says_what_to_do(field: Field) -> None:
    token = scanning.site_code(field.posting_id, actor=field.employer)
    with clock.at(clock.now() + timedelta(minutes=5)):
        scanning.offer(token, actor=field.worker)
    with clock.at(clock.now() + timedelta(minutes=5, seconds=1)):
        for act in (
            lambda: scanning.offer(token, actor=field.worker),
            lambda: scanning.take(token, Kind.CHECK_IN, actor=field.worker, point=None),
        ):
            with pytest.raises(CodeExpired, match="纸上的码"):
                act()
    assert events() == []


def test_a_code_that_was_changed_is_not_ours(field: Field) -> None:
    token = scanning.site_code(field.posting_id, actor=field.employer)
    later = token.split(".")
    later[4] = str(int(later[4]) + 86_400)
    for forged in (".".join(later), token[:-3] + "AAA", "x", token.replace("s", "w", 1)):
        with pytest.raises(NotFound):
            scanning.take(forged, Kind.CHECK_IN, actor=field.worker, point=None)
    assert events() == []


def test_who_is_not_on_the_list_is_told_so(field: Field, world: World) -> None:
    token = scanning.site_code(field.posting_id, actor=field.employer)
    for actor in (world.worker("别人")[1], field.employer, field.organizer):
        with pytest.raises(NotFound):
            scanning.offer(token, actor=actor)
    own = scanning.own_code(field.days[1], actor=field.worker)
    for actor in (world.worker("又一人")[1], world.employer("别家")[1]):
        with pytest.raises(NotFound):
            scanning.offer(own, actor=actor)
    with pytest.raises(NotAllowed):
        scanning.take(own, Kind.PRESENT, actor=field.worker, point=None)
    with pytest.raises(NotAllowed):
        scanning.take(token, Kind.PRESENT, actor=field.worker, point=None)
    assert events() == []


def test_only_the_site_and_the_worker_show_their_codes(field: Field, world: World) -> None:
    for actor in (field.worker, field.organizer, world.employer("别家")[1]):
        with pytest.raises(NotFound):
            scanning.site_code(field.posting_id, actor=actor)
    for actor in (field.leader, field.employer):
        with pytest.raises(NotFound):
            scanning.own_code(field.days[1], actor=actor)
    with pytest.raises(NotFound):
        scanning.site_code(999_999, actor=field.employer)


# --- on paper ------------------------------------------------------------------------------------


def paper(field: Field, n: int = 1) -> str:
    return scanning.paper_codes(field.days)[field.days[n]]


@pytest.mark.parametrize(
    ("who", "kind", "via"),
    [("leader", "present", "leader"), ("worker", "check_in", "self"),
     ("employer", "present", "employer")],
)  # fmt: skip
def test_a_code_on_paper_is_entered_by_whom_it_concerns(
    field: Field, who: str, kind: str, via: str
) -> None:
    scanning.enter_paper(paper(field), actor=getattr(field, who))
    (event,) = events()
    assert (event.kind, event.via, event.how) == (kind, via, "paper")


def test_the_station_enters_it_for_whoever_has_no_phone(field: Field, world: World) -> None:
    scanning.enter_paper(paper(field), actor=world.station("150525"))
    assert (events()[0].via, events()[0].witness_id) == ("desk", field.leader.user_id)
    with pytest.raises(NotFound):
        scanning.enter_paper(paper(field, 2), actor=world.station("150430"))


def test_a_code_on_paper_counts_once_whoever_enters_it_again(field: Field) -> None:
    assert scanning.enter_paper(paper(field), actor=field.leader).is_new
    assert not scanning.enter_paper(paper(field).lower(), actor=field.worker).is_new
    assert len(events()) == 1


def test_a_code_on_paper_entered_late_by_the_worker_waits_by_the_leader_it_counts(
    field: Field,
) -> None:
    with clock.at(instant(2026, 9, 30)):
        assert scanning.enter_paper(paper(field, 1), actor=field.worker).waits
        assert not scanning.enter_paper(paper(field, 2), actor=field.leader).waits


def test_no_code_on_paper_counts_ahead_for_strangers_or_by_guessing(
    field: Field, world: World
) -> None:
    with clock.at(instant(2026, 9, 24)), pytest.raises(Invalid):
        scanning.enter_paper(paper(field), actor=field.leader)
    for actor in (world.worker("别人")[1], world.employer("别家")[1]):
        with pytest.raises(NotFound):
            scanning.read_paper(paper(field), actor=actor)
    for typed in ("1-00000", paper(field)[:-1] + "?", ""):
        with pytest.raises(NotFound):
            scanning.enter_paper(typed, actor=field.leader)
    assert events() == []


def test_a_settled_day_is_not_touched_by_a_code(field: Field) -> None:
    service.mark_all_present(field.posting_id, DAY, actor=field.employer, uid="all")
    with transaction() as session:
        session.execute(update(WorkDay).values(state="settled"))
    with pytest.raises(DaySettled):
        scanning.enter_paper(paper(field), actor=field.leader)
