"""Where crews are sent, day by day; a constant number of queries each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from jobmatch.brands.models import Crew, CrewMember, LaborBrand
from jobmatch.dispatch.models import CrewOrder, Engagement, EngagementDay, Signup
from jobmatch.dispatch.rules.states import OrderState, SignupState
from jobmatch.employers.models import Employer
from jobmatch.infra.db import reading
from jobmatch.kernel.ids import CrewId, PostingId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.postings.models import Posting, PostingDay


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A crew sent to a posting. size: members of the crew; engaged: those with days of it."""

    id: int
    crew_id: CrewId
    crew_name: str
    is_whole: bool
    brand_id: int
    brand_name: str
    posting_id: PostingId
    title: str
    employer_name: str
    first_day: date
    last_day: date
    state: OrderState
    created_at: datetime
    size: int
    engaged: int


@dataclass(frozen=True, slots=True)
class CrewDay:
    """People of a crew at a posting on a day. left: places that the posting still has that day."""

    crew_id: CrewId
    posting_id: PostingId
    title: str
    employer_name: str
    work_date: date
    people: int
    left: int


def orders_for_posting(posting_id: int) -> list[OrderRow]:
    """Crews offered to a posting, the open ones first."""
    rows = _orders(CrewOrder.posting_id == posting_id)
    return sorted(rows, key=lambda row: (row.state is not OrderState.PROPOSED, row.id))


def orders_of_brand(brand_id: int, page: int = 1) -> Page[OrderRow]:
    """The brand's orders, newest first."""
    of_brand = CrewOrder.crew_id.in_(select(Crew.id).where(Crew.brand_id == brand_id))
    every = select(func.count()).select_from(CrewOrder).where(of_brand)
    total = reading().scalar(every) or 0
    rows = _orders(of_brand, latest=PAGE_SIZE, skip=(page - 1) * PAGE_SIZE)
    return Page(rows, page, total, PAGE_SIZE)


def open_orders(brand_id: int, on: date) -> list[OrderRow]:
    """The brand's orders that wait for an answer and are not over on a day."""
    return _orders(
        Crew.brand_id == brand_id,
        CrewOrder.state == OrderState.PROPOSED,
        CrewOrder.last_day >= on,
    )


def crew_week(brand_id: int, first: date, last: date) -> list[CrewDay]:
    """Where the brand's crews work on these days, and with how many people."""
    of_brand = select(Crew.id).where(Crew.brand_id == brand_id)
    return _crew_days(Engagement.crew_id.in_(of_brand), first, last)


def crew_work(crew_ids: Collection[int], first: date, last: date) -> list[CrewDay]:
    """The same for some crews, for who leads them."""
    return _crew_days(Engagement.crew_id.in_(crew_ids), first, last)


def _crew_days(where: ColumnElement[bool], first: date, last: date) -> list[CrewDay]:
    rows = reading().execute(
        select(
            Engagement.crew_id, Posting.id, Posting.title, Employer.name,
            EngagementDay.work_date, func.count(),
            func.max(PostingDay.headcount - PostingDay.taken),
        )
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .join(PostingDay, PostingDay.id == EngagementDay.posting_day_id)
        .join(Posting, Posting.id == Engagement.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(where, EngagementDay.work_date.between(first, last))
        .group_by(
            Engagement.crew_id, Posting.id, Posting.title, Employer.name, EngagementDay.work_date
        )
        .order_by(EngagementDay.work_date, Engagement.crew_id, Posting.id)
    )  # fmt: skip
    return [
        CrewDay(CrewId(crew), PostingId(key), title, employer, day, people, left)
        for crew, key, title, employer, day, people, left in rows
        if crew is not None
    ]


def _orders(
    *where: ColumnElement[bool], latest: int | None = None, skip: int = 0
) -> list[OrderRow]:
    """Crew orders, oldest first; with `latest` so many of the newest, newest first."""
    order = CrewOrder.id.desc() if latest else CrewOrder.id
    size = select(func.count()).where(CrewMember.crew_id == CrewOrder.crew_id).scalar_subquery()
    engaged = (
        select(func.count())
        .select_from(Signup)
        .where(Signup.crew_order_id == CrewOrder.id, Signup.state == SignupState.ACCEPTED)
        .scalar_subquery()
    )
    rows = reading().execute(
        select(CrewOrder, Crew, LaborBrand.name, Posting.title, Employer.name, size, engaged)
        .join(Crew, Crew.id == CrewOrder.crew_id)
        .join(LaborBrand, LaborBrand.id == Crew.brand_id)
        .join(Posting, Posting.id == CrewOrder.posting_id)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(*where)
        .order_by(order)
        .limit(latest)
        .offset(skip)
    )
    return [
        OrderRow(
            o.id, CrewId(c.id), c.name, c.is_whole, c.brand_id, brand, PostingId(o.posting_id),
            title, employer, o.first_day, o.last_day, OrderState(o.state), o.created_at, n, m,
        )
        for o, c, brand, title, employer, n, m in rows
    ]  # fmt: skip
