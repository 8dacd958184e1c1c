"""Taking in what phones recorded without a network: in any order, any number of times.

Every item gets an answer of its own. Refused is only what our pages do not send and what is not the
sender's to say; everything else is stored, and what is odd about it goes to review with its reason.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from jobmatch.attendance import policy, writing
from jobmatch.attendance.models import AttendanceEvent
from jobmatch.attendance.policy import EngagedDay
from jobmatch.attendance.rules import claims
from jobmatch.attendance.rules.claims import Claim, Malformed
from jobmatch.attendance.rules.presence import in_order, presence
from jobmatch.attendance.rules.review import Limits, Reason, corrected
from jobmatch.attendance.writing import Entry, Written
from jobmatch.brands.models import Crew
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import DomainError, Invalid
from jobmatch.kernel.text import Text, text
from jobmatch.postings.models import Posting


class Answer(StrEnum):
    """stored and had end the matter for the phone; so do the others, with something to show."""

    STORED = "stored"
    HAD = "had"
    REVIEW = "review"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one item; said: what the person is to read, if anything."""

    uid: str
    answer: Answer
    said: Text | None = None


REASONS = {
    Reason.SKEW: text("手机的时间不对"),
    Reason.LATE: text("补得晚"),
    Reason.OUTSIDE: text("这一天不在录用的日子里"),
    Reason.LONG: text("工时特别长"),
    Reason.SETTLED: text("这一天的工钱已经结算"),
}


def reason_words(reasons: Sequence[Reason] | frozenset[Reason]) -> list[Text]:
    """Why a record goes to review, in words, in a fixed order."""
    return [REASONS[reason] for reason in Reason if reason in reasons]


@retried
def sync(items: object, sent: object, *, actor: Actor) -> list[Answered]:
    """Store a batch, all in one transaction; the same batch again changes nothing.

    items    as our pages send them (rules/claims); sent: what the device's clock calls now
    raises   Invalid for what is no batch, or one of more than 200
    """
    received = clock.now()
    if not isinstance(items, list) or not 1 <= len(items) <= claims.MOST_ITEMS:
        raise Invalid(text("一次送 1 到 {most} 条。", most=claims.MOST_ITEMS))
    try:
        sent_at = claims.instant(sent)
    except Malformed:
        raise Invalid(text("没有说手机现在几点。")) from None
    answers: dict[int, Answered] = {}
    read: dict[int, Claim] = {}
    for n, raw in enumerate(items):
        try:
            read[n] = claims.read(raw)
        except Malformed:
            uid = raw.get("uid") if isinstance(raw, dict) else ""
            answers[n] = Answered(str(uid)[:36], Answer.REFUSED, text("这一条看不懂。"))
    with transaction() as session:
        answers |= _store(session, read, sent_at, received, actor)
        audit.record(
            session, actor, "attendance.sync", "user", actor.user_id or 0,
            items=len(items), stored=sum(a.answer != Answer.REFUSED for a in answers.values()),
        )  # fmt: skip
    return [answers[n] for n in range(len(items))]


def _store(
    session: Session, read: dict[int, Claim], sent: datetime, received: datetime, actor: Actor
) -> dict[int, Answered]:
    days = _days(session, list(read.values()))
    known = _known(session, [claim.uid for claim in read.values()])
    answers: dict[int, Answered] = {}
    entries: dict[int, Entry] = {}
    seen: dict[str, Claim] = {}
    at_place: dict[str, Limits] = {}
    for n, claim in read.items():
        day = days.get((claim.worker_id, claim.posting_id, claim.work_date))
        before = known.get(claim.uid) or (_body(seen[claim.uid]) if claim.uid in seen else None)
        if before is not None:
            answers[n] = _again(claim, before)
            continue
        if day is None:
            answers[n] = Answered(claim.uid, Answer.REFUSED, text("这不是您记的活。"))
            continue
        try:
            via = policy.via_of(actor, day, claim.kind)
            policy.require_time(day.work_date, clock.today())
        except DomainError as error:
            answers[n] = Answered(claim.uid, Answer.REFUSED, error.text)
            continue
        if day.place_code not in at_place:
            at_place[day.place_code] = writing.limits(session, clock.today(), day.place_code)
        timed = corrected(claim.tapped, sent, received, day.work_date, at_place[day.place_code])
        seen[claim.uid] = claim
        entries[n] = Entry(
            claim.uid, day, claim.kind, claim.value, claim.how, timed.at, claim.tapped,
            is_skewed=timed.is_skewed, point=claim.point, via=via,
        )  # fmt: skip
    # In the order in which they were tapped: so they also stand in the table.
    ordered = sorted(entries, key=lambda n: (read[n].tapped, n))
    written = writing.write(session, [entries[n] for n in ordered], actor, late_is_kept=True)
    contested = _contested(session, [entries[n].day for n in ordered])
    for n, found in zip(ordered, written, strict=True):
        answers[n] = _answer(entries[n], found, contested)
    return answers


