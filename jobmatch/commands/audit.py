"""flask audit: whether the log still says what it said."""

import click
from flask.cli import with_appcontext

from jobmatch.infra import audit_chain


@click.group("audit")
def command() -> None:
    """The log of who read or changed what."""


@command.command("check")
@click.option("--head", help="A head noted earlier, e.g. 41:9f3c...; it must be part of the chain.")
@with_appcontext
def check(head: str | None) -> None:
    """Read every line and every seal; status 1 when a line was changed, is missing or was added."""
    found = audit_chain.check()
    for fault in found.faults:
        click.echo(str(fault))
    holds = head is None or audit_chain.head_holds(head)
    if not holds:
        click.echo(f"head: {head} is not part of the chain; the last seals are missing or changed")
    if found.faults or not holds:
        raise click.ClickException(f"{len(found.faults) + (not holds)} faults in the log")
    click.echo(
        f"The log holds: {found.lines} lines, {found.seals} seals, "
        f"{found.waiting} lines wait for a seal, head {found.head}"
    )


@command.command("seal")
@with_appcontext
def seal() -> None:
    """Seal now what the scheduler seals every minute."""
    click.echo(f"sealed {audit_chain.seal()} lines, head {audit_chain.head()}")
