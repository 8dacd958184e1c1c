"""Killed at any moment: a process that records, settles, pays and imports is ended by kill -9, and
what it had answered must be there, once, with the books in balance.

Used by the tests (some rounds) and by benchmarks/reliability.py (a campaign of hundreds). The
process is a copy of this one (fork), so a round takes no second to start; it tells of every answer
through a pipe, after the answer was given.
"""

import hashlib
import os
import random
import select as files
import signal
import struct
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event, func, null, select

from jobmatch.attendance import syncing
from jobmatch.attendance.models import AttendanceEvent
from jobmatch.earnings import bank_file, payment, service
from jobmatch.earnings.bank_file import Upload
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.models import BankFileRow, JournalEntry, JournalLine, PaySlip, Settlement
from jobmatch.infra import clock
from jobmatch.infra import once as keys
from jobmatch.infra.db import forget_reads, reading, writing_engine
from jobmatch.infra.once import IdempotencyKey
from jobmatch.infra.sheets import csv_bytes
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import DomainError
from tests.attendance.support import engage, milliseconds
from tests.support import World, instant

FIRST, DAYS = date(2026, 9, 1), 8
KINDS = ("sync", "settle", "pay", "import")
# So many answers may have been lost on the way: they are asked for again.
LOST_ANSWERS = 3
NO_DAMAGE = "none"


@dataclass(frozen=True, slots=True)
class Op:
    """One request of a round, for the n-th day; its name stays the same however often it is sent."""

    index: int
    kind: str
    n: int

    @property
    def day(self) -> date:
        return FIRST + timedelta(days=self.n)


PLAN = tuple(Op(n * len(KINDS) + k, kind, n) for n in range(DAYS) for k, kind in enumerate(KINDS))


@dataclass
class Ground:
    """What a round works on: a posting of eight days and two people engaged on all of them."""

    number: int
    actor: Actor
    employer_id: int
    posting_id: int
    workers: tuple[int, int]
    names: tuple[str, str]

    def uid(self, op: Op, who: int) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.number}:{op.index}:{who}"))


@dataclass
class Tally:
    """What a campaign saw; lost, twice, halves, pending, unbalanced and refused must be nothing.

    lost       answered, and not there; twice: there more often than once
    halves     a request of which only a part is there; pending: a key without its answer
    faults     what the check of the books found; off_fen: how far all lines are from zero
    refused    requests that were refused although they had been, or could be, done
    """

    rounds: int = 0
    kills: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    again: int = 0
    lost: int = 0
    twice: int = 0
    halves: int = 0
    pending: int = 0
    faults: int = 0
    off_fen: int = 0
    refused: int = 0

    @property
    def damage(self) -> int:
        return (
            self.lost + self.twice + self.halves + self.pending + self.faults + self.off_fen
            + self.refused
        )  # fmt: skip


