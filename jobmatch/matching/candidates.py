"""Who fits a posting, best first."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.brands.models import BrandMember
from jobmatch.infra import wall
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import BrandId, WorkerId
from jobmatch.matching import index, sides
from jobmatch.matching.outside import known
from jobmatch.matching.rules import score as rule
from jobmatch.matching.rules.kinship import Kin, kinship
from jobmatch.matching.rules.parties import Offer
from jobmatch.matching.rules.score import Score, score
from jobmatch.matching.rules.weights import Weights
from jobmatch.places.rules import reach
from jobmatch.postings.models import Posting
from jobmatch.skills.models import Skill
from jobmatch.workers.models import Availability, Credential, Worker, WorkerSkill
from jobmatch.workers.rules.limits import MOST_KM

# So many people are read whole in one go.
AT_ONCE = 1_000
Found = tuple[int, int, int, str, Score]


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A worker who fits a posting: without what is private to them.

    value   0 to 100, without any priority; km by road; free of the posting's days
    kin     how near their skill is; proved: whether they hold the credential that is asked for
    """

    worker_id: WorkerId
    name: str
    value: int
    km: int
    kin: Kin
    proved: bool
    free: int
    days: int
    brand_ids: tuple[BrandId, ...]


@wall.lifted("who fits is asked of everybody")
def candidates(
    posting_id: int,
    today: date,
    most: int = 200,
    *,
    booked: Mapping[int, Collection[date]] | None = None,
    members_only: bool = False,
) -> list[CandidateRow]:
    """Workers who fit a posting, best first. Who opted out of matching is not among them.

    booked        days taken by worker, if not as recorded
    members_only  only members of brands, whom their brand can send
    """
    session = reading()
    posting = session.get(Posting, posting_id)
    if posting is None:
        raise NotFound
    offer = sides.offer_of(session, posting, today)
    if not offer.days or most < 1:
        return []
    weights = sides.weights(session, today)
    if booked is None:
        best = index.best_for_posting(
            posting_id, today, most, wanted=index.Wanted(members=members_only)
        )
        ids = None if best is None else [match.id for match in best]
        judged = None if ids is None else index.judged(posting_id, ids, today)
        if judged is not None:
            return _judged_rows(session, judged)
    return _rows(session, _best(session, offer, weights, today, most, booked, members_only))


@wall.lifted("who fits is asked of everybody")
def for_day(posting_id: int, day: date, today: date, most: int) -> list[tuple[WorkerId, int]]:
    """Workers whom a single day of a posting fits and who are free on it, best first, with km.

    As if the posting had no other day: who is free that day alone is as good as anybody.
    """
    session = reading()
    posting = session.get(Posting, posting_id)
    if posting is None:
        raise NotFound
    best = index.best_for_posting(posting_id, today, most, wanted=index.Wanted(only=day))
    if best is not None:
        return [(WorkerId(match.id), match.km) for match in best]
    offer = replace(sides.offer_of(session, posting, today), days=(day,))
    found = _best(session, offer, sides.weights(session, today), today, most)
    return [(WorkerId(key), km) for _, km, key, _, _ in sorted(found, key=lambda one: one[:3])]


def _best(
    session: Session,
    offer: Offer,
    weights: Weights,
    today: date,
    most: int,
    booked: Mapping[int, Collection[date]] | None = None,
    members_only: bool = False,
) -> list[Found]:
    """The best by the database alone."""
    hopes = _hopes(session, offer, weights, members_only)
    hopes.sort(key=lambda hope: -hope.most)
    found: list[Found] = []
    for n in range(0, len(hopes), AT_ONCE):
        chunk = hopes[n : n + AT_ONCE]
        if len(found) == most and chunk[0].most < -found[-1][0]:
            break  # nobody from here on can come before those who were found
        people = [hope.person for hope in chunk]
        more = weighed(session, offer, weights, people, today, booked)
        found = sorted([*found, *more], key=lambda one: one[:3])[:most]
    return found


def _rows(session: Session, found: list[Found]) -> list[CandidateRow]:
    found.sort(key=lambda one: one[:3])
    brands = sides.brands_of(session, [one[2] for one in found])
    return [
        CandidateRow(
            WorkerId(key), name, one.percent, km, Kin(one.facts.kin), one.facts.proved,
            one.facts.free, one.facts.days, tuple(brands[key]),
        )
        for _, km, key, name, one in found
    ]  # fmt: skip


