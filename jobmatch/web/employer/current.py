"""Which employer a person of several acts for: chosen once, kept in the session."""

from flask import g, session

from jobmatch.employers import queries
from jobmatch.employers.policy import require_member
from jobmatch.employers.queries import EmployerRow
from jobmatch.kernel.errors import NotFound

KEY = "employer_id"


def mine() -> list[EmployerRow]:
    """The employers of this request's person, read once."""
    if "employers" not in g:
        g.employers = queries.of_actor(g.actor)
    found: list[EmployerRow] = g.employers
    return found


def current() -> EmployerRow:
    """The employer chosen, else the first. raises NotFound when there is none any more."""
    rows = mine()
    if not rows:
        raise NotFound
    return next((row for row in rows if row.id == session.get(KEY)), rows[0])


def choose(employer_id: int) -> None:
    """Act for this one from now on. raises NotFound for a foreign one."""
    require_member(g.actor, employer_id)
    session[KEY] = employer_id
