"""One planner on one seeded season, in a process of its own; and what was measured, kept.

What a run gives is a `Row`: plain values, so that it can be kept as JSON. A run that is over a
limit of memory or time is ended, and its row says so; the others go on.
"""

import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from jobmatch.commands.dispatch import seats
from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.generate import SKILLS, Size, generate
from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.problem import Flags, Problem

Row = dict[str, Any]
# value, bound or None; called by a planner whenever it has something better
Tell = Callable[[int | None, int | None], None]
LOOK_SECONDS = 0.5
TELL_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Job:
    """A planner, a season and how long.

    by  "clock" or "processor": which of the two `seconds` are. Peers know the clock only.
    gap the gap, 0 to 1, at which ours stops
    """

    peer: str
    workers: int
    postings: int
    seconds: float
    seed: int = 1
    counties: int = 1
    days: int = 60
    max_run: int = 0
    crewed: float = 0.2
    whole: float = 0.0
    skills: int = SKILLS
    by: str = "clock"
    gap: float = 0.0

    @property
    def key(self) -> str:
        """The name under which what it gave is kept."""
        more = {"max_run": 0, "crewed": 0.2, "whole": 0.0, "skills": SKILLS, "gap": 0.0}
        said = [f"{name}={getattr(self, name):g}" for name in more
                if getattr(self, name) != more[name]]  # fmt: skip
        said += [self.by] if self.by != "clock" else []
        size = f"{self.workers}x{self.postings}x{self.days}/{self.counties}"
        return " ".join([self.peer, size, f"{self.seconds:g}s", f"seed={self.seed}", *said])

    def season(self) -> Problem:
        size = Size(self.workers, self.postings, self.days, self.max_run, self.whole,
                    crewed=self.crewed, skills=self.skills)  # fmt: skip
        return generate(size, seats(self.counties), self.seed)


Planner = Callable[[Problem, Job, Tell], Row]


