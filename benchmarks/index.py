"""The best 20 postings for a worker and the best 200 workers for a posting, beside SQL.

    python3 manage.py benchmark index                                      about a minute
    python3 manage.py benchmark index --workers 240000 --postings 5000
    python3 manage.py benchmark index --workers 1000000 --postings 100000
    python3 manage.py benchmark index --growth         100,000 x 10,000 beside ten times as many

The market comes from a seed (benchmarks/market.py). Index and peers are asked for the same people
and postings in the same run, each question three times, of which the quickest counts. The peers get
fewer questions. Times of the processor are those that other programs stretch least; the bounds are
held against them.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import index_sql, market
from jobmatch.matching.rules.index.columns import OffersIn, PeopleIn
from jobmatch.matching.rules.index.index import Index
from jobmatch.matching.rules.index.jit import keep_in
from jobmatch.matching.rules.weights import Weights
from jobmatch.places.rules import reach

ROOT = Path(__file__).resolve().parent.parent
BOUNDS = {"worker": 2.0, "posting": 15.0}
LEAST_RATIO = 30
GROWN = ((100_000, 10_000), (1_000_000, 100_000))
MOST_TO_CHANGE = 1.0


class Times(NamedTuple):
    """Milliseconds by the clock, and of this thread's processor."""

    clock: Any
    work: Any


def timed(ask: Callable[[int], Any], ids: Sequence[int]) -> Times:
    """Each question three times, of which the quickest counts."""
    clock, work = np.empty((3, len(ids))), np.empty((3, len(ids)))
    for turn in range(3):
        for n, key in enumerate(ids):
            begun, worked = time.perf_counter(), time.thread_time()
            ask(int(key))
            work[turn, n] = time.thread_time() - worked
            clock[turn, n] = time.perf_counter() - begun
    return Times(clock.min(axis=0) * 1000, work.min(axis=0) * 1000)


def line(name: str, times: Times) -> Times:
    clock, work = times
    print(
        f"  {name:34} median {np.median(clock):8.3f} ms  p99 {np.percentile(clock, 99):8.3f} ms"
        f"   processor {np.median(work):8.3f}  {np.percentile(work, 99):8.3f}",
        flush=True,
    )
    return times


def p99(times: Any) -> float:
    return float(np.percentile(times, 99))


def memory() -> float:
    """MB in use now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def one_person(people: PeopleIn, n: int) -> PeopleIn:
    """The columns of one person, less one skill: they get a new row."""

    def mine(table: Any) -> Any:
        found = table[np.searchsorted(table[:, 0], n) : np.searchsorted(table[:, 0], n + 1)].copy()
        found[:, 0] = 0
        return found

    return PeopleIn(
        {name: column[n : n + 1] for name, column in people.rec.items()},
        people.lon[n : n + 1], people.lat[n : n + 1], people.code[n : n + 1],
        people.digits[n : n + 1], mine(people.skills)[:1],
        mine(people.proofs), mine(people.brands), mine(people.runs), mine(people.taken),
    )  # fmt: skip


def one_posting(offers: OffersIn, n: int) -> OffersIn:
    """The columns of one posting, less its further skills: it gets a new row."""

    def mine(table: Any) -> Any:
        found = table[table[:, 0] == n].copy()
        found[:, 0] = 0
        return found

    return OffersIn(
        {name: column[n : n + 1] for name, column in offers.rec.items()},
        offers.lon[n : n + 1], offers.lat[n : n + 1], offers.code[n : n + 1],
        offers.digits[n : n + 1], mine(offers.also)[:0], mine(offers.days), mine(offers.whole),
    )  # fmt: skip


def box(lon: float, lat: float, km: float) -> tuple[float, float, float, float]:
    west, south, east, north = reach(lon, lat, min(km, 2_400))
    return west, east, south, north


def peers(made: market.Market, index: Index, ids: dict[str, Any], mine: dict[str, Times]) -> bool:
    """Ask both databases the same; True when the index is fast enough beside them.

    mine   the index's times for the very same questions
    """
    well = True
    with tempfile.TemporaryDirectory() as folder:
        for place in (index_sql.sqlite(made, Path(folder)), index_sql.postgresql(made)):
            with place as peer:
                for kind, ask in asks_of(peer, made).items():
                    answers: dict[int, Any] = {}
                    for key in map(int, ids[kind][:1]):
                        ask(key)
                    found = line(
                        f"{peer.name}, {kind}",
                        timed(lambda key: answers.__setitem__(key, ask(key)), ids[kind]),  # noqa: B023
                    )
                    # PostgreSQL works in processes of its own: there the clock is all one has.
                    own = peer.name == "SQLite"
                    ratio = p99(found[own]) / p99(mine[kind][own])
                    middle = np.median(found[own]) / np.median(mine[kind][own])
                    same = sum(rows == answer(index, kind, key) for key, rows in answers.items())
                    well = well and ratio >= LEAST_RATIO and same == len(answers)
                    print(
                        f"  {'':34} p99 {ratio:.0f} times the index's for these questions, "
                        f"median {middle:.0f}; {same} of {len(answers)} answers the same",
                        flush=True,
                    )
    return well


def asks_of(peer: index_sql.Peer, made: market.Market) -> dict[str, Callable[[int], Any]]:
    """Each database's questions, with the narrowest box that holds every answer."""
    p, o = made.people, made.offers
    far = int(p.rec["max_km"].max())

    def worker(key: int) -> Any:
        goes = p.rec["max_km"][key - 1]
        if not p.rec["stays"][key - 1]:
            goes = min(goes, index_sql.W.daily_km)
        at = box(p.lon[key - 1], p.lat[key - 1], goes + 1)
        return peer.ask(index_sql.FOR_WORKER, key, *at)

    def posting(key: int) -> Any:
        goes = far if o.rec["lodging"][key - 1] else index_sql.W.daily_km
        at = box(o.lon[key - 1], o.lat[key - 1], goes + 1)
        return peer.ask(index_sql.FOR_POSTING, key, *at)

    return {"worker": worker, "posting": posting}


