"""Instant hires as those read them who asked, who are asked, and who pass the question on."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from jobmatch.accounts.models import User
from jobmatch.dispatch import instant_asking as asking
from jobmatch.dispatch import placing, policy
from jobmatch.dispatch.instant_models import InstantHire, InstantOffer
from jobmatch.dispatch.receipts import HIRE
from jobmatch.dispatch.rules.days import still_open
from jobmatch.dispatch.rules.waves import minutes_between, number
from jobmatch.employers.models import Employer, Site
from jobmatch.infra import clock
from jobmatch.infra.db import fetch, reading
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.periods import business_day
from jobmatch.places import queries as places
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.postings.rules.pay import day_pay
from jobmatch.workers.models import Worker

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class HireRow:
    """An instant hire. asked, no: people; minutes: from asking to filled, or None."""

    id: int
    number: str
    posting_id: int
    title: str
    employer_name: str
    place: str
    work_date: date
    wanted: int
    filled: int
    state: str
    via: str
    asked_by: str
    asked_at: datetime
    filled_at: datetime | None
    ended_at: datetime | None
    asked: int
    no: int
    late: int

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def answered(self) -> int:
        return self.filled + self.no

    @property
    def minutes(self) -> int | None:
        return None if self.filled_at is None else minutes_between(self.asked_at, self.filled_at)


@dataclass(frozen=True, slots=True)
class ComingRow:
    """Somebody who said yes, as who engaged them sees it."""

    worker_id: int
    name: str
    phone: str | None
    by: str | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class HirePage:
    """A hire with who comes. left: places still to fill; next_wave: when others are asked."""

    row: HireRow
    coming: tuple[ComingRow, ...]
    left: int
    unanswered: int
    next_wave: datetime | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question to a worker: all that they need to say yes or no. pay_fen: of a day, or None.

    place: the township and village in short; phone: of who gives the work
    worker_phone: only of who has no account and is to be called
    """

    offer_id: int
    hire_id: int
    worker_id: int
    worker_name: str
    worker_phone: str | None
    has_account: bool
    state: str
    posting_id: int
    title: str
    employer_name: str
    phone: str
    place: str
    site: str
    km: int
    work_date: date
    starts_at: int
    ends_at: int
    pay_fen: int | None
    meals: bool
    transport: bool
    left: int


def hires(actor: Actor, *, employer_id: int | None = None) -> list[HireRow]:
    """The latest hires of an employer, or of the postings in a station's places."""
    if employer_id is not None:
        policy.require_employer(actor, employer_id)
        where: ColumnElement[bool] = Posting.employer_id == employer_id
    else:
        where = _in_scope(actor, Posting.place_code)
    return _rows(where)


def hire(hire_id: int, *, actor: Actor) -> HirePage:
    """One hire, for who may ask for it. raises NotFound"""
    session = reading()
    found = session.get(InstantHire, hire_id)
    if found is None:
        raise NotFound
    posting = session.get_one(Posting, found.posting_id)
    policy.require_hirer(actor, posting.employer_id, posting.place_code)
    coming = session.execute(
        select(InstantOffer, Worker.name, func.coalesce(Worker.phone, User.phone))
        .join(Worker, Worker.id == InstantOffer.worker_id)
        .outerjoin(User, User.id == Worker.user_id)
        .where(InstantOffer.hire_id == hire_id, InstantOffer.state == "yes")
        .order_by(InstantOffer.answered_at, InstantOffer.id)
    ).all()
    (row,) = _rows(InstantHire.id == hire_id)
    is_open = found.state == "open"
    return HirePage(
        row,
        tuple(
            ComingRow(offer.worker_id, name, phone, offer.by, offer.answered_at)
            for offer, name, phone in coming
        ),
        asking.left(session, found) if is_open else 0,
        row.asked - row.filled - row.no - row.late,
        asking.due_at(session, found, posting) if is_open else None,
    )


# Hardly anybody is asked right now; this is looked for each time that somebody looks for work.
_ANY_ASKED = (
    select(InstantOffer.id)
    .where(InstantOffer.worker_id == bindparam("worker"), InstantOffer.state == "asked")
    .limit(1)
)


def questions(worker_id: int) -> list[QuestionRow]:
    """What a worker is asked right now, the soonest first."""
    if not fetch(_ANY_ASKED, worker=worker_id):
        return []
    return _questions(
        InstantOffer.worker_id == worker_id, InstantOffer.state == "asked",
        InstantHire.state == "open",
    )  # fmt: skip


def question(offer_id: int, worker_id: int) -> QuestionRow | None:
    """A question that was put to this worker, whatever came of it."""
    found = _questions(
        InstantOffer.id == offer_id, InstantOffer.worker_id == worker_id,
        InstantOffer.state.not_in(("queued", "skipped")),
    )  # fmt: skip
    return next(iter(found), None)


def to_pass_on(actor: Actor) -> list[QuestionRow]:
    """Questions to people of a station's places that wait for an answer: first those to people
    without an account, who hear of it nowhere else.
    """
    found = _questions(
        _in_scope(actor, Worker.home_code), InstantOffer.state == "asked",
        InstantHire.state == "open",
    )  # fmt: skip
    return sorted(found, key=lambda row: row.has_account)


