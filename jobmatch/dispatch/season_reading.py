"""What a season is planned from, read from the database in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from jobmatch.brands.models import BrandMember, Crew, CrewMember, LaborBrand
from jobmatch.dispatch.models import Engagement, EngagementDay, SeasonPin, Signup
from jobmatch.dispatch.season_rows import Scope
from jobmatch.dispatch.season_spells import where_scope
from jobmatch.dispatch.season_world import brands, members, refused
from jobmatch.infra import dated
from jobmatch.matching import sides
from jobmatch.matching.laws import PREFIX, Laws
from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.weights import Weights
from jobmatch.places.rules import reach
from jobmatch.postings.models import Posting, PostingDay, PostingSkill
from jobmatch.postings.rules.pay import day_pay
from jobmatch.workers.models import Worker

PARAMS = "dispatch.params"
DAY = timedelta(days=1)
# People read with one statement each table: databases take so many values in one.
AT_ONCE = 30_000


@dataclass(frozen=True, slots=True)
class Params:
    """The dated rule: points for a stay and a split crew, days in a row, first days that count
    more.

    best_of   where more pairs fit than all_up_to, only so many postings of each person are looked
              at, the best; else a large season would find a worse plan and a looser bound
    """

    max_run: int = 6
    spell_cost: int = 40
    fair_days: int = 0
    fair_bonus: int = 0
    crew_split_cost: int = 0
    best_of: int = 24
    all_up_to: int = 300_000


@dataclass(frozen=True, slots=True)
class CrewPeople:
    """A crew and its members, also those who take no part in matching."""

    id: int
    is_whole: bool
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """A posting: as the rule sees it, and the places of its days (all, taken)."""

    id: int
    is_open: bool
    brand_id: int | None
    offer: Offer
    min_stay: int
    places: dict[date, tuple[int, int]]


@dataclass(frozen=True, eq=False)
class World:
    """people, work by key, in order; engaged: worker -> day -> posting, also some days around.

    ours  worker -> those of the engaged days that a brand of the scope has arranged
    """

    params: Params
    weights: Weights
    brand_ids: frozenset[int]
    people: dict[int, Seeker]
    crews: tuple[CrewPeople, ...]
    work: dict[int, Work]
    engaged: dict[int, dict[date, int]]
    ours: dict[int, set[date]]
    refused: frozenset[tuple[int, int]]
    pins: tuple[SeasonPin, ...]


def world(
    session: Session,
    scope: Scope,
    first: date,
    last: date,
    today: date,
    workers: Collection[int] | None = None,
) -> World:
    """workers: only these and the members of their crews."""
    place = scope.place_code or _place_of(session, scope.brand_id)
    params = params_at(session, today, place)
    brand_ids = brands(scope)
    crews = _crews(session, brand_ids)
    wanted = None if workers is None else _with_mates(workers, crews)
    query = select(*sides.PERSON).where(Worker.id.in_(members(scope)))
    if wanted is not None:
        query = query.where(Worker.id.in_(wanted))
    rows = session.execute(query.order_by(Worker.id)).all()
    people: dict[int, Seeker] = {}
    for n in range(0, len(rows), AT_ONCE):
        people.update(sides.seekers(session, rows[n : n + AT_ONCE], {}))
    around = timedelta(days=params.max_run)
    agreed = frozenset(session.scalars(select(LaborBrand.id).where(LaborBrand.id.in_(brand_ids))))
    engaged, ours = _engaged(session, scope, wanted, first - around, last + around, agreed)
    pins = tuple(
        session.scalars(
            select(SeasonPin)
            .where(
                where_scope(SeasonPin, scope),
                SeasonPin.first_day <= last,
                SeasonPin.last_day >= first,
            )
            .order_by(SeasonPin.id)
        )
    )
    also = {p for days in engaged.values() for p in days.values()} | {p.posting_id for p in pins}
    return World(
        params, sides.weights(session, today), agreed,
        people, crews, _work(session, people, also, first, last, today), engaged, ours,
        frozenset(
            (worker, posting)
            for worker, posting in session.execute(
                refused().where(
                    Signup.worker_id.in_(members(scope) if wanted is None else wanted)
                )
            )
        ),
        pins,
    )  # fmt: skip


def params_at(session: Session, today: date, place: str) -> Params:
    try:
        found: dict[str, Any] = dated.value(session, PARAMS, on=today, place=place)
    except dated.NoRule:
        return Params()
    return Params(**found)


def _place_of(session: Session, brand_id: int | None) -> str:
    return session.scalar(select(LaborBrand.place_code).where(LaborBrand.id == brand_id)) or ""


def _crews(session: Session, brand_ids: Any) -> tuple[CrewPeople, ...]:
    found: dict[int, list[int]] = defaultdict(list)
    whole: dict[int, bool] = {}
    for key, is_whole, worker in session.execute(
        select(Crew.id, Crew.is_whole, CrewMember.worker_id)
        .join(CrewMember, CrewMember.crew_id == Crew.id)
        .join(
            BrandMember,
            (BrandMember.worker_id == CrewMember.worker_id)
            & (BrandMember.brand_id == Crew.brand_id),
        )
        .where(
            Crew.brand_id.in_(brand_ids), Crew.is_active.is_(True), BrandMember.state == "member"
        )
        .order_by(Crew.id, CrewMember.worker_id)
    ):
        whole[key] = is_whole
        found[key].append(worker)
    return tuple(CrewPeople(key, whole[key], tuple(mates)) for key, mates in found.items())


def _with_mates(workers: Collection[int], crews: tuple[CrewPeople, ...]) -> set[int]:
    found = set(workers)
    for crew in crews:
        if found & set(crew.members):
            found |= set(crew.members)
    return found


def _engaged(
    session: Session,
    scope: Scope,
    workers: Collection[int] | None,
    first: date,
    last: date,
    agreed: Collection[int],
) -> tuple[dict[int, dict[date, int]], dict[int, set[date]]]:
    """Engaged days with their postings, and those of them that one of these brands arranged."""
    query = (
        select(
            EngagementDay.worker_id, EngagementDay.work_date, Engagement.posting_id,
            Engagement.brand_id,
        )
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .where(
            EngagementDay.work_date.between(first, last),
            EngagementDay.worker_id.in_(members(scope) if workers is None else workers),
        )
        .order_by(EngagementDay.worker_id, EngagementDay.work_date)
    )  # fmt: skip
    found: dict[int, dict[date, int]] = defaultdict(dict)
    ours: dict[int, set[date]] = defaultdict(set)
    for worker, day, posting, brand in session.execute(query):
        found[worker][day] = posting
        if brand in agreed:
            ours[worker].add(day)
    return dict(found), dict(ours)


def _work(
    session: Session,
    people: dict[int, Seeker],
    also: Collection[int],
    first: date,
    last: date,
    today: date,
) -> dict[int, Work]:
    """Open postings with days in the horizon where somebody of the people could get to."""
    in_reach: ColumnElement[bool] = Posting.id.in_(also)
    if people:
        far = max(who.max_km for who in people.values()) + 1
        boxes = [reach(who.lon, who.lat, far) for who in people.values()]
        in_reach = in_reach | (
            (Posting.state == "open")
            & (Posting.first_day <= last)
            & (Posting.last_day >= max(first, today))
            & Posting.lon.between(min(b[0] for b in boxes), max(b[2] for b in boxes))
            & Posting.lat.between(min(b[1] for b in boxes), max(b[3] for b in boxes))
        )
    rows = session.execute(
        select(*sides.WORK, Posting.state).where(in_reach).order_by(Posting.id)
    ).all()
    mine = select(Posting.id).where(in_reach)
    further: dict[int, set[str]] = defaultdict(set)
    for key, skill in session.execute(
        select(PostingSkill.posting_id, PostingSkill.skill_id).where(
            PostingSkill.posting_id.in_(mine)
        )
    ):
        further[key].add(skill)
    places: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
    for key, day, headcount, taken in session.execute(
        select(PostingDay.posting_id, PostingDay.work_date, PostingDay.headcount, PostingDay.taken)
        .where(PostingDay.posting_id.in_(mine), PostingDay.work_date.between(first, last))
        .order_by(PostingDay.posting_id, PostingDay.work_date)
    ):
        places[key][day] = (headcount, taken)
    laws = Laws(dated.rows(PREFIX), today)
    return {
        row.id: Work(
            row.id, row.state == "open", row.brand_id,
            _offer(row, further[row.id], places[row.id], laws.at(row.place_code), today),
            row.min_stay, places[row.id],
        )
        for row in rows
    }  # fmt: skip


def _offer(
    row: Any, also: set[str], places: dict[date, tuple[int, int]], law: sides.Law, today: date
) -> Offer:
    """With the days to come that want people, full ones too: those may be our own."""
    days = tuple(day for day, (headcount, _) in places.items() if headcount and day > today)
    return Offer(
        skill_id=row.skill_id, days=days if row.state == "open" else (), lon=row.lon, lat=row.lat,
        place_code=row.place_code, starts_at=row.starts_at, ends_at=row.ends_at,
        day_pay_fen=day_pay(row), load=row.load,
        least_age=law.heavy_age if row.load == "heavy" else law.least_age,
        also_skills=frozenset(also), needs_credential=row.needs_credential,
        min_level=row.min_level, lodging=row.lodging, transport=row.transport,
        day_minutes=row.day_minutes, usual_minutes=law.usual_minutes, law_minutes=law.law_minutes,
        brand_id=row.brand_id,
    )  # fmt: skip
