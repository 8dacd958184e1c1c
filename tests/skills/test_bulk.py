"""Many phrases at once say what each says alone."""

import gc

import pytest

from jobmatch.skills.rules.bulk import rank_many, read_many
from jobmatch.skills.rules.normalise import ranked, read
from tests.skills.reading import small

CATALOGUE = small()
PHRASES = ["刨地瓜", "招聘打包工", "", "刨地瓜", "😀", "装箱，刨地瓜", "插车司机", "挖" * 900]


@pytest.mark.parametrize("threads", [1, 2])
def test_answers_come_in_the_order_of_the_phrases(threads):
    assert read_many(PHRASES, CATALOGUE, threads) == [read(p, CATALOGUE) for p in PHRASES]
    assert rank_many(PHRASES, CATALOGUE, threads) == [ranked(p, CATALOGUE) for p in PHRASES]
    assert read_many([], CATALOGUE, threads) == []


def test_phrases_with_the_same_clauses_are_read_once():
    one, other = read_many(["刨地瓜", "刨地瓜 200元/天"], CATALOGUE)
    assert one == other
    assert [found.skill_id for found in one] == ["sw.dig"]


def test_collecting_garbage_is_left_as_it_was():
    read_many(PHRASES, CATALOGUE)
    assert gc.isenabled()
    gc.disable()
    try:
        read_many(PHRASES, CATALOGUE)
        assert not gc.isenabled()
    finally:
        gc.enable()
