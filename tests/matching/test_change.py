"""What would turn a posting is tried on the rule itself: whatever is said does turn it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules import change
from jobmatch.matching.rules.change import Course, flip
from jobmatch.matching.rules.explain import explain
from jobmatch.matching.rules.people import Proof
from jobmatch.matching.rules.score import Miss, score
from jobmatch.matching.rules.weights import Weights
from tests.matching.test_score import CELLAR, D25, D26, D27, D28, SORT, TODAY, WANG

W = Weights()
COURSES = (
    Course("lv.sheep.shear", 3, date(2026, 9, 21), date(2026, 9, 22)),
    Course(SORT, 1, date(2026, 9, 21), date(2026, 9, 24)),
    Course(SORT, 2, date(2026, 9, 22), date(2026, 9, 26)),
    Course(SORT, 3, date(2026, 9, 24), date(2026, 10, 9)),
)

SKILLS = st.dictionaries(
    st.sampled_from([SORT, "ag.swpotato.dig", "ag.corn.sow", "lv.sheep.shear", "ot.odd"]),
    st.integers(1, 3), max_size=3,
)  # fmt: skip
DAYS = st.integers(-3, 12).map(lambda n: TODAY + timedelta(days=n))
RUNS = st.lists(
    st.tuples(DAYS, st.integers(0, 4)).map(lambda r: Days(r[0], r[0] + timedelta(days=r[1]))),
    max_size=2,
).map(tuple)
PROOFS = st.lists(
    st.builds(Proof, st.sampled_from([SORT, "lv.sheep.shear"]), st.integers(1, 3), DAYS, DAYS),
    max_size=2,
).map(tuple)
SEEKERS = st.builds(
    lambda **kw: replace(WANG, **kw),
    skills=SKILLS, runs=RUNS, booked=st.frozensets(DAYS, max_size=8), proofs=PROOFS,
    lon=st.floats(120.0, 121.5), lat=st.floats(42.0, 44.0),
    home_code=st.sampled_from(["150525102222", "150525100201", "150430100201"]),
    max_km=st.integers(1, 300), stays_away=st.booleans(),
    home_by=st.one_of(st.none(), st.integers(900, 1440)),
    least_day_fen=st.integers(0, 30_000), no_heavy=st.booleans(),
    most_minutes=st.one_of(st.none(), st.integers(200, 600)),
    born=st.dates(date(1950, 1, 1), date(2012, 12, 31)),
)  # fmt: skip
OFFERS = st.builds(
    lambda **kw: replace(CELLAR, **kw),
    days=st.frozensets(DAYS, max_size=8).map(sorted).map(tuple),
    load=st.sampled_from(["light", "medium", "heavy"]), least_age=st.sampled_from([16, 18]),
    also_skills=st.frozensets(st.sampled_from(["ag.corn.sow"]), max_size=1),
    needs_credential=st.booleans(), min_level=st.integers(1, 3), lodging=st.booleans(),
    transport=st.booleans(), day_minutes=st.sampled_from([300, 480, 600, 700]),
    day_pay_fen=st.one_of(st.none(), st.integers(8_000, 30_000)),
    ends_at=st.integers(900, 1439), min_stay=st.sampled_from([1, 1, 2, 4, 30]),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(SEEKERS, OFFERS)
def test_whatever_is_said_to_turn_a_posting_makes_it_fit(worker, posting):
    found = explain(worker, posting, W, today=TODAY, courses=COURSES)
    after = worker
    for one in found.flips:
        after = one.on(after)
    if found.flips:
        assert not found.is_fit
        assert score(after, posting, W, today=TODAY).is_fit
        assert len(found.turns) == len(found.flips) <= 3
    assert len(found.misses) == found.score.against.bit_count()


@settings(max_examples=400, deadline=None)
@given(SEEKERS, OFFERS)
def test_no_change_too_many_is_asked_for(worker, posting):
    flips = flip(worker, posting, score(worker, posting, W, today=TODAY), W, today=TODAY)
    for left_out in range(len(flips)):
        after = worker
        for n, one in enumerate(flips):
            after = after if n == left_out else one.on(after)
        assert not score(after, posting, W, today=TODAY).is_fit


@settings(max_examples=400, deadline=None)
@given(SEEKERS, OFFERS)
def test_where_one_wish_stands_against_it_one_change_is_found(worker, posting):
    found = score(worker, posting, W, today=TODAY)
    wishes = (Miss.SKILL, Miss.CREDENTIAL, Miss.FAR, Miss.HOME, Miss.PAY, Miss.LOAD)
    if found.against in wishes:
        assert len(flip(worker, posting, found, W, today=TODAY)) == 1


def flips(who, what, courses=COURSES):
    worker, posting = replace(WANG, **who), replace(CELLAR, **what)
    found = score(worker, posting, W, today=TODAY)
    return flip(worker, posting, found, W, today=TODAY, courses=courses)


@pytest.mark.parametrize(
    ("who", "what", "changes"),
    [
        ({}, {}, ()),
        ({"runs": ()}, {}, (change.FreeDay(D25, 4),)),
        ({"runs": (Days(date(2026, 9, 29), date(2026, 10, 3)),)}, {}, (change.FreeDay(D28, 4),)),
        ({"runs": (), "booked": {D25, D26, D27}}, {}, (change.FreeDay(D28, 1),)),
        ({"booked": {D25, D26, D27, D28}}, {}, (change.GiveUp(D25),)),
        ({"runs": (), "booked": {D26}}, {"days": (D26,)}, (change.GiveUp(D26), change.FreeDay(D26, 1))),
        ({"runs": (Days(D25, D26),)}, {"min_stay": 3}, (change.FreeDay(D27, 2),)),
        ({"runs": (Days(D26, D26),)}, {"min_stay": 3}, (change.FreeDays((D25, D27)),)),
        ({"runs": ()}, {"min_stay": 30}, (change.FreeDays((D25, D26, D27, D28)),)),
        ({"booked": {D25, D26}}, {"min_stay": 3}, (change.GiveUp(D25),)),
        ({"booked": {D25, D26}}, {"min_stay": 4}, (change.GiveUp(D25), change.GiveUp(D26))),
        ({"runs": (Days(D27, D28),), "booked": {D25}}, {"min_stay": 4}, (change.FreeDay(D26, 1), change.GiveUp(D25), change.FreeDay(D25, 1))),
        ({}, {"days": ()}, ()),
        ({"skills": {}}, {}, (change.AddSkill(SORT),)),
        ({}, {"needs_credential": True}, (COURSES[1],)),
        ({}, {"needs_credential": True, "min_level": 2}, (COURSES[2],)),
        ({}, {"needs_credential": True, "min_level": 3}, (change.Prove(SORT, 3),)),
        ({"skills": {}}, {"needs_credential": True}, (COURSES[1],)),
        ({"max_km": 4}, {}, (change.GoFarther(5),)),
        ({"home_by": 1020}, {}, (change.ComeLater(1028),)),
        ({"home_by": 1020}, {"ends_at": 1439}, (change.ComeLater(None),)),
        ({"max_km": 200}, {"lat": 43.4, "place_code": "150526100", "lodging": True}, (change.StayAway(),)),
        ({"max_km": 200}, {"lat": 43.4, "place_code": "150526100"}, ()),
        ({"most_minutes": 400}, {}, (change.WorkLonger(480),)),
        ({}, {"day_minutes": 700}, ()),
        ({"least_day_fen": 20_000}, {}, (change.TakeLess(18_000),)),
        ({"no_heavy": True}, {"load": "heavy"}, (change.LiftHeavy(),)),
        ({"born": date(2012, 1, 1)}, {}, ()),
        ({"max_km": 4, "least_day_fen": 20_000}, {}, (change.GoFarther(5), change.TakeLess(18_000))),
        (
            {"max_km": 4, "least_day_fen": 20_000, "no_heavy": True, "runs": ()},
            {"load": "heavy"}, (),
        ),
    ],
)  # fmt: skip
def test_the_fewest_and_easiest_changes_are_named(who, what, changes):
    assert flips(who, what) == changes


def test_what_is_farther_than_anybody_may_say_is_not_offered():
    assert flips({"max_km": 4, "stays_away": True}, {"lat": 70.0, "lodging": True}) == ()
