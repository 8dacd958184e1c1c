"""flask dispatch: plan a season from a file, look a plan over, make seasons to try planners on.

These commands use no database: files in, files out. docs/rules/season.md has the formats.
"""

import contextlib
import csv
import json
import math
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from jobmatch.dispatch import cluster
from jobmatch.dispatch.rules.check import check as look_over
from jobmatch.dispatch.rules.generate import SKILLS, Size
from jobmatch.dispatch.rules.generate import generate as make
from jobmatch.dispatch.rules.plan_file import news_of_json, plan_of_json, plan_to_json
from jobmatch.dispatch.rules.plans import Plan
from jobmatch.dispatch.rules.problem import BadProblem, Problem
from jobmatch.dispatch.rules.progress import Progress, Stop, after
from jobmatch.dispatch.rules.replan import Costs
from jobmatch.dispatch.rules.replan import replan as plan_anew
from jobmatch.dispatch.rules.season_arrays import read_arrays, write_arrays
from jobmatch.dispatch.rules.season_file import problem_of, problem_to_json
from jobmatch.dispatch.rules.solve import solve as plan_season
from jobmatch.dispatch.rules.values import parse

MOST_JSON = 1 << 30
SHOWN = 10
NAIMAN = "150525"
PLACES = Path(__file__).resolve().parent.parent / "data" / "places" / "divisions.csv"
KM = 111.0


@click.group("dispatch")
def command() -> None:
    """Season plans from files; no database is needed."""


@command.command("solve")
@click.option("--in", "source", required=True, type=click.Path(path_type=Path), help="Instance.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Where the plan goes.")
@click.option("--seconds", default=60.0, show_default=True, help="Stop after so many seconds.")
@click.option("--gap", default=0.0, show_default=True, help="Stop at this gap: 0.01 is 1 %.")
@click.option("--seed", default=1, show_default=True, help="Same number, same search.")
@click.option("--from-plan", type=click.Path(path_type=Path), help="The standing plan.")
@click.option("--changes", type=click.Path(path_type=Path), help="What has changed since.")
@click.option("--cluster", "address", help="Plan on local:N processes or a dask scheduler at "
              "tcp://HOST:PORT.")  # fmt: skip
@click.option("--shards", default=0, show_default=True, type=click.IntRange(0, 10_000),
              help="Areas into which a cluster cuts the people; 0: one a process.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="No progress.")
def solve(
    source: Path,
    out: Path,
    seconds: float,
    gap: float,
    seed: int,
    from_plan: Path | None,
    changes: Path | None,
    address: str | None,
    shards: int,
    quiet: bool,
) -> None:
    """Plan the season of an instance. Ctrl-C ends the search and keeps the best plan."""
    if not (math.isfinite(seconds) and seconds >= 0 and math.isfinite(gap) and 0 <= gap <= 1):
        raise click.UsageError("--seconds must be 0 or more, --gap 0 to 1")
    if bool(from_plan) != bool(changes):
        raise click.UsageError("--from-plan and --changes go together")
    if address is not None and changes:
        raise click.UsageError("--cluster plans whole seasons; news are planned without it")
    with _refused(source):
        problem = read_instance(source)
    with _refused(source), _interrupted(after(seconds, gap)) as stop:
        told = (lambda _: None) if quiet else _tell
        if from_plan and changes:
            plan = _anew(problem, from_plan, changes, seed, stop, told)
        elif address is not None:
            plan = _on_cluster(problem, address, shards, seed, stop, told)
        else:
            plan = plan_season(problem, seed=seed, stop=stop, progress=told)
    _write(out, json.dumps(plan_to_json(problem, plan), ensure_ascii=False).encode())
    click.echo(
        f"value {plan.value:,}  bound {plan.bound:,}  gap {plan.gap:.4%}  "
        f"places {plan.filled:,} of {plan.demanded:,}  {plan.seconds:.1f} s"
    )


def _anew(
    problem: Problem, from_plan: Path, changes: Path, seed: int, stop: Stop, told: Any
) -> Plan:
    with _refused(from_plan):
        standing = plan_of_json(problem, parse(_bytes(from_plan)))
    with _refused(changes):
        frozen, news = news_of_json(problem, parse(_bytes(changes)))
    made = plan_anew(
        problem, standing, news, seed=seed, stop=stop, costs=Costs(frozen=frozen), progress=told
    )
    click.echo(f"{len(made.changes):,} worker-days change, {len(made.affected):,} people")
    return made.plan


def _on_cluster(
    problem: Problem, address: str, shards: int, seed: int, stop: Stop, told: Any
) -> Plan:
    effort = cluster.Effort()
    try:
        with cluster.connected(address) as client:
            plan = cluster.solve(
                problem, client, seed=seed, stop=stop, shards=shards, progress=told, effort=effort
            )
    except cluster.ClusterError as error:
        raise _Refusal(str(error)) from None
    if effort.is_lost:
        click.echo("the cluster was lost; this is the best plan from before", err=True)
    return plan


@command.command("check")
@click.option("--in", "source", required=True, type=click.Path(path_type=Path), help="Instance.")
@click.option("--plan", "file", required=True, type=click.Path(path_type=Path), help="Plan.")
def check(source: Path, file: Path) -> None:
    """Look over every hard rule and the value of a plan; status 1 and the first ten violations."""
    with _refused(source):
        problem = read_instance(source)
    with _refused(file):
        plan = plan_of_json(problem, parse(_bytes(file)))
    verdict = look_over(problem, plan)
    for violation in verdict.violations[:SHOWN]:
        click.echo(f"{violation.rule}: {violation.what}")
    if verdict.violations:
        click.echo(f"{len(verdict.violations):,} violations", err=True)
        raise SystemExit(1)
    click.echo(f"sound: value {verdict.value:,}, {verdict.filled:,} places filled")


@command.command("generate")
@click.option("--workers", default=2_000, show_default=True, type=click.IntRange(0, 2_000_000))
@click.option("--postings", default=50, show_default=True, type=click.IntRange(0, 200_000))
@click.option("--days", default=60, show_default=True, type=click.IntRange(1, 366))
@click.option("--counties", default=1, show_default=True, type=click.IntRange(1, 103))
@click.option("--seed", default=1, show_default=True, help="Same number, same season.")
@click.option("--max-run", default=0, show_default=True, type=click.IntRange(0, 366),
              help="Most days without a day off; 6 by law, 0 for none.")  # fmt: skip
@click.option("--crewed", default=0.2, show_default=True, type=click.FloatRange(0, 1),
              help="Share of the people who go in crews of 8 to 15.")  # fmt: skip
@click.option("--skills", default=SKILLS, show_default=True, type=click.IntRange(1, 1_000),
              help="Kinds of work; with few, more people and postings meet.")  # fmt: skip
@click.option("--whole", default=0.0, show_default=True, type=click.FloatRange(0, 1),
              help="Share of crews that go only as a whole.")  # fmt: skip
@click.option("--split-cost", default=0, show_default=True, type=click.IntRange(0, 10_000))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=".json or .npz")
def generate(
    workers: int,
    postings: int,
    days: int,
    counties: int,
    seed: int,
    max_run: int,
    crewed: float,
    skills: int,
    whole: float,
    split_cost: int,
    out: Path,
) -> None:
    """Make a season to try planners on: Naiman Banner and its neighbours."""
    size = Size(workers, postings, days, max_run, whole, split_cost, crewed, skills)
    problem = make(size, seats(counties), seed)
    if out.suffix == ".npz":
        with _replacing(out) as file:
            write_arrays(problem, file)
    else:
        _write(out, json.dumps(problem_to_json(problem)).encode())
    click.echo(
        f"{workers:,} workers, {len(problem.crew_ids):,} crews, {postings:,} postings, "
        f"{len(problem.pair_posting):,} pairs, {int(problem.headcount.sum()):,} places"
    )


