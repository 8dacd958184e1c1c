"""Two versions of one day side by side, until one side takes the other's."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from jobmatch.attendance import policy, writing
from jobmatch.attendance.events import DayAgreed, DayDisputed
from jobmatch.attendance.models import AttendanceEvent, Dispute
from jobmatch.attendance.policy import EngagedDay
from jobmatch.attendance.rules.kinds import How, Kind, Via
from jobmatch.attendance.rules.presence import Presence, Seen, in_order, presence
from jobmatch.attendance.writing import Entry
from jobmatch.dispatch.models import EngagementDay
from jobmatch.dispatch.seats import insert_new
from jobmatch.employers.models import Employer
from jobmatch.infra import audit, clock, events
from jobmatch.infra.db import fetch, reading, retried, transaction
from jobmatch.kernel.actor import SYSTEM, Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

MOST_WORDS = 500
LOOK_BACK = 30
OF_WORKER = frozenset({Via.SELF, Via.LEADER, Via.DESK})


class AlreadyDisputed(Conflict):
    default = text("这一天已经提出不对了，等对方看。")


class DisputeClosed(Conflict):
    default = text("这件事已经说定了。")


@dataclass(frozen=True, slots=True)
class Version:
    """One side's version of a day; minutes and pieces are 0 for a day not worked."""

    present: bool
    minutes: int
    pieces: int


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """agreed_side: whose version it became, empty while it is open."""

    id: int
    engagement_day_id: int
    posting_id: int
    title: str
    employer_name: str
    employer_phone: str
    by_piece: bool
    piece_unit: str
    worker_id: int
    worker_name: str
    work_date: date
    worker: Version
    employer: Version
    words: str
    opened_at: datetime
    agreed_side: str

    @property
    def is_open(self) -> bool:
        return not self.agreed_side


@retried
def object_to(engagement_day_id: int, mine: Version, words: str, *, actor: Actor) -> int:
    """The worker says what is right instead; both versions stand until one side takes the other's.

    mine     bounds as for any record; nothing of it counts before it is agreed
    raises   NotFound, Invalid (field minutes, pieces or words), AlreadyDisputed
    """
    words = words.strip()
    if len(words) > MOST_WORDS:
        raise Invalid(text("最多写 {most} 个字。", most=MOST_WORDS), field="words")
    if mine.present:
        _check(Kind.MINUTES, mine.minutes, "minutes")
        _check(Kind.PIECES, mine.pieces, "pieces")
    with transaction() as session:
        day = writing.locked(session, EngagementDay.id == engagement_day_id).get(engagement_day_id)
        if day is None or actor.worker_id is None or day.worker_id != actor.worker_id:
            raise NotFound
        policy.require_time(day.work_date, clock.today())
        stands = _presence(_seen(session, engagement_day_id), day)
        theirs = _version(stands)
        if mine == theirs:
            raise Invalid(text("您填的和记的一样，没有不对的地方。"))
        key = _open(session, day, mine, theirs, words, actor)
        if key is None:
            raise AlreadyDisputed
        return key


@retried
def agree(dispute_id: int, *, actor: Actor) -> None:
    """Take the other side's version: it closes the dispute and is recorded as the day's truth.

    raises   NotFound, DisputeClosed, DaySettled (the day is on a slip: reverse that first)
    """
    with transaction() as session:
        row = session.get(Dispute, dispute_id)
        if row is None:
            raise NotFound
        days = writing.locked(session, EngagementDay.id == row.engagement_day_id)
        day = days[row.engagement_day_id]
        taken, via = _taken(actor, day)
        done = session.scalar(
            update(Dispute)
            .where(Dispute.id == dispute_id, Dispute.state == "open")
            .values(
                state="agreed", open_day_id=None, agreed_side=taken, closed_by=actor.user_id,
                closed_at=clock.now(),
            )
            .returning(Dispute.id)
        )  # fmt: skip
        if done is None:
            raise DisputeClosed
        version = _of(row, taken)
        marks: list[tuple[Kind, int | None]] = [(Kind.ABSENT, None)]
        if version.present:
            marks = [(Kind.PRESENT, None), (Kind.MINUTES, version.minutes)]
            marks += [(Kind.PIECES, version.pieces)]
        last = session.scalar(
            select(AttendanceEvent.id)
            .where(AttendanceEvent.engagement_day_id == day.id)
            .order_by(AttendanceEvent.id.desc())
            .limit(1)
        )
        entries = [
            Entry(str(uuid.uuid4()), day, kind, value, How.ANSWER, corrects=last, via=via)
            for kind, value in marks
        ]
        writing.write(session, entries, actor)
        audit.record(session, actor, "dispute.agree", "dispute", dispute_id, side=taken)
        events.publish(session, DayAgreed(dispute_id, taken, actor.user_id))


