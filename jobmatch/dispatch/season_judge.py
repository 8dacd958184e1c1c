"""Who fits which posting, for a whole brand: the judgement of matching on all pairs.

A few pairs are judged by `score` itself; many by the same rule compiled (a test holds both to the
same pairs and values). Only a plan's own process asks for many: compiling is nothing for a request.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.score import FITS, Miss, score
from jobmatch.matching.rules.weights import Weights

Ints = NDArray[np.int64]
# From so many pairs on the compiled rule is faster, compiling left out.
MANY = 50_000
TRAINING = Miss.SKILL | Miss.CREDENTIAL


class Fits(NamedTuple):
    """Pairs that fit, sorted by worker: rows of the people and of the offers given, and points
    (100: nothing could be better).
    """

    worker: Ints
    posting: Ints
    points: Ints


def fits(
    people: Mapping[int, Seeker],
    offers: Mapping[int, Offer],
    weights: Weights,
    *,
    today: date,
    last: date,
    many: int = MANY,
) -> Fits:
    """Judge everybody for everything. last: the last day of any offer."""
    if len(people) * len(offers) < many:
        return _plainly(people, offers, weights, today)
    return _compiled(people, offers, weights, today, last)


def _plainly(
    people: Mapping[int, Seeker], offers: Mapping[int, Offer], weights: Weights, today: date
) -> Fits:
    found = [
        (w, p, one.value)
        for w, who in enumerate(people.values())
        for p, what in enumerate(offers.values())
        if what.days and (one := score(who, what, weights, today=today)).is_fit
    ]
    table = np.array(found, np.int64).reshape(len(found), 3)
    return Fits(table[:, 0], table[:, 1], _points(table[:, 2]))


def _compiled(
    people: Mapping[int, Seeker],
    offers: Mapping[int, Offer],
    weights: Weights,
    today: date,
    last: date,
) -> Fits:
    from jobmatch.dispatch.season_loop import all_pairs

    t = _tables(people, offers, weights, today, last)
    worker, posting, value = all_pairs(
        t.people, len(people), t.offers, len(offers), t.spots, t.known, t.kin, t.points, t.day,
        t.calendar,
    )  # fmt: skip
    order = np.lexsort((posting, worker))
    return Fits(worker[order], posting[order], _points(value[order]))


def nearly(
    people: Mapping[int, Seeker],
    offers: Mapping[int, Offer],
    weights: Weights,
    *,
    today: date,
    last: date,
    many: int = MANY,
) -> list[tuple[int, int, Miss]]:
    """Pairs (rows of both) that one thing alone stands against (what a course teaches and proves is
    one), but not the days: those are told apart elsewhere.
    """
    if len(people) * len(offers) < many:
        found = [
            (w, p, int(score(who, what, weights, today=today).against))
            for w, who in enumerate(people.values())
            for p, what in enumerate(offers.values())
            if what.days
        ]
        found = [row for row in found if row[2].bit_count() == 1 or row[2] == TRAINING]
    else:
        from jobmatch.dispatch.season_loop import one_miss

        t = _tables(people, offers, weights, today, last)
        table = one_miss(
            t.people, len(people), t.offers, len(offers), t.spots, t.kin, t.points, t.day,
            t.calendar,
        )  # fmt: skip
        found = [(w, p, bit) for w, p, bit in sorted(zip(*table.tolist(), strict=True))]
    return [(w, p, Miss(bit)) for w, p, bit in found if bit != Miss.DAYS]


class _Tables(NamedTuple):
    people: Any
    offers: Any
    spots: Any
    known: int
    kin: Any
    points: Any
    day: Any
    calendar: Any


def _tables(
    people: Mapping[int, Seeker],
    offers: Mapping[int, Offer],
    weights: Weights,
    today: date,
    last: date,
) -> _Tables:
    """Both sides as the loops take them; ids are rows."""
    from jobmatch.matching.rules.index import build, columns, layout

    held = {skill for who in people.values() for skill in who.skills}
    held |= {proof.skill_id for who in people.values() for proof in who.proofs}
    asked = {skill for what in offers.values() for skill in (what.skill_id, *what.also_skills)}
    frame = columns.frame_of(today, max(last, today), sorted(held | asked))
    who = columns.people_in(frame, list(enumerate(people.values())))
    given: Sequence[Any] = [(n, what, what.days) for n, what in enumerate(offers.values())]
    what = columns.offers_in(frame, given)
    where = build.Where(
        *(
            np.concatenate([one, other])
            for one, other in (
                (who.lon, what.lon), (who.lat, what.lat), (who.code, what.code),
                (who.digits, what.digits),
            )
        )
    )  # fmt: skip
    spots, known, spot = build.spots_of(where, 0)
    x = layout.points_of(weights)
    offers_of, _ = build.offers_of(frame, what, spot[len(people) :], x, 1)
    return _Tables(
        build.people_of(frame, who, spot[: len(people)], 1), offers_of, spots, known, frame.kin, x,
        layout.Day(0, frame.number), columns.calendar_of(frame),
    )  # fmt: skip


def _points(value: Ints) -> Ints:
    """Whole points of a value that fits, rounded half up."""
    return (value - FITS + 50) // 100