class Campaign:
    """Rounds on one database.

    broken   NO_DAMAGE; or a control: "transaction" (every statement is on its own) or "key" (each
             sending is a new request)
    """

    def __init__(self, app: Flask, seed: int = 1, broken: str = NO_DAMAGE) -> None:
        self.app, self.broken = app, broken
        self.world = World(app)
        self.rng = random.Random(seed)
        self.tally = Tally()
        self.op_seconds = 0.03
        with app.app_context(), clock.at(instant(2026, 8, 31)):
            self.employer_id, self.actor = self.world.employer()

    def round(self) -> None:
        """A plan whose process is killed once, somewhere, and that another finishes."""
        ground = self._ground()
        when = (self.rng.randrange(len(PLAN) - 2), self.rng.uniform(0, 2 * self.op_seconds))
        answered, _ = self._run(ground, 0, when)
        self._verify(ground, answered)
        begin = len(answered)
        while begin < len(PLAN):
            begin = max(0, begin - self.rng.randint(0, LOST_ANSWERS))
            self.tally.again += len(answered) - begin
            started = time.monotonic()
            more, refused = self._run(ground, begin, None)
            if len(more) == len(PLAN) - begin:
                self.op_seconds = (time.monotonic() - started) / len(more)
            self.tally.refused += refused
            answered |= more
            begin += len(PLAN)
        self.tally.rounds += 1
        self.tally.operations.update(PLAN[n].kind for n in answered)
        self._verify(ground, answered)

    # the process that is killed

    def _run(
        self, ground: Ground, begin: int, when: tuple[int, float] | None
    ) -> tuple[set[int], int]:
        """Send the plan from `begin`; kill the process so many answers and seconds later, if asked.

        returns  which requests were answered, and how many were refused
        """
        with self.app.app_context():
            forget_reads()
            writing_engine().dispose()
        come, go = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._child(ground, begin, come, go)
        os.close(go)
        heard = self._listen(come, pid, when)
        os.close(come)
        os.waitpid(pid, 0)
        return {n - 1 for n in heard if n > 0}, sum(n <= 0 for n in heard)

    def _listen(self, come: int, pid: int, when: tuple[int, float] | None) -> list[int]:
        """What the process tells until it ends."""
        heard, until = b"", None
        while True:
            if when is not None and until is None and len(heard) >= 4 * when[0]:
                until = time.monotonic() + when[1]
            wait = None if until is None else max(0.0, until - time.monotonic())
            ready, _, _ = files.select([come], [], [], wait)
            if not ready:
                os.kill(pid, signal.SIGKILL)
                self.tally.kills += 1
                when = until = None
                continue
            some = os.read(come, 65536)
            if not some:
                break
            heard += some
        return [n for (n,) in struct.iter_unpack("i", heard)]

    def _child(self, ground: Ground, begin: int, come: int, go: int) -> None:
        try:
            os.close(come)
            with ExitStack() as stack:
                stack.enter_context(self.app.app_context())
                if self.broken == "transaction":
                    stack.enter_context(every_statement_alone())
                for op in PLAN[begin:]:
                    try:
                        self._do(ground, op)
                        os.write(go, struct.pack("i", op.index + 1))
                    except DomainError:
                        os.write(go, struct.pack("i", -op.index))
        finally:
            os._exit(0)

    def _do(self, ground: Ground, op: Op) -> None:
        with clock.at(instant(op.day.year, op.day.month, op.day.day, 18)):
            deed = getattr(self, f"_{op.kind}")(ground, op)
            if op.kind == "sync" or self.broken == "key":
                deed()
                return
            name = f"{ground.number}-{op.index}"
            body = hashlib.sha256(name.encode()).hexdigest()
            keys.once(name, op.kind, body, deed, actor=ground.actor)

    def _sync(self, ground: Ground, op: Op) -> Callable[[], object]:
        at = milliseconds(clock.now())
        items = [
            {
                "uid": str(uuid.uuid4()) if self.broken == "key" else ground.uid(op, who),
                "kind": "present", "posting_id": ground.posting_id, "worker_id": worker,
                "date": op.day.isoformat(), "at": at,
            }
            for who, worker in enumerate(ground.workers)
        ]  # fmt: skip
        return lambda: syncing.sync(items, at, actor=ground.actor)

    def _settle(self, ground: Ground, op: Op) -> Callable[[], object]:
        return lambda: int(service.settle(ground.posting_id, op.day, op.day, actor=ground.actor))

    def _pay(self, ground: Ground, op: Op) -> Callable[[], object]:
        return lambda: payment.record_payment(
            [slip_of(ground, op, 0)[0]], op.day, "cash", "", actor=ground.actor
        )

    def _import(self, ground: Ground, op: Op) -> Callable[[], object]:
        def deed() -> int:
            slip, fen = slip_of(ground, op, 1)
            data = csv_bytes(
                ["工资条号", "姓名", "金额", "状态"],
                [[str(slip), ground.names[1], f"{fen / 100:.2f}", "成功"]],
            )
            given = Upload("r.csv", data, op.day, fen)
            return bank_file.save(ground.employer_id, given, only_good=False, actor=ground.actor)

        return deed

    # what must hold

    def _ground(self) -> Ground:
        number = self.tally.rounds
        with self.app.app_context(), clock.at(instant(2026, 8, 31)):
            last = FIRST + timedelta(days=DAYS - 1)
            posting = self.world.posting(self.employer_id, first=FIRST, last=last)
            _household, members = self.world.household(members=1)
            names = (f"甲{number}", f"乙{number}")
            workers = (
                self.world.worker(names[0], member_id=members[0], with_account=False)[0],
                self.world.worker(names[1], with_account=False)[0],
            )
            days = [FIRST + timedelta(days=n) for n in range(DAYS)]
            for worker in workers:
                engage(posting, worker, *days)
        return Ground(number, self.actor, self.employer_id, posting, workers, names)

    def _verify(self, ground: Ground, answered: set[int]) -> None:
        with self.app.app_context():
            forget_reads()
            for op in PLAN:
                self._verify_one(ground, op, op.index in answered)
            waiting = select(func.count(IdempotencyKey.id)).where(IdempotencyKey.answer.is_(null()))
            self.tally.pending += reading().scalar(waiting) or 0
            self.tally.off_fen += abs(
                reading().scalar(select(func.sum(JournalLine.amount_fen))) or 0
            )
            self.tally.faults += len(check_ledger())
            forget_reads()

    def _verify_one(self, ground: Ground, op: Op, is_answered: bool) -> None:
        """Nothing or all of a request is there, all of it when it was answered, and that once."""
        parts, there = getattr(self, f"_there_{op.kind}")(ground, op)
        if is_answered and there < parts:
            self.tally.lost += 1
        elif there > parts:
            self.tally.twice += 1
        elif 0 < there < parts:
            self.tally.halves += 1

    def _there_sync(self, ground: Ground, op: Op) -> tuple[int, int]:
        found = select(func.count(AttendanceEvent.id)).where(
            AttendanceEvent.worker_id.in_(ground.workers), AttendanceEvent.work_date == op.day
        )
        return 2, reading().scalar(found) or 0

    def _there_settle(self, ground: Ground, op: Op) -> tuple[int, int]:
        found = (
            select(func.count(PaySlip.id))
            .join(Settlement, Settlement.id == PaySlip.settlement_id)
            .where(Settlement.posting_id == ground.posting_id, Settlement.first_day == op.day)
        )
        return 2, reading().scalar(found) or 0

    def _there_pay(self, ground: Ground, op: Op) -> tuple[int, int]:
        return 1, paid_entries(ground, op, 0)

    def _there_import(self, ground: Ground, op: Op) -> tuple[int, int]:
        slip, _ = slip_of(ground, op, 1)
        rows = select(func.count(BankFileRow.id)).where(BankFileRow.pay_slip_id == slip)
        return 2, (reading().scalar(rows) or 0) + paid_entries(ground, op, 1)


