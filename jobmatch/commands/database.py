"""flask database: the role that the application connects as, and whether it is held to the wall."""

import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from jobmatch.infra import wall_rows
from jobmatch.infra.backup import own_engine
from jobmatch.infra.db import writing_engine


@click.group("database")
def command() -> None:
    """PostgreSQL's rights: who owns the tables, and who only works with their rows."""


@command.command("grant")
@click.argument("role")
@with_appcontext
def grant(role: str) -> None:
    """Let ROLE read and write rows, as the owner (DATABASE_OWNER_URL).

    ROLE is made by the server's administrator: createuser --pwprompt ROLE. Run it once; it holds
    for tables that later migrations bring.
    """
    engine = own_engine()
    if engine.dialect.name != "postgresql":
        raise click.ClickException("only PostgreSQL knows roles")
    with engine.begin() as connection:
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": role}):
            raise click.ClickException(f"there is no role {role}: createuser --pwprompt {role}")
        wall_rows.grant(connection, role)
    click.echo(f"{role} may read and write rows and owns nothing")


@command.command("check")
@with_appcontext
def check() -> None:
    """Say whether row-level security holds the application's own connection; 1 when it does not."""
    with writing_engine().begin() as connection:
        if connection.dialect.name != "postgresql":
            click.echo("this database knows no row-level security")
        elif wall_rows.stands(connection):
            click.echo("the second wall stands: no row without a person who may see it")
        else:
            click.echo(
                "NO SECOND WALL: DATABASE_URL names the owner of the tables or a superuser",
                err=True,
            )
            sys.exit(1)
    if current_app.config["DATABASE_OWNER_URI"]:
        click.echo("migrations and backups connect as the owner")
