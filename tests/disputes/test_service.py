"""Disputes from beginning to end: who may do what, what is told, what is refused."""

from datetime import date

import pytest
from sqlalchemy import select, update

from jobmatch.attendance import disputes as day_disputes
from jobmatch.attendance.disputes import Version
from jobmatch.disputes import evidence, opening, queries, reminders, service
from jobmatch.disputes.errors import AlreadyOpen, CaseClosed
from jobmatch.disputes.models import DisputeCase, DisputeFile, DisputeStep
from jobmatch.disputes.opening import About
from jobmatch.disputes.rules.states import Deed, Kind, Side, State
from jobmatch.earnings import service as earnings
from jobmatch.infra import clock, uploads
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import DatabaseError, reading, transaction
from jobmatch.kernel.errors import Invalid, NotFound
from tests.disputes.support import complained, course, links, seen, state
from tests.disputes.test_rules import PDF, png
from tests.earnings.support import Pay, all_present, pay, settle, slip_of
from tests.support import World, instant

DAY = date(2026, 9, 30)


def act(case_id: int, deed: Deed, side: Side, field: Pay, **more: object) -> State:
    actor = field.employer if side is Side.EMPLOYER else field.worker
    return service.act(case_id, deed, side=side, actor=actor, **more)  # type: ignore[arg-type]


def test_from_the_complaint_over_an_offer_to_an_agreement(field: Pay) -> None:
    case = complained(field)
    assert f"/employer/disputes/{case}" in links(field.employer)
    assert act(case, Deed.ANSWER, Side.EMPLOYER, field, words="货款没回来") is State.ANSWERED
    assert f"/my/disputes/{case}" in links(field.worker)
    act(case, Deed.OFFER, Side.EMPLOYER, field, fen=36_000, on_day=DAY)
    assert act(case, Deed.ACCEPT, Side.WORKER, field) is State.AGREED
    assert course(case) == [
        ("open", "worker"), ("answer", "employer"), ("offer", "employer"), ("accept", "worker"),
    ]  # fmt: skip
    found = seen(case, Side.EMPLOYER, field.employer)
    assert (found.worker_words, found.employer_words) == ("说好当天给，一直没给", "货款没回来")
    assert found.steps[-1].fen == 36_000
    # It lives no more: the same slip can be brought up anew.
    assert complained_again(field) != case


def complained_again(field: Pay) -> int:
    return opening.complain(
        Kind.UNPAID, "还是没给", About(slip_id=slip_of(field.worker_id)),
        worker_id=field.worker_id, actor=field.worker,
    )  # fmt: skip


def test_one_thing_is_in_one_living_dispute(field: Pay) -> None:
    complained(field)
    with pytest.raises(AlreadyOpen):
        complained_again(field)
    assert len(reading().scalars(select(DisputeCase.id)).all()) == 1


def test_nobody_accepts_the_own_offer_and_no_deed_is_done_by_the_wrong_side(field: Pay) -> None:
    case = complained(field)
    act(case, Deed.OFFER, Side.WORKER, field, fen=36_000, on_day=DAY)
    with pytest.raises(NotFound):
        act(case, Deed.ACCEPT, Side.WORKER, field)
    with pytest.raises(NotFound):
        act(case, Deed.MEDIATE, Side.WORKER, field)
    assert act(case, Deed.ACCEPT, Side.EMPLOYER, field) is State.AGREED
    with pytest.raises(CaseClosed):
        act(case, Deed.SAY, Side.WORKER, field, words="等等")


