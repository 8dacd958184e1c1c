"""flask figures: whether the monthly summary agrees with the work days, and making it anew."""

import click
from flask.cli import with_appcontext

from jobmatch.infra.db import transaction
from jobmatch.reports import summary


@click.group("figures")
def command() -> None:
    """The figures of people in work."""


@command.command("check")
@with_appcontext
def check() -> None:
    """Compare the monthly summary with the work days and pay slips behind it."""
    found = summary.differences()
    if found:
        click.echo(f"{found} worker months disagree; `flask figures rebuild` makes them anew")
        raise click.exceptions.Exit(1)
    click.echo("The figures hold: every worker month agrees with its work days and pay.")


@command.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Make the monthly summary anew."""
    with transaction() as session:
        click.echo(f"{summary.rebuild(session)} worker months made anew")
