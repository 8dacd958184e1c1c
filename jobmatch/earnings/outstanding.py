"""What is still to be settled and to be paid, as frozen rows. All amounts in fen."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import Crew
from jobmatch.earnings import computing, law
from jobmatch.earnings.computing import Scope, Slip
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.earnings.rules.overtime import Breach, Footing, PartTime, breaches, pay_by
from jobmatch.earnings.rules.slips import PAYABLE, SlipState
from jobmatch.earnings.rules.wage import Worked
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.periods import Days
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
    deduction_fen: int = 0
    advance_fen: int = 0

    @property
    def net_fen(self) -> int:
        return self.amount_fen - self.deduction_fen - self.advance_fen


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Days of somebody that wait: why is dispute, pieces (not counted) or lump (not done)."""

    name: str
    why: str
    days: int


@dataclass(frozen=True, slots=True)
class TooLong:
    """Part-time work of one person that passed a bound: on a day, or in a week from its Monday."""

    name: str
    breach: Breach


@dataclass(frozen=True, slots=True)
class Preview:
    """rows: what would be settled; left_out: people with days that wait, and what for.

    pay_by, too_long   of part-time work: the last day to pay it, and days and weeks over the bounds
    """

    rows: tuple[PreviewRow, ...]
    left_out: tuple[HeldRow, ...]
    pay_by: date | None = None
    too_long: tuple[TooLong, ...] = ()

    @property
    def total_fen(self) -> int:
        """What people would get: net."""
        return sum(row.net_fen for row in self.rows)

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
    scope = Scope(posting.employer_id, posting_id, Days(first, last))
    portions = list(computing.all_portions(session, scope))
    slips = [slip for portion in portions for slip in portion.slips]
    held = [each for portion in portions for each in portion.held]
    days = [p.worked for slip in slips for p in slip.days] + [w for h in held for w in h.days]
    names: dict[int, str] = {}
    for key, name in session.execute(
        select(Worker.id, Worker.name).where(Worker.id.in_({w.worker_id for w in days}))
    ):
        names[key] = name
    crews: dict[int, str] = {}
    for key, name in session.execute(
        select(Crew.id, Crew.name).where(Crew.id.in_({w.crew_id for w in days}))
    ):
        crews[key] = name
    rows = sorted((_row(slip, names, crews) for slip in slips), key=_by_crew)
    left_out = tuple(HeldRow(names[h.worker_id], h.why, len(h.days)) for h in held)
    if posting.footing != Footing.PART_TIME or not days:
        return Preview(tuple(rows), left_out)
    bounds = law.part_time(session, posting.place_code, last)
    return Preview(
        tuple(rows), left_out, pay_by((w.day for w in days), bounds),
        _too_long(days, bounds, names),
    )  # fmt: skip


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


def _row(slip: Slip, names: dict[int, str], crews: dict[int, str]) -> PreviewRow:
    paid = slip.days
    return PreviewRow(
        slip.worker_id, names[slip.worker_id],
        next((crews[p.worked.crew_id] for p in paid if p.worked.crew_id is not None), ""),
        len(paid), sum(p.worked.minutes for p in paid), sum(p.worked.pieces for p in paid),
        slip.gross_fen, sum(p.overtime_fen for p in paid), sum(p.top_up_fen for p in paid),
        slip.deduction_fen, slip.advance_fen,
    )  # fmt: skip


def _by_crew(row: PreviewRow) -> tuple[bool, str, str]:
    return (row.crew_name == "", row.crew_name, row.name)
