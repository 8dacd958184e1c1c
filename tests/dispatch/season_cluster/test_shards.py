"""Shards that answer prices, and their answers brought together: without any cluster."""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from jobmatch.dispatch.rules import joint
from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.joint import Cut, Here, Joint, Lost, solve_in_shards
from jobmatch.dispatch.rules.paths import SCALE
from jobmatch.dispatch.rules.problem import BadProblem, Before, Ints
from jobmatch.dispatch.rules.responses import count
from jobmatch.dispatch.rules.shards import Ask, Order, Reply, Shard
from jobmatch.dispatch.rules.solve import search_of, solve
from tests.dispatch.season.making import best_value, random_season, season
from tests.dispatch.season.test_solve import rounds
from tests.dispatch.season_cluster.making import banner, cut_into, pinned


def planned(cut: Cut, looks: int, seed: int = 1) -> Joint:
    return solve_in_shards(cut, Here(cut.part), seed=seed, stop=rounds(looks))


# --- the bound ------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [1, 2, 5])
@pytest.mark.parametrize("pins", [0, 20])
def test_shards_prove_the_same_bound_as_one_process_to_the_last_unit(parts: int, pins: int) -> None:
    problem = pinned(banner(), pins)
    price = np.random.default_rng(1).integers(0, 90 * SCALE, problem.headcount.shape)
    price[problem.headcount == 0] = 0
    one = search_of(problem, seed=1, stop=lambda _: True, progress=lambda _: None)
    one._bound(price)
    cut = cut_into(problem, parts)
    total = sum(Shard.of(cut.part(n)).total(price[cut.postings[n]]) for n in range(len(cut))) + int(
        (price * np.maximum(problem.unpinned, 0)).sum()
    )
    assert total // SCALE == one.bound
    assert one.bound < 1 << 61


def test_a_part_can_be_sent_and_answers_the_same() -> None:
    cut = cut_into(pinned(banner(), 5), 2)
    here, there = cut.part(1), pickle.loads(pickle.dumps(cut.part(1)))
    for table in there.tables.values():
        table.flags.writeable = False
    price = np.full(here.places.shape, 40 * SCALE)
    assert Shard.of(here).total(price) == Shard.of(there).total(price)


