"""Many phrases at once say what each says alone."""

import gc

import pytest

from benchmarks.reading_phrases import labelled, raw
from jobmatch.skills.rules import bulk
from jobmatch.skills.rules.bulk import rank_many, read_many
from jobmatch.skills.rules.normalise import ranked, read
from tests.skills.reading import small, whole

CATALOGUE = small()
PHRASES = ["刨地瓜", "招聘打包工", "", "刨地瓜", "😀", "装箱，刨地瓜", "插车司机"]


@pytest.mark.parametrize("processes", [1, 2])
def test_answers_come_in_the_order_of_the_phrases(processes, monkeypatch):
    monkeypatch.setattr(bulk, "LEAST_TO_SHARE", 2)
    assert read_many(PHRASES, CATALOGUE, processes) == [read(p, CATALOGUE) for p in PHRASES]
    assert rank_many(PHRASES, CATALOGUE, processes) == [ranked(p, CATALOGUE) for p in PHRASES]


def test_what_is_kept_of_other_phrases_changes_no_answer(monkeypatch):
    monkeypatch.setattr(bulk, "PAGE", 700)
    raw_ones = raw(4_000, 5)
    phrases = [
        phrase.text for name in ("skills_public.csv", "heldout.csv") for phrase in labelled(name)
    ]
    phrases += raw_ones + ["，".join(raw_ones[at : at + 3]) for at in range(0, 600, 3)]
    phrases += ["".join(raw_ones[at : at + 2]) for at in range(600, 1_000, 2)]
    catalogue = whole()
    assert read_many(phrases, catalogue) == [read(p, catalogue) for p in phrases]
    assert rank_many(phrases, catalogue) == [ranked(p, catalogue) for p in phrases]


def test_few_phrases_and_machines_that_cannot_copy_themselves_read_in_one_process(monkeypatch):
    assert read_many(PHRASES, CATALOGUE, 2) == [read(p, CATALOGUE) for p in PHRASES]
    monkeypatch.setattr(bulk, "LEAST_TO_SHARE", 2)
    monkeypatch.setattr("multiprocessing.get_all_start_methods", lambda: ["spawn"])
    assert read_many(PHRASES, CATALOGUE, 2) == [read(p, CATALOGUE) for p in PHRASES]


def test_a_page_is_read_only_where_a_catalogue_is_shared(monkeypatch):
    with pytest.raises(RuntimeError):
        bulk.read_page([("刨地瓜",)])
    monkeypatch.setattr(bulk, "_shared", (CATALOGUE, bulk.read_clauses))
    ((row,),) = bulk.read_page([("刨地瓜",)])
    assert row[0] == "sw.dig"


def test_collecting_garbage_is_left_as_it_was():
    read_many(PHRASES, CATALOGUE)
    assert gc.isenabled()
    gc.disable()
    try:
        read_many(PHRASES, CATALOGUE)
        assert not gc.isenabled()
    finally:
        gc.enable()
