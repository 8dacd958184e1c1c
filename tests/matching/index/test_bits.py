"""Days as bits, the heap, the lock and the keys: the small parts of the index."""

import threading
from pathlib import Path
from random import Random

import numpy as np
import pytest

from jobmatch.matching.rules.index import bits, heap, jit
from jobmatch.matching.rules.index.keys import Keys
from jobmatch.matching.rules.index.locks import ReadWrite
from jobmatch.matching.rules.index.trial import run


@pytest.mark.parametrize("seed", range(5))
def test_days_as_bits_count_as_sets_of_days_do(seed: int) -> None:
    r = Random(seed)
    sets = [{r.randrange(192) for _ in range(r.choice((0, 1, 60)))} for _ in range(6)]
    table = np.zeros((3, 6), dtype=np.uint64)
    rows = np.array([n for n, days in enumerate(sets) for _ in days], dtype=np.int64)
    given = np.array([day for days in sets for day in days], dtype=np.int64)
    bits.set_runs(table, rows, given, given, True)
    for n, days in enumerate(sets):
        assert bits.days_of(table, n) == sorted(days)
        assert bits.last_of(table, n) == max(days, default=-1)
        for first in (-3, 0, 1, 63, 64, 65, 130, 191, 192):
            ahead = {day for day in days if day >= first}
            assert bits.first_from(table, n, first) == min(ahead, default=-1)
            assert bits.count_from(table, n, first) == len(ahead)
            assert bits.count_common(table, n, table, 0, first) == len(ahead & sets[0])
            assert bits.common(bits.cut(table, n, first), table, 0) == len(ahead & sets[0])
            assert bits.common_within(bits.cut(table, n, first), table, 0, 0, 3) == len(
                ahead & sets[0]
            )


def test_runs_are_set_and_taken_away_within_the_table() -> None:
    table = np.zeros((2, 1), dtype=np.uint64)

    def runs(first: int, last: int, on: bool) -> list[int]:
        one = np.zeros(1, dtype=np.int64)
        bits.set_runs(table, one, one + first, one + last, on)
        return bits.days_of(table, 0)

    assert runs(-5, 2, True) == [0, 1, 2]
    assert runs(120, 500, True) == [0, 1, 2, *range(120, 128)]
    assert runs(9, 8, True) == [0, 1, 2, *range(120, 128)]
    assert runs(1, 125, False) == [0, 126, 127]
    assert runs(200, 300, True) == [0, 126, 127]
    assert (bits.words_for(0), bits.words_for(64), bits.words_for(65)) == (1, 1, 2)


@pytest.mark.parametrize("most", [0, 1, 7, 50])
def test_the_heap_keeps_the_best_in_a_total_order(most: int) -> None:
    r = Random(most)
    rows = [(r.randrange(5), r.randrange(3), 0, key, -key) for key in range(40)]
    r.shuffle(rows)
    best, size = heap.empty(most), 0
    for value, tie, other, key, row in rows:
        size = heap.offer(best, size, value, tie, other, key, row)
    least = heap.least(best, size)
    found = heap.in_order(best, size).tolist()
    assert found == sorted([-v, t, o, k, row] for v, t, o, k, row in rows)[:most]
    assert least == (1 << 40 if most == 0 else -1 if size < most else -found[-1][0])


def test_keys_are_found_changed_and_taken_away() -> None:
    keys = Keys(np.array([30, 10, 20], dtype=np.int64))
    assert [keys[10], keys[20], keys[30], len(keys)] == [1, 2, 0, 3]
    keys[20], keys[99] = 7, 8
    assert [keys[20], keys[99], len(keys)] == [7, 8, 4]
    del keys[10]
    assert (10 in keys, keys.get(40), len(keys)) == (False, None, 3)
    with pytest.raises(KeyError):
        keys[10]


def test_who_writes_is_alone_and_who_reads_is_not() -> None:
    lock, seen = ReadWrite(), []
    inside = threading.Barrier(3, timeout=20)

    def read() -> None:
        with lock.reading():
            inside.wait()
            seen.append("read")

    def write() -> None:
        with lock.writing():
            seen.append("begin")
            seen.append("end")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    inside.wait()  # both are in at once
    with lock.writing():
        seen.append("first")
    writer = threading.Thread(target=write)
    writer.start()
    for thread in (*readers, writer):
        thread.join(20)
    assert seen.count("read") == 2
    assert seen[seen.index("begin") + 1] == "end"


def test_the_trial_index_has_its_one_match() -> None:
    assert [match.id for match in run()] == [1]


def test_rows_alike_come_in_no_order() -> None:
    assert not heap.before(np.zeros((2, heap.WIDTH), dtype=np.int64), 0, 1)


def test_readers_wait_for_who_writes() -> None:
    lock, seen = ReadWrite(), []
    writes = threading.Event()

    def read() -> None:
        writes.wait(20)
        with lock.reading():
            seen.append("read")

    reader = threading.Thread(target=read)
    reader.start()
    with lock.writing():
        writes.set()
        reader.join(0.2)
        seen.append("written")
    reader.join(20)
    assert seen == ["written", "read"]


def test_compiled_loops_are_kept_where_one_says_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numba

    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setattr(jit, "_is_named", False)
    jit.keep_in(tmp_path / "compiled")
    own = tmp_path / "compiled" / jit.stamp()
    assert str(own) == numba.config.CACHE_DIR
    assert own.is_dir()
    jit.keep_in(tmp_path / "elsewhere")
    assert str(own) == numba.config.CACHE_DIR


def test_a_change_of_what_loops_are_made_of_gives_compiled_code_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for part in jit.PARTS:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / part).write_text("1")
    monkeypatch.setattr(jit, "PACKAGE", tmp_path)
    before = jit.stamp()
    assert jit.stamp() == before
    (tmp_path / jit.PARTS[0]).write_text("2")
    assert jit.stamp() != before