def _answer(entry: Entry, found: Written, contested: set[int]) -> Answered:
    if found.review:
        (first, *_) = reason_words(found.review)
        if found.waits:
            said = text("已收到，{why}，等用工方核对。", why=first)
        else:
            said = text("已记下，{why}，会请人看一眼。", why=first)
        return Answered(entry.uid, Answer.REVIEW, said)
    if entry.day.id in contested:
        return Answered(
            entry.uid, Answer.CONFLICT, text("已记下。别人记的和这个不一样，两份都留着。")
        )
    return Answered(entry.uid, Answer.STORED)


def _again(claim: Claim, before: tuple[object, ...]) -> Answered:
    """The same tap again is had; another one under its name was never made by our pages."""
    if before == _body(claim):
        return Answered(claim.uid, Answer.HAD)
    return Answered(claim.uid, Answer.REFUSED, text("这个编号已经用过，内容不一样。"))


def _body(claim: Claim) -> tuple[object, ...]:
    return (claim.worker_id, claim.work_date, claim.kind.value, claim.value)


def _known(session: Session, uids: Sequence[str]) -> dict[str, tuple[object, ...]]:
    e = AttendanceEvent
    rows = session.execute(
        select(e.uid, e.worker_id, e.work_date, e.kind, e.value).where(e.uid.in_(uids))
    )
    return {uid: tuple(body) for uid, *body in rows}


def _days(session: Session, read: Sequence[Claim]) -> dict[tuple[int, int, date], EngagedDay]:
    """The engaged day of each claim, held; without one, what the worker's engagement says."""
    wanted = {(c.worker_id, c.posting_id, c.work_date) for c in read}
    if not wanted:
        return {}
    pairs = {(worker, posting) for worker, posting, _ in wanted}
    dates = {claim.work_date for claim in read}
    held = writing.locked(
        session,
        tuple_(EngagementDay.worker_id, Engagement.posting_id).in_(pairs)
        & EngagementDay.work_date.in_(dates),
    )
    found = {(d.worker_id, d.posting_id, d.work_date): d for d in held.values()}
    missing = wanted - found.keys()
    if missing:
        found |= _outside(session, missing)
    return found


def _outside(
    session: Session, missing: set[tuple[int, int, date]]
) -> dict[tuple[int, int, date], EngagedDay]:
    """What is claimed for a day without a place stands on the worker's engagement, if any."""
    days: dict[tuple[int, int], list[date]] = defaultdict(list)
    for worker_id, posting_id, day in missing:
        days[worker_id, posting_id].append(day)
    pairs = [
        (Engagement.worker_id == worker_id) & (Engagement.posting_id == posting_id)
        for worker_id, posting_id in days
    ]
    rows = session.execute(
        select(Engagement, Posting, Crew.leader_id)
        .join(Posting, Posting.id == Engagement.posting_id)
        .outerjoin(Crew, Crew.id == Engagement.crew_id)
        .where(or_(*pairs))
        .order_by(Engagement.state.desc(), Engagement.id)  # the active one, the latest, last
        .with_for_update(of=Engagement, key_share=True)
    )
    return {
        (engagement.worker_id, engagement.posting_id, day): writing.engaged(
            None, day, engagement, posting, leader_id
        )
        for engagement, posting, leader_id in rows
        for day in days[engagement.worker_id, engagement.posting_id]
    }


def _contested(session: Session, days: Sequence[EngagedDay]) -> set[int]:
    """Those of the days on which two recorders now differ."""
    by_id = {day.id: day for day in days if day.id is not None}
    events = writing.recorded(session, by_id)
    return {
        key
        for key, day in by_id.items()
        if presence(in_order(events.get(key, [])), day.shift, day.work_date).contested
    }
