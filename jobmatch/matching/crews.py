"""The best crews for a posting."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.brands.models import Crew, CrewMember, LaborBrand
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import BrandId, CrewId
from jobmatch.matching import candidates, index, sides
from jobmatch.matching.rules import crews as rule
from jobmatch.matching.rules.crews import Judged
from jobmatch.matching.rules.parties import Offer
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker


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
    members = _members(session, brand_id)
    if not offer.days or not members:
        return []
    crew_of = {row.worker_id: row.id for row in members}
    sizes: dict[int, int] = {}
    for row in members:
        sizes[row.id] = sizes.get(row.id, 0) + 1
    heads = {row.id: row for row in members}
    crews = {key: rule.Crew(sizes[key], heads[key].is_whole) for key in sizes}
    fits = index.values(posting_id, list(crew_of), today)
    if fits is None:
        fits = _by_database(session, offer, list(crew_of), today)
    judged = (Judged(crew_of[key], value, free) for key, value, free in fits)
    return [
        CrewRow(
            CrewId(one.crew_id), head.name, BrandId(head.brand_id), head.brand_name,
            sizes[one.crew_id], head.is_whole, one.fit, one.days, len(offer.days),
        )
        for one in rule.best(crews, judged, most)
        for head in [heads[one.crew_id]]
    ]  # fmt: skip


def _members(session: Session, brand_id: int | None) -> Sequence[Any]:
    """Every member of every crew that may be asked, with their crew."""
    whose = LaborBrand.state == "approved" if brand_id is None else LaborBrand.id == brand_id
    return session.execute(
        select(
            CrewMember.worker_id, Crew.id, Crew.name, Crew.brand_id, Crew.is_whole,
            LaborBrand.name.label("brand_name"),
        )
        .join(Crew, Crew.id == CrewMember.crew_id)
        .join(LaborBrand, LaborBrand.id == Crew.brand_id)
        .where(Crew.is_active, whose)
    ).all()  # fmt: skip


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
