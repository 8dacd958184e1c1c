"""Whether what the application stands on answers, and is what this code expects."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from jobmatch.infra.db import db

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"


def database_answers() -> bool:
    """True when the database answers a query right now."""
    try:
        return bool(db.session.execute(text("SELECT 1")).scalar() == 1)
    except SQLAlchemyError:
        db.session.remove()
        return False


@cache
def newest_migration() -> str:
    """The number of the newest migration of this code ("0022")."""
    names = (re.match(r"\d{4}", file.name) for file in MIGRATIONS.iterdir())
    return max(name[0] for name in names if name)


def schema_is_current() -> bool:
    """True when the database has had every migration of this code, and none of a newer one."""
    try:
        found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    except SQLAlchemyError:
        db.session.remove()
        return False
    return list(found) == [newest_migration()]
