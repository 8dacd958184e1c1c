"""A household's income by month, and the entries behind each amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import String, cast, func, select

from jobmatch.accounts.models import User
from jobmatch.households.models import HouseholdMember, IncomeEntry
from jobmatch.households.queries import _inside, _require
from jobmatch.households.rules.kinds import Source
from jobmatch.households.rules.windows import collection_year
from jobmatch.infra import dated
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.kernel.periods import Days, month_of


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of a household: fen by source."""

    month: date
    sums: Mapping[Source, int]

    @property
    def last(self) -> date:
        return month_of(self.month).last


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One booked amount; `reversed_by`/`reverses` tie it to its opposite.

    recorded_by   the name of who entered or imported it; empty: the system
    """

    id: int
    earned_on: date
    source: Source
    detail: str
    amount_fen: int
    origin: str
    ref: str
    member: str
    reverses: int | None
    reversed_by: int | None
    recorded_at: datetime
    recorded_by: str
    proof: str


def collection_years(today: date, place: str) -> tuple[Days, Days]:
    """The collection year of a place that runs, and the one before it."""
    try:
        month = int(dated.value(reading(), "income.collection_month", on=today, place=place))
    except dated.NoRule:
        month = 10
    running = collection_year(today, month)
    return running, collection_year(running.first - timedelta(days=1), month)


def months(household_id: int, window: Days, *, actor: Actor) -> list[MonthRow]:
    """Income by month and source, months without any included. raises NotFound, NotAllowed."""
    session = reading()
    _require(session, household_id, actor)
    written = func.substr(cast(IncomeEntry.earned_on, String), 1, 7)
    sums: dict[str, dict[Source, int]] = {}
    for month, source, fen in session.execute(
        select(written, IncomeEntry.source, func.sum(IncomeEntry.amount_fen))
        .where(IncomeEntry.household_id == household_id, _inside(window))
        .group_by(written, IncomeEntry.source)
    ):
        sums.setdefault(month, {})[Source(source)] = int(fen)
    firsts = sorted({day.replace(day=1) for day in window})
    return [MonthRow(first, sums.get(f"{first:%Y-%m}", {})) for first in firsts]


def entries(
    household_id: int,
    window: Days,
    *,
    actor: Actor,
    source: Source | None = None,
    page: int = 1,
) -> Page[EntryRow]:
    """The amounts behind the figures, the latest first. raises NotFound, NotAllowed."""
    session = reading()
    _require(session, household_id, actor)
    where = [IncomeEntry.household_id == household_id, _inside(window)]
    if source is not None:
        where.append(IncomeEntry.source == source.value)
    total = session.scalar(select(func.count()).select_from(IncomeEntry).where(*where)) or 0
    found = session.execute(
        select(IncomeEntry, HouseholdMember.name, User.name)
        .outerjoin(HouseholdMember, HouseholdMember.id == IncomeEntry.member_id)
        .outerjoin(User, User.id == IncomeEntry.recorded_by)
        .where(*where)
        .order_by(IncomeEntry.earned_on.desc(), IncomeEntry.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    pairs = session.execute(
        select(IncomeEntry.reverses_id, IncomeEntry.id).where(
            IncomeEntry.reverses_id.in_([entry.id for entry, *_ in found])
        )
    ).all()
    opposite = {reversed_id: key for reversed_id, key in pairs}  # noqa: C416
    rows = [
        EntryRow(
            e.id, e.earned_on, Source(e.source), e.detail, e.amount_fen, e.origin, e.ref,
            name or "", e.reverses_id, opposite.get(e.id), e.created_at, who or "", e.proof,
        )
        for e, name, who in found
    ]  # fmt: skip
    return Page(rows, page, total)
