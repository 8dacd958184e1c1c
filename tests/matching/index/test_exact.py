"""The index gives what judging everybody gives: same people, same order, same values.

NUMBA_DISABLE_JIT=1 runs the same loops as they are written (test_uncompiled.py does).
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.matching.rules.index import build, pair
from jobmatch.matching.rules.index.asking import ANYTHING, Full, Match, OutOfSpan, Wanted
from jobmatch.matching.rules.index.columns import frame_of, offers_in, people_in
from jobmatch.matching.rules.index.index import Index
from jobmatch.matching.rules.index.layout import points_of
from jobmatch.matching.rules.parties import Offer, Seeker, open_days
from jobmatch.matching.rules.score import Miss, Score, score
from jobmatch.matching.rules.weights import Weights
from tests.matching.index import drawing
from tests.matching.index.drawing import SKILLS, TODAY

SLOWLY = os.environ.get("NUMBA_DISABLE_JIT") == "1"
SIZE = (25, 16) if SLOWLY else (160, 90)
FRAME = frame_of(TODAY - timedelta(10), TODAY + timedelta(500), SKILLS)
WEIGHTS = Weights()
Work = tuple[Offer, tuple[date, ...]]


class Market:
    """Random people and postings, an index of them, and every pair judged by the rule."""

    def __init__(self, seed: int, people: int = SIZE[0], postings: int = SIZE[1]) -> None:
        self.r = r = Random(seed)
        self.people: dict[int, Seeker] = {}
        self.work: dict[int, Work] = {}
        for key in range(1, people + 1):
            who = drawing.person(r)
            self.people[key] = drawing.easier(who, r) if key % 2 else who
        for key in range(1, postings + 1):
            self.work[key] = self.posting()
        self.index = self.fresh()

    def posting(self) -> Work:
        offer = drawing.posting(self.r)
        return offer, tuple(sorted({*offer.days, *drawing.some_days(self.r, 9)}))

    def fresh(self) -> Index:
        work = [(key, offer, whole) for key, (offer, whole) in self.work.items()]
        return Index(
            FRAME, people_in(FRAME, list(self.people.items())), offers_in(FRAME, work), WEIGHTS
        )

    def put_person(self, key: int, who: Seeker) -> None:
        self.people[key] = who
        self.index.put_people(people_in(FRAME, [(key, who)]))

    def put_work(self, key: int, work: Work) -> None:
        self.work[key] = work
        self.index.put_offers(offers_in(FRAME, [(key, *work)]))

    def for_worker(
        self, key: int, most: int, nearly: int, where: Callable[[Offer], bool] = lambda o: True
    ) -> tuple[list[Match], list[Match]]:
        """The best by judging everything."""
        who = self.people[key]
        judged = [
            (-found.value, found.km, n, found)
            for n, (offer, _) in self.work.items()
            if where(offer)
            for found in [score(who, offer, WEIGHTS, today=TODAY)]
        ]
        judged.sort(key=lambda one: one[:3])
        fits = [one for one in judged if one[3].is_fit]
        close = [one for one in judged if is_close(one[3], who)]
        return matches(fits[:most]), matches(close[:nearly])

    def for_posting(
        self, key: int, most: int, where: Callable[[Seeker], bool] = lambda s: True
    ) -> list[Match]:
        offer = replace(self.work[key][0], days=self.work[key][1])
        judged = [
            (-found.value, found.km, n, found)
            for n, who in self.people.items()
            if where(who)
            for found in [score(who, offer, WEIGHTS, today=TODAY)]
            if found.is_fit
        ]
        return matches(sorted(judged, key=lambda one: one[:3])[:most])

    def assert_exact(self, wanted: Wanted = ANYTHING) -> int:
        """Every list is right; returns how many matches were compared."""
        seen = 0
        for key in self.people:
            found = self.index.best_for_worker(key, TODAY, 5, nearly=3)
            assert found == self.for_worker(key, 5, 3), key
            seen += len(found[0])
        for key in self.work:
            best = self.index.best_for_posting(key, TODAY, 7)
            assert best == self.for_posting(key, 7), key
            seen += len(best)
        return seen


def lies_in(place: str) -> Callable[[Offer], bool]:
    return lambda offer: offer.place_code.startswith(place)


def is_close(found: Score, who: Seeker) -> bool:
    against = found.against
    return against.bit_count() == 1 and against != Miss.SKILL and found.km <= who.max_km * 3 // 2


def matches(rows: list[tuple[int, int, int, Score]]) -> list[Match]:
    return [Match(key, -value, km) for value, km, key, _ in rows]


@given(st.integers(0, 2**32))
@settings(max_examples=20 if SLOWLY else 300, deadline=None)
def test_a_pair_is_judged_as_the_rule_judges_it(seed: int) -> None:
    market = Market(seed, 4, 4)
    index, x = market.index, points_of(WEIGHTS)
    for key, who in market.people.items():
        for number, (offer, _) in market.work.items():
            found = score(who, offer, WEIGHTS, today=TODAY)
            assert index.km(key, number) == found.km
            row, at = index.person_keys[key], index.offer_keys[number]
            judged = pair.judge(
                index.people, row, index.offers, at, found.km, FRAME.kin, x, index.day_of(TODAY),
                index.calendar,
            )  # fmt: skip
            assert judged == (found.value, found.against)


@pytest.mark.parametrize("seed", range(1 if SLOWLY else 6))
def test_the_best_are_those_of_judging_everybody(seed: int) -> None:
    assert Market(seed).assert_exact() > 60


@pytest.mark.parametrize("seed", range(1 if SLOWLY else 4))
def test_after_changes_the_lists_are_those_of_an_index_built_anew(seed: int) -> None:
    market = Market(100 + seed)
    r = market.r
    for _ in range(20 if SLOWLY else 150):
        deed = r.randrange(6)
        if deed == 0:
            market.put_person(r.randint(1, SIZE[0] + 9), drawing.easier(drawing.person(r), r))
        elif deed == 1:
            key = r.choice(list(market.people))
            market.put_person(key, replace(market.people[key], booked=frozenset(), kept=9))
        elif deed == 2:
            market.put_work(r.randint(1, SIZE[1] + 9), market.posting())
        elif deed == 3:
            key = r.choice(list(market.work))
            offer, whole = market.work[key]
            market.put_work(key, (replace(offer, days=offer.days[1:]), whole))
        elif deed == 4:
            key = r.choice(list(market.people))
            market.index.drop(people=[key, 10_000])
            del market.people[key]
        else:
            key = r.choice(list(market.people))
            # A place that no spot stands for yet.
            moved = replace(market.people[key], lon=r.uniform(118, 122), lat=42.5)
            market.put_person(key, moved)
    key = r.choice(list(market.work))
    market.index.drop(offers=[key])
    del market.work[key]
    assert market.assert_exact() > 25
    assert len(market.index) == len(market.people)


@pytest.mark.parametrize("seed", range(1 if SLOWLY else 3))
def test_filters_leave_out_and_change_nothing_else(seed: int) -> None:
    market = Market(200 + seed)
    first, last = TODAY + timedelta(3), TODAY + timedelta(9)

    def days_meet(who: Seeker, days: tuple[date, ...]) -> bool:
        free = {day for run in who.runs for day in run} - who.booked
        return any(first <= day <= last and day in free for day in days)

    for key, who in market.people.items():
        for place in ("15", "150525", "150525102", "150525102222"):
            found = market.index.best_for_worker(key, TODAY, wanted=Wanted(place=place))
            assert found[0] == market.for_worker(key, 20, 0, lies_in(place))[0]
        skill = Wanted(skill=SKILLS[0])
        assert (
            market.index.best_for_worker(key, TODAY, wanted=skill)[0]
            == market.for_worker(
                key, 20, 0, lambda o: SKILLS[0] == o.skill_id or SKILLS[0] in o.also_skills
            )[0]
        )
        days = Wanted(first=first, last=last)
        assert (
            market.index.best_for_worker(key, TODAY, wanted=days)[0]
            == market.for_worker(
                key,
                20,
                0,
                lambda o: days_meet(who, o.days),  # noqa: B023
            )[0]
        )
        some = [n for n in market.work if n % 2]
        odd = market.index.best_for_worker(key, TODAY, without=some)[0]
        assert {match.id % 2 for match in odd} <= {0}
    for key, (_, whole) in market.work.items():
        for wanted, where in (
            (Wanted(place="150525"), lambda s: s.home_code.startswith("150525")),
            (Wanted(skill=SKILLS[0]), lambda s: SKILLS[0] in s.skills),
            (Wanted(skill="no.such.skill"), lambda s: False),
            (Wanted(brand=2), lambda s: 2 in s.brands),
            (Wanted(members=True), lambda s: bool(s.brands)),
            (Wanted(first=first, last=last), lambda s: days_meet(s, whole)),  # noqa: B023
        ):
            found = market.index.best_for_posting(key, TODAY, wanted=wanted)
            assert found == market.for_posting(key, 200, where), wanted


@pytest.mark.parametrize("seed", range(1 if SLOWLY else 3))
def test_certain_people_are_judged_like_all(seed: int) -> None:
    market = Market(400 + seed)
    moved = market.r.choice(list(market.people))
    market.put_person(moved, replace(market.people[moved], lon=120.1))
    gone = next(key for key in market.people if key != moved)
    market.index.drop(people=[gone])
    del market.people[gone]
    for key, (offer, whole) in market.work.items():
        best = market.for_posting(key, 1_000)
        found = market.index.judged(key, [*market.people, gone, 9_999], TODAY)
        assert {(j.id, j.value, j.km) for j in found} == {(m.id, m.value, m.km) for m in best}
        days = [day for day in whole if day >= TODAY]
        for one in found:
            who = market.people[one.id]
            assert one.free == open_days(days, who.runs, who.booked)[1]
            told = score(who, replace(offer, days=whole), WEIGHTS, today=TODAY)
            assert (one.percent, one.kin, one.proved, one.days) == (
                told.percent, told.facts.kin, told.facts.proved, told.facts.days,
            )  # fmt: skip


@pytest.mark.parametrize("seed", range(1 if SLOWLY else 3))
def test_a_posting_can_be_taken_to_have_one_day_alone(seed: int) -> None:
    market = Market(300 + seed)
    for key, (offer, whole) in list(market.work.items()):
        for day in (TODAY, TODAY + timedelta(4)):
            market.work[key] = offer, (day,)
            found = market.index.best_for_posting(key, TODAY, wanted=Wanted(only=day))
            assert found == market.for_posting(key, 200)
        market.work[key] = offer, whole


def test_what_an_index_has_no_room_for_is_refused() -> None:
    market = Market(1, 2, 2)
    late = FRAME.first + timedelta(FRAME.words * 64)
    offer = replace(market.work[1][0], days=(late,))
    with pytest.raises(OutOfSpan):
        market.put_work(1, (offer, (late,)))
    with pytest.raises(OutOfSpan):
        people_in(FRAME, [(1, replace(market.people[1], skills={"no.such": 1}))])
    with pytest.raises(KeyError):
        market.index.best_for_worker(99, TODAY)
    with pytest.raises(ValueError, match="before the first"):
        market.index.best_for_worker(1, FRAME.first - timedelta(1))


def test_an_index_of_nobody_answers() -> None:
    index = Index(FRAME, people_in(FRAME, []), offers_in(FRAME, []), WEIGHTS)
    index.warm(TODAY)
    assert len(index) == 0
    assert not index.knows_worker(1)
    assert not index.knows_posting(1)
    assert not index.crowded
    index.put_people(people_in(FRAME, [(5, drawing.person(Random(1)))]))
    assert index.knows_worker(5)
    assert index.best_for_worker(5, TODAY) == ([], [])
    assert index.best_for_worker(5, TODAY, 0) == ([], [])


def test_when_its_room_is_used_up_it_says_so() -> None:
    index, r = Market(3, 2, 2).index, Random(1)
    who = drawing.person(r)
    scattered = [
        (key, replace(who, lon=110 + key / 1000)) for key in range(build.SLACK // 2, build.SLACK)
    ]
    index.put_people(people_in(FRAME, scattered))
    assert not index.crowded
    index.put_people(people_in(FRAME, [(1, replace(who, lat=40.0))]))
    assert index.crowded
    crowd = [(key, who) for key in range(10_000, 10_000 + build.SLACK)]
    with pytest.raises(Full, match="people"):
        index.put_people(people_in(FRAME, crowd))
    scattered = [(key, replace(who, lon=110 + key / 1000)) for key in range(build.SLACK)]
    with pytest.raises(Full, match="spot"):
        index.put_people(people_in(FRAME, scattered))


def test_one_side_alone_is_warmed_too() -> None:
    who, (offer, whole) = drawing.person(Random(1)), Market(1, 1, 1).work[1]
    nobody, nothing = people_in(FRAME, []), offers_in(FRAME, [])
    Index(FRAME, people_in(FRAME, [(1, who)]), nothing, WEIGHTS).warm(TODAY)
    index = Index(FRAME, nobody, offers_in(FRAME, [(1, offer, whole)]), WEIGHTS)
    index.warm(TODAY)
    assert index.best_for_posting(1, TODAY) == []
