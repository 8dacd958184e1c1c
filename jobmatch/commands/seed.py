"""flask seed: fill the database."""

import time

import click
from flask.cli import with_appcontext

from jobmatch.seed.ground import load_ground


@click.command("seed")
@click.option("--ground", is_flag=True, help="Places, skills and dated rules. Needed by all else.")
@with_appcontext
def command(ground: bool) -> None:
    """Fill the database. Loading again changes nothing."""
    if not ground:
        raise click.UsageError("say what to load, e.g. --ground")
    began = time.monotonic()
    changed = load_ground(lambda what, count: click.echo(f"  {what}: {count:,} rows"))
    click.echo(
        f"Ground loaded in {time.monotonic() - began:.1f} s, "
        f"{sum(changed.values()):,} rows new or changed."
    )
