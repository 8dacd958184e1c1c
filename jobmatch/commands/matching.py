"""flask matching: the index and the evening's notices."""

from datetime import date, datetime

import click
from flask.cli import with_appcontext

from jobmatch.infra import clock
from jobmatch.matching import push
from jobmatch.starting import compile_loops


@click.group("matching")
def command() -> None:
    """Finding work for people and people for work."""


@command.command("warm")
@with_appcontext
def warm() -> None:
    """Compile the loops of matching and reading and keep them: nobody waits for that later."""
    compile_loops()
    click.echo("The loops of matching and reading are compiled.")


@command.command("push")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="the evening's day, today if none")
@with_appcontext
def push_(day: datetime | None) -> None:
    """Tell everybody of the best new work that fits; begun again, it tells those not told yet."""
    evening: date = day.date() if day else clock.today()
    with click.progressbar(length=push.waiting(evening), label="looking for work") as bar:
        outcome = push.push(evening, progress=bar.update)
    click.echo(f"looked at {outcome.looked_at}, told {outcome.told}")
