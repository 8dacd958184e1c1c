"""Attendance, settlement, payment and income in any order, against a model in plain dictionaries.

The model is told in the test's own words: a day present is worth 180 yuan or the share of eight
hours; a slip holds the days that were open; what is paid or confirmed of the first worker is
income of their household. Whatever the product refuses the model must refuse too, and the other
way round.
"""

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select

from jobmatch.attendance import service as attendance
from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.service import Mark
from jobmatch.earnings import bank_file, payment, service
from jobmatch.earnings.bank_file import Upload
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.models import LedgerBalance, LedgerHead, PaySlip
from jobmatch.households.models import IncomeEntry
from jobmatch.infra import clock
from jobmatch.infra import once as keys
from jobmatch.infra.db import forget_reads, reading
from jobmatch.infra.sheets import csv_bytes
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import DomainError
from tests.support import instant

FIRST, DAYS = date(2026, 9, 21), 4
NOW = instant(2026, 9, 27, 18)
WHO, DAY = st.integers(0, 1), st.integers(0, DAYS - 1)
FEN = {480: 18_000, 240: 9_000, 120: 4_500, 0: 0}


@dataclass(frozen=True)
class Cast:
    """Who and what the machine works with; days: the engaged day of each worker and date."""

    posting_id: int
    employer_id: int
    employer: Actor
    workers: tuple[int, int]
    actors: tuple[Actor, Actor]
    names: tuple[str, str]
    household_id: int
    run: int
    slips: tuple[int, int]
    days: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass
class Slip:
    id: int
    run: int
    who: int
    days: dict[int, int]
    state: str = "issued"
    objected: bool = False
    confirmed: bool = False

    @property
    def fen(self) -> int:
        return sum(self.days.values())

    @property
    def is_open(self) -> bool:
        return self.state in ("issued", "confirmed", "objected")

    @property
    def unpaid(self) -> str:
        """What it is again when its payment is taken back."""
        return "objected" if self.objected else "confirmed" if self.confirmed else "issued"


@dataclass(repr=False)
class Sent:
    """A request and what it may find when it is sent again: the same answer and no effect."""

    name: str
    deed: Callable[[], Any]
    answer: Any
    actor: Actor


@dataclass
class Model:
    minutes: dict[tuple[int, int], int | None] = field(default_factory=dict)
    settled: set[tuple[int, int]] = field(default_factory=set)
    slips: list[Slip] = field(default_factory=list)
    events: int = 0
    entries: int = 0


def first_model(cast: Cast) -> Model:
    """Both were there all day on all days; the first two days are settled."""
    settled = {(who, day) for who in (0, 1) for day in (0, 1)}
    slips = [Slip(cast.slips[who], cast.run, who, {0: 18_000, 1: 18_000}) for who in (0, 1)]
    minutes: dict[tuple[int, int], int | None] = {
        (who, day): 480 for who in (0, 1) for day in range(DAYS)
    }
    return Model(minutes, settled, slips, events=2 * DAYS, entries=2)


