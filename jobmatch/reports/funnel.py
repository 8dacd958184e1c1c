"""What came of the evening's push: pushed, seen, signed up, worked; of a place or of a brand.

One push is one posting named to one worker: every figure counts pushes (条), never people. A push
belongs to the worker's home, or to the brands that they are a member of now. Seen: it stood before
the worker, or they signed up. Worked: at least one work day of that posting after the push.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, case, exists, func, or_, select

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import BrandMember
from jobmatch.dispatch.models import Signup
from jobmatch.employers.models import Employer
from jobmatch.infra.db import reading
from jobmatch.infra.scopes import within
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.kernel.periods import monday_of
from jobmatch.matching.models import MatchPush, MatchPushed
from jobmatch.places import queries as places
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

WEEK = timedelta(days=7)


class Stage(StrEnum):
    PUSHED = "pushed"
    SEEN = "seen"
    SIGNED = "signed"
    WORKED = "worked"


LATER = (Stage.SEEN, Stage.SIGNED, Stage.WORKED)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose pushes: those to people of a place and all below it, or to members of a brand."""

    place: str = ""
    brand_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Pushes, each counted in every stage that it reached."""

    pushed: int = 0
    seen: int = 0
    signed: int = 0
    worked: int = 0

    def plus(self, other: "Sums") -> "Sums":
        return Sums(
            self.pushed + other.pushed, self.seen + other.seen, self.signed + other.signed,
            self.worked + other.worked,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week by its Monday."""

    monday: date
    sums: Sums

    @property
    def sunday(self) -> date:
        return self.monday + WEEK - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PushRow:
    """One push and how far it came."""

    day: date
    worker_id: int
    worker: str
    home: str
    posting_id: int
    posting: str
    employer: str
    seen_at: datetime | None
    signed: bool
    worked: bool


def funnel(whose: Whose, first: date, last: date, *, actor: Actor) -> tuple[list[WeekRow], Sums]:
    """The weeks that hold these days, the latest first, and their sum. raises NotFound"""
    begin, ends = monday_of(first), monday_of(last) + WEEK
    rows = reading().execute(
        select(
            MatchPushed.day, func.count(),
            *(func.sum(case((_reached(stage), 1), else_=0)) for stage in LATER),
        )
        .join(Worker, Worker.id == MatchPushed.worker_id)
        .where(*_of(whose, actor), MatchPushed.day >= begin, MatchPushed.day < ends)
        .group_by(MatchPushed.day)
    )  # fmt: skip
    weeks = {begin + n * WEEK: Sums() for n in range((ends - begin) // WEEK)}
    for day, *counts in rows:
        monday = monday_of(day)
        weeks[monday] = weeks[monday].plus(Sums(*(int(n) for n in counts)))
    total = Sums()
    for sums in weeks.values():
        total = total.plus(sums)
    return [WeekRow(monday, weeks[monday]) for monday in sorted(weeks, reverse=True)], total


def pushes(
    whose: Whose, first: date, last: date, stage: Stage, *, actor: Actor, page: int = 1
) -> Page[PushRow]:
    """The pushes behind a figure: of whole weeks, those that reached the stage. raises NotFound"""
    begin, ends = monday_of(first), monday_of(last) + WEEK
    where = [*_of(whose, actor), MatchPushed.day >= begin, MatchPushed.day < ends, _reached(stage)]
    base = (
        select(
            MatchPushed, Worker.name, Worker.home_code, Posting.title, Employer.name,
            _reached(Stage.SIGNED), _reached(Stage.WORKED),
        )
        .join(Worker, Worker.id == MatchPushed.worker_id)
        .join(Posting, Posting.id == MatchPushed.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(*where)
    )  # fmt: skip
    session = reading()
    counted = select(func.count()).select_from(MatchPushed)
    total = session.scalar(counted.join(Worker, Worker.id == MatchPushed.worker_id).where(*where))
    rows = session.execute(
        base.order_by(MatchPushed.day.desc(), MatchPushed.worker_id, MatchPushed.posting_id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    homes = places.local_names({code for _, _, code, *_ in rows})
    return Page(
        [
            PushRow(
                p.day, p.worker_id, name, homes.get(code, ""), p.posting_id, title, employer,
                p.seen_at, bool(signed), bool(worked),
            )
            for p, name, code, title, employer, signed, worked in rows
        ],
        page,
        total or 0,
    )  # fmt: skip


def _of(whose: Whose, actor: Actor) -> list[ColumnElement[bool]]:
    """Whose pushes, for who may see them. raises NotFound"""
    if whose.brand_id is not None:
        if whose.brand_id not in actor.brand_ids:
            raise NotFound
        members = select(BrandMember.worker_id).where(
            BrandMember.brand_id == whose.brand_id, BrandMember.state == "member"
        )
        return [Worker.id.in_(members)]
    if not actor.covers(Role.OFFICER, whose.place):
        raise NotFound
    return [within(Worker.home_code, [whose.place])]


def _reached(stage: Stage) -> ColumnElement[bool]:
    """Whether a push came so far."""
    signed = (
        exists()
        .where(
            MatchPush.worker_id == MatchPushed.worker_id, MatchPush.day == MatchPushed.day,
            Signup.worker_id == MatchPushed.worker_id,
            Signup.posting_id == MatchPushed.posting_id,
            Signup.created_at >= MatchPush.made_at,
        )
        .correlate(MatchPushed)
    )  # fmt: skip
    worked = exists().where(
        WorkDay.worker_id == MatchPushed.worker_id, WorkDay.posting_id == MatchPushed.posting_id,
        WorkDay.work_date > MatchPushed.day,
    )  # fmt: skip
    return {
        Stage.PUSHED: MatchPushed.worker_id > 0,
        Stage.SEEN: or_(MatchPushed.seen_at.is_not(None), signed, worked),
        Stage.SIGNED: or_(signed, worked),
        Stage.WORKED: worked,
    }[stage]
