"""flask seed: fill the database."""

import time
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from jobmatch.seed.county import Plan
from jobmatch.seed.demo import NAIMAN, seed_county, seed_demo
from jobmatch.seed.ground import load_ground
from jobmatch.seed.scale import county_plan, region_plans


@click.command("seed")
@click.option("--ground", is_flag=True, help="Places, skills and rule tables only.")
@click.option("--demo", is_flag=True, help="Naiman Banner's season, with a sign-in for each role.")
@click.option("--county", metavar="CODE", help="A county's season, e.g. 150525.")
@click.option("--workers", default=20_000, show_default=True, help="Workers, with --county.")
@click.option("--postings", default=500, show_default=True, help="Postings, with --county.")
@click.option("--region", is_flag=True, help="All banners: 240,000 workers, 5,000 postings.")
@click.option("--seed", default=7, show_default=True, help="Same number, same people.")
@with_appcontext
def command(
    ground: bool,
    demo: bool,
    county: str | None,
    workers: int,
    postings: int,
    region: bool,
    seed: int,
) -> None:
    """Fill the database. What is there already is left as it is."""
    if not (ground or demo or county or region):
        raise click.UsageError("say what to load: --ground, --demo, --county CODE or --region")
    if (demo or county or region) and current_app.config["NAME"] == "production":
        raise click.ClickException("generated people have no place in a production database")
    began = time.monotonic()
    changed = load_ground(lambda what, count: None)
    click.echo(f"Places, skills, rule tables: {sum(changed.values()):,} rows new or changed")
    if demo:
        _demo()
    if county:
        _county(county, workers, postings, seed)
    if region:
        for plan in region_plans(seed):
            _make(plan, f"county:{plan.county}:{plan.workers}:{plan.postings}:{plan.seed}")
    click.echo(f"Done in {time.monotonic() - began:.1f} s")


def _demo() -> None:
    with tqdm(total=NAIMAN.workers + NAIMAN.postings, desc="demonstration", leave=False) as bar:
        found = seed_demo(Path(current_app.config["INSTANCE_DIR"]), bar.update)
    click.echo(f"Demonstration season: {len(found)} sign-ins in demo-accounts.json")


def _county(county: str, workers: int, postings: int, seed: int) -> None:
    if workers < 1 or postings < 1:
        raise click.BadParameter("--workers and --postings must be 1 or more")
    try:
        plan = county_plan(county, workers, postings, seed)
    except LookupError:
        raise click.BadParameter(f"no banner or county has the code {county}") from None
    _make(plan, f"county:{county}:{workers}:{postings}:{seed}")


def _make(plan: Plan, name: str) -> None:
    with tqdm(total=plan.workers + plan.postings, desc=plan.county, leave=False) as bar:
        made = seed_county(plan, name, bar.update)
    click.echo(
        f"{plan.county}: {plan.workers:,} workers, {plan.postings:,} postings"
        if made
        else f"{plan.county}: there already"
    )
