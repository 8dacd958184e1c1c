"""flask tasks: look at the daily tasks, and run one by hand."""

import click
from flask.cli import with_appcontext

from jobmatch.infra import clock
from jobmatch.tasks import runner


@click.group("tasks")
def command() -> None:
    """The tasks of flask scheduler."""


@command.command("list")
def list_() -> None:
    """Names and times (Asia/Shanghai)."""
    for task in runner.tasks().values():
        click.echo(f"{task.at[0]:02d}:{task.at[1]:02d}  {task.name}")


@command.command("run")
@click.argument("name")
@with_appcontext
def run(name: str) -> None:
    """Run one task now, whatever ran before."""
    task = runner.tasks().get(name)
    if task is None:
        raise click.ClickException(f"no such task: {name}; see flask tasks list")
    due = clock.now()
    runner.run_slot(task, due)
    said = runner.outcome(name, due)
    click.echo(said)
    if said.startswith("failed"):
        raise click.exceptions.Exit(1)
