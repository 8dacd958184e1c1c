"""Settling and recording at the same time: no slip shows other measures than its work days."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from jobmatch.attendance import service as attendance
from jobmatch.attendance.models import WorkDay
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.service import DaySettled, Mark
from jobmatch.earnings import payment, run_writing, service
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.errors import NothingToSettle, PaidAlready, SlipClosed
from jobmatch.earnings.models import PaySlip, PaySlipLine
from jobmatch.infra import clock
from jobmatch.infra.db import db, reading
from jobmatch.kernel.actor import Actor
from tests.attendance.support import engage
from tests.support import World, instant

DAY = date(2026, 9, 25)
NOW = instant(2026, 9, 25, 20)


def together(app: Flask, *deeds: Callable[[], object]) -> list[str]:
    """Do the deeds at the same moment, each in a thread; the names of what they raised."""
    gate, said = threading.Barrier(len(deeds)), []

    def body(deed: Callable[[], object]) -> None:
        with app.app_context(), clock.at(NOW):
            gate.wait()
            try:
                deed()
            except (DaySettled, NothingToSettle, SlipClosed) as error:
                said.append(type(error).__name__)

    threads = [threading.Thread(target=body, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.remove()
    return said


@pytest.fixture
def boss_and_days(world: World) -> tuple[Actor, int, list[int]]:
    with clock.at(NOW):
        employer_id, boss = world.employer()
        posting = world.posting(employer_id, headcount=6)
        days = [engage(posting, world.worker(f"工人{n}")[0], DAY)[0] for n in range(6)]
        attendance.mark_all_present(posting, DAY, actor=boss, uid="r")
    return boss, posting, days


@pytest.mark.race
def test_a_slip_shows_what_the_work_day_says_whoever_was_first(
    app: Flask, boss_and_days: tuple[Actor, int, list[int]]
) -> None:
    boss, posting, days = boss_and_days
    marks = [Mark(key, Kind.MINUTES, 240) for key in days]
    together(
        app,
        lambda: service.settle(posting, DAY, DAY, actor=boss),
        lambda: attendance.record_crew(marks, actor=boss, uid="half"),
    )
    other = reading().scalar(
        select(func.count())
        .select_from(PaySlipLine)
        .join(WorkDay, WorkDay.id == PaySlipLine.live_day_id)
        .where(WorkDay.minutes != PaySlipLine.minutes)
    )
    assert other == 0
    assert check_ledger() == []


@pytest.mark.race
def test_four_settle_at_once_and_everybody_gets_one_slip(
    app: Flask, boss_and_days: tuple[Actor, int, list[int]]
) -> None:
    boss, posting, _days = boss_and_days
    said = together(app, *[lambda: service.settle(posting, DAY, DAY, actor=boss)] * 4)
    assert said == ["NothingToSettle"] * 3
    assert reading().scalar(select(func.count()).select_from(PaySlip)) == 6
    assert check_ledger() == []


@pytest.mark.race
def test_paid_and_reversed_at_once_one_of_both_holds(
    app: Flask, boss_and_days: tuple[Actor, int, list[int]]
) -> None:
    boss, posting, _days = boss_and_days
    with clock.at(NOW):
        run = service.settle(posting, DAY, DAY, actor=boss)
    ids = list(reading().scalars(select(PaySlip.id)))

    def reverse() -> None:
        try:
            service.reverse(run, actor=boss)
        except PaidAlready:
            raise SlipClosed from None

    said = together(app, lambda: payment.record_payment(ids, DAY, "cash", "", actor=boss), reverse)
    states = set(reading().scalars(select(PaySlip.state)))
    assert said == ["SlipClosed"]
    assert states in ({"paid"}, {"reversed"})
    assert check_ledger() == []


def test_without_closing_the_days_they_are_settled_twice_but_for_the_database(
    boss_and_days: tuple[Actor, int, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the tests above rely on is the closing of the days, then a unique row."""
    boss, posting, _days = boss_and_days
    monkeypatch.setattr(run_writing, "_close_days", lambda _session, _keys: None)
    with clock.at(NOW):
        service.settle(posting, DAY, DAY, actor=boss)
        with pytest.raises(IntegrityError):
            service.settle(posting, DAY, DAY, actor=boss)
