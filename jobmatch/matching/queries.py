"""Which open postings fit a worker, and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_
from sqlalchemy.orm import Session

from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import PostingId
from jobmatch.matching import index, sides
from jobmatch.matching.outside import known
from jobmatch.matching.rules.change import Course
from jobmatch.matching.rules.explain import Fit, explain
from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.score import Miss, Score, score
from jobmatch.matching.rules.weights import Weights
from jobmatch.places.rules import reach
from jobmatch.postings import queries as postings
from jobmatch.postings.models import Posting
from jobmatch.postings.queries import EMPTY, Fill, PostingRow

# Postings somewhat farther than a worker goes are weighed too: "8 km farther than you said".
BEYOND = 1.5
# What lacks this little is shown under what fits.
MOST_ALMOST = 3
# The index names all that fit a worker; of a whole region, hundreds at most.
MOST_FITTING = 2_000
# Of more people than these the index says who is best before each is weighed.
MANY_PEOPLE = 500
# Bookings are looked at so far ahead (days); no posting runs longer.
AHEAD = 400


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


def fits_for(worker_id: int, today: date, most: int = 20) -> list[FitRow]:
    """The open postings that fit a worker, best first."""
    return list(matches(worker_id, today, most).fits)


def matches(
    worker_id: int,
    today: date,
    most: int = 20,
    *,
    without: Collection[int] = (),
) -> Matches:
    """What fits a worker and what almost does (at most 3 of these).

    without   postings to leave out
    raises    NotFound for an unknown worker
    """
    seeker, offers, weights, weighed = _found(worker_id, today, without, most) or _near(
        reading(), worker_id, today, without
    )
    best = [pair for pair in weighed if pair[1].is_fit][:most]
    almost = [pair for pair in weighed if pair[1].against.bit_count() == 1][:MOST_ALMOST]
    shown = dict([*best, *almost])
    fits = _explained(seeker, {key: offers[key] for key in shown}, shown, weights, today)
    rows, fills = postings.postings(shown), postings.fills(shown, today)

    def row(key: int) -> FitRow:
        return FitRow(rows[PostingId(key)], fills.get(PostingId(key), EMPTY), fits[key])

    return Matches(
        tuple(row(key) for key, _ in best), tuple(row(key) for key, _ in almost), len(offers)
    )


def ranks(
    worker_id: int, today: date, most: int, *, without: Collection[int] = ()
) -> dict[int, int]:
    """The places of the best postings that fit, from 1. raises NotFound for an unknown worker."""
    found = index.best_for_worker(worker_id, today, most, without=without)
    if found is not None:
        fits = [match.id for match in found[0]]
    else:
        weighed = _near(reading(), worker_id, today, without)[3]
        fits = [key for key, one in weighed if one.is_fit][:most]
    return {key: n for n, key in enumerate(fits, 1)}


Weighed = tuple[Seeker, dict[int, Offer], Weights, list[tuple[int, Score]]]


def _found(worker_id: int, today: date, without: Collection[int], most: int) -> Weighed | None:
    """The postings to show, by the index; None when it cannot tell: see matching.index."""
    found = index.best_for_worker(worker_id, today, most, nearly=MOST_ALMOST, without=without)
    if found is None:
        return None
    session = reading()
    keys = [match.id for matches in found for match in matches]
    seeker, offers, weights = _pairs(session, worker_id, keys, today)
    weighed = [(key, score(seeker, offers[key], weights, today=today)) for key in keys]
    return seeker, offers, weights, sorted(weighed, key=_order)


def _near(session: Session, worker_id: int, today: date, without: Collection[int]) -> Weighed:
    """The open postings around a worker, best first, and what they were weighed with."""
    seeker = _seeker(session, worker_id, today)
    lon1, lat1, lon2, lat2 = reach(seeker.lon, seeker.lat, seeker.max_km * BEYOND)
    near = and_(
        Posting.state == "open",
        Posting.last_day >= today,
        Posting.lon.between(lon1, lon2),
        Posting.lat.between(lat1, lat2),
    )
    weights = sides.weights(session, today)
    offers = sides.offers(session, near, today, seeker.skills)
    weighed = [
        (key, score(seeker, offer, weights, today=today))
        for key, offer in offers.items()
        if key not in without
    ]
    weighed = [pair for pair in weighed if pair[1].km * 2 <= seeker.max_km * 3]
    return seeker, offers, weights, sorted(weighed, key=_order)


def fit_of(
    worker_id: int, posting_id: int, today: date, *, booked: Collection[date] | None = None
) -> Fit | None:
    """One posting weighed for one worker; None when there is no such open posting or worker."""
    given = None if booked is None else {worker_id: booked}
    return fits_of([worker_id], posting_id, today, booked=given).get(worker_id)


def fits_of(
    worker_ids: Collection[int],
    posting_id: int,
    today: date,
    *,
    booked: Mapping[int, Collection[date]] | None = None,
    most: int | None = None,
    nearly: int | None = None,
) -> dict[int, Fit]:
    """One posting weighed for several workers, best first; full days to come count too.

    most, nearly   at most so many whom it fits, and whom it does not; of many people, none who
                   does not want to be matched
    """
    session = reading()
    posting = session.get(Posting, posting_id)
    if posting is None:
        return {}
    if booked is None and most is not None and nearly == 0 and len(worker_ids) > MANY_PEOPLE:
        judged = index.judged(posting_id, worker_ids, today)
        if judged is not None:
            judged.sort(key=lambda one: (-one.value, one.km, one.id))
            worker_ids = [one.id for one in judged[:most]]
    offer = sides.offer_of(session, posting, today)
    weights = sides.weights(session, today)
    seekers = _seekers(session, worker_ids, today, booked)
    weighed = [(key, score(one, offer, weights, today=today)) for key, one in seekers.items()]
    weighed.sort(key=_order)
    weighed = [
        *[pair for pair in weighed if pair[1].is_fit][:most],
        *[pair for pair in weighed if not pair[1].is_fit][:nearly],
    ]
    courses = _courses([offer.skill_id], [found for _, found in weighed], today)
    return {
        key: explain(seekers[key], offer, weights, today=today, courses=courses, found=found)
        for key, found in weighed
    }


def why(worker_id: int, posting_ids: Collection[int], today: date) -> dict[int, Fit]:
    """Postings weighed for one worker, whatever speaks against them; days with a place count.

    raises NotFound for an unknown worker
    """
    session = reading()
    seeker, offers, weights = _pairs(session, worker_id, posting_ids, today)
    return _explained(seeker, offers, {}, weights, today)


def unfit(worker_id: int, posting_ids: Collection[int], today: date) -> set[int]:
    """Those of the postings that do not fit a worker. raises NotFound for an unknown worker."""
    found = index.best_for_worker(worker_id, today, MOST_FITTING)
    if found is not None and len(found[0]) < MOST_FITTING:
        return set(posting_ids) - {match.id for match in found[0]}
    session = reading()
    seeker, offers, weights = _pairs(session, worker_id, posting_ids, today)
    return {
        key
        for key, offer in offers.items()
        if not score(seeker, offer, weights, today=today).is_fit
    }


def _pairs(
    session: Session, worker_id: int, posting_ids: Collection[int], today: date
) -> tuple[Seeker, dict[int, Offer], Weights]:
    seeker = _seeker(session, worker_id, today)
    offers = sides.offers_of(session, set(posting_ids), today)
    return seeker, offers, sides.weights(session, today)


def _explained(
    seeker: Seeker,
    offers: Mapping[int, Offer],
    found: Mapping[int, Score],
    weights: Weights,
    today: date,
) -> dict[int, Fit]:
    """The words for postings; found: what is scored already."""
    scores = {
        key: found.get(key) or score(seeker, offer, weights, today=today)
        for key, offer in offers.items()
    }
    courses = _courses([offer.skill_id for offer in offers.values()], scores.values(), today)
    return {
        key: explain(seeker, offer, weights, today=today, courses=courses, found=scores[key])
        for key, offer in offers.items()
    }


def _courses(skill_ids: Iterable[str], scores: Iterable[Score], today: date) -> Sequence[Course]:
    """The courses that could turn one of these, read when one lacks a credential."""
    if any(Miss.CREDENTIAL in one.against for one in scores):
        return known.courses(set(skill_ids), today)
    return ()


def _order(pair: tuple[int, Score]) -> tuple[int, int, int]:
    """The best first; of equals the nearer, then the older."""
    return -pair[1].value, pair[1].km, pair[0]


def _seeker(session: Session, worker_id: int, today: date) -> Seeker:
    found = _seekers(session, [worker_id], today, None)
    if worker_id not in found:
        raise NotFound
    return found[worker_id]


def _seekers(
    session: Session,
    worker_ids: Iterable[int],
    today: date,
    booked: Mapping[int, Collection[date]] | None,
) -> dict[int, Seeker]:
    ids = set(worker_ids)
    people = sides.people(session, ids)
    if booked is None:
        booked = known.booked(ids, today, today + timedelta(days=AHEAD))
    return sides.seekers(session, people, booked)