class Store:
    """What was measured, by key, in one file; written anew after every run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, Row] = {}
        if path.exists():
            self.rows = json.loads(path.read_text(encoding="utf-8"))

    def keep(self, key: str, row: Row) -> None:
        self.rows[key] = row
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self.rows, indent=1), encoding="utf-8")
        fresh.replace(self.path)


def stamped(row: Row) -> Row:
    """With the moment, the command and how busy the machine is: what a figure is worth hangs on."""
    return row | {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
        "cores": os.cpu_count(),
        "command": " ".join(["python3 manage.py benchmark season", *_told_arguments()]),
    }


def _told_arguments() -> list[str]:
    """What was asked on the command line, without the folders of this machine."""
    told, given = [], iter(sys.argv[1:])
    for word in given:
        if word in ("--kept", "--docs", "--public"):
            next(given, "")
        elif not word.startswith(("--kept=", "--docs=", "--public=")):
            told.append(word)
    return told


def taken_row(problem: Problem, pairs: Any, days: Any, taken: Flags) -> Row:
    """Value and soundness of a peer's plan by the same `check` that ours must pass.

    pairs, days, taken: [n] pair-days, sorted by pair and day, and whether they are worked.
    """
    spells: list[Spell] = []
    worker = problem.pair_worker
    for k, d in zip(pairs[taken].tolist(), days[taken].tolist(), strict=True):
        at = (int(worker[k]), int(problem.pair_posting[k]))
        last = spells[-1] if spells else None
        if last and (last.worker, last.posting) == at and last.last == d - 1:
            spells[-1] = last._replace(last=d)
        else:
            spells.append(Spell(*at, d, d))
    return spells_row(problem, spells)


def spells_row(problem: Problem, spells: list[Spell]) -> Row:
    """The same for stays."""
    filled = sum(len(spell.worked) for spell in spells)
    plan = Plan(tuple(spells), 0, 1 << 62, filled, int(problem.headcount.sum()))
    verdict = check(problem, plan)
    broken = sorted({v.rule for v in verdict.violations} - {"value"})
    return {
        "value": verdict.value, "filled": filled, "sound": not broken,
        "said": "breaks " + ", ".join(broken) if broken else "",
    }  # fmt: skip


def cells(problem: Problem) -> tuple[Any, Any]:
    """(pair, day) that can be worked at all, by pair and day."""
    eligible = np.unpackbits(
        problem.pair_days.view(np.uint8), axis=1, bitorder="little", count=problem.days
    ).astype(bool)
    open_ = eligible & problem.available[problem.pair_worker]
    open_ &= problem.headcount[problem.pair_posting] > 0
    return np.nonzero(open_)


def _child(planner: Planner, job: Job, pipe: Any) -> None:
    began = time.perf_counter()
    problem = job.season()
    facts = {"pairs": len(problem.pair_posting), "demanded": int(problem.headcount.sum())}
    pipe.send({"facts": facts | {"made": round(time.perf_counter() - began, 2)}})
    began, worked = time.perf_counter(), time.process_time()

    def tell(value: int | None, bound: int | None) -> None:
        now = round(time.perf_counter() - began, 3), round(time.process_time() - worked, 3)
        pipe.send({"point": [*now, value, bound]})

    row: Row = {"value": None, "bound": None}
    try:
        row |= planner(problem, job, tell)
    except ImportError as error:
        row |= {"said": f"not installed: {error.name}", "skip": True}
    except MemoryError:
        row |= {"said": "out of memory"}
    except Exception as error:
        row |= {"said": f"{type(error).__name__}: {error}".splitlines()[0][:160]}
    row["seconds"] = round(time.perf_counter() - began, 2)
    row["cpu"] = round(time.process_time() - worked, 2)
    pipe.send({"row": row})
    pipe.close()


def run(planner: Planner, job: Job, *, most_gb: float, say: Callable[[str], None] = print) -> Row:
    """One planner in a process of its own; ended at `most_gb` of memory or long after its time."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_child, args=(planner, job, there), daemon=True)
    process.start()
    there.close()
    row: Row = {"value": None, "bound": None, "curve": [], "mb": 0}
    began = shown = time.perf_counter()
    # For the model, and for peers that look at the time seldom; a busy machine gives seconds of
    # the processor slowly.
    limit = 240 + job.seconds * (2 if job.by == "clock" else 10)
    try:
        while "done" not in row:
            if here.poll(LOOK_SECONDS):
                _take(row, here.recv())
            row["mb"] = max(row["mb"], _peak_mb(process.pid))
            now = time.perf_counter()
            if row["mb"] > most_gb * 1024:
                row |= {"said": f"ended: more than {most_gb:g} GB of memory", "done": True}
            elif now - began > limit:
                row |= {"said": f"ended: no answer {limit:.0f} s after its start", "done": True}
            elif now - shown > TELL_SECONDS:
                shown = now
                say(f"    {job.peer} {now - began:5.0f} s  {row['mb']:,} MB{_last(row)}")
    except EOFError:
        row |= {"said": "its process died without a word", "died": True}
    finally:
        process.kill()
        process.join()
        here.close()
    row.pop("done", None)
    row.setdefault("seconds", round(time.perf_counter() - began, 2))
    return stamped(row | {"job": asdict(job), "key": job.key})


def _take(row: Row, message: dict[str, Any]) -> None:
    if "point" in message:
        row["curve"].append(message["point"])
    elif "row" in message:
        row |= message["row"] | {"done": True}
    else:
        row |= message["facts"]


def _last(row: Row) -> str:
    if not row["curve"]:
        return ""
    _, _, value, bound = row["curve"][-1]
    gap = gap_text(value, bound)
    return f"  value {value:,}  gap {gap}" if value is not None else ""


def gap_of(value: int | None, bound: int | None) -> float | None:
    """(bound - value) / bound where both are known; a bound beyond all numbers is none."""
    if value is None or not bound or bound > 1 << 60 or bound < 0:
        return None
    return (bound - value) / bound


def gap_text(value: int | None, bound: int | None) -> str:
    gap = gap_of(value, bound)
    return "-" if gap is None else f"{gap:.3%}"


def _peak_mb(pid: int | None) -> int:
    """Peak resident memory of a process; where the system does not tell, of ended children."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) >> 10
    except OSError:
        pass
    if sys.platform == "linux":
        return 0
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 20