class Deeds(RuleBasedStateMachine):
    """Deeds of an employer and two workers; every answer and every sum is held against the model."""

    app: Flask
    cast: Cast
    fresh: Callable[[], None]

    @initialize()
    def begin(self) -> None:
        type(self).fresh()
        self.model, self.sent, self.steps = first_model(self.cast), [], 0
        self.context = self.app.app_context()
        self.context.push()
        self.time = clock.at(NOW)
        self.time.__enter__()

    def teardown(self) -> None:
        if hasattr(self, "context"):
            try:
                self.look_at_the_books()
            finally:
                self.time.__exit__(None, None, None)
                forget_reads()
                self.context.pop()

    # attendance

    @rule(who=WHO, day=DAY, minutes=st.sampled_from([480, 240, 120, None]))
    def record(self, who: int, day: int, minutes: int | None) -> None:
        """The employer says how long somebody was there; None: not at all."""
        kind = Kind.ABSENT if minutes is None else Kind.MINUTES
        mark = Mark(self.cast.days[who][day], kind, minutes)
        uid = uuid.uuid4().hex
        may = (who, day) not in self.model.settled
        self.tried(
            may, lambda: attendance.record_crew([mark], actor=self.cast.employer, uid=uid),
            self.cast.employer,
        )  # fmt: skip
        if may:
            self.model.minutes[who, day] = minutes
            self.model.events += 1

    # settling

    @rule(first=DAY, n=st.integers(1, DAYS))
    def settle(self, first: int, n: int) -> None:
        """Everybody's open days become slips."""
        last = min(first + n, DAYS) - 1
        due: dict[int, dict[int, int]] = {}
        for (who, day), minutes in sorted(self.model.minutes.items()):
            if first <= day <= last and minutes and (who, day) not in self.model.settled:
                due.setdefault(who, {})[day] = FEN[minutes]
        run = self.tried(
            bool(due),
            lambda: int(service.settle(self.cast.posting_id, on(first), on(last), actor=self.cast.employer)),
            self.cast.employer,
        )  # fmt: skip
        for who, days in due.items():
            key = reading().scalar(
                select(PaySlip.id).where(
                    PaySlip.settlement_id == run, PaySlip.worker_id == self.cast.workers[who]
                )
            )
            self.model.slips.append(Slip(key or 0, run, who, days))
            self.model.settled |= {(who, day) for day in days}
            self.model.entries += 1

    @precondition(lambda self: self.model.slips)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """One slip, or its whole settlement; what is paid stands against it."""
        slip = data.draw(st.sampled_from(self.model.slips))
        is_whole = data.draw(st.booleans())
        mine = [s for s in self.model.slips if s.run == slip.run and s.state != "reversed"]
        gone = mine if is_whole else [slip]
        verb = (
            (lambda: service.reverse(slip.run, actor=self.cast.employer)) if is_whole
            else (lambda: service.reverse_slip(slip.id, actor=self.cast.employer))
        )  # fmt: skip
        if is_whole and not mine:
            return  # a settlement of nothing but reversed slips: taking it back is of no matter here
        may = all(s.is_open for s in gone)
        self.tried(may, verb, self.cast.employer)
        for s in gone if may else ():
            s.state = "reversed"
            self.model.settled -= {(s.who, day) for day in s.days}
            self.model.entries += 1

    # the worker's answer

    @precondition(lambda self: self.model.slips)
    @rule(data=st.data(), content=st.booleans())
    def answer(self, data: st.DataObject, content: bool) -> None:
        slip = data.draw(st.sampled_from(self.model.slips))
        actor = self.cast.actors[slip.who]
        if content:
            self.tried(
                slip.state != "reversed", lambda: service.confirm(slip.id, actor=actor), actor
            )
            if slip.state in ("issued", "objected"):
                slip.state, slip.confirmed, slip.objected = "confirmed", True, False
        else:
            may = slip.state == "issued"
            self.tried(may, lambda: service.object_to(slip.id, "少记了", actor=actor), actor)
            if may:
                slip.state, slip.objected = "objected", True

    # paying

    @precondition(lambda self: self.model.slips)
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        """Some slips at once: all of them or none."""
        some = data.draw(st.lists(st.sampled_from(self.model.slips), min_size=1, max_size=3, unique_by=id))  # fmt: skip
        ids = [s.id for s in some]
        may = all(s.is_open for s in some)
        self.tried(
            may,
            lambda: payment.record_payment(ids, on(6), "cash", "", actor=self.cast.employer),
            self.cast.employer,
        )  # fmt: skip
        for s in some if may else ():
            self.paid(s)

    @precondition(lambda self: self.model.slips)
    @rule(
        data=st.data(),
        off=st.sampled_from([0, 0, 0, 1]),
        status=st.sampled_from(["成功", "成功", "失败"]),
    )
    def hear_of_the_bank(self, data: st.DataObject, off: int, status: str) -> None:
        """A file of one line, sometimes of another amount, sometimes refused by the bank."""
        slip = data.draw(st.sampled_from(self.model.slips))
        fen = slip.fen + off
        given = Upload(
            "r.csv",
            csv_bytes(
                ["工资条号", "姓名", "账号", "金额", "状态"],
                [
                    [
                        str(slip.id),
                        self.cast.names[slip.who],
                        str(self.steps),
                        f"{fen / 100:.2f}",
                        status,
                    ]
                ],
            ),
            on(6),
            fen if status == "成功" else 0,
        )
        may = slip.is_open and not off
        self.tried(
            may,
            lambda: bank_file.save(
                self.cast.employer_id, given, only_good=False, actor=self.cast.employer
            ),
            self.cast.employer,
        )  # fmt: skip
        if may and status == "成功":
            self.paid(slip)

    @precondition(lambda self: self.model.slips)
    @rule(data=st.data())
    def unpay(self, data: st.DataObject) -> None:
        slip = data.draw(st.sampled_from(self.model.slips))
        may = slip.state == "paid"
        self.tried(
            may, lambda: payment.reverse_payment(slip.id, actor=self.cast.employer),
            self.cast.employer,
        )  # fmt: skip
        if may:
            slip.state = slip.unpaid
            self.model.entries += 1

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """A request whose answer was lost: the same answer, whatever happened meanwhile."""
        one: Sent = data.draw(st.sampled_from(self.sent))
        assert self.once(one.name, one.deed, one.actor) == one.answer

    # what holds

    @invariant()
    def the_sums_are_the_models(self) -> None:
        if not hasattr(self, "context"):
            return
        forget_reads()
        session, slips = reading(), self.model.slips
        stored = dict(session.execute(select(PaySlip.id, PaySlip.state)).all())
        assert stored == {s.id: s.state for s in slips}
        balances = dict(
            session.execute(
                select(LedgerBalance.account, func.sum(LedgerBalance.amount_fen)).group_by(
                    LedgerBalance.account
                )
            ).all()
        )
        assert balances.get("wage_payable", 0) == -sum(s.fen for s in slips if s.is_open)
        assert balances.get("paid", 0) == -sum(s.fen for s in slips if s.state == "paid")
        assert (session.scalar(select(func.sum(LedgerHead.entries))) or 0) == self.model.entries
        income = session.scalar(
            select(func.coalesce(func.sum(IncomeEntry.amount_fen), 0)).where(
                IncomeEntry.household_id == self.cast.household_id
            )
        )
        earned = [s.fen for s in slips if s.who == 0 and s.state in ("confirmed", "paid")]
        assert income == sum(earned)
        days = {
            (self.cast.workers.index(worker), (day - FIRST).days): (minutes, state)
            for worker, day, minutes, state in session.execute(
                select(WorkDay.worker_id, WorkDay.work_date, WorkDay.minutes, WorkDay.state)
            )
        }
        assert days == {
            key: (minutes, "settled" if key in self.model.settled else "open")
            for key, minutes in self.model.minutes.items()
            if minutes is not None
        }
        assert session.scalar(select(func.count(AttendanceEvent.id))) == self.model.events
        self.steps += 1
        if self.steps % 10 == 0:
            self.look_at_the_books()

    def look_at_the_books(self) -> None:
        forget_reads()
        assert [str(fault) for fault in check_ledger()] == []

    # how requests are sent

    def tried(self, may: bool, deed: Callable[[], Any], actor: Actor) -> Any:
        """Send a request; it must be done exactly when the model says so."""
        name = uuid.uuid4().hex
        try:
            answer, refused = self.once(name, deed, actor), None
        except DomainError as error:
            answer, refused = None, error
        assert (refused is None) is may, refused or "done, though it must be refused"
        if may:
            self.sent.append(Sent(name, deed, answer, actor))
        return answer

    def once(self, name: str, deed: Callable[[], Any], actor: Actor) -> Any:
        body = hashlib.sha256(name.encode()).hexdigest()
        return keys.once(name, "machine", body, deed, actor=actor)

    def paid(self, slip: Slip) -> None:
        slip.state = "paid"
        self.model.entries += 1


def on(day: int) -> date:
    return FIRST + timedelta(days=day)
