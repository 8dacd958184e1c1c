"""The two sides of a match, read from the database as the rules want them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, select
from sqlalchemy.orm import Session

from jobmatch.brands.models import BrandMember
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.households.rules.kinds import MONITORED, Kind
from jobmatch.infra import dated, wall
from jobmatch.infra.db import fetch
from jobmatch.kernel.ids import BrandId
from jobmatch.kernel.periods import Days
from jobmatch.matching.laws import PREFIX, Laws
from jobmatch.matching.laws import Law as Law
from jobmatch.matching.outside import known
from jobmatch.matching.rules.kinship import Kin, kinship
from jobmatch.matching.rules.parties import MOST_NEED, Offer, Seeker
from jobmatch.matching.rules.people import Proof
from jobmatch.matching.rules.weights import NAME, Weights, weights_of
from jobmatch.postings.models import Posting, PostingDay, PostingSkill
from jobmatch.postings.rules.pay import day_pay
from jobmatch.workers.models import Availability, Credential, Worker, WorkerSkill

PERSON = (
    Worker.id, Worker.name, Worker.born, Worker.lon, Worker.lat, Worker.home_code, Worker.max_km,
    Worker.stays_away, Worker.home_by, Worker.least_day_fen, Worker.no_heavy, Worker.member_id,
    Worker.most_minutes,
)  # fmt: skip
WORK = (
    Posting.id, Posting.skill_id, Posting.lon, Posting.lat, Posting.place_code, Posting.starts_at,
    Posting.ends_at, Posting.pay_kind, Posting.rate_fen, Posting.piece_lot,
    Posting.usual_day_pieces, Posting.day_minutes, Posting.load, Posting.needs_credential,
    Posting.min_level, Posting.lodging, Posting.transport, Posting.brand_id, Posting.min_stay,
)  # fmt: skip


def weights(session: Session, day: date) -> Weights:
    """The weights that hold on a day."""
    try:
        return weights_of(dated.value(session, NAME, on=day))
    except dated.NoRule:
        return Weights()


# people

_IDS: Any = bindparam("ids", expanding=True)
_PEOPLE = select(*PERSON).where(Worker.id.in_(_IDS))
_SKILLS = select(WorkerSkill.worker_id, WorkerSkill.skill_id, WorkerSkill.level).where(
    WorkerSkill.worker_id.in_(_IDS)
)
_PROOFS = select(
    Credential.worker_id, Credential.skill_id, Credential.level, Credential.issued_on,
    Credential.expires_on,
).where(Credential.worker_id.in_(_IDS))  # fmt: skip
_RUNS = (
    select(Availability.worker_id, Availability.first_day, Availability.last_day)
    .where(Availability.worker_id.in_(_IDS))
    .order_by(Availability.first_day)
)
_BRANDS = (
    select(BrandMember.worker_id, BrandMember.brand_id)
    .where(BrandMember.worker_id.in_(_IDS), BrandMember.state == "member")
    .order_by(BrandMember.brand_id)
)
_NEEDS = (
    select(HouseholdMember.id, Household.kind, Household.priority)
    .join(Household, Household.id == HouseholdMember.household_id)
    .where(HouseholdMember.id.in_(_IDS))
)


def people(session: Session, ids: Collection[int]) -> Sequence[Any]:
    """Rows of PERSON."""
    return fetch(_PEOPLE, session, ids=list(ids))


def seekers(
    session: Session, people: Collection[Any], booked: Mapping[int, Collection[date]]
) -> dict[int, Seeker]:
    """Workers (rows of PERSON, or the tables' own) as the rule sees them, in seven queries.

    booked   days taken, by worker
    """
    keys = [p.id for p in people]
    skills, proofs, free = _skills(session, keys), _proofs(session, keys), runs(session, keys)
    needs, brands = _needs(session, people), brands_of(session, keys)
    records = known.kept(keys)
    return {
        p.id: Seeker(
            born=p.born, skills=skills[p.id], lon=p.lon, lat=p.lat, home_code=p.home_code,
            max_km=p.max_km, runs=tuple(free[p.id]), booked=frozenset(booked.get(p.id, ())),
            proofs=tuple(proofs[p.id]), stays_away=p.stays_away, home_by=p.home_by,
            least_day_fen=p.least_day_fen, no_heavy=p.no_heavy,
            most_minutes=p.most_minutes,
            kept=records.get(p.id, (0, 0))[0], missed=records.get(p.id, (0, 0))[1],
            brands=frozenset(brands[p.id]), need=needs.get(p.member_id, 0),
        )
        for p in people
    }  # fmt: skip


def _skills(session: Session, keys: Collection[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for key, skill_id, level in fetch(_SKILLS, session, ids=keys):
        found[key][skill_id] = level
    return found


def _proofs(session: Session, keys: Collection[int]) -> dict[int, list[Proof]]:
    found: dict[int, list[Proof]] = defaultdict(list)
    for key, skill_id, level, issued, expires in fetch(_PROOFS, session, ids=keys):
        found[key].append(Proof(skill_id, level, issued, expires))
    return found


def runs(session: Session, keys: Collection[int]) -> dict[int, list[Days]]:
    """The days on which people can work, in order."""
    found: dict[int, list[Days]] = defaultdict(list)
    for key, first, last in fetch(_RUNS, session, ids=list(keys)):
        found[key].append(Days(first, last))
    return found


def brands_of(session: Session, keys: Collection[int]) -> dict[int, list[BrandId]]:
    """The brands whose members people are."""
    found: dict[int, list[BrandId]] = defaultdict(list)
    for worker_id, brand_id in fetch(_BRANDS, session, ids=list(keys)):
        found[worker_id].append(BrandId(brand_id))
    return found


def need_of(kind: str, priority: int | None = None) -> int:
    """What `Seeker.need` is: what line watch says of the household, 0 to 2; where it says nothing,
    by the kind alone: monitored 2, lifted 1, others 0.
    """
    if priority is not None:
        return priority
    if kind in MONITORED:
        return MOST_NEED
    return int(kind == Kind.LIFTED)


@wall.lifted("how much a household needs is weighed, not shown")
def _needs(session: Session, people: Iterable[Any]) -> dict[int | None, int]:
    members = {p.member_id for p in people if p.member_id is not None}
    found = fetch(_NEEDS, session, ids=list(members))
    return {key: need_of(kind, priority) for key, kind, priority in found}


# work

_WORK = select(*WORK).where(Posting.id.in_(_IDS))
_ALSO = select(PostingSkill.posting_id, PostingSkill.skill_id).where(
    PostingSkill.posting_id.in_(_IDS)
)
_DAYS = (
    select(PostingDay.posting_id, PostingDay.work_date)
    .where(
        PostingDay.posting_id.in_(_IDS),
        PostingDay.work_date >= bindparam("today", type_=Date),
        PostingDay.taken < PostingDay.headcount,
    )
    .order_by(PostingDay.work_date)
)


def laws_on(day: date) -> Laws:
    """What law says of work on a day, at any place, by one query."""
    return Laws(dated.rows(PREFIX), day)


def offer_of(session: Session, posting: Posting, today: date) -> Offer:
    """A posting with all its days to come, full ones too: one may wait for a place."""
    also = session.scalars(
        select(PostingSkill.skill_id).where(PostingSkill.posting_id == posting.id)
    )
    days = session.scalars(
        select(PostingDay.work_date)
        .where(
            PostingDay.posting_id == posting.id,
            PostingDay.work_date >= today,
            PostingDay.headcount > 0,
        )
        .order_by(PostingDay.work_date)
    )
    law = laws_on(today).at(posting.place_code)
    return _offer(posting, frozenset(also), tuple(days), law)


def offers(
    session: Session,
    where: ColumnElement[bool],
    today: date,
    skills: Collection[str] | None = None,
) -> dict[int, Offer]:
    """Postings with the days that have a place, in four queries.

    skills   leave out what is no work for who holds these
    """
    more = (
        select(PostingSkill.posting_id, PostingSkill.skill_id)
        .join(Posting, Posting.id == PostingSkill.posting_id)
        .where(where)
    )
    also = _also(session.execute(more))
    rows = [
        row
        for row in session.execute(select(*WORK).where(where)).all()
        if skills is None
        or any(kinship(held, row.skill_id, also[row.id]) >= Kin.HAND for held in skills)
    ]
    return _offers(session, rows, also, today)


def offers_of(session: Session, ids: Collection[int], today: date) -> dict[int, Offer]:
    """The postings with these keys as `offers` gives them."""
    also = _also(fetch(_ALSO, session, ids=list(ids)))
    return _offers(session, fetch(_WORK, session, ids=list(ids)), also, today)


def _also(rows: Iterable[Any]) -> dict[int, set[str]]:
    also: dict[int, set[str]] = defaultdict(set)
    for key, skill_id in rows:
        also[key].add(skill_id)
    return also


def _offers(
    session: Session, rows: Sequence[Any], also: Mapping[int, set[str]], today: date
) -> dict[int, Offer]:
    days: dict[int, list[date]] = defaultdict(list)
    for key, day in fetch(_DAYS, session, ids=[row.id for row in rows], today=today):
        days[key].append(day)
    laws = laws_on(today)
    return {
        row.id: _offer(row, frozenset(also[row.id]), tuple(days[row.id]), laws.at(row.place_code))
        for row in rows
    }


def _offer(row: Any, also: Set[str], days: tuple[date, ...], law: Law) -> Offer:
    """An offer from a posting, or from a row of WORK."""
    return Offer(
        skill_id=row.skill_id, days=days, lon=row.lon, lat=row.lat, place_code=row.place_code,
        starts_at=row.starts_at, ends_at=row.ends_at, day_pay_fen=day_pay(row), load=row.load,
        least_age=law.heavy_age if row.load == "heavy" else law.least_age, also_skills=also,
        needs_credential=row.needs_credential, min_level=row.min_level, lodging=row.lodging,
        transport=row.transport, day_minutes=row.day_minutes, usual_minutes=law.usual_minutes,
        law_minutes=law.law_minutes, brand_id=row.brand_id, min_stay=row.min_stay,
    )  # fmt: skip
