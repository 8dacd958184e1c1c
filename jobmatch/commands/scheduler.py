"""flask scheduler: what happens by the clock, in a process of its own."""

import click
from flask import current_app
from flask.cli import with_appcontext

from jobmatch.tasks.scheduler import serve


@click.command("scheduler")
@with_appcontext
def command() -> None:
    """Run the daily tasks; with several started, one leads and the others stand by."""
    click.echo("scheduler started")
    serve(current_app._get_current_object())  # type: ignore[attr-defined]
