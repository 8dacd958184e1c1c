"""What matching reads of people: brands, records, households near the line, and who is told."""

from datetime import date

import pytest

from jobmatch.infra import clock
from jobmatch.infra.dated import NoRule
from jobmatch.infra.db import transaction
from jobmatch.matching import candidates, outside, queries, sides
from jobmatch.workers.models import Worker
from tests.attendance.support import engage
from tests.support import instant

TODAY = date(2026, 9, 20)
D25 = date(2026, 9, 25)


@pytest.fixture(autouse=True)
def _in_september():
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def employer(world) -> int:
    return world.employer()[0]


def live_in(worker: int, member: int) -> None:
    with transaction() as session:
        session.get_one(Worker, worker).member_id = member


def parts(worker: int, posting: int):
    fit = queries.fit_of(worker, posting, TODAY)
    assert fit is not None
    return fit.score.parts


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        ("ordinary", 0), ("lifted", 50), ("lifted_unstable", 100), ("marginal_at_risk", 100),
        ("sudden_hardship", 100),
    ],
)  # fmt: skip
def test_a_household_near_the_line_adds_at_most_a_point(world, employer, kind, points):
    worker, _ = world.worker()
    live_in(worker, world.household(kind=kind)[1][0])
    assert parts(worker, world.posting(employer)).priority == points


def test_among_equals_the_monitored_household_comes_first_and_nobody_sees_why(world, employer):
    plain, _ = world.worker("甲")
    poor, _ = world.worker("乙")
    live_in(poor, world.household(kind="marginal_at_risk")[1][0])
    found = candidates.candidates(world.posting(employer), TODAY)
    assert [row.worker_id for row in found] == [poor, plain]
    # what is shown of the two is the same to the last field
    shown = [(r.value, r.km, r.kin, r.proved, r.free, r.days, r.brand_ids) for r in found]
    assert shown[0] == shown[1]


def test_need_lifts_nobody_over_a_clearly_better_match(world, employer):
    near, _ = world.worker("近")
    poor, _ = world.worker("相近手艺", skills=("ag.swpotato.dig",))
    live_in(poor, world.household(kind="sudden_hardship")[1][0])
    found = candidates.candidates(world.posting(employer), TODAY)
    assert [row.worker_id for row in found] == [near, poor]


def test_days_taken_elsewhere_are_known_without_being_told(world, employer):
    worker, _ = world.worker()
    engage(world.posting(employer, first=D25, last=D25), worker, D25)
    other = world.posting(employer, first=D25, last=D25)
    fit = queries.fit_of(worker, other, TODAY)
    assert fit is not None
    assert [str(miss) for miss in fit.misses] == ["这几天您已经有别的活了"]
    assert candidates.candidates(other, TODAY) == []


def test_who_can_stay_less_than_the_least_stay_is_neither_shown_it_nor_told_of_it(world, employer):
    short, _ = world.worker("短", free=(D25, date(2026, 9, 26)))
    long, _ = world.worker("长", free=(D25, date(2026, 10, 9)))
    posting = world.posting(employer, first=D25, last=date(2026, 9, 28), min_stay=3)
    assert [row.worker_id for row in candidates.candidates(posting, TODAY)] == [long]
    assert queries.fits_for(short, TODAY) == []
    fit = queries.fit_of(short, posting, TODAY)
    assert fit is not None
    assert [str(miss) for miss in fit.misses] == ["至少要干满 3 天，您只有 2 天有空"]
    # Asked for one day alone, who is free on it is as good as anybody.
    assert short in [key for key, _km in candidates.for_day(posting, D25, TODAY, 9)]


def test_members_of_the_postings_brand_count_more(world, employer):
    brand, _ = world.brand()
    member, _ = world.worker()
    world.member(brand, member)
    stranger, _ = world.worker("外人")
    posting = world.posting(employer, brand_id=brand)
    assert (parts(member, posting).brand, parts(stranger, posting).brand) == (200, 0)
    assert parts(stranger, world.posting(employer)).brand == 100


def test_the_record_of_kept_days_is_asked_from_above(world, employer, monkeypatch):
    worker, _ = world.worker()
    posting = world.posting(employer)
    monkeypatch.setattr(outside.known, "kept", lambda ids: dict.fromkeys(ids, (30, 0)))
    assert parts(worker, posting).kept == 281  # 300 x (120 + 30) / 160


def test_a_posting_beyond_what_law_allows_a_day_fits_nobody(world, employer):
    worker, _ = world.worker()
    fit = queries.fit_of(worker, world.posting(employer, day_minutes=661), TODAY)
    assert fit is not None
    assert [str(miss) for miss in fit.misses] == ["一天要干 11 小时 1 分，超过了法律允许的"]


def test_nothing_is_known_where_no_house_above_has_registered():
    nothing = outside.Known()
    assert nothing.booked([1], TODAY, TODAY) == {}
    assert nothing.kept(None) == {}
    assert nothing.courses(["ag.swpotato.sort"], TODAY) == ()


def test_hours_have_a_default_ages_must_be_in_the_tables(world):
    law = sides.laws_on(TODAY).at("150525")
    assert (law.usual_minutes, law.law_minutes, law.least_age, law.heavy_age) == (480, 660, 16, 18)
    with pytest.raises(NoRule):
        sides.laws_on(date(1990, 1, 1)).at("150525")