@pytest.mark.parametrize("pieces", [1, 3])
def test_in_all_pieces_of_a_sweep_everybody_answers_once(pieces: int) -> None:
    # At fixed prices an answer does not depend on whose turn came before.
    problem = banner(whole=np.zeros(len(banner().crew_ids), bool))  # type: ignore[arg-type]
    problem = replace(problem, params=replace(problem.params, crew_split_cost=0))
    part = cut_into(problem, 2).part(0)
    price = np.full(part.places.shape, 40 * SCALE)
    other, whole, shard = np.zeros_like(price), Shard.of(part), Shard.of(part)
    whole.answer(Order(Ask.SWEEP, price, other, 0, (7,)))
    standing = []
    for piece in range(pieces):
        shard.answer(Order(Ask.SWEEP, price, other, 0, (7,), None, (piece, pieces)))
        standing.append(int((shard.chosen >= 0).any(axis=1).sum()))
    assert (shard.chosen == whole.chosen).all()
    assert standing == sorted(set(standing))
    assert 0 < standing[0] <= -(-shard.units.count // pieces)


# --- plans ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [2, 3])
def test_a_plan_is_allowed_and_no_plan_is_worth_more_than_its_bound(parts: int) -> None:
    reached = 0
    for seed in range(40):
        problem = random_season(seed)
        plan = planned(cut_into(problem, parts, seed), 120).plan()
        assert check(problem, plan).violations == (), seed
        best = best_value(problem)
        assert plan.value <= best <= plan.bound, seed
        reached += plan.value == best
    assert reached >= 34


def test_in_shards_a_banner_is_planned_as_well_as_in_one_process() -> None:
    problem = banner(whole=np.zeros(len(banner().crew_ids), bool))  # type: ignore[arg-type]
    one = solve(problem, seed=1, stop=rounds(110))
    many = planned(cut_into(problem, 3), 110).plan()
    assert check(problem, many).violations == ()
    assert many.gap < 0.03
    assert many.value > 0.99 * one.value


def test_the_same_seed_gives_the_same_plan() -> None:
    cut = cut_into(banner(), 3)
    assert planned(cut, 40).plan().spells == planned(cut, 40).plan().spells


def test_a_step_ends_after_its_sweeps_though_people_still_move(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joint, "SWEEPS", 2)
    said: list[str] = []
    ask = Joint._ask

    def told(self: Joint, what: Ask, *rest: Any, **more: Any) -> Any:
        said.append(what.value)
        return ask(self, what, *rest, **more)

    monkeypatch.setattr(Joint, "_ask", told)
    planned(cut_into(banner(), 3), 30)
    begun = said.index("sweep")
    assert said[begun : begun + 2 * joint.PIECES] == ["sweep"] * 2 * joint.PIECES
    assert said[begun + 2 * joint.PIECES] == "settle"


@pytest.mark.parametrize("pins", [1, 25])
def test_pins_are_kept_over_the_cut(pins: int) -> None:
    problem = pinned(banner(), pins)
    plan = planned(cut_into(problem, 4), 40).plan()
    assert check(problem, plan).violations == ()
    assert plan.gap < 0.2


def test_pins_that_cannot_be_kept_are_named() -> None:
    # w is pinned for one day of a stay of two, and on the other day v stands there.
    problem = season(
        workers=[{"id": "w", "available": [[0, 1]]}, {"id": "v", "available": [[0, 1]]}],
        postings=[
            {"id": "p", "headcount": {"first": 0, "counts": [2, 1]}, "min_stay": 2},
        ],
        pairs=[{"worker": name, "posting": "p", "value": 100} for name in "wv"],
        pins=[{"worker": name, "posting": "p", "first": 0, "last": 0} for name in "wv"],
    )
    with pytest.raises(BadProblem, match="pins: cannot all be kept"):
        planned(Cut(problem, np.array([0, 1])), 10)


def test_what_went_before_the_first_day_goes_with_the_people() -> None:
    problem = season(
        workers=[{"id": "w", "available": [[0, 4]]}, {"id": "v", "available": [[0, 4]]}],
        postings=[
            {"id": "q", "headcount": {"first": 0, "counts": [0]}},
            {"id": "p", "headcount": {"first": 0, "counts": [1] * 5}, "min_stay": 4},
        ],
        pairs=[{"worker": name, "posting": "p", "value": 100} for name in "wv"],
        params={"max_run": 3},
    )
    # v stands at p since yesterday and worked three days, so today must be off.
    ran = Before(np.array([-1, 1]), np.array([0, 3]), np.array([0, 3]))
    problem = replace(problem, before=ran)
    part = Cut(problem, np.array([0, 1])).part(1)
    assert part.before is not None
    assert (part.before.posting.tolist(), part.before.run.tolist()) == ([0], [3])
    shard = Shard.of(part)
    assert shard.units.entry.tolist() == [0]


def test_a_season_without_people_has_an_empty_plan() -> None:
    plan = planned(cut_into(season(), 1), 5).plan()
    assert (plan.spells, plan.value, plan.bound) == ((), 0, 0)


def test_a_shard_whose_people_can_do_nothing_is_no_trouble() -> None:
    problem = season(
        workers=[{"id": "w", "available": [[0, 4]]}, {"id": "v", "available": [[0, 4]]}],
        postings=[{"id": "p", "headcount": {"first": 0, "counts": [1] * 5}, "min_stay": 2}],
        pairs=[{"worker": "w", "posting": "p", "value": 100}],
    )
    plan = planned(Cut(problem, np.array([0, 1])), 30).plan()
    assert (plan.value, plan.gap) == (500, 0.0)


# --- places between shards ------------------------------------------------------------------------


def loads_of(cut: Cut, most: int) -> list[Ints]:
    rng = np.random.default_rng(3)
    return [rng.integers(0, most, cut.places[rows].shape) for rows in cut.postings]


def quotas(cut: Cut, others: dict[int, Ints]) -> Ints:
    own = [cut.places[cut.postings[n]] - others[n] for n in range(len(cut))]
    assert all((quota >= 0).all() for quota in own)
    return cut.total(own)


@pytest.mark.parametrize("most", [2, 40])
def test_quotas_of_all_shards_are_the_headcount_in_all(most: int) -> None:
    cut = cut_into(banner(), 4)
    loads = loads_of(cut, most)
    found = quotas(cut, cut.within(loads, np.random.default_rng(1)))
    known = np.unique(np.concatenate(cut.postings))
    assert (found[known] == cut.places[known]).all()


def test_nobody_loses_a_place_to_the_quotas_where_there_are_enough() -> None:
    cut = cut_into(banner(), 4)
    loads = [load * 0 for load in loads_of(cut, 2)]
    for give in (cut.within, cut.left_over):
        others = give(loads, np.random.default_rng(1))
        assert (quotas(cut, others) <= cut.places).all()


def test_places_left_over_go_to_one_shard_and_then_to_another() -> None:
    cut = cut_into(banner(), 2)
    loads = [load * 0 for load in loads_of(cut, 2)]
    both = sorted(set(cut.postings[0].tolist()) & set(cut.postings[1].tolist()))
    row = [int(np.searchsorted(cut.postings[n], both[0])) for n in (0, 1)]
    owners = set()
    for seed in range(20):
        others = cut.left_over(loads, np.random.default_rng(seed))
        gets = [bool((others[n][row[n]] < cut.places[both[0]]).any()) for n in (0, 1)]
        assert sum(gets) == 1
        owners.add(gets.index(True))
    assert owners == {0, 1}


def test_each_shard_sees_its_share_of_what_is_over_or_under() -> None:
    cut = cut_into(banner(), 4)
    loads = loads_of(cut, 9)
    others = cut.shared(loads, np.random.default_rng(1))
    seen = [loads[n] + others[n] - cut.places[cut.postings[n]] for n in range(4)]
    known = np.unique(np.concatenate(cut.postings))
    assert (cut.total(seen)[known] == (cut.total(loads) - cut.places)[known]).all()


def test_the_example_in_the_rules() -> None:
    people = [f"w{n}" for n in range(10)]
    problem = season(
        workers=[{"id": w, "available": [[0, 0]]} for w in people],
        postings=[{"id": "p", "headcount": {"first": 0, "counts": [7]}}],
        pairs=[{"worker": w, "posting": "p", "value": 100} for w in people],
    )
    cut = Cut(problem, np.array([0] * 6 + [1] * 4))
    loads = [np.array([[n, 0, 0, 0, 0]]) for n in (6, 4)]
    rng = np.random.default_rng(1)
    seen, kept = [], []
    for _ in range(1000):
        others = cut.shared(loads, rng)
        seen.append(tuple(int(loads[n][0, 0] + others[n][0, 0]) - 7 for n in (0, 1)))
        others = cut.within(loads, rng)
        kept.append(tuple(7 - int(others[n][0, 0]) for n in (0, 1)))
    assert set(seen) == {(2, 1), (1, 2)}
    assert 750 < seen.count((2, 1)) < 850
    assert set(kept) == {(4, 3), (5, 2)}
    assert 750 < kept.count((4, 3)) < 850


def test_the_places_of_a_plan_are_counted_as_they_are_written() -> None:
    shard = Shard.of(cut_into(banner(), 2).part(0))
    zero = np.zeros_like(shard.ground.places)
    shard.answer(Order(Ask.FILL, zero, zero, 0, (1,)))
    compiled, written = zero.copy(), zero.copy()
    count(shard.ground, shard.plan, compiled)
    getattr(count, "py_func", count)(shard.ground, shard.plan, written)
    assert (compiled == written).all()
    assert compiled.sum() == (shard.units.size[:, None] * (shard.plan >= 0)).sum() > 0


# --- losses ---------------------------------------------------------------------------------------


class Failing(Here):
    """An engine whose processes are all gone after so many questions."""

    left = 12

    def ask(self, orders: dict[int, Order], resume: Sequence[bytes]) -> dict[int, Reply]:
        self.left -= 1
        if self.left < 0:
            raise Lost
        return super().ask(orders, resume)

    def spells(self, choices: Sequence[bytes]):  # type: ignore[no-untyped-def]
        raise Lost


@pytest.mark.parametrize("left", [12, 10_000])
def test_when_all_is_lost_the_best_plan_and_its_bound_remain(left: int) -> None:
    problem = banner()
    cut = cut_into(problem, 2)
    engine = Failing(cut.part)
    engine.left = left
    joint = solve_in_shards(cut, engine, seed=1, stop=rounds(25))
    plan = joint.plan()
    assert joint.is_lost
    assert check(problem, plan).violations == ()
    assert 0 < plan.value <= plan.bound < 1 << 61


class Forgetful(Here):
    """An engine that loses a shard now and then and has it go on from the best plan."""

    asked = 0

    def ask(self, orders: dict[int, Order], resume: Sequence[bytes]) -> dict[int, Reply]:
        self.asked += 1
        if self.asked % 5 == 0:
            n = self.asked // 5 % len(resume)
            self._shards.pop(n, None)
            if n in orders and orders[n].choice is None:
                orders = orders | {n: replace(orders[n], choice=resume[n])}
        return super().ask(orders, resume)


def test_a_shard_that_begins_anew_breaks_no_rule() -> None:
    problem = banner()
    cut = cut_into(problem, 3)
    plan = solve_in_shards(cut, Forgetful(cut.part), seed=1, stop=rounds(90)).plan()
    assert check(problem, plan).violations == ()
    assert plan.gap < 0.25


def test_a_reply_that_breaks_a_pin_is_no_plan() -> None:
    class Stubborn(Here):
        def ask(self, orders: dict[int, Order], resume: Sequence[bytes]) -> dict[int, Reply]:
            replies = super().ask(orders, resume)
            first = next(iter(orders.values()))
            if first.ask in (Ask.SETTLE, Ask.FILL) and any(resume):
                return {n: replace(r, is_kept=False, value=1 << 40) for n, r in replies.items()}
            return replies

    cut = cut_into(banner(), 2)
    joint = solve_in_shards(cut, Stubborn(cut.part), seed=1, stop=rounds(30))
    assert joint.value < 1 << 40
    assert check(cut.problem, joint.plan()).violations == ()
