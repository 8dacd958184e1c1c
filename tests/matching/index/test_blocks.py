"""Blocks of spots, hidden people, and lists without room: compiled, and as it is written."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from jobmatch.matching.rules.index import blocks, build, for_posting
from jobmatch.matching.rules.index.asking import Full
from jobmatch.matching.rules.index.layout import NOBODY, points_of
from jobmatch.matching.rules.index.pair import set_extra
from tests.matching.index import drawing
from tests.matching.index.drawing import TODAY
from tests.matching.index.test_exact import WEIGHTS, Market


def test_blocks_within_reach_come_nearest_first_and_empty_ones_never() -> None:
    lon = np.array([120.0, 120.0, 120.0, 120.0])
    lat = np.array([42.0, 44.0, 42.5, 49.0])
    nothing = np.zeros(4, np.int64)
    spots = build.measured(build.Where(lon, lat, nothing, nothing))
    found = blocks.balls(spots, np.array([0, 1, 1, 2, 3, 4]))
    way = blocks.ways_from(spots, found, 0, 400)
    assert way.order.tolist() == [0, 3, 2]
    assert way.far.tolist() == [0, 72, 289]


def test_no_block_within_reach_is_no_way() -> None:
    none = np.zeros(1, np.int64)
    spots = build.measured(build.Where(np.array([120.0]), np.array([42.0]), none, none))
    found = blocks.balls(spots, np.array([0, 1]))
    assert blocks.ways_from(spots, found, 0, -1).order.tolist() == []


def test_behind_a_spot_on_which_most_people_stand_there_is_no_empty_block() -> None:
    lon, lat = np.array([120.0, 120.1, 120.2, 120.3]), np.full(4, 42.0)
    nothing = np.zeros(4, np.int64)
    spots = build.measured(build.Where(lon, lat, nothing, nothing))
    _, start = blocks.order_of(spots, 4, np.array([1, 1, 1, 97]), 9)
    assert start.tolist() == [0, 4]


def test_lists_whose_room_is_used_up_take_no_more() -> None:
    none = np.zeros(0, np.int64)
    lists = build.lists_of(none, none, none, none, 2, np.zeros(0, np.int32))
    build.add_to(lists, 4095, 7, 8, 9)
    assert (lists.row[4095], lists.spot[4095], lists.limit[4095]) == (7, 8, 9)
    with pytest.raises(Full, match="behind the lists"):
        build.add_to(lists, 4096, 7, 8, 9)


def test_who_is_hidden_has_no_points_and_no_value() -> None:
    index, x = Market(1, 3, 1).index, points_of(WEIGHTS)
    index.people.rec["hidden"][0] = 1
    index.people.rec["id"][1] = -1
    set_extra(index.people, 3, x)
    assert index.people.extra[:2].tolist() == [NOBODY, NOBODY]
    assert index.people.extra[2] > 0
    this = for_posting.Posting(0, 1, 20260920, 20_000, x)
    assert [for_posting.value_of(index.for_offers, this, w, 0, 1) for w in (0, 1)] == [-2, -2]


@pytest.mark.parametrize("seed", range(2))
def test_in_many_small_blocks_the_best_are_the_same(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(blocks, "ROWS", 2)
    assert Market(200 + seed, 25, 16).assert_exact() > 20


def test_of_many_postings_the_best_one_is_found() -> None:
    market = Market(5, 4, 40)
    r = Random(1)
    easy = replace(drawing.easier(drawing.person(r), r), max_km=3000)
    keys = range(1, 5)
    for key in keys:
        market.people[key] = replace(easy, skills={"ag.potato.dig": key % 3 + 1})
    market.index = market.fresh()
    for key in keys:
        assert market.index.best_for_worker(key, TODAY, 1, nearly=0) == market.for_worker(key, 1, 0)
