"""Which open postings fit a worker, and why."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from jobmatch.infra import dated
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import PostingId
from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.fit import Fit, Offer, Seeker, fit, related
from jobmatch.matching.rules.people import Proof
from jobmatch.places.rules import reach
from jobmatch.postings import queries as postings
from jobmatch.postings.models import Posting, PostingDay, PostingSkill
from jobmatch.postings.queries import EMPTY, Fill, PostingRow
from jobmatch.postings.rules.pay import day_pay
from jobmatch.workers.models import Availability, Credential, Worker, WorkerSkill

# Postings somewhat farther than a worker goes are weighed too: "8 km farther than you said".


BEYOND = 1.5


# So many people's days are read in one query.
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class FitRow:
    """A posting weighed for a worker, with what its card shows."""

    posting: PostingRow
    fill: Fill
    fit: Fit


@dataclass(frozen=True, slots=True)
class Matches:
    """fits: nothing is against them, best first; almost: one thing is; weighed: how many."""

    fits: tuple[FitRow, ...]
    almost: tuple[FitRow, ...]
    weighed: int


def fits_for(
    worker_id: int, today: date, most: int = 20, *, booked: Collection[date] = ()
) -> list[FitRow]:
    """The open postings that fit a worker, best first. booked: days already taken."""
    return list(matches(worker_id, today, most, booked=booked).fits)


def matches(
    worker_id: int,
    today: date,
    most: int = 20,
    *,
    booked: Collection[date] = (),
    without: Collection[int] = (),
) -> Matches:
    """What fits a worker and what almost does (at most 3 of these). without: postings to leave out.

    raises NotFound for an unknown worker
    """
    session = reading()
    worker = session.get(Worker, worker_id)
    if worker is None:
        raise NotFound
    seeker = _seekers(session, [worker], {worker_id: booked})[worker_id]
    lon1, lat1, lon2, lat2 = reach(worker.lon, worker.lat, worker.max_km * BEYOND)
    near = and_(
        Posting.state == "open",
        Posting.last_day >= today,
        Posting.lon.between(lon1, lon2),
        Posting.lat.between(lat1, lat2),
    )
    offers = _offers(session, near, _ages(session, worker.home_code, today), today, seeker.skills)
    weighed = [
        (key, fit(seeker, o, today=today)) for key, o in offers.items() if key not in without
    ]

    def order(pair: tuple[int, Fit]) -> tuple[int, date, float, int]:
        days = offers[pair[0]].days
        return -pair[1].value, days[0] if days else date.max, pair[1].km, pair[0]

    weighed.sort(key=order)
    best = [pair for pair in weighed if pair[1].is_fit][:most]
    almost = [pair for pair in weighed if len(pair[1].misses) == 1][:3]
    shown = [key for key, _ in (*best, *almost)]
    rows, fills = postings.postings(shown), postings.fills(shown, today)

    def row(key: int, found: Fit) -> FitRow:
        posting_id = PostingId(key)
        return FitRow(rows[posting_id], fills.get(posting_id, EMPTY), found)

    return Matches(
        tuple(row(*pair) for pair in best), tuple(row(*pair) for pair in almost), len(offers)
    )


def fit_of(
    worker_id: int, posting_id: int, today: date, *, booked: Collection[date] = ()
) -> Fit | None:
    """One posting weighed for one worker; None when there is no such open posting or worker."""
    return fits_of([worker_id], posting_id, today, booked={worker_id: booked}).get(worker_id)


def fits_of(
    worker_ids: Collection[int],
    posting_id: int,
    today: date,
    *,
    booked: Mapping[int, Collection[date]] | None = None,
) -> dict[int, Fit]:
    """One posting weighed for several workers; all its days to come count, full ones too."""
    session = reading()
    posting = session.get(Posting, posting_id)
    if posting is None:
        return {}
    offer = _offer_of(session, posting, today)
    workers = session.scalars(select(Worker).where(Worker.id.in_(set(worker_ids)))).all()
    seekers = _seekers(session, workers, booked or {})
    return {key: fit(seeker, offer, today=today) for key, seeker in seekers.items()}


def _seekers(
    session: Session, workers: Collection[Worker], booked: Mapping[int, Collection[date]]
) -> dict[int, Seeker]:
    """The workers as the rule sees them, in three queries."""
    keys = [w.id for w in workers]
    skills: dict[int, set[str]] = defaultdict(set)
    for key, skill_id in session.execute(
        select(WorkerSkill.worker_id, WorkerSkill.skill_id).where(WorkerSkill.worker_id.in_(keys))
    ):
        skills[key].add(skill_id)
    proofs, runs = _proofs(session, keys), _runs(session, keys)
    return {
        w.id: Seeker(
            born=w.born, skills=frozenset(skills[w.id]), lon=w.lon, lat=w.lat,
            home_code=w.home_code, max_km=w.max_km, runs=tuple(runs[w.id]),
            booked=frozenset(booked.get(w.id, ())), proofs=tuple(proofs[w.id]),
            stays_away=w.stays_away, home_by=w.home_by, least_day_fen=w.least_day_fen,
            no_heavy=w.no_heavy,
        )
        for w in workers
    }  # fmt: skip


def _proofs(session: Session, worker_ids: Collection[int]) -> dict[int, list[Proof]]:
    found: dict[int, list[Proof]] = defaultdict(list)
    for key, skill_id, level, issued, expires in session.execute(
        select(
            Credential.worker_id, Credential.skill_id, Credential.level, Credential.issued_on,
            Credential.expires_on,
        ).where(Credential.worker_id.in_(worker_ids))
    ):  # fmt: skip
        found[key].append(Proof(skill_id, level, issued, expires))
    return found


def _runs(session: Session, worker_ids: Collection[int]) -> dict[int, list[Days]]:
    found: dict[int, list[Days]] = defaultdict(list)
    for key, first, last in session.execute(
        select(Availability.worker_id, Availability.first_day, Availability.last_day)
        .where(Availability.worker_id.in_(worker_ids))
        .order_by(Availability.first_day)
    ):
        found[key].append(Days(first, last))
    return found


@dataclass(frozen=True, slots=True)
class _Ages:
    least: int
    heavy: int


def _ages(session: Session, place: str, day: date) -> _Ages:
    return _Ages(
        int(dated.value(session, "work.least_age", on=day, place=place)),
        int(dated.value(session, "work.hazard_age", on=day, place=place)),
    )


def _offer_of(session: Session, posting: Posting, today: date) -> Offer:
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
    ages = _ages(session, posting.place_code, today)
    return _offer(posting, frozenset(also), tuple(days), ages)


def _offers(
    session: Session, where: ColumnElement[bool], ages: _Ages, today: date, skills: frozenset[str]
) -> dict[int, Offer]:
    """Postings that ask for one of the skills or its family, with the days that have a place."""
    also: dict[int, set[str]] = defaultdict(set)
    more = select(PostingSkill.posting_id, PostingSkill.skill_id).join(
        Posting, Posting.id == PostingSkill.posting_id
    )
    for key, skill_id in session.execute(more.where(where)):
        also[key].add(skill_id)
    found = [
        row
        for row in session.execute(select(*_NARROW).where(where)).all()
        if row.skill_id in skills
        or also[row.id] & skills
        or any(related(held, row.skill_id) for held in skills)
    ]
    days: dict[int, list[date]] = defaultdict(list)
    for key, day in session.execute(
        select(PostingDay.posting_id, PostingDay.work_date)
        .where(
            PostingDay.posting_id.in_([row.id for row in found]),
            PostingDay.work_date >= today,
            PostingDay.taken < PostingDay.headcount,
        )
        .order_by(PostingDay.work_date)
    ):
        days[key].append(day)
    return {
        row.id: _offer(row, frozenset(also[row.id]), tuple(days[row.id]), ages) for row in found
    }


_PERSON = (
    Worker.id, Worker.name, Worker.born, Worker.lon, Worker.lat, Worker.home_code, Worker.max_km,
    Worker.stays_away, Worker.home_by, Worker.least_day_fen, Worker.no_heavy,
)  # fmt: skip


_NARROW = (
    Posting.id, Posting.skill_id, Posting.lon, Posting.lat, Posting.place_code, Posting.starts_at,
    Posting.ends_at, Posting.pay_kind, Posting.rate_fen, Posting.piece_lot,
    Posting.usual_day_pieces, Posting.day_minutes, Posting.load, Posting.needs_credential,
    Posting.min_level, Posting.lodging, Posting.transport,
)  # fmt: skip


def _offer(row: object, also: frozenset[str], days: tuple[date, ...], ages: _Ages) -> Offer:
    """An offer from a posting, or from a row of its narrow columns."""
    p: Posting = row  # type: ignore[assignment]
    return Offer(
        skill_id=p.skill_id, days=days, lon=p.lon, lat=p.lat, place_code=p.place_code,
        starts_at=p.starts_at, ends_at=p.ends_at, day_pay_fen=day_pay(p), load=p.load,
        least_age=ages.heavy if p.load == "heavy" else ages.least, also_skills=also,
        needs_credential=p.needs_credential, min_level=p.min_level, lodging=p.lodging,
        transport=p.transport,
    )  # fmt: skip
