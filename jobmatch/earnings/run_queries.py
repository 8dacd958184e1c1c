"""Pay runs as frozen rows: what they would pay, what waits, and what differs. Amounts in fen."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from jobmatch.accounts.models import User
from jobmatch.attendance.models import WorkDay
from jobmatch.earnings import policy
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.rules.reversing import MARKS
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.earnings.run_models import PayRun, PayRunRow
from jobmatch.earnings.runs import LIVE
from jobmatch.earnings.settling import second_above
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.paging import PAGE_SIZE, PEOPLE_SIZE, Page
from jobmatch.kernel.periods import Days
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker
from jobmatch.workers.queries import named


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in a list. title: of its posting, empty for all; done of total: days computed."""

    id: int
    employer_id: int
    posting_id: int | None
    title: str
    days: Days
    state: str
    people: int
    work_days: int
    gross_fen: int
    net_fen: int
    is_stale: bool
    words: str
    made_by: int | None
    maker: str
    made_at: datetime
    answerer: str
    answered_at: datetime | None
    done: int
    total: int

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class RunLine:
    """One person at one posting.

    expected_fen   what their own copies of the days say; None where they have none
    last_fen       pay of a day in the slip before this one at the posting; None without one
    """

    worker_id: int
    name: str
    posting_id: int
    title: str
    days: int
    minutes: int
    pieces: int
    gross_fen: int
    deduction_fen: int
    advance_fen: int
    net_fen: int
    overtime_fen: int
    top_up_fen: int
    expected_fen: int | None
    last_fen: int | None

    @property
    def off_fen(self) -> int:
        """By how much the pay differs from the worker's own copies."""
        return 0 if self.expected_fen is None else self.gross_fen - self.expected_fen

    @property
    def day_fen(self) -> int:
        return self.gross_fen // self.days

    @property
    def is_odd(self) -> bool:
        """A day's pay a quarter above or below that of the slip before."""
        return self.last_fen is not None and abs(self.day_fen - self.last_fen) * 4 > self.last_fen


@dataclass(frozen=True, slots=True)
class RunHeld:
    """Days that wait, or whose slip stands although the run was taken back.

    why   a word of PayRunRow.held
    """

    worker_id: int
    name: str
    posting_id: int
    title: str
    why: str
    days: int


@dataclass(frozen=True, slots=True)
class RunPart:
    """One posting's settlement of an issued run."""

    settlement_id: int
    posting_id: int
    title: str
    slips: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class RunSums:
    """What a preview comes to; off: people whose own copies say something else."""

    gross_fen: int
    deduction_fen: int
    advance_fen: int
    net_fen: int
    off: int


def runs(employer_id: int, page: int = 1, *, actor: Actor) -> Page[RunRow]:
    """An employer's runs: those on their way first, then the latest. raises NotFound."""
    policy.require_employer(actor, employer_id)
    session, of = reading(), PayRun.employer_id == employer_id
    total = session.scalar(select(func.count()).select_from(PayRun).where(of)) or 0
    query = _rows().where(of).order_by(PayRun.state.in_(LIVE).desc(), PayRun.id.desc())
    found = session.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return Page([_run(*row) for row in found], page, total, PAGE_SIZE)


def waiting_for(employer_id: int, *, actor: Actor) -> int:
    """How many runs wait for this actor's approval."""
    policy.require_employer(actor, employer_id)
    return (
        reading().scalar(
            select(func.count())
            .select_from(PayRun)
            .where(
                PayRun.employer_id == employer_id, PayRun.state == "awaiting",
                PayRun.made_by.is_distinct_from(actor.user_id),
            )
        )
        or 0
    )  # fmt: skip


def run(run_id: int, *, actor: Actor) -> RunRow:
    """raises NotFound for others' runs."""
    row = reading().execute(_rows().where(PayRun.id == run_id)).first()
    policy.require_employer(actor, row[0].employer_id if row else None)
    assert row is not None
    return _run(*row)


def sums(run_id: int) -> RunSums:
    is_off = PayRunRow.expected_fen.is_not(None) & (PayRunRow.expected_fen != PayRunRow.gross_fen)
    row = (
        reading()
        .execute(
            select(
                *(
                    func.coalesce(func.sum(column), 0)
                    for column in (
                        PayRunRow.gross_fen, PayRunRow.deduction_fen, PayRunRow.advance_fen,
                        PayRunRow.net_fen,
                    )
                ),
                func.count().filter(is_off),
            ).where(PayRunRow.run_id == run_id, PayRunRow.held == "no")
        )
        .one()
    )  # fmt: skip
    return RunSums(*(int(each) for each in row))


