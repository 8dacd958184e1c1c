"""What a household near the line adds: within the bound, among those who fit, for nobody to see."""

from hypothesis import given
from hypothesis import strategies as st

from jobmatch.matching.rules.score import Facts, weigh
from jobmatch.matching.rules.weights import Weights

W = Weights()

FACTS = st.builds(
    Facts,
    kin=st.integers(0, 5), lacking=st.integers(0, 2), needs_proof=st.booleans(),
    proved=st.booleans(), days=st.just(10), held=st.just(10), free=st.integers(0, 10), stay=st.sampled_from([1, 5, 30]),
    km=st.integers(0, 300), max_km=st.integers(1, 400), lodging=st.booleans(),
    stays=st.booleans(), home=st.integers(600, 1400), home_by=st.integers(-1, 1440),
    minutes=st.integers(60, 720), usual=st.just(480), law=st.just(660),
    wanted=st.sampled_from([-1, 240, 480]), pay=st.integers(-1, 40_000),
    least=st.integers(0, 30_000), heavy=st.booleans(), no_heavy=st.booleans(),
    age=st.integers(14, 80), least_age=st.sampled_from([16, 18]), kept=st.integers(0, 400),
    missed=st.integers(0, 400), own_brand=st.integers(-1, 1), need=st.integers(0, 2),
)  # fmt: skip


@given(FACTS, FACTS)
def test_no_need_lifts_an_unfit_person_over_a_fit_one(one, other):
    poor, rich = weigh(one._replace(need=2), W), weigh(other._replace(need=0), W)
    if rich.is_fit and not poor.is_fit:
        assert poor.value < rich.value


@given(FACTS, FACTS)
def test_need_turns_the_order_of_two_only_within_the_bound(one, other):
    plain_one, plain_other = weigh(one._replace(need=0), W), weigh(other._replace(need=0), W)
    if plain_one.value > plain_other.value + 100:  # priority_most: one point
        assert weigh(one._replace(need=0), W).value > weigh(other._replace(need=2), W).value


@given(FACTS)
def test_need_changes_neither_what_people_see_nor_whether_it_fits(facts):
    plain, poor = weigh(facts._replace(need=0), W), weigh(facts._replace(need=2), W)
    assert poor.percent == plain.percent
    assert poor.against == plain.against
    assert poor.parts[:-1] == plain.parts[:-1]
    assert poor.value - plain.value == (100 if plain.is_fit else 0)


@given(FACTS)
def test_every_part_stays_within_its_weight(facts):
    found = weigh(facts, W)
    most = (4000, 2500, 1000, 700, 300, 400, 200, 400, 300, 200, 100)
    assert all(0 <= part <= bound for part, bound in zip(found.parts, most, strict=True))
    assert 0 <= found.percent <= 100
