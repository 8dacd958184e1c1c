"""The evidence pack: everything of a dispute that the system holds, for whom it concerns.

The representative, the employer and the officer have the whole group's; other members their own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.attendance.models import AttendanceEvent
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.disputes import queries
from jobmatch.disputes.queries import Detail
from jobmatch.disputes.rules.states import OURS, Side
from jobmatch.earnings.models import JournalEntry, JournalLine, LedgerHead, PaySlip, Settlement
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.text import Text
from jobmatch.notify import queries as notify
from jobmatch.notify.models import Notice
from jobmatch.workers.models import Worker

MOST_EVENTS = 5_000


@dataclass(frozen=True, slots=True)
class EventRow:
    """device_at: what the phone's own clock said; recorded_at: when it arrived."""

    worker: str
    work_date: date
    kind: str
    value: int | None
    via: str
    how: str
    recorder: str
    happened_at: datetime
    device_at: datetime | None
    recorded_at: datetime
    review: str


@dataclass(frozen=True, slots=True)
class SlipRow:
    worker: str
    id: int
    first_day: date
    last_day: date
    gross_fen: int
    net_fen: int
    state: SlipState
    objection: str
    issued_at: datetime
    paid_on: date | None
    paid_how: str
    paid_proof: str


@dataclass(frozen=True, slots=True)
class BookingRow:
    ref: str
    kind: str
    booked_on: date
    fen: int
    hash: str


@dataclass(frozen=True, slots=True)
class NoticeRow:
    worker: str
    at: datetime
    read_at: datetime | None
    said: Text


@dataclass(frozen=True, slots=True)
class Pack:
    """chain: the head of the employer's chain of bookings when the pack was made, if any.
    left_out: so many records of attendance, the latest, are more than a pack holds.
    """

    detail: Detail
    events: tuple[EventRow, ...]
    left_out: int
    slips: tuple[SlipRow, ...]
    bookings: tuple[BookingRow, ...]
    notices: tuple[NoticeRow, ...]
    chain: str
    made_at: datetime


@retried
def pack(case_id: int, *, side: Side, actor: Actor) -> Pack:
    """Put it together; a line in the log says who took it. raises NotFound."""
    with transaction() as session:
        found = queries.detail(case_id, side=side, actor=actor)
        people = _whose(found, side)
        audit.record(
            session, actor, "paper.evidence_pack", "dispute_case", case_id, people=len(people)
        )
        slips = _slips(session, found, people)
        head = session.get(LedgerHead, found.row.employer_id)
        events, left_out = _events(session, found, people)
        return Pack(
            found, events, left_out, slips,
            _bookings(session, found.row.employer_id, people, {slip.id for slip in slips}),
            _notices(session, found, people) if side is not Side.EMPLOYER else (),
            head.hash if head else "", clock.now(),
        )  # fmt: skip


def _whose(found: Detail, side: Side) -> frozenset[int]:
    everybody = frozenset(one.worker_id for one in found.joined)
    if side not in OURS or not found.is_group:
        return everybody
    lead = found.representative_id or found.starter_id
    return everybody if lead in found.spoken_for else found.spoken_for


def _events(
    session: Session, found: Detail, people: Collection[int]
) -> tuple[tuple[EventRow, ...], int]:
    engaged = (
        select(EngagementDay.id)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .where(Engagement.posting_id == found.row.posting_id, EngagementDay.worker_id.in_(people))
    )
    e = AttendanceEvent
    theirs = and_(
        e.worker_id.in_(people),
        or_(e.engagement_day_id.in_(engaged), e.posting_id == found.row.posting_id),
    )
    total = session.scalar(select(func.count()).select_from(e).where(theirs)) or 0
    rows = session.execute(
        select(e, Worker.name, User.name)
        .join(Worker, Worker.id == e.worker_id)
        .outerjoin(User, User.id == e.recorded_by)
        .where(theirs)
        .order_by(e.work_date, Worker.name, e.happened_at, e.id)
        .limit(MOST_EVENTS)
    )
    shown = tuple(
        EventRow(
            name, event.work_date, event.kind, event.value, event.via, event.how, who or "",
            event.happened_at, event.device_time, event.recorded_at, event.review,
        )
        for event, name, who in rows
    )  # fmt: skip
    return shown, total - len(shown)


def _slips(session: Session, found: Detail, people: Collection[int]) -> tuple[SlipRow, ...]:
    rows = session.execute(
        select(PaySlip, Settlement, Worker.name)
        .join(Settlement, Settlement.id == PaySlip.settlement_id)
        .join(Worker, Worker.id == PaySlip.worker_id)
        .where(Settlement.posting_id == found.row.posting_id, PaySlip.worker_id.in_(people))
        .order_by(Settlement.last_day, PaySlip.id)
    )
    return tuple(
        SlipRow(
            name, slip.id, run.first_day, run.last_day, slip.gross_fen, slip.net_fen,
            SlipState(slip.state), slip.objection, slip.issued_at, slip.paid_on, slip.paid_how,
            slip.paid_proof,
        )
        for slip, run, name in rows
    )  # fmt: skip


def _bookings(
    session: Session, employer_id: int, people: Collection[int], slip_ids: Collection[int]
) -> tuple[BookingRow, ...]:
    """The journal's entries of these slips; the amount is what it does to the pay that is owed."""
    wanted = {str(key) for key in slip_ids}
    rows = session.execute(
        select(JournalEntry, JournalLine.amount_fen)
        .join(JournalLine, JournalLine.journal_entry_id == JournalEntry.id)
        .where(
            JournalEntry.employer_id == employer_id,
            JournalEntry.ref.startswith("pay_slip:", autoescape=True),
            JournalLine.worker_id.in_(people),
            JournalLine.account == "wage_payable",
        )
        .order_by(JournalEntry.id)
    )
    return tuple(
        BookingRow(entry.ref, entry.kind, entry.booked_on, -fen, entry.hash)
        for entry, fen in rows
        if entry.ref.split(":")[1] in wanted
    )


def _notices(session: Session, found: Detail, people: Collection[int]) -> tuple[NoticeRow, ...]:
    """What the workers were told about it."""
    links = [f"/my/disputes/{found.row.id}"]
    links += [f"/my/pay/{one.slip_id}" for one in found.parties if one.slip_id]
    rows = session.execute(
        select(Notice, Worker.name)
        .join(Worker, Worker.user_id == Notice.user_id)
        .where(Notice.link.in_(links), Worker.id.in_(people))
        .order_by(Notice.id)
    )
    return tuple(
        NoticeRow(name, notice.created_at, notice.read_at, notify.words_of(notice))
        for notice, name in rows
    )