def open_contested(today: date) -> int:
    """Days that recorders told differently, and that nobody cleared on the day, become disputes."""
    with transaction() as session:
        first = today - timedelta(days=LOOK_BACK)
        spoken = session.execute(
            select(AttendanceEvent.engagement_day_id, AttendanceEvent.via)
            .where(
                AttendanceEvent.work_date.between(first, today - timedelta(days=1)),
                AttendanceEvent.engagement_day_id.is_not(None),
            )
            .distinct()
        )
        by_day: dict[int, set[str]] = {}
        for key, via in spoken:
            assert key is not None
            by_day.setdefault(key, set()).add(via)
        several = [key for key, vias in sorted(by_day.items()) if len(vias) > 1]
        opened = 0
        for n in range(0, len(several), 400):
            opened += _open_contested(session, several[n : n + 400])
        if opened:
            audit.record(session, SYSTEM, "dispute.open_contested", "task", today.isoformat(),
                         days=opened)  # fmt: skip
        return opened


def of_worker(worker_id: int, *, only_open: bool = True) -> list[DisputeRow]:
    return _rows(Dispute.worker_id == worker_id, only_open)


def of_employers(employer_ids: Collection[int], *, only_open: bool = True) -> list[DisputeRow]:
    return _rows(Posting.employer_id.in_(employer_ids), only_open)


def of_days(engagement_day_ids: Iterable[int]) -> dict[int, DisputeRow]:
    """The open dispute of each day that has one."""
    days = list(engagement_day_ids)
    if not fetch(_OPEN, days=days):
        return {}
    rows = _rows(Dispute.open_day_id.in_(days), True)
    return {row.engagement_day_id: row for row in rows}


# Most days have none: to look for whole disputes takes ten times as long as to learn that.
_OPEN = (
    select(Dispute.id).where(Dispute.open_day_id.in_(bindparam("days", expanding=True))).limit(1)
)


def versions(dispute_ids: Collection[int]) -> dict[int, DisputeRow]:
    """Disputes by key, whatever their state."""
    return {row.id: row for row in _rows(Dispute.id.in_(dispute_ids), False)}


def _open_contested(session: Session, keys: list[int]) -> int:
    disputed = set(session.scalars(select(Dispute.engagement_day_id)))
    days = writing.locked(session, EngagementDay.id.in_(keys))
    recorded = writing.recorded(session, days)
    opened = 0
    for key, day in days.items():
        seen = in_order(recorded.get(key, []))
        if key in disputed or not _presence(seen, day).contested:
            continue
        mine = _presence([one for one in seen if one.via in OF_WORKER], day)
        theirs = _presence([one for one in seen if one.via is Via.EMPLOYER], day)
        if _version(mine) == _version(theirs):
            continue
        opened += _open(session, day, _version(mine), _version(theirs), "", SYSTEM) is not None
    return opened


def _open(
    session: Session, day: EngagedDay, mine: Version, theirs: Version, words: str, actor: Actor
) -> int | None:
    key = insert_new(
        session, Dispute, ("open_day_id",),
        kind="day", engagement_day_id=day.id, open_day_id=day.id, posting_id=day.posting_id,
        worker_id=day.worker_id, work_date=day.work_date, state="open",
        worker_present=mine.present, worker_minutes=mine.minutes, worker_pieces=mine.pieces,
        employer_present=theirs.present, employer_minutes=theirs.minutes,
        employer_pieces=theirs.pieces, words=words, opened_by=actor.user_id,
        opened_at=clock.now(), agreed_side="",
    )  # fmt: skip
    if key is not None:
        audit.record(session, actor, "dispute.open", "dispute", key)
        events.publish(session, DayDisputed(key, actor.user_id))
    return key


def _taken(actor: Actor, day: EngagedDay) -> tuple[str, Via]:
    """Whose version this actor may take: the other side's. raises NotFound."""
    if day.employer_id in actor.employer_ids:
        return "worker", Via.EMPLOYER
    if actor.worker_id is not None and actor.worker_id == day.worker_id:
        return "employer", Via.SELF
    raise NotFound


def _check(kind: Kind, value: int, field: str) -> None:
    try:
        writing.check(kind, value)
    except Invalid as error:
        raise Invalid(error.text, field=field) from None


def _seen(session: Session, key: int) -> list[Seen]:
    return in_order(writing.recorded(session, [key]).get(key, []))


def _presence(seen: list[Seen], day: EngagedDay) -> Presence:
    return presence(seen, day.shift, day.work_date)


def _version(stands: Presence) -> Version:
    return Version(bool(stands.present), stands.minutes, stands.pieces)


def _of(row: Dispute, side: str) -> Version:
    if side == "worker":
        return Version(row.worker_present, row.worker_minutes, row.worker_pieces)
    return Version(row.employer_present, row.employer_minutes, row.employer_pieces)


def _rows(where: object, only_open: bool) -> list[DisputeRow]:
    query = (
        select(Dispute, Posting, Employer, Worker.name)
        .join(Posting, Posting.id == Dispute.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .join(Worker, Worker.id == Dispute.worker_id)
        .where(where)  # type: ignore[arg-type]
        .order_by(Dispute.work_date.desc(), Dispute.id.desc())
    )
    if only_open:
        query = query.where(or_(Dispute.state == "open"))
    return [
        DisputeRow(
            d.id, d.engagement_day_id, d.posting_id, p.title, employer.name, employer.phone,
            p.pay_kind == "piece", p.piece_unit, d.worker_id, name, d.work_date,
            _of(d, "worker"), _of(d, "employer"), d.words, d.opened_at, d.agreed_side,
        )
        for d, p, employer, name in reading().execute(query)
    ]  # fmt: skip