def _judged_rows(session: Session, found: list[index.Judged]) -> list[CandidateRow]:
    """What the index found, in its order, with names."""
    keys = [one.id for one in found]
    named = session.execute(select(Worker.id, Worker.name).where(Worker.id.in_(keys)))
    names = {row.id: row.name for row in named}
    brands = sides.brands_of(session, keys)
    return [
        CandidateRow(
            WorkerId(one.id), names[one.id], one.percent, one.km, Kin(one.kin), one.proved,
            one.free, one.days, tuple(brands[one.id]),
        )
        for one in found
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Hope:
    """A worker whom neither the way nor the wishes keep off; most: no value of theirs is higher."""

    person: Any
    most: int


def _hopes(session: Session, offer: Offer, weights: Weights, members_only: bool) -> list[_Hope]:
    points = {
        held: rule.skill_points(int(kin), 0, weights)
        for held in session.scalars(select(Skill.id))
        if (kin := kinship(held, offer.skill_id, offer.also_skills)) >= Kin.HAND
    }
    # Several further skills together are as good as the own one.
    several = weights.skill if len(offer.also_skills) > 1 else 0
    held = (
        select(
            WorkerSkill.worker_id,
            func.max(case(points, value=WorkerSkill.skill_id)).label("skill"),
        )
        .where(WorkerSkill.skill_id.in_(points))
        .group_by(WorkerSkill.worker_id)
        .subquery()
    )
    people = session.execute(
        select(*sides.PERSON, held.c.skill)
        .join(held, held.c.worker_id == Worker.id)
        .where(*_who_may_fit(offer, members_only))
    ).all()
    way = cache(partial(_km, offer))
    rest = rule.FITS + sum(
        (
            weights.dates, weights.pay, weights.credential, weights.home, weights.hours,
            weights.load, weights.kept, weights.brand, weights.priority_most,
        )
    )  # fmt: skip
    return [
        _Hope(p, rest + max(p.skill, several) + rule.near_points(km, p.max_km, weights))
        for p in people
        if (km := way(p.lon, p.lat, p.home_code)) <= p.max_km
        and not rule.cannot_sleep(km, offer.lodging, p.stays_away, weights)
    ]


def _km(offer: Offer, lon: float, lat: float, code: str) -> int:
    return rule.whole_km(lon, lat, offer.lon, offer.lat, code1=code, code2=offer.place_code)


def weighed(
    session: Session,
    offer: Offer,
    weights: Weights,
    people: Collection[Any],
    today: date,
    booked: Mapping[int, Collection[date]] | None = None,
) -> Iterator[Found]:
    """Value (negative: the best comes first), km, key, name and score of those who fit."""
    if booked is None:
        booked = known.booked([p.id for p in people], offer.days[0], offer.days[-1])
    seekers = sides.seekers(session, people, booked)
    for p in people:
        found = score(seekers[p.id], offer, weights, today=today)
        if found.is_fit:
            yield -found.value, found.km, p.id, p.name, found


def _who_may_fit(offer: Offer, members_only: bool) -> Iterator[ColumnElement[bool]]:
    """What the database can tell of who fits: nobody whom the rule would take is left out."""
    lon1, lat1, _, _ = reach(offer.lon, offer.lat, MOST_KM)
    yield Worker.is_active.is_(True)
    yield Worker.matching_opt_out.is_(False)
    # Degrees for each km that a worker goes, and half a kilometre for rounding: no index helps,
    # but few rows are left.
    near = Worker.max_km + 0.5
    yield func.abs(Worker.lat - offer.lat) <= near * ((offer.lat - lat1) / MOST_KM)
    yield func.abs(Worker.lon - offer.lon) <= near * ((offer.lon - lon1) / MOST_KM)
    yield Worker.id.in_(
        select(Availability.worker_id).where(
            Availability.first_day <= offer.days[-1], Availability.last_day >= offer.days[0]
        )
    )
    if offer.day_pay_fen is not None:
        yield Worker.least_day_fen <= offer.day_pay_fen
    yield or_(Worker.most_minutes.is_(None), Worker.most_minutes >= offer.day_minutes)
    if offer.load == "heavy":
        yield Worker.no_heavy.is_(False)
    if offer.needs_credential:
        yield Worker.id.in_(
            select(Credential.worker_id).where(Credential.skill_id == offer.skill_id)
        )
    if members_only:
        yield Worker.id.in_(select(BrandMember.worker_id).where(BrandMember.state == "member"))
