"""Codes to scan and codes on paper: making them for who may, and recording by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.attendance import policy, service, writing
from jobmatch.attendance.models import AttendanceEvent
from jobmatch.attendance.policy import EngagedDay
from jobmatch.attendance.rules import codes
from jobmatch.attendance.rules.codes import Code, Forged, Shows
from jobmatch.attendance.rules.kinds import How, Kind, Via
from jobmatch.attendance.writing import Written
from jobmatch.brands.models import Crew
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.infra import clock, crypto
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, NotAllowed, NotFound
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

# Long enough to walk up, scan, and sign in; too short to be sent home by picture and used all day.
VALID = timedelta(minutes=5)


class CodeExpired(Conflict):
    default = text("这个码过期了，请再扫一次新的。扫不上也不要紧，可以请班组长记，或者用纸上的码。")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a scanned code asks: to record this kind for this person on this day.

    is_own   the person scans for themselves; else somebody records for them
    """

    engagement_day_id: int
    kind: Kind
    name: str
    title: str
    work_date: date
    is_own: bool


def site_code(posting_id: int, *, actor: Actor) -> str:
    """Today's code of a posting for its workers to scan, shown by its employer or a crew's leader.

    raises NotFound
    """
    employer_id = reading().scalar(select(Posting.employer_id).where(Posting.id == posting_id))
    if employer_id is None or not (
        employer_id in actor.employer_ids or _leads_there(actor, posting_id)
    ):
        raise NotFound
    return _signed(Shows.SITE, posting_id, clock.today(), actor)


def own_code(engagement_day_id: int, *, actor: Actor) -> str:
    """A worker's code for the leader or the employer to scan. raises NotFound."""
    found = _one(reading(), EngagementDay.id == engagement_day_id)
    if found is None or found.worker_id != actor.worker_id:
        raise NotFound
    return _signed(Shows.WORKER, engagement_day_id, found.work_date, actor)


def offer(token: str, *, actor: Actor) -> Offer:
    """What scanning this code would record. raises NotFound (forged, not theirs), CodeExpired."""
    code = _read(token)
    day = _day_of(reading(), code, actor)
    assert day.id is not None
    name, title = (
        reading()
        .execute(
            select(Worker.name, Posting.title)
            .select_from(EngagementDay)
            .join(Worker, Worker.id == EngagementDay.worker_id)
            .join(Engagement, Engagement.id == EngagementDay.engagement_id)
            .join(Posting, Posting.id == Engagement.posting_id)
            .where(EngagementDay.id == day.id)
        )
        .one()
    )
    kind = _next_kind(reading(), day.id) if code.shows is Shows.SITE else Kind.PRESENT
    return Offer(day.id, kind, name, title, day.work_date, code.shows is Shows.SITE)


def take(token: str, kind: Kind, *, actor: Actor, point: tuple[float, float] | None) -> Written:
    """Record what the code offers. The same code again for the same person changes nothing.

    raises   NotFound, NotAllowed, CodeExpired, Invalid, DaySettled
    """
    code = _read(token)
    with transaction() as session:
        day = _day_of(session, code, actor)
        assert day.id is not None
        is_site = code.shows is Shows.SITE
        if is_site != (kind in (Kind.CHECK_IN, Kind.CHECK_OUT)) or (
            not is_site and kind is not Kind.PRESENT
        ):
            raise NotAllowed
        return service.record(
            day.id, kind, actor=actor, uid=codes.uid_of(token, day.id, kind.value), how=How.QR,
            witness_id=code.shown_by, point=point,
        )  # fmt: skip


def paper_codes(engagement_day_ids: Sequence[int]) -> dict[int, str]:
    """The one-time code of each engagement day, to be printed."""
    keys = crypto.ring().keys
    return {key: codes.paper(key, keys) for key in engagement_day_ids}


def read_paper(typed: str, *, actor: Actor) -> Offer:
    """Whom a code on paper is for, for who may enter it: the worker, the crew's leader, the
    employer or a station of the place. raises NotFound for all others and for what is no code.
    """
    day = _paper_day(reading(), typed)
    kind = _paper_kind(actor, day)
    assert day.id is not None
    name, title = _names(day)
    return Offer(day.id, kind, name, title, day.work_date, kind is Kind.CHECK_IN)