def slip_of(ground: Ground, op: Op, who: int) -> tuple[int, int]:
    """The slip of this day of one of the two: its key and its fen; zeros when there is none."""
    row = (
        reading()
        .execute(
            select(PaySlip.id, PaySlip.net_fen)
            .join(Settlement, Settlement.id == PaySlip.settlement_id)
            .where(
                Settlement.posting_id == ground.posting_id, Settlement.first_day == op.day,
                PaySlip.worker_id == ground.workers[who],
            )
        )
        .first()
    )  # fmt: skip
    return (row[0], row[1]) if row else (0, 0)


def paid_entries(ground: Ground, op: Op, who: int) -> int:
    slip, _ = slip_of(ground, op, who)
    found = select(func.count(JournalEntry.id)).where(
        JournalEntry.ref.like(f"pay_slip:{slip}:paid%")
    )
    return reading().scalar(found) or 0


@contextmanager
def every_statement_alone() -> Iterator[None]:
    """The control: what was written is kept before the next statement, transaction or not."""
    engine = writing_engine()

    def keep(connection: Any, *_rest: Any) -> None:
        raw = connection.connection.dbapi_connection
        if not connection.get_execution_options().get("jobmatch_write"):
            return
        if engine.dialect.name == "sqlite":
            if raw.in_transaction:
                raw.execute("COMMIT")
                raw.execute("BEGIN IMMEDIATE")
        else:
            raw.commit()

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", keep)
