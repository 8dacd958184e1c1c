"""flask ledger: whether the books agree."""

import click
from flask.cli import with_appcontext

from jobmatch.earnings import income
from jobmatch.earnings.checks import check_and_keep


@click.group("ledger")
def command() -> None:
    """Wages, payments and household income."""


@command.command("check")
@with_appcontext
def check() -> None:
    """Compare slips, journal, work days and household income; status 1 when anything is off."""
    faults = check_and_keep()
    for fault in faults:
        click.echo(str(fault))
    if faults:
        raise click.ClickException(f"{len(faults)} faults in the ledger")
    click.echo(
        "The ledger holds: every entry sums to zero, chains are whole, "
        "balances, slips, days and income agree."
    )


@command.command("book")
@with_appcontext
def book() -> None:
    """Book the income of workers who were linked to their household only after they were paid."""
    click.echo(f"booked {income.book_missing_income()}")