def offer_at_desk(offer_id: int, *, actor: Actor) -> QuestionRow:
    """A question to somebody of a station's places. raises NotFound"""
    found = _questions(InstantOffer.id == offer_id, _in_scope(actor, Worker.home_code))
    if not found:
        raise NotFound
    return found[0]


def open_postings(day: Collection[date], *, employer_id: int) -> list[tuple[int, str, date, int]]:
    """Postings of an employer that still lack people on these days: key, title, day, people.

    Not today's any more once its working time is over.
    """
    left = PostingDay.headcount - PostingDay.taken
    rows = reading().execute(
        select(
            Posting.id, Posting.title, PostingDay.work_date, left, Posting.starts_at,
            Posting.ends_at,
        )
        .join(PostingDay, PostingDay.posting_id == Posting.id)
        .where(
            Posting.employer_id == employer_id, Posting.state == "open",
            PostingDay.work_date.in_(day), left > 0,
        )
        .order_by(PostingDay.work_date, Posting.id)
    )  # fmt: skip
    today, minute = clock.today(), placing.minute_now()
    return [
        (key, title, on, n)
        for key, title, on, n, starts_at, ends_at in rows
        if still_open([on], today=today, minute=minute, starts_at=starts_at, ends_at=ends_at)
    ]


def employers_near(actor: Actor, words: str = "") -> list[tuple[int, str]]:
    """Verified employers of a station's places, for whom its clerk may ask."""
    where = [
        _in_scope(actor, Employer.place_code), Employer.state == "verified",
        Employer.verified_until >= clock.today(),
    ]  # fmt: skip
    if words:
        where.append(Employer.name.contains(words[:64], autoescape=True))
    rows = reading().execute(
        select(Employer.id, Employer.name).where(*where).order_by(Employer.name).limit(MOST_LISTED)
    )
    return [(key, name) for key, name in rows]


def _in_scope(actor: Actor, code: Any) -> ColumnElement[bool]:
    scopes = actor.scopes(Role.STATION)
    if not scopes:
        return InstantHire.id < 0
    return or_(*(code.startswith(scope, autoescape=True) for scope in scopes))


def _rows(where: ColumnElement[bool]) -> list[HireRow]:
    session = reading()
    found = session.execute(
        select(InstantHire, Posting, Employer.name, User.name)
        .join(Posting, Posting.id == InstantHire.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .outerjoin(User, User.id == InstantHire.asked_by)
        .where(where)
        .order_by(InstantHire.id.desc())
        .limit(MOST_LISTED)
    ).all()
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, state, n in session.execute(
        select(InstantOffer.hire_id, InstantOffer.state, func.count())
        .where(InstantOffer.hire_id.in_([h.id for h, *_ in found]))
        .group_by(InstantOffer.hire_id, InstantOffer.state)
    ):
        counts[key][state] = n
    names = places.local_names({p.place_code for _, p, *_ in found})
    return [
        HireRow(
            h.id, number(HIRE, business_day(h.asked_at), h.id), p.id, p.title, employer,
            names.get(p.place_code, ""), h.work_date, h.wanted, h.filled, h.state, h.via,
            by or "", h.asked_at, h.filled_at, h.ended_at,
            sum(counts[h.id][s] for s in ("asked", "yes", "no", "late", "gone")),
            counts[h.id]["no"] + counts[h.id]["gone"], counts[h.id]["late"],
        )
        for h, p, employer, by in found
    ]  # fmt: skip


def _questions(*where: ColumnElement[bool]) -> list[QuestionRow]:
    left = (
        select(PostingDay.headcount - PostingDay.taken)
        .where(
            PostingDay.posting_id == InstantHire.posting_id,
            PostingDay.work_date == InstantHire.work_date,
        )
        .scalar_subquery()
    )
    rows = (
        reading()
        .execute(
            select(
                InstantOffer, InstantHire, Posting, Employer, Site, Worker, left,
            )
            .join(InstantHire, InstantHire.id == InstantOffer.hire_id)
            .join(Posting, Posting.id == InstantHire.posting_id)
            .join(Employer, Employer.id == Posting.employer_id)
            .join(Site, Site.id == Posting.site_id)
            .join(Worker, Worker.id == InstantOffer.worker_id)
            .where(*where)
            .order_by(InstantHire.work_date, InstantOffer.asked_at, InstantOffer.id)
            .limit(200)
        )
        .all()
    )  # fmt: skip
    names = places.local_names({p.place_code for _, _, p, *_ in rows})
    return [
        QuestionRow(
            o.id, h.id, w.id, w.name, w.phone if w.user_id is None else None,
            w.user_id is not None, o.state, p.id, p.title,
            e.name, e.phone, names.get(p.place_code, ""), s.name, o.km, h.work_date, p.starts_at,
            p.ends_at, day_pay(p), p.meals, p.transport,
            max(0, min(h.wanted - h.filled, free or 0)),
        )
        for o, h, p, e, s, w, free in rows
    ]  # fmt: skip
