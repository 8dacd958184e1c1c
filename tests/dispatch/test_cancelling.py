"""Worker and employer cancel: what is freed and what stays."""

import pytest
from sqlalchemy import select

from jobmatch.dispatch import service
from jobmatch.dispatch.errors import (
    AlreadyDecided,
    NothingToFree,
)
from jobmatch.dispatch.models import EngagementDay
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.errors import Invalid
from tests.dispatch.support import D25, D26, ask, days_of, engagement, state_of, taken, told
from tests.support import instant


def test_undoing_frees_the_seats_and_one_may_sign_up_again(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    service.withdraw(signup, actor=worker[1])
    assert (state_of(signup), taken(posting)) == ("withdrawn", [0, 0, 0])
    assert engagement(signup) == ("cancelled", "worker")
    assert ask(posting, worker) == signup
    assert taken(posting) == [1, 1, 1]
    assert engagement(signup) == ("active", None)


def test_withdrawing_twice_is_refused(world, employer):
    worker = world.worker()
    signup = ask(world.posting(employer[0]), worker)
    service.withdraw(signup, actor=worker[1])
    with pytest.raises(AlreadyDecided):
        service.withdraw(signup, actor=worker[1])


def test_cancelling_keeps_past_days_and_frees_the_days_to_come(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    with clock.at(instant(2026, 9, 26, 9)):
        service.withdraw(signup, actor=worker[1])
    assert days_of(worker[0]) == [D25, D26]
    assert taken(posting) == [1, 1, 0]


def test_work_that_is_over_cannot_be_cancelled(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    with clock.at(instant(2026, 9, 27, 9)):
        with pytest.raises(NothingToFree):
            service.withdraw(signup, actor=worker[1])
        with pytest.raises(NothingToFree):
            service.cancel(signup, actor=employer[1], reason="下雨")
    assert state_of(signup) == "accepted"


def test_one_day_can_be_given_back_alone(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    service.withdraw(signup, actor=worker[1], day=D26)
    assert (state_of(signup), taken(posting)) == ("accepted", [1, 0, 1])


def test_a_day_with_attendance_is_kept(world, employer):
    from jobmatch.attendance.models import AttendanceEvent

    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    with clock.at(instant(2026, 9, 25, 7)):
        with transaction() as session:
            day = session.scalars(select(EngagementDay).where(EngagementDay.work_date == D25)).one()
            session.add(
                AttendanceEvent(
                    uid="a", engagement_day_id=day.id, worker_id=worker[0], work_date=D25,
                    kind="check_in", via="self", happened_at=clock.now(), recorded_at=clock.now(),
                )
            )  # fmt: skip
        service.withdraw(signup, actor=worker[1])
    assert days_of(worker[0]) == [D25]
    assert taken(posting) == [1, 0, 0]


def test_the_employer_cancels_with_a_reason_that_the_worker_reads(world, employer):
    posting, worker = world.posting(employer[0], is_instant=True), world.worker()
    signup = ask(posting, worker)
    with pytest.raises(Invalid):
        service.cancel(signup, actor=employer[1], reason=" ")
    service.cancel(signup, actor=employer[1], reason="机器坏了")
    assert (state_of(signup), taken(posting)) == ("declined", [0, 0, 0])
    assert engagement(signup) == ("cancelled", "employer")
    assert told(worker[1].user_id)[-1] == "用工方取消了您在“{title}”的录用：{reason}"
