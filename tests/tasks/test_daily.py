"""What each daily task does."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update

from jobmatch.attendance import service as attendance
from jobmatch.earnings import service as earnings
from jobmatch.earnings.models import PaySlip
from jobmatch.employers.models import Employer
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.infra.triggers import triggers_off
from jobmatch.notify import queries as notices
from jobmatch.postings.models import Posting
from jobmatch.tasks import runner
from jobmatch.workers.models import Worker
from tests.attendance.support import engage
from tests.support import World, instant

DAY = date(2026, 9, 25)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with clock.at(instant(2026, 9, 25, 20)):
        yield


def run(name: str) -> str:
    return runner.tasks()[name].run(DAY)


def test_postings_leave_the_board_when_their_last_day_has_passed(world: World) -> None:
    employer_id, _ = world.employer()
    over = world.posting(employer_id, first=date(2026, 9, 20), last=date(2026, 9, 24))
    last = world.posting(employer_id, first=date(2026, 9, 20), last=DAY)
    draft = world.posting(
        employer_id, first=date(2026, 9, 20), last=date(2026, 9, 24), state="draft"
    )
    assert run("close_postings") == "closed 1"
    states = dict(reading().execute(select(Posting.id, Posting.state)).all())  # type: ignore[arg-type]
    assert (states[over], states[last], states[draft]) == ("closed", "open", "draft")
    assert run("close_postings") == "closed 0"


@pytest.mark.parametrize(
    ("ends", "told"),
    [(date(2026, 10, 9), 1), (date(2026, 10, 8), 0), (date(2026, 10, 10), 0)],
)
def test_employers_are_told_two_weeks_before_their_verification_ends(
    world: World, ends: date, told: int
) -> None:
    _, boss = world.employer()
    with transaction() as session:
        session.execute(update(Employer).values(verified_until=ends))
    assert run("verification_notices") == f"told {told} employers"
    assert len(notices.notices(boss.user_id)) == told  # type: ignore[arg-type]


def test_workers_are_reminded_of_tomorrows_work(world: World) -> None:
    employer_id, _ = world.employer()
    posting = world.posting(employer_id, first=DAY, last=date(2026, 9, 27))
    tomorrow, today = world.worker("王秀兰"), world.worker("李桂芳")
    desk, _ = world.worker("张玉梅", with_account=False)
    engage(posting, tomorrow[0], date(2026, 9, 26), date(2026, 9, 27))
    engage(posting, today[0], DAY)
    engage(posting, desk, date(2026, 9, 26))
    assert run("work_reminders") == "told 1 workers"
    (notice,) = notices.notices(tomorrow[1].user_id)  # type: ignore[arg-type]
    assert str(notice.said) == "2026-09-26 有活：甘薯分拣工，07:30 在“一号窖”上工。"
    assert notices.notices(today[1].user_id) == []  # type: ignore[arg-type]


def test_the_nightly_check_books_late_income_and_counts_faults(world: World, app: Flask) -> None:
    employer_id, boss = world.employer()
    posting = world.posting(employer_id, first=DAY, last=DAY)
    _, members = world.household()
    worker_id, worker = world.worker()
    engage(posting, worker_id, DAY)
    attendance.mark_all_present(posting, DAY, actor=boss, uid="r")
    earnings.settle(posting, DAY, DAY, actor=boss)
    slip = reading().scalars(select(PaySlip.id)).one()
    earnings.confirm(slip, actor=worker)
    with transaction() as session:
        session.execute(update(Worker).values(member_id=members[0]))
    assert run("check_ledger") == "booked 1, faults 0"
    with transaction() as session, triggers_off(session.connection()):
        session.connection().exec_driver_sql("UPDATE pay_slip_line SET amount_fen = 1")
    assert run("check_ledger") == "booked 0, faults 1"
    assert app.test_cli_runner().invoke(args=["ledger", "check"]).exit_code == 1
