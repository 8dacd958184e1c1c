"""The best crews for a posting."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.brands.models import Crew, CrewMember, LaborBrand
from jobmatch.infra import wall
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import BrandId, CrewId
from jobmatch.matching import candidates, index, sides
from jobmatch.matching.rules import crews as rule
from jobmatch.matching.rules.crews import Judged
from jobmatch.matching.rules.parties import Offer
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

# Where more members fit than this, all crews' members are read and judged.
MOST_LOOKED_UP = 2_000


@dataclass(frozen=True, slots=True)
class CrewRow:
    """A crew and what it is for a posting: counts only, nothing of its people.

    fit     members who fit, of size; free: their free days together, of size x days
    """

    crew_id: CrewId
    name: str
    brand_id: BrandId
    brand_name: str
    size: int
    is_whole: bool
    fit: int
    free: int
    days: int


@wall.lifted("who fits is asked of everybody")
def best_crews(
    posting_id: int, today: date, most: int = 10, *, brand_id: int | None = None
) -> list[CrewRow]:
    """Crews whose people fit a posting, best first; of approved brands, or of one brand.

    Full days to come count too. raises NotFound
    """
    session = reading()
    posting = session.get(Posting, posting_id)
    if posting is None:
        raise NotFound
    offer = sides.offer_of(session, posting, today)
    if not offer.days:
        return []
    crew_of, fits = _fitting(session, offer, posting_id, brand_id, today)
    judged = [Judged(crew_of[key], value, free) for key, value, free in fits]
    keys = {one.crew_id for one in judged}
    sizes, heads = _sizes(session, keys), _heads(session, keys)
    crews = {key: rule.Crew(sizes[key], head.is_whole) for key, head in heads.items()}
    return [
        CrewRow(
            CrewId(one.crew_id), head.name, BrandId(head.brand_id), head.brand_name,
            sizes[one.crew_id], head.is_whole, one.fit, one.days, len(offer.days),
        )
        for one in rule.best(crews, judged, most)
        for head in [heads[one.crew_id]]
    ]  # fmt: skip


def _fitting(
    session: Session, offer: Offer, posting_id: int, brand_id: int | None, today: date
) -> tuple[dict[int, int], list[tuple[int, int, int]]]:
    """The crew of each member who may fit; and id, value and free days of those who do.

    Everybody in a crew is a member of its brand, so where few members fit, only they are looked up.
    """
    wanted = index.Wanted(members=True, brand=brand_id)
    near = index.best_for_posting(posting_id, today, MOST_LOOKED_UP, wanted=wanted)
    few = near is not None and len(near) < MOST_LOOKED_UP
    ids = {match.id for match in near} if near is not None and few else None
    crew_of = _crew_of(session, brand_id, ids)
    judged = index.judged(posting_id, crew_of, today)
    if judged is None:
        return crew_of, _by_database(session, offer, crew_of, today)
    return crew_of, [(one.id, one.value, one.free) for one in judged]


def _crew_of(session: Session, brand_id: int | None, ids: Collection[int] | None) -> dict[int, int]:
    """Every member, or these, of every crew that may be asked, with their crew."""
    whose = LaborBrand.state == "approved" if brand_id is None else LaborBrand.id == brand_id
    who = [] if ids is None else [CrewMember.worker_id.in_(ids)]
    rows = session.execute(
        select(CrewMember.worker_id, CrewMember.crew_id)
        .join(Crew, Crew.id == CrewMember.crew_id)
        .join(LaborBrand, LaborBrand.id == Crew.brand_id)
        .where(Crew.is_active, whose, *who)
    )
    return {row.worker_id: row.crew_id for row in rows}


def _sizes(session: Session, keys: Collection[int]) -> dict[int, int]:
    """How many members crews have."""
    rows = session.execute(
        select(CrewMember.crew_id, func.count())
        .where(CrewMember.crew_id.in_(keys))
        .group_by(CrewMember.crew_id)
    )
    return {row[0]: row[1] for row in rows}


def _heads(session: Session, keys: Collection[int]) -> dict[int, Any]:
    """Name, brand and kind of crews."""
    rows = session.execute(
        select(
            Crew.id, Crew.name, Crew.brand_id, Crew.is_whole, LaborBrand.name.label("brand_name")
        )
        .join(LaborBrand, LaborBrand.id == Crew.brand_id)
        .where(Crew.id.in_(keys))
    )
    return {row.id: row for row in rows}


def _by_database(
    session: Session, offer: Offer, ids: Collection[int], today: date
) -> list[tuple[int, int, int]]:
    """Id, value and free days of those whom the posting fits."""
    weights, found = sides.weights(session, today), []
    keys = sorted(ids)
    for n in range(0, len(keys), candidates.AT_ONCE):
        people = session.execute(
            select(*sides.PERSON).where(
                Worker.id.in_(keys[n : n + candidates.AT_ONCE]),
                Worker.is_active,
                Worker.matching_opt_out.is_(False),
            )
        ).all()
        for minus, _, key, _, score in candidates.weighed(session, offer, weights, people, today):
            found.append((key, -minus, score.facts.free))
    return found
