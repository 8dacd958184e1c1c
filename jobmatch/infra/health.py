"""Whether what the application stands on answers."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from jobmatch.infra.db import db


def database_answers() -> bool:
    """True when the database answers a query right now."""
    try:
        return bool(db.session.execute(text("SELECT 1")).scalar() == 1)
    except SQLAlchemyError:
        db.session.remove()
        return False
