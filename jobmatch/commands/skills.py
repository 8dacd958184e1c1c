"""flask skills: the catalogue of skills and what people wrote."""

import click
from flask.cli import with_appcontext

from jobmatch.skills import rereading


@click.group("skills")
def command() -> None:
    """Reading skills out of what people write."""


@command.command("reread")
@with_appcontext
def reread() -> None:
    """Read earlier texts again for new aliases; begins where it was stopped, proposes once."""
    outcome = rereading.run(progress=click.echo)
    click.echo(f"read {outcome.pages} pages, proposed {outcome.found}, left {outcome.left}")