def test_strangers_do_not_find_it(field: Pay, world: World) -> None:
    case = complained(field)
    other_employer = world.employer("别家")[1]
    for side, actor in (
        (Side.WORKER, field.other), (Side.EMPLOYER, other_employer),
        (Side.OFFICER, world.officer("150430")), (Side.DESK, world.station("150430")),
        (Side.OFFICER, field.worker), (Side.SYSTEM, field.worker),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            seen(case, side, actor)
        with pytest.raises(NotFound):
            service.act(case, Deed.SAY, side=side, actor=actor, words="我来说")
    with pytest.raises(NotFound):
        queries.in_place("150525", actor=world.officer("150430"))
    with pytest.raises(NotFound):
        service.act(999_999, Deed.SAY, side=Side.WORKER, actor=field.worker, words="我来说")


def test_the_officer_of_the_place_mediates_and_the_desk_speaks_for_the_worker(
    field: Pay, world: World
) -> None:
    case = complained(field)
    officer, clerk = world.officer("150525102"), world.station("150525")
    assert queries.in_place("150525102", actor=officer).total == 1
    assert queries.of_station(actor=clerk).total == 1
    assert queries.of_employers(field.employer.employer_ids).total == 1
    service.act(case, Deed.MEDIATE, side=Side.OFFICER, actor=officer)
    service.act(case, Deed.SAY, side=Side.DESK, actor=clerk, words="本人来驿站说的")
    service.act(case, Deed.INSPECTION, side=Side.DESK, actor=clerk, on_day=date(2026, 9, 27))
    found = seen(case, Side.OFFICER, officer)
    assert (found.row.state, found.referred_on) == (State.INSPECTION, date(2026, 9, 27))
    service.act(case, Deed.CLOSE, side=Side.OFFICER, actor=officer, words="监察责令付清")
    assert state(case) == "closed"
    assert queries.count_live(place="150525") == 0


@pytest.mark.parametrize(
    ("deed", "fields", "field_name"),
    [
        (Deed.SAY, {"words": ""}, "words"),
        (Deed.SAY, {"words": "字" * 1001}, "words"),
        (Deed.OFFER, {"fen": None, "on_day": DAY}, "fen"),
        (Deed.OFFER, {"fen": 0, "on_day": DAY}, "fen"),
        (Deed.OFFER, {"fen": -100, "on_day": DAY}, "fen"),
        (Deed.OFFER, {"fen": 10**15, "on_day": DAY}, "fen"),
        (Deed.OFFER, {"fen": 100, "on_day": None}, "on_day"),
        (Deed.OFFER, {"fen": 100, "on_day": date(2026, 9, 26)}, "on_day"),
        (Deed.OFFER, {"fen": 100, "on_day": date(2030, 1, 1)}, "on_day"),
        (Deed.ARBITRATION, {"on_day": date(2026, 9, 28)}, "on_day"),
        (Deed.INSPECTION, {"on_day": date(2026, 9, 1)}, "on_day"),
    ],
)
def test_wrong_figures_are_refused_next_to_their_field(
    field: Pay, deed: Deed, fields: dict[str, object], field_name: str
) -> None:
    case = complained(field)
    with pytest.raises(Invalid) as caught:
        act(case, deed, Side.WORKER, field, **fields)
    assert caught.value.field == field_name
    assert course(case) == [("open", "worker")]


# --- where it comes from -------------------------------------------------------------------------


def test_the_two_versions_of_a_day_become_a_dispute_and_end_with_it(field: Pay) -> None:
    all_present(field)
    key = day_disputes.object_to(
        field.days[0], Version(True, 600, 0), "干到七点", actor=field.worker
    )
    (row,) = queries.of_worker(field.worker_id)
    assert (row.kind, row.state, row.words) == (Kind.DAY, State.OPEN, "干到七点")
    found = seen(row.id, Side.EMPLOYER, field.employer)
    assert [(v.worker.minutes, v.employer.minutes) for v in found.versions] == [(600, 480)]
    assert f"/employer/disputes/{row.id}" in links(field.employer)
    day_disputes.agree(key, actor=field.employer)
    assert state(row.id) == "agreed"
    assert course(row.id)[-1] == ("accept", "employer")


def test_an_objection_to_a_slip_and_a_dispute_about_it_are_one(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    case = opening.complain(
        Kind.DEDUCTION, "扣了不该扣的", About(slip_id=slip), worker_id=field.worker_id,
        actor=field.worker,
    )  # fmt: skip
    (row,) = queries.of_worker(field.worker_id)
    assert (row.id, row.kind, row.fen) == (case, Kind.DEDUCTION, 36_000)
    earnings.object_to(slip_of(field.other_id), "少了一天", actor=field.other)
    (other,) = queries.of_worker(field.other_id)
    assert (other.kind, other.words) == (Kind.SLIP, "少了一天")
    assert queries.live_of([f"slip:{slip}"]) == {f"slip:{slip}": case}


def test_a_recorded_payment_is_a_step_and_the_worker_has_the_last_word(field: Pay) -> None:
    case = complained(field)
    pay(field, slip_of(field.worker_id))
    assert course(case)[-1] == ("paid", "system")
    assert state(case) == "open"
    assert act(case, Deed.WITHDRAW, Side.WORKER, field) is State.WITHDRAWN


def test_what_is_not_the_workers_own_cannot_be_brought_up(field: Pay, world: World) -> None:
    all_present(field)
    settle(field)
    slip, mine = slip_of(field.other_id), field.worker_id
    for about in (
        About(slip_id=slip), About(day_id=field.other_days[0]), About(arrears_id=99),
        About(posting_id=999), About(),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            opening.complain(Kind.OTHER, "说一件事", about, worker_id=mine, actor=field.worker)
    with pytest.raises(NotFound):
        opening.complain(
            Kind.OTHER, "说一件事", About(slip_id=slip), worker_id=field.other_id,
            actor=world.station("150430"),
        )  # fmt: skip
    for kind in (Kind.DAY, Kind.SLIP):
        with pytest.raises(Invalid) as caught:
            opening.complain(
                kind, "说一件事", About(posting_id=field.posting_id), worker_id=mine,
                actor=field.worker,
            )  # fmt: skip
        assert caught.value.field == "kind"
    assert queries.of_worker(mine) == []


# --- evidence ------------------------------------------------------------------------------------


def test_evidence_is_seen_by_both_sides_and_each_look_is_written_down(
    field: Pay, world: World
) -> None:
    case = complained(field)
    key = evidence.add(case, "考勤本.jpg", png(), side=Side.WORKER, actor=field.worker)
    again = evidence.add(case, "另一个名字.png", png(), side=Side.WORKER, actor=field.worker)
    assert again == key
    name, mimetype, content = evidence.fetch(case, key, side=Side.EMPLOYER, actor=field.employer)
    assert (name, mimetype, content) == ("考勤本.png", "image/png", png())
    with pytest.raises(NotFound):
        evidence.fetch(case, key, side=Side.WORKER, actor=field.other)
    with pytest.raises(NotFound):
        evidence.fetch(case, key, side=Side.OFFICER, actor=world.officer("150430"))
    reads = select(AuditEntry.actor_user_id).where(AuditEntry.action == "case.file_read")
    assert list(reading().scalars(reads)) == [field.employer.user_id]
    # A file that is gone from the disk is not there, rather than a fault.
    kept = reading().scalars(select(DisputeFile.kept_as)).one()
    uploads.drop("disputes", kept)
    with pytest.raises(NotFound):
        evidence.fetch(case, key, side=Side.EMPLOYER, actor=field.employer)


def test_files_that_are_refused_leave_nothing_behind(field: Pay, app: object) -> None:
    case = complained(field)
    for content in (b"", b"GIF89a", PDF.replace(b"/Catalog", b"/JS /Catalog")):
        with pytest.raises(Invalid) as caught:
            evidence.add(case, "a.pdf", content, side=Side.WORKER, actor=field.worker)
        assert caught.value.field == "file"
    act(case, Deed.WITHDRAW, Side.WORKER, field)
    with pytest.raises(CaseClosed):
        evidence.add(case, "a.pdf", PDF, side=Side.WORKER, actor=field.worker)
    assert reading().scalars(select(DisputeFile.id)).all() == []


# --- limits --------------------------------------------------------------------------------------


def test_each_threshold_is_told_once_and_a_missed_day_loses_none(field: Pay) -> None:
    case = complained(field)
    with clock.at(instant(2026, 9, 28, 8)):
        assert reminders.remind(date(2026, 9, 28)) == (0, 0)
    # The year ends on 2027-09-27: three days of the last ninety were missed.
    with clock.at(instant(2027, 7, 2, 8)):
        assert reminders.remind(date(2027, 7, 2)) == (1, 0)
        assert reminders.remind(date(2027, 7, 2)) == (0, 0)
    with clock.at(instant(2027, 9, 28, 8)):
        assert reminders.remind(date(2027, 9, 28)) == (1, 0)
        (row,) = queries.of_worker(field.worker_id)
        assert row.deadlines[0].days_left == -1
    assert course(case)[-2:] == [("remind", "system")] * 2


def test_steps_are_never_changed(field: Pay) -> None:
    complained(field)
    with pytest.raises(DatabaseError), transaction() as session:
        session.execute(update(DisputeStep).values(words="别的"))
