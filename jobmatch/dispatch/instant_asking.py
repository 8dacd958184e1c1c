"""Instant hire: who is asked, wave by wave, and how it ends.

The line is searched once and kept; a wave only goes on in it, so that a process that dies leaves
nothing that the next look does not make good. Who is no longer free or allowed when their turn
comes is passed over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from jobmatch.dispatch import placing, seats
from jobmatch.dispatch.instant_models import InstantHire, InstantOffer
from jobmatch.dispatch.models import Signup
from jobmatch.dispatch.rules.states import SignupState
from jobmatch.dispatch.rules.waves import Rhythm, next_wave, to_ask
from jobmatch.infra import clock, dated
from jobmatch.infra.db import forget_reads, is_writing, reading, retried, transaction
from jobmatch.kernel.ids import WorkerId
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Amount, Text, text
from jobmatch.matching import candidates as matching
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.postings.rules.pay import day_pay
from jobmatch.workers.models import Worker

# So many people stand in a line for each place, and at most.
LINE_PER_PLACE, LONGEST_LINE = 12, 200
HOME = "/my/"
# Who asked for the work themselves, or was turned down for it, is not asked.
SETTLED = [state for state in SignupState if state is not SignupState.WITHDRAWN]


def rhythm(session: Session, place_code: str) -> Rhythm:
    """How fast waves follow each other at a place today."""
    today = clock.today()
    return Rhythm(
        int(dated.value(session, "instant.per_place", on=today, place=place_code)),
        int(dated.value(session, "instant.wave_minutes", on=today, place=place_code)),
    )


def open_hires() -> list[int]:
    """All that are open, the oldest first."""
    found = select(InstantHire.id).where(InstantHire.state == "open").order_by(InstantHire.id)
    return list(reading().scalars(found))


@retried
def advance(hire_id: int) -> int:
    """Ask those whom it is time to ask; end what can no longer be filled. Returns people asked."""
    if not is_writing():
        forget_reads()
    session = reading()
    hire = session.get(InstantHire, hire_id)
    if hire is None or hire.state != "open":
        return 0
    posting = session.get_one(Posting, hire.posting_id)
    n = _due(session, hire, posting)
    ends = not _can_be_taken(session, hire, posting) or _left(session, hire) == 0
    if n == 0 and not ends:
        return 0
    found: Sequence[tuple[WorkerId, int]] = ()
    if not ends and _queued(session, hire_id) < n and _may_search(session, hire, posting):
        most = min(LONGEST_LINE, hire.wanted * LINE_PER_PLACE + _listed(session, hire_id))
        found = matching.for_day(hire.posting_id, hire.work_date, clock.today(), most)
    with transaction() as writing:
        return _advance(writing, hire_id, found)


def _advance(session: Session, hire_id: int, found: Sequence[tuple[WorkerId, int]]) -> int:
    hire = held(session, hire_id)
    posting = placing.posting_of(session, hire.posting_id)
    if hire.state != "open":
        return 0
    if not _can_be_taken(session, hire, posting):
        end(session, hire, posting, "over")
        return 0
    if _left(session, hire) == 0:
        end(session, hire, posting, "filled")
        return 0
    if found or hire.searched_at is None:
        _line_up(session, hire, found)
        hire.searched_at = clock.now()
    n, asked = _due(session, hire, posting), 0
    while asked < n:
        some = _next(session, hire_id, n - asked)
        if not some:
            break
        asked += _ask(session, hire, posting, some)
    session.flush()
    return asked


def held(session: Session, hire_id: int) -> InstantHire:
    """The hire, held after its posting until the end of the transaction: one order of locks."""
    posting_id = session.scalars(
        select(InstantHire.posting_id).where(InstantHire.id == hire_id)
    ).one()
    seats.hold(session, posting_id)
    return session.scalars(
        select(InstantHire)
        .where(InstantHire.id == hire_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def end(session: Session, hire: InstantHire, posting: Posting, state: str) -> None:
    """No more answers: whoever was asked and did not say yes is told so, kindly."""
    hire.state, hire.is_open, hire.ended_at = state, None, clock.now()
    if state == "filled":
        hire.filled_at = hire.ended_at
    late = session.scalars(
        update(InstantOffer)
        .where(InstantOffer.hire_id == hire.id, InstantOffer.state == "asked")
        .values(state="late")
        .returning(InstantOffer.worker_id)
        .execution_options(synchronize_session=False)
    ).all()
    said = (
        text("“{title}”已招满，谢谢您。下次有活还会问您。", title=posting.title)
        if state == "filled"
        else text("“{title}”不再要人了，谢谢您。下次有活还会问您。", title=posting.title)
    )
    users = session.scalars(select(Worker.user_id).where(Worker.id.in_(late))).all()
    notify.tell(session, users, said, link=HOME)
    session.flush()


def left(session: Session, hire: InstantHire) -> int:
    """Places that the hire still wants and the posting still has."""
    return _left(session, hire)


def due_at(session: Session, hire: InstantHire, posting: Posting) -> datetime | None:
    """When the next wave comes by time; None when none will."""
    return next_wave(
        _left(session, hire), _unanswered(session, hire.id), rhythm(session, posting.place_code)
    )


def _due(session: Session, hire: InstantHire, posting: Posting) -> int:
    return to_ask(
        _left(session, hire), _unanswered(session, hire.id), clock.now(),
        rhythm(session, posting.place_code),
    )  # fmt: skip


def _can_be_taken(session: Session, hire: InstantHire, posting: Posting) -> bool:
    return hire.work_date in placing.days_open(session, posting)


def _left(session: Session, hire: InstantHire) -> int:
    free = session.scalar(
        select(PostingDay.headcount - PostingDay.taken).where(
            PostingDay.posting_id == hire.posting_id, PostingDay.work_date == hire.work_date
        )
    )
    return max(0, min(hire.wanted - hire.filled, free or 0))


def _unanswered(session: Session, hire_id: int) -> list[datetime]:
    found = session.scalars(
        select(InstantOffer.asked_at).where(
            InstantOffer.hire_id == hire_id, InstantOffer.state == "asked"
        )
    )
    return [at for at in found if at is not None]


def _queued(session: Session, hire_id: int) -> int:
    return _count(session, InstantOffer.hire_id == hire_id, InstantOffer.state == "queued")


def _listed(session: Session, hire_id: int) -> int:
    return _count(session, InstantOffer.hire_id == hire_id)


def _count(session: Session, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(InstantOffer).where(*where)) or 0


def _may_search(session: Session, hire: InstantHire, posting: Posting) -> bool:
    """At first, then once in the time of a wave: others may be free by then."""
    if hire.searched_at is None:
        return True
    pause = timedelta(minutes=rhythm(session, posting.place_code).minutes)
    return clock.now() - hire.searched_at >= pause


def _line_up(session: Session, hire: InstantHire, found: Sequence[tuple[WorkerId, int]]) -> None:
    last = session.scalar(
        select(func.max(InstantOffer.line)).where(InstantOffer.hire_id == hire.id)
    )
    for n, (worker_id, km) in enumerate(found, (last or 0) + 1):
        seats.insert_new(
            session, InstantOffer, ("hire_id", "worker_id"), hire_id=hire.id, worker_id=worker_id,
            line=n, km=km, state="queued",
        )  # fmt: skip


def _next(session: Session, hire_id: int, n: int) -> Sequence[InstantOffer]:
    return session.scalars(
        select(InstantOffer)
        .where(InstantOffer.hire_id == hire_id, InstantOffer.state == "queued")
        .order_by(InstantOffer.line, InstantOffer.id)
        .limit(n)
    ).all()


def _ask(
    session: Session, hire: InstantHire, posting: Posting, offers: Sequence[InstantOffer]
) -> int:
    """Ask those of them who are still free and allowed; the others are passed over."""
    day, ids = hire.work_date, [offer.worker_id for offer in offers]
    people = placing.candidates(session, ids, Days(day, day))
    settled = set(
        session.scalars(
            select(Signup.worker_id).where(
                Signup.posting_id == posting.id, Signup.worker_id.in_(ids),
                Signup.state.in_(SETTLED),
            )
        )
    )  # fmt: skip
    unwilling = set(
        session.scalars(
            select(Worker.id).where(Worker.id.in_(ids), Worker.matching_opt_out.is_(True))
        )
    )
    asked = []
    for offer in offers:
        who = people[offer.worker_id]
        free = day not in who.booked and any(day in run for run in who.runs)
        if (
            not free
            or offer.worker_id in settled | unwilling
            or placing.why_not(session, posting, who, day) is not None
        ):
            offer.state = "skipped"
            continue
        offer.state, offer.asked_at = "asked", clock.now()
        asked.append(who.user_id)
    notify.tell(session, asked, question(posting, hire), link=HOME)
    session.flush()
    return len(asked) if asked else 0


def question(posting: Posting, hire: InstantHire) -> Text:
    """What a person who is asked reads."""
    pay = day_pay(posting)
    if pay is None:
        return text("{day}去“{title}”，去不去？先答先得。", day=hire.work_date, title=posting.title)
    return text(
        "{day}去“{title}”，一天 {pay}，去不去？先答先得。",
        day=hire.work_date, title=posting.title, pay=Amount(pay),
    )  # fmt: skip
