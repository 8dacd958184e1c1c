"""Finding overdue pay, night by night: who is new is told, once; what was paid is cleared."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.earnings.arrears import owed
from jobmatch.earnings.arrears_models import WageArrears
from jobmatch.earnings.expected import expected
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.rules.arrears import Agreed, PayLimits, Unpaid, due_on
from jobmatch.earnings.rules.cycles import Cycle
from jobmatch.earnings.rules.overtime import Footing, holidays_of
from jobmatch.earnings.rules.slips import PAYABLE
from jobmatch.earnings.run_models import PayCycle
from jobmatch.earnings.telling import users_of_employer
from jobmatch.infra import audit, clock, dated
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.text import Amount, text
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

NAMES = ("arrears.", "work.part_time_pay_days", "calendar.holidays.")
_LIMITS = {
    "task_days": "arrears.task_days",
    "month_days": "arrears.month_days",
    "part_time_days": "work.part_time_pay_days",
}
PORTION = 400


@dataclass(frozen=True, slots=True)
class _Found:
    ref: str
    posting: Posting
    worker_id: int
    home_code: str
    slip_id: int | None
    first: date
    last: date
    days: int
    fen: int
    due: date


def mark(today: date) -> tuple[int, int]:
    """Mark what is overdue and clear what is not any more; who is new is told, once.

    returns  how many were marked and how many cleared; a second run the same day finds none
    """
    with transaction() as session:
        # What was cleared and is owed again (a payment taken back) was told before.
        session.execute(
            update(WageArrears)
            .where(WageArrears.cleared_on.is_not(None), owed())
            .values(cleared_on=None)
            .execution_options(synchronize_session=False)
        )
        cleared = len(
            session.scalars(
                update(WageArrears)
                .where(WageArrears.cleared_on.is_(None), ~owed())
                .values(cleared_on=today)
                .returning(WageArrears.id)
                .execution_options(synchronize_session=False)
            ).all()
        )
        found = [*_slips(session, today), *_days(session, today)]
        if found:
            _write(session, found)
            _tell(session, found)
        if found or cleared:
            audit.record(
                session, SYSTEM, "arrears.mark", "task", today.isoformat(),
                marked=len(found), cleared=cleared,
            )  # fmt: skip
        return len(found), cleared


def _slips(session: Session, today: date) -> Iterable[_Found]:
    """Slips that can still be paid, whose day has passed, and that were not marked before."""
    spans = (
        select(
            PaySlipLine.pay_slip_id.label("slip"),
            func.min(PaySlipLine.work_date).label("first"),
            func.max(PaySlipLine.work_date).label("last"),
            func.count(PaySlipLine.id).label("days"),
        )
        .join(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .where(PaySlip.state.in_([state.value for state in PAYABLE]))
        .group_by(PaySlipLine.pay_slip_id)
        .subquery()
    )
    rows = session.execute(
        select(PaySlip, Posting, Worker.home_code, spans.c.first, spans.c.last, spans.c.days)
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .join(Posting, Posting.id == Settlement.posting_id)
        .join(Worker, Worker.id == PaySlip.worker_id)
        .join(spans, spans.c.slip == PaySlip.id)
        .where(
            PaySlip.state.in_([state.value for state in PAYABLE]),
            PaySlip.net_fen > 0,
            ~exists().where(WageArrears.pay_slip_id == PaySlip.id),
        )
        .order_by(PaySlip.id)
    ).all()
    ends = _ends(session, {(p.id, slip.worker_id) for slip, p, *_ in rows})
    books = dated.books(session, NAMES, {p.place_code for _, p, *_ in rows}) if rows else {}
    agreed = _agreements(session, {p for _, p, *_ in rows})
    for slip, posting, home, first, last, days in rows:
        ends_on = ends.get((posting.id, slip.worker_id), last)
        span = Unpaid(first, last, ends_on)
        due = _due(books[posting.place_code], posting, span, agreed.get(posting.id))
        if due < today:
            yield _Found(
                f"slip:{slip.id}", posting, slip.worker_id, home, slip.id, first, last, int(days),
                slip.net_fen, due,
            )  # fmt: skip


def _days(session: Session, today: date) -> Iterable[_Found]:
    """Work days without a slip whose pay is overdue, by posting and worker."""
    marked = exists().where(
        WageArrears.posting_id == WorkDay.posting_id,
        WageArrears.worker_id == WorkDay.worker_id,
        WageArrears.pay_slip_id.is_(None),
        WageArrears.cleared_on.is_(None),
        WorkDay.work_date.between(WageArrears.first_day, WageArrears.last_day),
    )
    rows = session.execute(
        select(WorkDay, Posting, Worker.home_code)
        .join(Posting, Posting.id == WorkDay.posting_id)
        .join(Worker, Worker.id == WorkDay.worker_id)
        .where(WorkDay.state == "open", WorkDay.work_date < today, ~marked)
        .order_by(WorkDay.work_date, WorkDay.id)
    ).all()
    ends = _ends(session, {(p.id, day.worker_id) for day, p, _ in rows})
    books = dated.books(session, NAMES, {p.place_code for _, p, _ in rows}) if rows else {}
    agreed = _agreements(session, {p for _, p, _ in rows})
    late: dict[tuple[int, int], list[tuple[WorkDay, Posting, str, date]]] = defaultdict(list)
    for day, posting, home in rows:
        key = (posting.id, day.worker_id)
        unpaid = Unpaid(day.work_date, day.work_date, ends.get(key, day.work_date))
        due = _due(books[posting.place_code], posting, unpaid, agreed.get(posting.id))
        if due < today:
            late[key].append((day, posting, home, due))
    fens = _expected([day.engagement_day_id for days in late.values() for day, *_ in days])
    for (posting_id, worker_id), days in late.items():
        first, last = days[0][0].work_date, days[-1][0].work_date
        yield _Found(
            f"work:{posting_id}:{worker_id}:{first.isoformat()}", days[0][1], worker_id, days[0][2],
            None, first, last, len(days),
            sum(fens.get(day.engagement_day_id, 0) for day, *_ in days),
            min(due for *_, due in days),
        )  # fmt: skip


def _expected(keys: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for n in range(0, len(keys), PORTION):
        found |= expected(keys[n : n + PORTION])
    return found


def _ends(session: Session, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], date]:
    """The last engaged day of each worker at each posting."""
    if not pairs:
        return {}
    rows = session.execute(
        select(Engagement.posting_id, EngagementDay.worker_id, func.max(EngagementDay.work_date))
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .where(Engagement.posting_id.in_({posting for posting, _ in pairs}))
        .group_by(Engagement.posting_id, EngagementDay.worker_id)
    )
    return {(posting, worker): last for posting, worker, last in rows}


def _due(book: dated.Book, posting: Posting, unpaid: Unpaid, agreed: Agreed | None) -> date:
    """The pay day by the dated tables that hold on the last day of the work."""
    found = {}
    for field, name in _LIMITS.items():
        with suppress(dated.NoRule):
            found[field] = int(book.value(name, unpaid.last))
    years = []
    for year in (unpaid.last.year, unpaid.last.year + 1):
        with suppress(dated.NoRule):
            years.append(book.value(f"calendar.holidays.{year}", unpaid.last))
    return due_on(unpaid, Footing(posting.footing), agreed, PayLimits(**found), holidays_of(years))


def _agreements(session: Session, postings: Collection[Posting]) -> dict[int, Agreed]:
    """What was agreed on, by posting: its own cycle, else its employer's."""
    ids = {posting.id for posting in postings}
    rows = session.scalars(
        select(PayCycle).where(
            or_(
                PayCycle.posting_id.in_(ids),
                PayCycle.employer_id.in_({posting.employer_id for posting in postings}),
            )
        )
    ).all()
    of_posting = {row.posting_id: row for row in rows if row.posting_id is not None}
    of_employer = {row.employer_id: row for row in rows if row.posting_id is None}
    found = {}
    for posting in postings:
        row = of_posting.get(posting.id) or of_employer.get(posting.employer_id)
        if row is not None:
            found[posting.id] = Agreed(Cycle(row.cycle), row.pay_days)
    return found


