"""flask accounts: the first administrator of a new installation."""

import click
from flask.cli import with_appcontext

from jobmatch.accounts import service
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM, Role
from jobmatch.kernel.errors import DomainError


@click.group("accounts")
def command() -> None:
    """People who sign in."""


@command.command("create-admin")
@click.argument("phone")
@click.argument("name")
@click.password_option(help="At least 8 characters; asked for when not given.")
@with_appcontext
def create_admin(phone: str, name: str, password: str) -> None:
    """Make a user who appoints all others."""
    try:
        with transaction() as session:
            user_id = service.create_user(phone, name, password)
            service.grant(session, user_id, Role.ADMIN, actor=SYSTEM)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    click.echo("The administrator can sign in now.")
