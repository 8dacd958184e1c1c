"""flask match: who fits which posting, from tables of raw text."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import with_appcontext

from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.matching import ranking, sides
from jobmatch.matching.rules.raw import ndcg
from jobmatch.places import queries as places
from jobmatch.seed import ready
from jobmatch.skills import queries as skills

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("match")
def command() -> None:
    """Matching people and postings given as CSV files (columns: docs/rules/matching.md)."""


@command.command("rank")
@click.option("--postings", "offered", type=EXISTING, required=True)
@click.option("--workers", "people", type=EXISTING, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@with_appcontext
def rank(offered: Path, people: Path, out: Path) -> None:
    """Rank all workers for each posting; one JSON line {"id", "ranked"} a posting."""
    with said_plainly():
        found = _ranked(offered, people)
    lines = (json.dumps({"id": key, "ranked": ids}) for key, ids in found.items())
    out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    click.echo(f"ranked the workers for {len(found)} postings")


@command.command("evaluate")
@click.option("--postings", "offered", type=EXISTING, required=True)
@click.option("--workers", "people", type=EXISTING, required=True)
@click.option("--judged", "pairs", type=EXISTING, required=True, help="posting_id,worker_id,grade")
@with_appcontext
def evaluate(offered: Path, people: Path, pairs: Path) -> None:
    """nDCG@10 over the judged pairs."""
    with said_plainly():
        wanted = ranking.judged(pairs)
        found = _ranked(offered, people)
        unknown = sorted(set(wanted) - set(found))
        if unknown:
            raise ranking.BadTable(f"{pairs.name}: no such posting: {unknown[0]}")
    values = [ndcg(found[key], grades) for key, grades in wanted.items()]
    mean = math.fsum(values) / len(values) if values else 0.0
    click.echo(
        f"nDCG@10 {mean:.4f} over {len(values)} postings (lowest {min(values, default=0):.4f})"
    )


@contextmanager
def said_plainly() -> Iterator[None]:
    """A bad table is one line, not a traceback."""
    try:
        yield
    except (ranking.BadTable, ready.NoGround) as error:
        raise click.ClickException(str(error)) from error


def _ranked(offered: Path, people: Path) -> dict[str, list[str]]:
    ready.require_ground(click.echo)
    codes = {
        code[:digits]
        for path in (offered, people)
        for row in ranking.table(path, ("id", "county_code", "township_code"))
        for code in (row["county_code"].strip(), row["township_code"].strip())
        for digits in (ranking.COUNTY, ranking.LEAGUE)
    }
    points = {code: (place.lon, place.lat) for code, place in places.places(codes).items()}
    return ranking.rank(
        ranking.postings(offered, points, skills.recognise),
        ranking.workers(people, points, skills.recognise),
        sides.weights(reading(), clock.today()),
    )