def seats(counties: int) -> list[tuple[float, float]]:
    """Seats of Naiman and the banners nearest to it: km east and north of Naiman."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if len(row["code"]) == len(NAIMAN)]
    here = next(row for row in rows if row["code"] == NAIMAN)
    lon, lat = float(here["lon"]), float(here["lat"])
    wide = KM * math.cos(math.radians(lat))
    found = [((float(r["lon"]) - lon) * wide, (float(r["lat"]) - lat) * KM) for r in rows]
    return sorted(found, key=lambda point: math.hypot(*point))[:counties]


def read_instance(path: Path) -> Problem:
    """An instance from .json or .npz. raises BadProblem with the place of what is wrong"""
    if path.suffix == ".npz":
        try:
            with path.open("rb") as file:
                return read_arrays(file)
        except OSError as error:
            raise BadProblem("file", error.strerror or "cannot be read") from None
    return problem_of(parse(_bytes(path)))


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_JSON:
            raise BadProblem("file", "is larger than 1 GB; use an .npz file for large seasons")
        return path.read_bytes()
    except OSError as error:
        raise BadProblem("file", error.strerror or "cannot be read") from None


def _write(path: Path, data: bytes) -> None:
    with _replacing(path) as file:
        file.write(data)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Any]:
    """A file that takes its name only when it is whole."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".jobmatch-")
    except OSError as error:
        raise _Refusal(f"{path}: {error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).replace(path)
    except OSError as error:
        raise _Refusal(f"{path}: {error.strerror}") from None
    finally:
        Path(name).unlink(missing_ok=True)


class _Refusal(click.ClickException):
    exit_code = 2


@contextlib.contextmanager
def _refused(path: Path) -> Iterator[None]:
    """What is wrong with a file, in one line; status 2."""
    try:
        yield
    except BadProblem as error:
        raise _Refusal(f"{path}: {error}") from None
    except MemoryError:
        raise _Refusal(f"{path}: too large for the memory of this machine") from None


@contextlib.contextmanager
def _interrupted(stop: Stop) -> Iterator[Stop]:
    """The same stop, and Ctrl-C: what was found until then is kept."""
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield lambda progress: bool(pressed) or stop(progress)
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(progress: Progress) -> None:
    bound = f"{progress.bound:,}" if progress.bound < 1 << 61 else "-"
    click.echo(
        f"{progress.seconds:8.1f} s  value {progress.value:,}  bound {bound}  "
        f"gap {progress.gap:.3%}",
        err=True,
    )
