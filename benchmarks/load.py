"""A banner at work: how much one machine answers, and whether it stays the same for long.

    python3 manage.py load [--seconds 180] [--users 50] [--workers 20000] [--postgresql]
    python3 manage.py load --soak 20

A season of a banner is made once into build/load-<workers> (or into a PostgreSQL server of its
own). gunicorn serves it with 2 workers of 4 threads. People of all roles ask at once, each without
pause, in turns of ten seconds: /healthz, pages that read, forms that write. Rates of reads and
writes are told as parts of /healthz' rate in the same run. Wanted: no error, no answer over 3
seconds, reads at least 0.4 and writes at least 0.25.
--soak lets few people go on for so many minutes with short pauses and looks at what the workers
hold: memory may grow by 5 %, open files not at all.
"""

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.load_people import People, Tally, crowd
from benchmarks.load_server import Held, held_by, serving
from benchmarks.market_http import ROOT
from benchmarks.races import database

TURN_SECONDS = 10.0
MOST_MS = 3_000.0
LEAST = {"reads": 0.4, "writes": 0.25}
MOST_GROWTH = 0.05
# Workers of gunicorn open and close the log's and the database's files; so many may be open more.
SPARE_FILES = 4
SOAK_USERS, SOAK_PAUSE = 10, 0.2


def load(people: People, port: int, users: int, seconds: float) -> bool:
    """Turns of all three kinds; prints a line each. True when all is as wanted."""
    turn = min(TURN_SECONDS, seconds / 3)
    kinds = ("healthz", "reads", "writes")
    tallies = {kind: Tally() for kind in kinds}
    for _ in range(max(1, round(seconds / turn / len(kinds)))):
        for kind in kinds:
            crowd(people, port, kind, users, turn, tallies[kind])
    print(f"\n{'':10}{'answers':>9}{'per s':>8}{'of healthz':>12}{'median':>9}{'p99':>8}"
          f"{'most':>8}{'errors':>8}")  # fmt: skip
    unit, well = tallies["healthz"].rate, True
    for kind, tally in tallies.items():
        part = tally.rate / unit if unit else 0.0
        fits = not tally.errors and tally.most < MOST_MS and part >= LEAST.get(kind, 0)
        well = well and fits
        print(
            f"{kind:10}{tally.answers:>9}{tally.rate:>8.0f}{part:>12.2f}{tally.at(50):>7.0f}ms"
            f"{tally.at(99):>6.0f}ms{tally.most:>6.0f}ms{len(tally.errors):>8}"
            f"  {'' if fits else 'NOT AS WANTED'}"
        )
        for error in sorted(set(tally.errors))[:5]:
            print(f"    {error}")
    for kind in ("reads", "writes"):
        for name, times in sorted(tallies[kind].by_name.items()):
            print(f"    {name:34}{len(times):>7}{sum(times) / len(times):>8.0f} ms")
    return well


def soak(people: People, port: int, process: int, minutes: float) -> bool:
    """Few people for long; what the workers hold at the beginning and at the end."""
    tally, seen = Tally(), []
    turns = max(10, round(minutes * 60 / TURN_SECONDS))
    for n in range(turns):
        kind = "writes" if n % 3 == 2 else "reads"
        crowd(people, port, kind, SOAK_USERS, minutes * 60 / turns, tally, SOAK_PAUSE)
        seen.append(held_by(process))
    fifth = max(1, turns // 5)
    # The first fifth fills caches.
    early, late = seen[fifth : 2 * fifth], seen[-fifth:]
    before, after = Held.median(early), Held.median(late)
    growth = after.memory / before.memory - 1
    flat = after.files <= before.files + SPARE_FILES
    print(f"\n{minutes:g} minutes, {tally.answers} answers, {len(tally.errors)} errors")
    print(f"memory of the workers {before.memory / 1e6:.0f} MB, then {after.memory / 1e6:.0f} MB:"
          f" {growth:+.1%}")  # fmt: skip
    print(f"open files {before.files}, then {after.files}")
    for error in sorted(set(tally.errors))[:5]:
        print(f"    {error}")
    return growth <= MOST_GROWTH and flat and not tally.errors


def main() -> int:
    options = argparse.ArgumentParser(prog="manage.py load")
    options.add_argument("--seconds", type=float, default=180)
    options.add_argument("--users", type=int, default=50)
    options.add_argument("--workers", type=int, default=20_000, help="people of the banner")
    options.add_argument("--postings", type=int, default=500)
    options.add_argument("--soak", type=float, metavar="MINUTES")
    options.add_argument("--folder", type=Path)
    options.add_argument("--postgresql", action="store_true")
    given = options.parse_args()
    folder = (given.folder or ROOT / "build" / f"load-{given.workers}").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        os.environ["JOBMATCH_INSTANCE"] = str(folder)
        if given.postgresql:
            scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="jobmatch-load-"))
            os.environ["DATABASE_URL"] = stack.enter_context(database("postgresql", Path(scratch)))
        people = People(folder, given.workers, given.postings)
        port, process = stack.enter_context(serving(folder))
        people.prepare(port, given.users)
        if given.soak:
            well = soak(people, port, process, given.soak)
        else:
            well = load(people, port, given.users, given.seconds)
    print("\nas wanted" if well else "\nNOT AS WANTED")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
