"""flask wages: large pay runs, worked on in processes of their own."""

import sys
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from jobmatch.earnings import run_work
from jobmatch.earnings.run_work import Claim
from jobmatch.tasks import settling, watching


@click.group("wages")
def command() -> None:
    """Pay runs that pages ask for."""


@command.command("watch")
@with_appcontext
def watch() -> None:
    """Compute and issue large pay runs as they are asked for; the scheduler does the same."""
    ended = watching.end_by_signals(threading.Event())
    click.echo("watching for pay runs")
    settling.watch(current_app._get_current_object(), ended)  # type: ignore[attr-defined]


@command.command("run", hidden=True)
@with_appcontext
def run() -> None:
    """Work on the one run whose claim comes by standard input."""
    run_id, _, word = sys.stdin.readline().strip().partition(" ")
    try:
        run_work.work(Claim(int(run_id), word))
    except run_work.Lost:
        sys.exit(3)