def _write(session: Session, found: Sequence[_Found]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "ref": one.ref, "employer_id": one.posting.employer_id, "posting_id": one.posting.id,
            "worker_id": one.worker_id, "pay_slip_id": one.slip_id,
            "place_code": one.posting.place_code, "home_code": one.home_code,
            "first_day": one.first, "last_day": one.last, "days": one.days,
            "amount_fen": one.fen, "due_on": one.due, "marked_at": clock.now(),
        }
        for one in found
    ]  # fmt: skip
    session.execute(insert(WageArrears), rows)


def _tell(session: Session, found: Sequence[_Found]) -> None:
    workers = {one.worker_id for one in found}
    users: dict[int, int | None] = {}
    for key, user in session.execute(
        select(Worker.id, Worker.user_id).where(Worker.id.in_(workers))
    ):
        users[key] = user
    notify.tell_each(
        session,
        (
            (
                user,
                text(
                    "“{title}”的工钱 {amount} 过了该付的日子（{day}）。点开看怎么要。",
                    title=one.posting.title,
                    amount=Amount(one.fen),
                    day=one.due,
                ),
            )
            for one in found
            if (user := users.get(one.worker_id)) is not None
        ),
        link="/my/arrears",
    )
    owed: dict[int, list[_Found]] = defaultdict(list)
    for one in found:
        owed[one.posting.employer_id].append(one)
    for employer_id, rows in owed.items():
        notify.tell(
            session,
            users_of_employer(session, employer_id),
            text(
                "{n} 个人的工钱过了该付的日子，一共 {amount}，请尽快付清。",
                n=len({one.worker_id for one in rows}),
                amount=Amount(sum(one.fen for one in rows)),
            ),
            link="/employer/arrears",
        )
