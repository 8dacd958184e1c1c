"""flask season: the plans that people ask for, made in processes of their own."""

import sys
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from jobmatch.dispatch import season_publish
from jobmatch.dispatch.season_runs import Claim, Lost
from jobmatch.tasks import planning, watching


@click.group("season")
def command() -> None:
    """Season plans that pages ask for. (`flask dispatch` plans files.)"""


@command.command("watch")
@with_appcontext
def watch() -> None:
    """Make plans as they are asked for; the scheduler does the same."""
    ended = watching.end_by_signals(threading.Event())
    click.echo("watching for season plans")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    watching.beside(app, {"season-sending": planning.watch_sending}, ended)
    planning.watch(app, ended)


@command.command("run", hidden=True)
@with_appcontext
def run() -> None:
    """Make the one plan whose claim comes by standard input."""
    plan_id, _, word = sys.stdin.readline().strip().partition(" ")
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        planning.run(app, Claim(int(plan_id), word))
    except Lost:
        sys.exit(3)


@command.command("send", hidden=True)
@with_appcontext
def send() -> None:
    """Publish further the one plan whose claim comes by standard input."""
    plan_id, _, word = sys.stdin.readline().strip().partition(" ")
    try:
        season_publish.carry_on(int(plan_id), word)
    except season_publish.Lost:
        sys.exit(3)


@command.command("warm")
@with_appcontext
def warm() -> None:
    """Compile the loops of the planner and keep them: no plan waits for that later."""
    from jobmatch.tasks import warming  # loads the compiled rules

    warming.warm()
    click.echo("The loops of the season planner are compiled.")
