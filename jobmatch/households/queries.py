"""Households as officers read them, against the line; every list keeps to the actor's places."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from jobmatch.households import policy
from jobmatch.households.models import Household, HouseholdMember, IncomeEntry
from jobmatch.households.rules.income import Standing, standing
from jobmatch.households.rules.kinds import Kind, Source
from jobmatch.infra import clock
from jobmatch.infra.dated import DatedRule
from jobmatch.infra.db import reading
from jobmatch.infra.scopes import within
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.identity import age_on
from jobmatch.kernel.ids import HouseholdId, MemberId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.kernel.periods import Days, twelve_months_before
from jobmatch.places.models import Place

LINE = "monitoring.line_fen"


class LineFilter(StrEnum):
    """under: below the line; near: at most a fifth above it; unknown: no income on record."""

    UNDER = "under"
    NEAR = "near"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class HouseholdFilter:
    words: str = ""
    kind: Kind | None = None
    monitored: bool = False
    place: str = ""
    line: LineFilter | None = None


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """One line of the list; `standing` is None when no income is on record in the window."""

    id: HouseholdId
    household_no: str
    head_name: str
    kind: Kind
    village_code: str
    village: str
    members: int
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    id: MemberId
    name: str
    relation: str
    sex: str
    age: int
    id_tail: str
    left_on: date | None


@dataclass(frozen=True, slots=True)
class HouseholdDetail:
    """sums: fen by source in the window; entries: how many amounts they are made of."""

    id: HouseholdId
    household_no: str
    head_name: str
    kind: Kind
    village_code: str
    village: str
    members: tuple[MemberRow, ...]
    window: Days
    sums: Mapping[Source, int]
    entries: int
    standing: Standing


def households(
    actor: Actor, wanted: HouseholdFilter, page: int = 1, *, window: Days | None = None
) -> Page[HouseholdRow]:
    """The officer's households by place and number. raises NotAllowed."""
    policy.require_officer(actor)
    session = reading()
    window = window or twelve_months_before(clock.today())
    chosen = select(Household.id).where(*_where(actor, wanted))
    if wanted.line is not None:
        chosen = _by_line(session, chosen, wanted.line, window)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.execute(
        select(Household, Place.short_name)
        .join(Place, Place.code == Household.village_code)
        .where(Household.id.in_(chosen))
        .order_by(Household.village_code, Household.household_no)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(_rows(session, [(h, place) for h, place in rows], window), page, total)


def _rows(
    session: Session, found: Sequence[tuple[Household, str]], window: Days
) -> list[HouseholdRow]:
    keys = [h.id for h, _ in found]
    members = _head_counts(session, keys, window)
    sums, counts = _sums(session, keys, window)
    lines = Lines(session, window.last)
    return [
        HouseholdRow(
            HouseholdId(h.id), h.household_no, h.head_name, Kind(h.kind), h.village_code, place,
            members.get(h.id, 0),
            standing(sums[h.id], members.get(h.id, 0), lines.at(h.village_code))
            if counts.get(h.id)
            else None,
        )
        for h, place in found
    ]  # fmt: skip


def _where(actor: Actor, wanted: HouseholdFilter) -> list[Any]:
    where: list[Any] = [within(Household.village_code, actor.scopes(Role.OFFICER))]
    if wanted.place.isdecimal():
        where.append(within(Household.village_code, [wanted.place]))
    if wanted.kind is not None:
        where.append(Household.kind == wanted.kind.value)
    if wanted.monitored:
        where.append(Household.kind.in_([kind.value for kind in Kind if kind.is_monitored]))
    words = wanted.words.strip()[:60]
    if words:
        named = select(HouseholdMember.household_id).where(
            HouseholdMember.name.contains(words, autoescape=True)
        )
        where.append(
            or_(
                Household.household_no.startswith(words, autoescape=True),
                Household.head_name.contains(words, autoescape=True),
                Household.id.in_(named),
            )
        )
    return where


def _by_line(session: Session, chosen: Any, line: LineFilter, window: Days) -> Any:
    """Narrow to households by where they stand: one pass over the amounts of the chosen."""
    if line is LineFilter.UNKNOWN:
        known = select(IncomeEntry.id).where(
            IncomeEntry.household_id == Household.id, _inside(window)
        )
        return chosen.where(~known.exists())
    # Inside the sums too: or the officer of a village adds up the whole region.
    keys = chosen.with_only_columns(Household.id)
    sums = (
        select(IncomeEntry.household_id.label("id"), func.sum(_signed()).label("net"))
        .where(_inside(window), IncomeEntry.household_id.in_(keys))
        .group_by(IncomeEntry.household_id)
        .subquery()
    )
    people = (
        select(HouseholdMember.household_id.label("id"), func.count().label("n"))
        .where(_living(window), HouseholdMember.household_id.in_(keys))
        .group_by(HouseholdMember.household_id)
        .subquery()
    )
    due = Lines(session, window.last).expression() * people.c.n
    chosen = chosen.join(sums, sums.c.id == Household.id).join(people, people.c.id == Household.id)
    if line is LineFilter.UNDER:
        return chosen.where(sums.c.net < due)
    return chosen.where(sums.c.net >= due, sums.c.net * 5 <= due * 6)


class Lines:
    """The monitoring lines that hold on a day, by place: the most exact place wins."""

    def __init__(self, session: Session, day: date) -> None:
        found = session.execute(
            select(DatedRule.place_code, DatedRule.value)
            .where(DatedRule.name == LINE, DatedRule.valid_from <= day)
            .order_by(DatedRule.valid_from)
        )
        self.by_place: dict[str, int] = {place: int(value) for place, value in found}
        self.places = sorted(self.by_place, key=len, reverse=True)

    def at(self, code: str) -> int | None:
        """fen per head and year, or None where no line is set."""
        return next((self.by_place[p] for p in self.places if code.startswith(p)), None)

    def expression(self) -> Any:
        """The line as SQL, by the village of the household; NULL where none is set."""
        if not self.places:
            return cast(None, IncomeEntry.amount_fen.type)
        return case(
            *(
                (within(Household.village_code, [p]) if p else literal(True), self.by_place[p])
                for p in self.places
            ),
            else_=None,
        )


def _signed() -> Any:
    return case(
        (IncomeEntry.source == Source.COST.value, -IncomeEntry.amount_fen),
        else_=IncomeEntry.amount_fen,
    )


def _inside(window: Days) -> Any:
    return IncomeEntry.earned_on.between(window.first, window.last)


def _living(window: Days) -> Any:
    return or_(HouseholdMember.left_on.is_(None), HouseholdMember.left_on > window.last)


def _head_counts(session: Session, keys: Sequence[int], window: Days) -> dict[int, int]:
    found = session.execute(
        select(HouseholdMember.household_id, func.count())
        .where(HouseholdMember.household_id.in_(keys), _living(window))
        .group_by(HouseholdMember.household_id)
    )
    return {key: n for key, n in found}  # noqa: C416


def _sums(
    session: Session, keys: Sequence[int], window: Days
) -> tuple[dict[int, dict[Source, int]], dict[int, int]]:
    sums: dict[int, dict[Source, int]] = {key: {} for key in keys}
    counts: dict[int, int] = {}
    for key, source, fen, n in session.execute(
        select(
            IncomeEntry.household_id, IncomeEntry.source, func.sum(IncomeEntry.amount_fen),
            func.count(),
        )
        .where(IncomeEntry.household_id.in_(keys), _inside(window))
        .group_by(IncomeEntry.household_id, IncomeEntry.source)
    ):  # fmt: skip
        sums[key][Source(source)] = int(fen)
        counts[key] = counts.get(key, 0) + n
    return sums, counts


def household(household_id: int, actor: Actor, *, window: Days | None = None) -> HouseholdDetail:
    """One household with its members and its 12 months. raises NotFound, NotAllowed."""
    policy.require_officer(actor)
    session = reading()
    window = window or twelve_months_before(clock.today())
    found = session.execute(
        select(Household, Place.full_name)
        .join(Place, Place.code == Household.village_code)
        .where(Household.id == household_id)
    ).first()
    if found is None:
        raise NotFound
    row, village = found
    policy.require_scope(actor, row.village_code)
    today = clock.today()
    members = tuple(
        MemberRow(
            MemberId(m.id), m.name, m.relation_to_head, m.sex, age_on(m.born, today), m.id_tail,
            m.left_on,
        )
        for m in session.scalars(
            select(HouseholdMember)
            .where(HouseholdMember.household_id == household_id)
            .order_by(HouseholdMember.left_on.is_not(None), HouseholdMember.id)
        )
    )  # fmt: skip
    sums, counts = _sums(session, [household_id], window)
    living = sum(1 for m in members if m.left_on is None or m.left_on > window.last)
    return HouseholdDetail(
        HouseholdId(row.id), row.household_no, row.head_name, Kind(row.kind), row.village_code,
        village, members, window, sums[household_id], counts.get(household_id, 0),
        standing(sums[household_id], living, Lines(session, window.last).at(row.village_code)),
    )  # fmt: skip


def net_income_per_capita(household_id: int, window: Days) -> int | None:
    """fen per head in the window; None when nobody lives there. For houses above, unscoped."""
    session = reading()
    sums, _ = _sums(session, [household_id], window)
    members = _head_counts(session, [household_id], window).get(household_id, 0)
    return standing(sums[household_id], members, None).per_head_fen


def _require(session: Session, household_id: int, actor: Actor) -> None:
    policy.require_officer(actor)
    village = session.scalar(select(Household.village_code).where(Household.id == household_id))
    if village is None:
        raise NotFound
    policy.require_scope(actor, village)


def counts_by_kind(actor: Actor, place: str = "") -> dict[Kind, int]:
    """How many households of each kind the officer has, at a place or at all."""
    policy.require_officer(actor)
    found = reading().execute(
        select(Household.kind, func.count())
        .where(*_where(actor, HouseholdFilter(place=place)))
        .group_by(Household.kind)
    )
    counts = {Kind(kind): n for kind, n in found}
    return {kind: counts.get(kind, 0) for kind in Kind}


def count(actor: Actor, wanted: HouseholdFilter, *, window: Days | None = None) -> int:
    """How many households the filter finds. raises NotAllowed."""
    policy.require_officer(actor)
    session = reading()
    chosen: Any = select(Household.id).where(*_where(actor, wanted))
    if wanted.line is not None:
        window = window or twelve_months_before(clock.today())
        chosen = _by_line(session, chosen, wanted.line, window)
    return session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def kinds_of_members(ids: Iterable[int]) -> dict[int, Kind]:
    """The kind of the household of each member. For houses above; never for an employer's eyes."""
    found = reading().execute(
        select(HouseholdMember.id, Household.kind)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(HouseholdMember.id.in_(list(ids)))
    )
    return {key: Kind(kind) for key, kind in found}


def member_by_index(id_index: str) -> MemberId | None:
    """The member with this blind index of the ID number: a new worker is linked by it."""
    found = reading().scalar(
        select(HouseholdMember.id).where(
            and_(HouseholdMember.id_index == id_index, HouseholdMember.left_on.is_(None))
        )
    )
    return None if found is None else MemberId(found)