def enter_paper(typed: str, *, actor: Actor) -> Written:
    """Record that the person was there, by their code on paper. Entered twice it counts once.

    raises   NotFound, NotAllowed, Invalid (the day has not come), DaySettled
    """
    with transaction() as session:
        day = _paper_day(session, typed)
        assert day.id is not None
        leader = None
        if day.leader_id is not None and day.leader_id != actor.worker_id:
            leader = session.scalar(select(Worker.user_id).where(Worker.id == day.leader_id))
        # The code, not who enters it, makes the uid: entered by two people it counts once.
        return service.record(
            day.id, _paper_kind(actor, day), actor=actor,
            uid=codes.uid_of("paper", day.id, "present"), how=How.PAPER, witness_id=leader,
        )  # fmt: skip


def _names(day: EngagedDay) -> tuple[str, str]:
    session = reading()
    name = session.scalar(select(Worker.name).where(Worker.id == day.worker_id)) or ""
    return name, session.scalar(select(Posting.title).where(Posting.id == day.posting_id)) or ""


def _paper_day(session: Session, typed: str) -> EngagedDay:
    try:
        key = codes.read_paper(typed, crypto.ring().keys)
    except Forged:
        raise NotFound(text("没有这个码，请对照纸上再看一遍。"), field="code") from None
    found = _one(session, EngagementDay.id == key) if key < 2**31 else None
    if found is None:
        raise NotFound(text("没有这个码，请对照纸上再看一遍。"), field="code")
    return found


def _paper_kind(actor: Actor, day: EngagedDay) -> Kind:
    try:
        policy.via_of(actor, day, Kind.PRESENT)
    except NotAllowed:
        if policy.via_of(actor, day, Kind.CHECK_IN) is not Via.SELF:
            raise
        return Kind.CHECK_IN
    return Kind.PRESENT


def _signed(shows: Shows, key: int, day: date, actor: Actor) -> str:
    code = Code(shows, key, day, clock.now() + VALID, actor.user_id or 0)
    return codes.sign(code, crypto.ring().keys)


def _read(token: str) -> Code:
    try:
        code = codes.read(token, crypto.ring().keys)
    except Forged:
        raise NotFound(text("这个码不是我们的，请让对方重新出示。")) from None
    if clock.now() > code.expires:
        raise CodeExpired
    return code


def _day_of(session: Session, code: Code, actor: Actor) -> EngagedDay:
    """The engagement day that the code is about, seen from who scans it. raises NotFound."""
    if code.shows is Shows.WORKER:
        found = _one(session, EngagementDay.id == code.key)
        if found is None:
            raise NotFound
        policy.via_of(actor, found, Kind.PRESENT)
        return found
    if actor.worker_id is None:
        raise NotFound
    found = _one(
        session,
        (EngagementDay.worker_id == actor.worker_id)
        & (EngagementDay.work_date == code.day)
        & (Engagement.posting_id == code.key),
    )
    if found is None:
        raise NotFound(text("今天这份活的名单上没有您。请找班组长或用工方。"))
    return found


def _one(session: Session, where: object) -> EngagedDay | None:
    """The same rows as recording reads, without holding them."""
    row = session.execute(
        select(EngagementDay, Engagement, Posting, Crew.leader_id)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .join(Posting, Posting.id == Engagement.posting_id)
        .outerjoin(Crew, Crew.id == Engagement.crew_id)
        .where(where)  # type: ignore[arg-type]
    ).first()
    if row is None:
        return None
    day, engagement, posting, leader_id = row
    return writing.engaged(day.id, day.work_date, engagement, posting, leader_id)


def _leads_there(actor: Actor, posting_id: int) -> bool:
    if actor.worker_id is None:
        return False
    led = (
        select(Engagement.id)
        .join(Crew, Crew.id == Engagement.crew_id)
        .where(Crew.leader_id == actor.worker_id, Engagement.posting_id == posting_id)
    )
    return reading().scalar(led.limit(1)) is not None


def _next_kind(session: Session, engagement_day_id: int) -> Kind:
    """Whoever has checked in checks out."""
    there = session.scalar(
        select(AttendanceEvent.id)
        .where(
            AttendanceEvent.engagement_day_id == engagement_day_id,
            AttendanceEvent.kind == Kind.CHECK_IN.value,
        )
        .limit(1)
    )
    return Kind.CHECK_IN if there is None else Kind.CHECK_OUT
