"""Line watch and doubts as officers read them, by their places; and what a worker may see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from jobmatch.households import policy as households
from jobmatch.households.models import Household, HouseholdConsent, HouseholdMember, IncomeEntry
from jobmatch.households.queries import Lines, _inside, _sums
from jobmatch.households.rules.income import Standing, standing
from jobmatch.households.rules.kinds import MONITORED, Kind, Source
from jobmatch.infra.db import reading
from jobmatch.infra.scopes import within
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.money import share_of
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text
from jobmatch.monitoring import policy
from jobmatch.monitoring.models import IncomeDoubt, LineWatch
from jobmatch.monitoring.rules.gap import Level, PayFrom, words
from jobmatch.places.models import Place
from jobmatch.workers.models import Worker

MOST_EXPORTED = 20_000


@dataclass(frozen=True, slots=True)
class WatchFilter:
    """level None: all but the safe ones."""

    place: str = ""
    level: Level | None = None
    monitored: bool = False
    can_work: bool = False


@dataclass(frozen=True, slots=True)
class WatchRow:
    """A household's year as of a night; amounts in fen, of the whole household unless `_head`."""

    household_id: int
    household_no: str
    head_name: str
    kind: Kind
    village: str
    as_of: date
    year: Days
    members: int
    hands: int
    line_fen: int
    so_far_fen: int
    agreed_fen: int
    low_head_fen: int
    likely_head_fen: int
    high_head_fen: int
    rest: Mapping[Source, int]
    level: Level
    missing_head_fen: int
    days: int | None
    day_fen: int
    whose: PayFrom
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ConsentRow:
    is_given: bool
    day: date
    proof: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class NotAgreed:
    """A household that does not let the line be watched; refused_on: when it said no."""

    household_id: int
    household_no: str
    head_name: str
    village: str
    refused_on: date | None


@dataclass(frozen=True, slots=True)
class DoubtRow:
    id: int
    household_id: int
    head_name: str
    village: str
    worker: str
    words: str
    is_open: bool
    answer: str
    opened_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An amount of the own household; whose: own, all, or another's."""

    earned_on: date
    source: Source
    detail: str
    amount_fen: int
    origin: str
    whose: str


@dataclass(frozen=True, slots=True)
class OwnHousehold:
    """What a worker sees of the own household's income."""

    sums: Mapping[Source, int]
    standing: Standing
    entries: tuple[OwnEntry, ...]
    watched_since: date | None
    doubts: tuple[DoubtRow, ...]


def _where(actor: Actor, wanted: WatchFilter) -> list[Any]:
    where: list[Any] = [within(Household.village_code, actor.scopes(Role.OFFICER))]
    if wanted.place:
        where.append(within(Household.village_code, [wanted.place]))
    if wanted.level is None:
        where.append(LineWatch.level > int(Level.SAFE))
    else:
        where.append(LineWatch.level == int(wanted.level))
    if wanted.monitored:
        where.append(Household.kind.in_(sorted(MONITORED)))
    if wanted.can_work:
        where.append(LineWatch.hands > 0)
    return where


