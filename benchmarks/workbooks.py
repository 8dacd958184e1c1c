"""Mangled workbooks and bombs through every route that takes workbooks, under a limit of memory.

    python3 manage.py workbooks [--rounds 2000] [--seed 1]

Workbooks that are changed in their cells, their XML or their bytes by a seeded draw go to the
officer's import of households and to the employer's bank file, each to the end of its way. Counted
are server errors, workbooks that wrote something else than their preview promised, seconds of the
processor and the growth of memory at its highest. The bombs come first. The control hands a bomb to
the reader without a look at it, and must break the bounds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def campaign(rounds: int, seed: int = 1, *, seconds: float | None = None) -> dict[str, Any]:
    """What came of so many rounds in a process of their own (see tests/reliability/workbooks.py).

    raises   RuntimeError when the process did not come to its end
    """
    # Measuring what the tests cover would be counted as the workbooks' time.
    own = {name: v for name, v in os.environ.items() if not name.startswith("COVERAGE_PROCESS_")}
    with tempfile.TemporaryDirectory(prefix="jobmatch-workbooks-") as folder:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.reliability.workbooks", folder,
             str(rounds), str(seed)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False, timeout=seconds,
            # One thread's tables for linear algebra, or they alone take the memory.
            env=own | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    lines = done.stdout.splitlines()
    if not lines:
        raise RuntimeError(f"the process ended with status {done.returncode} and said nothing")
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def main() -> int:
    options = argparse.ArgumentParser(prog="manage.py workbooks", description=__doc__)
    options.add_argument("--rounds", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    found = campaign(given.rounds, given.seed)
    for name, said in found["bombs"].items():
        print(f"{name:<48}{said}")
    print(f"rounds {found['rounds']}, by kind {found['kinds']}, by last status {found['answers']}")
    print(f"saved {found['saved']}, with a report of rows {found['with_faults']}")
    print(
        f"slowest {found['slowest_cpu']:.2f} s of the processor, {found['slowest']:.2f} s by the "
        f"clock (load {os.getloadavg()[0]:.1f}); most memory {found['most_growth'] >> 20} MB"
    )
    print(f"server errors or beyond a bound {len(found['errors'])}, halves {len(found['halves'])}")
    for line in [*found["errors"], *found["halves"]][:20]:
        print(f"  {line}")
    print(f"control, a bomb that nobody looked at: {found['control']}")
    broken = found["errors"] or found["halves"] or found["control"] == "within the bounds"
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
