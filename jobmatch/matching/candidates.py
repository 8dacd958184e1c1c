"""Who fits a posting, best first."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from jobmatch.brands.models import BrandMember
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import BrandId, WorkerId

# Postings somewhat farther than a worker goes are weighed too: "8 km farther than you said".
from jobmatch.matching.queries import _PERSON, AT_ONCE, _offer_of, _proofs, _runs
from jobmatch.matching.rules import rank
from jobmatch.matching.rules.fit import Offer, open_days, skill_points
from jobmatch.matching.rules.people import holds
from jobmatch.places.rules import reach, road_km
from jobmatch.postings.models import Posting
from jobmatch.skills.models import Skill
from jobmatch.workers.models import Availability, Credential, Worker, WorkerSkill
from jobmatch.workers.rules.limits import MOST_KM


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A worker who fits a posting: without their reasons, which are private. km by road."""

    worker_id: WorkerId
    name: str
    value: int
    km: float
    brand_ids: tuple[BrandId, ...]


def candidates(
    posting_id: int,
    today: date,
    most: int = 200,
    *,
    booked: Mapping[int, Collection[date]] | None = None,
    members_only: bool = False,
) -> list[CandidateRow]:
    """Workers who fit a posting, best first. Who opted out of matching is not among them.

    booked        days taken by worker (dispatch knows them)
    members_only  only members of brands, whom their brand can send
    """
    session = reading()
    posting = session.get(Posting, posting_id)
    if posting is None:
        raise NotFound
    offer = _offer_of(session, posting, today)
    if not offer.days or most < 1:
        return []
    hopes = _hopes(session, offer, members_only)
    hopes.sort(key=lambda hope: -hope.most)
    found: list[tuple[int, float, int, str]] = []
    for n in range(0, len(hopes), AT_ONCE):
        chunk = hopes[n : n + AT_ONCE]
        if len(found) == most and chunk[0].most < -found[-1][0]:
            break  # nobody from here on can come before those who were found
        found = sorted(found + _weighed(session, offer, chunk, booked or {}))[:most]
    brands = _brands(session, [worker_id for _, _, worker_id, _ in found])
    return [
        CandidateRow(WorkerId(worker_id), name, -value, km, tuple(brands[worker_id]))
        for value, km, worker_id, name in found
    ]


@dataclass(frozen=True, slots=True)
class _Hope:
    """A worker against whom nothing stands but perhaps days and proofs; most: points, at best."""

    person: Any
    km: float
    most: int


def _hopes(session: Session, offer: Offer, members_only: bool) -> list[_Hope]:
    points = {
        held: n for held in session.scalars(select(Skill.id)) if (n := skill_points(held, offer))
    }
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
        select(*_PERSON, held.c.skill)
        .join(held, held.c.worker_id == Worker.id)
        .where(*_who_may_fit(offer, members_only))
    ).all()
    km = cache(partial(_km, offer))
    return [
        _Hope(p, way, rank.most(p, offer, way, p.skill))
        for p in people
        if not rank.is_out(p, offer, way := km(p.lon, p.lat, p.home_code), offer.days[0])
    ]


def _km(offer: Offer, lon: float, lat: float, code: str) -> float:
    return road_km(lon, lat, offer.lon, offer.lat, code1=code, code2=offer.place_code)


def _weighed(
    session: Session,
    offer: Offer,
    hopes: Collection[_Hope],
    booked: Mapping[int, Collection[date]],
) -> list[tuple[int, float, int, str]]:
    """Value (negative: the best comes first), km, key and name of those who fit."""
    keys = [hope.person.id for hope in hopes]
    runs = _runs(session, keys)
    proofs = _proofs(session, keys) if offer.needs_credential else {}
    found = []
    for hope in hopes:
        p = hope.person
        if offer.needs_credential and not holds(
            tuple(proofs.get(p.id, ())), offer.skill_id, offer.min_level, offer.days[-1]
        ):
            continue
        _, free = open_days(offer.days, runs.get(p.id, ()), frozenset(booked.get(p.id, ())))
        if free:
            value = rank.value(p, offer, hope.km, p.skill, free / len(offer.days))
            found.append((-value, hope.km, p.id, p.name))
    return found


def _who_may_fit(offer: Offer, members_only: bool) -> Iterator[ColumnElement[bool]]:
    """What the database can tell of who fits: nobody whom the rule would take is left out."""
    lon1, lat1, _, _ = reach(offer.lon, offer.lat, MOST_KM)
    yield Worker.is_active.is_(True)
    yield Worker.matching_opt_out.is_(False)
    # Degrees for each km that a worker goes: no index helps, but few rows are left.
    yield func.abs(Worker.lat - offer.lat) <= Worker.max_km * ((offer.lat - lat1) / MOST_KM)
    yield func.abs(Worker.lon - offer.lon) <= Worker.max_km * ((offer.lon - lon1) / MOST_KM)
    yield Worker.id.in_(
        select(Availability.worker_id).where(
            Availability.first_day <= offer.days[-1], Availability.last_day >= offer.days[0]
        )
    )
    if offer.day_pay_fen is not None:
        yield Worker.least_day_fen <= offer.day_pay_fen
    if offer.load == "heavy":
        yield Worker.no_heavy.is_(False)
    if offer.needs_credential:
        yield Worker.id.in_(
            select(Credential.worker_id).where(Credential.skill_id == offer.skill_id)
        )
    if members_only:
        yield Worker.id.in_(select(BrandMember.worker_id).where(BrandMember.state == "member"))


def _brands(session: Session, worker_ids: Collection[int]) -> dict[int, list[BrandId]]:
    found: dict[int, list[BrandId]] = defaultdict(list)
    for worker_id, brand_id in session.execute(
        select(BrandMember.worker_id, BrandMember.brand_id)
        .where(BrandMember.worker_id.in_(worker_ids), BrandMember.state == "member")
        .order_by(BrandMember.brand_id)
    ):
        found[worker_id].append(BrandId(brand_id))
    return found
