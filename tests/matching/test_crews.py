"""The best crews for a posting: what their people are, each judged like anybody."""

from datetime import date

import pytest

from jobmatch.infra import clock
from jobmatch.kernel.errors import NotFound
from jobmatch.matching import candidates, crews
from jobmatch.matching.rules.crews import Crew, CrewFit, Judged, best
from tests.support import instant

TODAY = date(2026, 9, 20)


@pytest.fixture(autouse=True)
def _in_september():
    with clock.at(instant(2026, 9, 20)):
        yield


def test_a_crew_counts_its_points_by_member_and_those_who_do_not_fit_count_nothing():
    found = best(
        {1: Crew(2, False), 2: Crew(1, False)},
        [Judged(1, 29_000, 4), Judged(1, 28_001, 3), Judged(2, 28_400, 4)],
        5,
    )
    assert found == [CrewFit(1, 2, 7, 8_500), CrewFit(2, 1, 4, 8_400)]
    assert best({1: Crew(3, False)}, [Judged(1, 29_000, 4)], 5) == [CrewFit(1, 1, 4, 3_000)]


def test_of_equal_points_more_days_come_first_then_the_older_crew():
    crews = {n: Crew(1, False) for n in (1, 2, 3)}
    members = [Judged(1, 28_000, 3), Judged(2, 28_000, 4), Judged(3, 28_000, 3)]
    assert [one.crew_id for one in best(crews, members, 5)] == [2, 1, 3]
    assert [one.crew_id for one in best(crews, members, 1)] == [2]


def test_a_crew_that_goes_as_one_is_there_only_when_all_of_it_fits():
    members = [Judged(1, 28_000, 3)]
    assert best({1: Crew(2, True)}, members, 5) == []
    assert len(best({1: Crew(1, True), 2: Crew(1, False)}, members, 5)) == 1


def scene(world):
    """Two brands with three crews, one of them dissolved, and a posting."""
    brand, _ = world.brand("众人劳务")
    other, _ = world.brand("别家劳务", state="draft")
    able = [world.worker(f"能人{n}", with_account=False)[0] for n in range(4)]
    hidden, _ = world.worker("不推荐", matching_opt_out=True)
    unable, _ = world.worker("剪毛人", skills=("lv.sheep.shear",))
    good = world.crew(brand, able[:2], name="一班")
    mixed = world.crew(brand, [able[2], hidden, unable], name="二班")
    world.crew(brand, [able[3]], name="散了的班", is_active=False)
    return brand, other, good, mixed, world.posting(world.employer()[0])


def test_the_best_crews_come_from_approved_brands_or_the_brand_that_asks(world):
    brand, other, good, mixed, posting = scene(world)
    found = crews.best_crews(posting, TODAY)
    assert [(c.crew_id, c.fit, c.size, c.free, c.days) for c in found] == [
        (good, 2, 2, 6, 3), (mixed, 1, 3, 3, 3),
    ]  # fmt: skip
    assert crews.best_crews(posting, TODAY, brand_id=brand) == found
    assert crews.best_crews(posting, TODAY, brand_id=other) == []
    assert crews.best_crews(posting, date(2026, 12, 1)) == []
    assert not {"points", "value"} & set(crews.CrewRow.__slots__)
    with pytest.raises(NotFound):
        crews.best_crews(999, TODAY)


def test_nothing_of_a_household_is_in_what_others_read():
    rows = {*crews.CrewRow.__slots__, *candidates.CandidateRow.__slots__}
    assert not {"need", "kind", "household", "member_id", "priority"} & rows