def lines(run_id: int, page: int = 1, *, size: int = PEOPLE_SIZE, name: str = "") -> Page[RunLine]:
    """A page of a preview: people whose copies differ first, then by name. name: part of one."""
    session = reading()
    where = [PayRunRow.run_id == run_id, PayRunRow.held == "no"]
    if name:
        where.append(PayRunRow.worker_id.in_(select(Worker.id).where(named(name))))
    total = session.scalar(select(func.count()).select_from(PayRunRow).where(*where)) or 0
    off = func.abs(func.coalesce(PayRunRow.expected_fen, PayRunRow.gross_fen) - PayRunRow.gross_fen)
    found = session.execute(
        select(PayRunRow, Worker.name, Posting.title)
        .join(Worker, Worker.id == PayRunRow.worker_id)
        .join(Posting, Posting.id == PayRunRow.posting_id)
        .where(*where)
        .order_by(off.desc(), Posting.title, Worker.name, Worker.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    last = _last(session, [(row.posting_id, row.worker_id) for row, _name, _title in found])
    rows = [
        RunLine(
            r.worker_id, name, r.posting_id, title, r.days, r.minutes, r.pieces, r.gross_fen,
            r.deduction_fen, r.advance_fen, r.net_fen, r.overtime_fen, r.top_up_fen,
            r.expected_fen, last.get((r.posting_id, r.worker_id)),
        )
        for r, name, title in found
    ]  # fmt: skip
    return Page(rows, page, total, size)


def held(
    run_id: int, page: int = 1, *, standing: bool = False, size: int = PEOPLE_SIZE
) -> Page[RunHeld]:
    """A page of people with days that wait, disputes first; standing: of those whose slip stays."""
    session = reading()
    why = PayRunRow.held.in_(MARKS) if standing else PayRunRow.held.not_in(("no", *MARKS))
    where = (PayRunRow.run_id == run_id, why)
    total = session.scalar(select(func.count()).select_from(PayRunRow).where(*where)) or 0
    page = min(page, Page((), 1, total, size).pages)
    found = session.execute(
        select(PayRunRow, Worker.name, Posting.title)
        .join(Worker, Worker.id == PayRunRow.worker_id)
        .join(Posting, Posting.id == PayRunRow.posting_id)
        .where(*where)
        .order_by(PayRunRow.held, Worker.name, Worker.id, PayRunRow.posting_id)
        .limit(size)
        .offset((page - 1) * size)
    )
    rows = [
        RunHeld(r.worker_id, name, r.posting_id, title, r.held, r.days) for r, name, title in found
    ]
    return Page(rows, page, total, size)


def parts(run_id: int) -> list[RunPart]:
    """The settlements that a run issued, by posting."""
    found = reading().execute(
        select(
            Settlement.id, Posting.id, Posting.title, func.count(PaySlip.id),
            func.coalesce(func.sum(PaySlip.net_fen), 0),
        )
        .join(Posting, Posting.id == Settlement.posting_id)
        .outerjoin(PaySlip, PaySlip.settlement_id == Settlement.id)
        .where(Settlement.pay_run_id == run_id)
        .group_by(Settlement.id, Posting.id)
        .order_by(Posting.title, Settlement.id)
    )  # fmt: skip
    return [RunPart(key, posting, title, n, int(fen)) for key, posting, title, n, fen in found]


def limit_of(employer_id: int) -> int | None:
    """Fen above which a second person approves; None: never."""
    return second_above(reading(), employer_id)


def first_open(employer_id: int) -> date | None:
    """The first unsettled work day at an employer."""
    return reading().scalar(
        select(func.min(WorkDay.work_date)).where(
            WorkDay.employer_id == employer_id, WorkDay.state == "open"
        )
    )


def _last(session: Session, whose: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Fen of a day on the latest slip of each person at the posting: one query."""
    if not whose:
        return {}
    found: dict[tuple[int, int], int] = {}
    for posting_id, worker_id, gross, days in session.execute(
        select(Settlement.posting_id, PaySlip.worker_id, PaySlip.gross_fen, func.count())
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .join(PaySlipLine, PaySlipLine.pay_slip_id == PaySlip.id)
        .where(
            PaySlip.worker_id.in_({worker for _posting, worker in whose}),
            Settlement.posting_id.in_({posting for posting, _worker in whose}),
            PaySlip.state != SlipState.REVERSED.value,
        )
        .group_by(PaySlip.id, Settlement.posting_id)
        .order_by(PaySlip.id)
    ):
        found[posting_id, worker_id] = int(gross) // days
    return found


def _rows() -> Any:
    maker, answerer = aliased(User), aliased(User)
    return (
        select(PayRun, Posting.title, maker.name, answerer.name)
        .outerjoin(Posting, Posting.id == PayRun.posting_id)
        .outerjoin(maker, maker.id == PayRun.made_by)
        .outerjoin(answerer, answerer.id == PayRun.answered_by)
    )


def _run(r: PayRun, title: str | None, maker: str | None, answerer: str | None) -> RunRow:
    return RunRow(
        r.id, r.employer_id, r.posting_id, title or "", Days(r.first_day, r.last_day), r.state,
        r.people, r.days, r.gross_fen, r.net_fen, r.is_stale, r.words, r.made_by, maker or "",
        r.made_at, answerer or "", r.answered_at, r.done, r.total,
    )  # fmt: skip