def watched(actor: Actor, wanted: WatchFilter, page: int = 1) -> Page[WatchRow]:
    """Households of the officer's places, the most urgent first. raises NotAllowed."""
    households.require_officer(actor)
    where = _where(actor, wanted)
    total = reading().scalar(
        select(func.count())
        .select_from(LineWatch)
        .join(Household, Household.id == LineWatch.household_id)
        .where(*where)
    )
    rows = reading().execute(_ordered(where).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return Page([_row(*row) for row in rows], page, total or 0)


def all_watched(actor: Actor, wanted: WatchFilter) -> Iterator[WatchRow]:
    """The same without pages, for a file; at most MOST_EXPORTED and one that tells of more.

    raises NotAllowed
    """
    households.require_officer(actor)
    rows = reading().execute(_ordered(_where(actor, wanted)).limit(MOST_EXPORTED + 1)).all()
    return (_row(*row) for row in rows)


def _ordered(where: Sequence[Any]) -> Any:
    return (
        select(LineWatch, Household, Place.short_name)
        .join(Household, Household.id == LineWatch.household_id)
        .join(Place, Place.code == Household.village_code)
        .where(*where)
        .order_by(LineWatch.level.desc(), LineWatch.missing_head_fen.desc(), LineWatch.household_id)
    )


def counts(actor: Actor, place: str) -> dict[Level, int]:
    """How many households of a place stand at each level. raises NotAllowed."""
    households.require_officer(actor)
    found = reading().execute(
        select(LineWatch.level, func.count())
        .join(Household, Household.id == LineWatch.household_id)
        .where(
            within(Household.village_code, actor.scopes(Role.OFFICER)),
            within(Household.village_code, [place]),
        )
        .group_by(LineWatch.level)
    )
    by_level = {Level(level): n for level, n in found}
    return {level: by_level.get(level, 0) for level in Level}


def as_of(actor: Actor, place: str) -> date | None:
    """The day by whose end the list stands; None before the first night. raises NotAllowed."""
    households.require_officer(actor)
    return reading().scalar(
        select(func.max(LineWatch.as_of))
        .join(Household, Household.id == LineWatch.household_id)
        .where(
            within(Household.village_code, actor.scopes(Role.OFFICER)),
            within(Household.village_code, [place]),
        )
    )


def not_agreed(actor: Actor, place: str, page: int = 1) -> Page[NotAgreed]:
    """Households of a place that were not asked or said no, by village. raises NotAllowed."""
    households.require_officer(actor)
    where = (
        within(Household.village_code, actor.scopes(Role.OFFICER)),
        within(Household.village_code, [place]),
        Household.watched_since.is_(None),
    )
    total = reading().scalar(select(func.count()).select_from(Household).where(*where)) or 0
    said = (
        select(func.max(HouseholdConsent.day))
        .where(HouseholdConsent.household_id == Household.id, ~HouseholdConsent.is_given)
        .scalar_subquery()
    )
    rows = reading().execute(
        select(
            Household.id, Household.household_no, Household.head_name, Place.short_name, said
        )
        .join(Place, Place.code == Household.village_code)
        .where(*where)
        .order_by(Household.village_code, Household.household_no)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()  # fmt: skip
    return Page([NotAgreed(*row) for row in rows], page, total)


def of_household(household_id: int, *, actor: Actor) -> WatchRow | None:
    """One household's watch; None where there is none. raises NotAllowed, NotFound."""
    session = reading()
    policy.require_officer_of(session, actor, household_id)
    row = session.execute(_ordered([LineWatch.household_id == household_id])).first()
    return _row(*row) if row else None


def consents(household_id: int, *, actor: Actor) -> list[ConsentRow]:
    """What the household said to being watched, the latest first. raises NotAllowed, NotFound."""
    session = reading()
    policy.require_officer_of(session, actor, household_id)
    rows = session.scalars(
        select(HouseholdConsent)
        .where(HouseholdConsent.household_id == household_id)
        .order_by(HouseholdConsent.id.desc())
    )
    return [ConsentRow(r.is_given, r.day, r.proof, r.recorded_at) for r in rows]


def _row(found: LineWatch, home: Household, village: str) -> WatchRow:
    n = found.members
    return WatchRow(
        home.id, home.household_no, home.head_name, Kind(home.kind), village, found.as_of,
        Days(found.year_first, found.year_last), n, found.hands, found.line_fen, found.so_far_fen,
        found.agreed_fen, share_of(found.low_fen, 1, n), share_of(found.likely_fen, 1, n),
        share_of(found.high_fen, 1, n), {Source(s): fen for s, fen in found.rest.items()},
        Level(found.level), found.missing_head_fen, found.days, found.day_fen,
        PayFrom(found.whose), tuple(words([(code, given) for code, given in found.reasons])),
    )  # fmt: skip


def doubts(actor: Actor, place: str, *, is_open: bool, page: int = 1) -> Page[DoubtRow]:
    """What workers of the officer's places found wrong, open ones by age. raises NotAllowed."""
    households.require_officer(actor)
    where = [
        within(Household.village_code, actor.scopes(Role.OFFICER)),
        within(Household.village_code, [place]),
        IncomeDoubt.state == ("open" if is_open else "answered"),
    ]
    joined = select(func.count()).select_from(IncomeDoubt)
    total = reading().scalar(
        joined.join(Household, Household.id == IncomeDoubt.household_id).where(*where)
    )
    order = IncomeDoubt.id.asc() if is_open else IncomeDoubt.id.desc()
    rows = _doubts(where, order, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return Page(rows, page, total or 0)


def doubt(doubt_id: int, *, actor: Actor) -> DoubtRow:
    """One of them. raises NotAllowed, NotFound."""
    households.require_officer(actor)
    scope = within(Household.village_code, actor.scopes(Role.OFFICER))
    rows = _doubts([IncomeDoubt.id == doubt_id, scope], IncomeDoubt.id, 1, 0)
    if not rows:
        raise NotFound
    return rows[0]


def _doubts(where: Sequence[Any], order: Any, most: int, after: int) -> list[DoubtRow]:
    rows = reading().execute(
        select(IncomeDoubt, Household.head_name, Place.short_name, Worker.name)
        .join(Household, Household.id == IncomeDoubt.household_id)
        .join(Place, Place.code == Household.village_code)
        .join(Worker, Worker.id == IncomeDoubt.worker_id)
        .where(*where)
        .order_by(order)
        .limit(most)
        .offset(after)
    )
    return [
        DoubtRow(
            d.id, d.household_id, head, village, worker, d.words, d.state == "open", d.answer,
            d.opened_at, d.answered_at,
        )
        for d, head, village, worker in rows
    ]  # fmt: skip


def own_household(window: Days, *, actor: Actor) -> OwnHousehold | None:
    """The income of the household in which the worker lives; None where none is registered.

    What another member earned is shown as theirs, not by name. raises NotFound for no worker
    """
    session = reading()
    household_id = policy.own_household(session, actor)
    if household_id is None or actor.worker_id is None:
        return None
    home = session.get_one(Household, household_id)
    living = session.scalar(
        select(func.count())
        .select_from(HouseholdMember)
        .where(HouseholdMember.household_id == household_id, HouseholdMember.left_on.is_(None))
    )
    me = session.scalar(select(Worker.member_id).where(Worker.id == actor.worker_id))
    sums = _sums(session, [household_id], window)[0][household_id]
    entries = session.scalars(
        select(IncomeEntry)
        .where(IncomeEntry.household_id == household_id, _inside(window))
        .order_by(IncomeEntry.earned_on.desc(), IncomeEntry.id.desc())
    )
    rows = tuple(
        OwnEntry(
            e.earned_on, Source(e.source), e.detail, e.amount_fen, e.origin,
            "all" if e.member_id is None else ("own" if e.member_id == me else "other"),
        )
        for e in entries
    )  # fmt: skip
    line = Lines(session, window.last).at(home.village_code)
    mine = [IncomeDoubt.worker_id == actor.worker_id, IncomeDoubt.household_id == household_id]
    return OwnHousehold(
        sums, standing(sums, living or 0, line), rows, home.watched_since,
        tuple(_doubts(mine, IncomeDoubt.id.desc(), 10, 0)),
    )  # fmt: skip
