"""What is still to be settled and to be paid, as frozen rows. All amounts in fen."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import Crew
from jobmatch.earnings import law
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.earnings.rules.overtime import Breach, Footing, PartTime, breaches, pay_by
from jobmatch.earnings.rules.slips import PAYABLE, SlipState
from jobmatch.earnings.rules.wage import DayPay, Worked, pay, payable
from jobmatch.earnings.terms import terms_of
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What one worker would get, were the days settled now."""

    worker_id: int
    name: str
    crew_name: str
    days: int
    minutes: int
    pieces: int
    amount_fen: int
    overtime_fen: int = 0
    top_up_fen: int = 0


@dataclass(frozen=True, slots=True)
class TooLong:
    """Part-time work of one person that passed a bound: on a day, or in a week from its Monday."""

    name: str
    breach: Breach


@dataclass(frozen=True, slots=True)
class Preview:
    """rows: what would be settled; left_out: people with days that wait for a count of pieces.

    pay_by, too_long   of part-time work: the last day to pay it, and days and weeks over the bounds
    """

    rows: tuple[PreviewRow, ...]
    left_out: tuple[PreviewRow, ...]
    pay_by: date | None = None
    too_long: tuple[TooLong, ...] = ()

    @property
    def total_fen(self) -> int:
        return sum(row.amount_fen for row in self.rows)

    @property
    def days(self) -> int:
        return sum(row.days for row in self.rows)


@dataclass(frozen=True, slots=True)
class Payable:
    """What an employer has open at one posting: days without a slip, slips without a payment."""

    posting_id: int
    title: str
    open_days: int
    first_open: date | None
    last_open: date | None
    unpaid: int
    unpaid_fen: int
    objected: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class DaySum:
    first: date
    last: date
    days: int


def unsettled_span(posting_id: int) -> DaySum | None:
    """From the first to the last work day that has no slip; None when there is none."""
    first, last, n = (
        reading()
        .execute(
            select(func.min(WorkDay.work_date), func.max(WorkDay.work_date), func.count()).where(
                WorkDay.posting_id == posting_id, WorkDay.state == "open"
            )
        )
        .one()
    )
    return DaySum(first, last, n) if n else None


def preview(posting_id: int, first: date, last: date) -> Preview:
    """What settling these days would issue, person by person, without writing anything."""
    session = reading()
    posting = session.get(Posting, posting_id)
    if posting is None:
        raise NotFound
    days = open_days(session, posting_id, first, last)
    paid = pay(terms_of(posting), days, law.setting(session, posting, days))
    ready, waiting = payable(paid)
    names: dict[int, str] = {}
    for key, name in session.execute(
        select(Worker.id, Worker.name).where(Worker.id.in_({p.worked.worker_id for p in paid}))
    ):
        names[key] = name
    crews: dict[int, str] = {}
    for key, name in session.execute(
        select(Crew.id, Crew.name).where(Crew.id.in_({p.worked.crew_id for p in paid}))
    ):
        crews[key] = name
    rows, left_out = _by_worker(ready, names, crews), _by_worker(waiting, names, crews)
    if posting.footing != Footing.PART_TIME or not days:
        return Preview(rows, left_out)
    bounds = law.part_time(session, posting.place_code, last)
    return Preview(
        rows, left_out, pay_by((w.day for w in days), bounds), _too_long(days, bounds, names)
    )


def payables(employer_ids: Collection[int]) -> list[Payable]:
    """Postings of these employers with work days or slips: what is open first, then the latest."""
    session = reading()
    days: dict[int, tuple[int, date | None, date | None]] = {}
    for posting_id, n, first, last in session.execute(
        select(
            WorkDay.posting_id,
            func.count(),
            func.min(WorkDay.work_date),
            func.max(WorkDay.work_date),
        )
        .where(
            # By posting: that is what work days are indexed by.
            WorkDay.posting_id.in_(select(Posting.id).where(Posting.employer_id.in_(employer_ids))),
            WorkDay.state == "open",
        )
        .group_by(WorkDay.posting_id)
    ):
        days[posting_id] = (n, first, last)
    is_payable = PaySlip.state.in_([state.value for state in PAYABLE])
    money: dict[int, tuple[int, int, int, int]] = {}
    for posting_id, n, fen, objected, paid in session.execute(
        select(
            Settlement.posting_id,
            func.sum(case((is_payable, 1), else_=0)),
            func.sum(case((is_payable, PaySlip.net_fen), else_=0)),
            func.sum(case((PaySlip.state == SlipState.OBJECTED.value, 1), else_=0)),
            func.sum(case((PaySlip.state == SlipState.PAID.value, PaySlip.net_fen), else_=0)),
        )
        .join(PaySlip, PaySlip.settlement_id == Settlement.id)
        .where(Settlement.employer_id.in_(employer_ids))
        .group_by(Settlement.posting_id)
    ):
        money[posting_id] = (int(n), int(fen), int(objected), int(paid))
    titles = session.execute(
        select(Posting.id, Posting.title).where(Posting.id.in_(days.keys() | money.keys()))
    )
    found = []
    for posting_id, title in titles:
        open_days_, begins, ends = days.get(posting_id, (0, None, None))
        unpaid, fen, objected, paid = money.get(posting_id, (0, 0, 0, 0))
        found.append(
            Payable(posting_id, title, open_days_, begins, ends, unpaid, fen, objected, paid)
        )
    return sorted(found, key=lambda p: (p.open_days + p.unpaid == 0, -p.posting_id))


def worked_of(day: WorkDay) -> Worked:
    """A work day as the rules of pay see it."""
    return Worked(day.id, day.worker_id, day.work_date, day.minutes, day.pieces, day.crew_id)


def open_days(session: Session, posting_id: int, first: date, last: date) -> list[Worked]:
    """The unsettled work days of a posting, by date and key; for settling, in its transaction."""
    return [
        worked_of(day)
        for day in session.scalars(
            select(WorkDay)
            .where(
                WorkDay.posting_id == posting_id,
                WorkDay.work_date.between(first, last),
                WorkDay.state == "open",
            )
            .order_by(WorkDay.work_date, WorkDay.id)
        )
    ]


def _too_long(
    days: Iterable[Worked], bounds: PartTime, names: dict[int, str]
) -> tuple[TooLong, ...]:
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for worked in days:
        found[worked.worker_id][worked.day] = worked.minutes
    return tuple(
        TooLong(names[worker_id], breach)
        for worker_id, minutes in sorted(found.items(), key=lambda item: names[item[0]])
        for breach in breaches(minutes, bounds)
    )


def _by_worker(
    days: Iterable[DayPay], names: dict[int, str], crews: dict[int, str]
) -> tuple[PreviewRow, ...]:
    found: dict[int, list[DayPay]] = defaultdict(list)
    for paid in days:
        found[paid.worked.worker_id].append(paid)
    rows = [
        PreviewRow(
            worker_id, names[worker_id],
            next((crews[p.worked.crew_id] for p in paid if p.worked.crew_id is not None), ""),
            len(paid), sum(p.worked.minutes for p in paid), sum(p.worked.pieces for p in paid),
            sum(p.amount_fen for p in paid), sum(p.overtime_fen for p in paid),
            sum(p.top_up_fen for p in paid),
        )
        for worker_id, paid in found.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.crew_name == "", row.crew_name, row.name)))
