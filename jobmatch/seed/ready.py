"""The ground for commands that read it: a database without tables gets them, and the ground."""

from collections.abc import Callable

from flask_migrate import upgrade
from sqlalchemy import inspect, select

from jobmatch.infra.db import forget_reads, reading
from jobmatch.seed.ground import load_ground
from jobmatch.skills.models import Skill


class NoGround(Exception):
    """The database is not the embedded one and holds no skills: says what to run."""


def require_ground(say: Callable[[str], None]) -> None:
    """Make sure that places, skills and rule tables stand in the database.

    The embedded database is made where it is missing, so that reading files works on a fresh
    machine. say: called with one line when that is done. Raises NoGround for any other database.
    """
    session = reading()
    has_tables = inspect(session.connection()).has_table(Skill.__tablename__)
    if has_tables and session.scalar(select(Skill.id).limit(1)):
        return
    is_embedded = session.get_bind().dialect.name == "sqlite"
    # A read that stays open would lock the tables that are made now.
    forget_reads()
    if not is_embedded:
        raise NoGround("no skills in the database: run flask db upgrade and flask seed --ground")
    say("A database without skills: making its tables, loading places, skills and rules")
    if not has_tables:
        upgrade()
    load_ground()
