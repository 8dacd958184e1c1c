"""What was answered is there, once, whenever the process is killed; no order of deeds harms a book.

    python3 manage.py reliability [--rounds 200] [--only sqlite|postgresql]
    python3 manage.py reliability --properties [2000] [--steps 50]

Each round sends 32 requests (attendance, settlement, payment, bank file: eight of each) from a
process that is ended by kill -9 at a random moment; another sends what was not answered once more,
and some of what was. After the kill and at the end of each round the answers are looked for, and
the check of the books is run. The controls do the same with every statement on its own, and with
every sending as a new request: both must show damage.
--properties lets two machines do deeds in any order against plain models, so many examples of so
many steps: one by the rules alone, one through the services and a database; then plants the faults.
DATABASE_URL names a PostgreSQL server to use; without it one is started for the run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask

from benchmarks.races import ROOT, application, close, database

CONTROL_ROUNDS = 6
HEADS = (
    "what", "rounds", "kills", "sync", "settle", "pay", "import", "again", "lost", "twice",
    "halves", "pending", "faults", "off fen", "refused", "seconds",
)  # fmt: skip


def campaign(app: Flask, kind: str, rounds: int) -> bool:
    """Run the rounds and the controls; print a line each. True when only the controls are hurt."""
    from tests.reliability.crash import NO_DAMAGE, Campaign

    all_well = True
    for broken, n in (
        (NO_DAMAGE, rounds),
        ("transaction", CONTROL_ROUNDS),
        ("key", CONTROL_ROUNDS),
    ):
        empty(app)
        began, run = time.monotonic(), Campaign(app, seed=n, broken=broken)
        for done in range(n):
            run.round()
            if broken != NO_DAMAGE and run.tally.damage:
                break
            if done % 20 == 19:
                print(f"  {kind}: {done + 1} of {n} rounds", file=sys.stderr, flush=True)
        seen = run.tally
        name = kind if broken == NO_DAMAGE else f"control, no {broken}"
        line(
            name, seen.rounds, seen.kills, *(seen.operations[k] for k in HEADS[3:7]), seen.again,
            seen.lost, seen.twice, seen.halves, seen.pending, seen.faults, seen.off_fen,
            seen.refused, f"{time.monotonic() - began:.0f}",
        )  # fmt: skip
        all_well = all_well and (seen.damage == 0) == (broken == NO_DAMAGE)
    return all_well


def line(*cells: object) -> None:
    first, *rest = cells
    print(f"{first!s:<24}" + "".join(f"{cell!s:>9}" for cell in rest), flush=True)


def empty(app: Flask) -> None:
    from jobmatch.infra.db import forget_reads
    from jobmatch.infra.schema import emptied

    with app.app_context():
        forget_reads()
        emptied(keep={"place", "skill", "skill_alias", "dated_rule"})


def crashes(rounds: int, only: str | None) -> int:
    line(*HEADS)
    all_well = True
    for kind in ("sqlite", "postgresql"):
        if only not in (None, kind):
            continue
        with (
            tempfile.TemporaryDirectory(prefix="jobmatch-crash-") as folder,
            database(kind, Path(folder)) as address,
        ):
            app = application(address, Path(folder))
            try:
                all_well = campaign(app, kind, rounds) and all_well
            finally:
                close(app)
    print("no answer was lost, none came twice" if all_well else "DAMAGE, or a control without any")
    return 0 if all_well else 1


def properties(examples: int, steps: int) -> int:
    """The machines of the tests with more examples, and all of the planted faults."""
    found = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=0",
            "tests/reliability/test_rules_machine.py", "tests/reliability/test_machine.py",
        ],
        cwd=ROOT,
        env=os.environ | {
            f"{name}_{what}": str(n)
            for name in ("MACHINE", "RULES")
            for what, n in (("EXAMPLES", examples), ("STEPS", steps))
        },
        check=False,
    )  # fmt: skip
    return found.returncode


def main() -> int:
    options = argparse.ArgumentParser(prog="manage.py reliability")
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--only", choices=("sqlite", "postgresql"))
    options.add_argument("--properties", type=int, nargs="?", const=2000, metavar="EXAMPLES")
    options.add_argument("--steps", type=int, default=50)
    given = options.parse_args()
    if given.properties is not None:
        return properties(given.properties, given.steps)
    return crashes(given.rounds, given.only)


if __name__ == "__main__":
    sys.exit(main())