def answer(index: Index, kind: str, key: int) -> list[tuple[int, int, int]]:
    """The index's answer as the peers give it."""
    found = (
        index.best_for_worker(key, market.TODAY)[0] if kind == "worker"
        else index.best_for_posting(key, market.TODAY)
    )  # fmt: skip
    return [(match.id, match.value, match.km) for match in found]


class Built(NamedTuple):
    """An index over a made market, what building it took, and answers to questions of each kind.

    work, memory  seconds of the processor, MB
    """

    made: market.Market
    held: Index
    work: float
    memory: float
    ids: dict[str, Any]
    told: dict[str, Times]


def build(workers: int, postings: int, questions: int, seed: int) -> Built:
    """Make, build, ask; prints a line for each."""
    made = market.make(workers, postings, seed)
    print(f"{workers:,} workers with {len(made.people.skills):,} skills, {postings:,} postings")
    before, begun, worked = memory(), time.perf_counter(), time.process_time()
    index = Index(made.frame, made.people, made.offers, Weights())
    work, more = time.process_time() - worked, memory() - before
    print(f"  built in {time.perf_counter() - begun:.1f} s (processor {work:.1f} s), "
          f"{more:.0f} MB, process {memory():.0f} MB", flush=True)  # fmt: skip
    r = np.random.default_rng(seed)
    ids: dict[str, Any] = {
        "worker": r.integers(1, workers + 1, questions),
        "posting": r.integers(1, postings + 1, questions // 2),
    }
    asks: dict[str, Callable[[int], Any]] = {
        "worker": lambda key: index.best_for_worker(key, market.TODAY),
        "posting": lambda key: index.best_for_posting(key, market.TODAY),
    }
    told = {kind: line(f"index, {kind}", timed(ask, ids[kind])) for kind, ask in asks.items()}
    return Built(made, index, work, more, ids, told)


def growth(questions: int, seed: int) -> int:
    """Ten times the people and postings: everything may take ten times as much, not more."""
    found = []
    for workers, postings in GROWN:
        one = build(workers, postings, questions, seed)
        found.append({
            "building, s of the processor": one.work, "memory, MB": one.memory,
            "worker, p99 ms": p99(one.told["worker"].work),
            "posting, p99 ms": p99(one.told["posting"].work),
        })  # fmt: skip
        del one
    times = GROWN[1][0] / GROWN[0][0]
    grown = {name: found[1][name] / found[0][name] for name in found[0]}
    for name, ratio in grown.items():
        print(f"  {name:34} {found[0][name]:10.3f} {found[1][name]:10.3f}  times {ratio:5.1f}")
    well = max(grown.values()) <= times
    print("at most linear" if well else "MORE than linear", f"({times:.0f} times as many)")
    return 0 if well else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmark index")
    parser.add_argument("--workers", type=int, default=60_000)
    parser.add_argument("--postings", type=int, default=2_000)
    parser.add_argument("--questions", type=int, default=3_000)
    parser.add_argument(
        "--peers", type=int, default=120, help="questions to each database; 0: none"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--growth", action="store_true")
    options = parser.parse_args()
    keep_in(ROOT / "build" / "compiled")
    small = market.make(50, 50)
    Index(small.frame, small.people, small.offers, Weights()).warm(market.TODAY)
    if options.growth:
        return growth(options.questions, options.seed)
    one = build(options.workers, options.postings, options.questions, options.seed)
    made, index, ids, mine = one.made, one.held, one.ids, one.told
    close = timed(lambda k: index.best_for_worker(k, market.TODAY, nearly=3), ids["worker"])
    line("index, worker, with nearly fitting", close)
    well = all(p99(mine[kind].work) < bound for kind, bound in BOUNDS.items())
    if options.peers:
        few = {
            kind: keys[: options.peers // (1 if kind == "worker" else 3)]
            for kind, keys in ids.items()
        }
        same = {kind: Times(*(t[: len(few[kind])] for t in mine[kind])) for kind in few}
        well = peers(made, index, few, same) and well
    people = [one_person(made.people, int(n) - 1) for n in ids["worker"][:500]]
    work = [one_posting(made.offers, int(n) - 1) for n in ids["posting"][:500]]
    for name, put, changed in (
        ("one person changes", index.put_people, people),
        ("one posting changes", index.put_offers, work),
    ):
        changes: Any = changed
        told = timed(lambda n: put(changes[n]), range(len(changes)))  # noqa: B023
        well = line(name, told).work.max() < MOST_TO_CHANGE and well
    print(
        "within the bounds" if well else "NOT within the bounds", BOUNDS, f"and {LEAST_RATIO} times"
    )
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
