"""The place that an officer looks at: one of theirs, or one inside."""

from dataclasses import dataclass

from flask import g, request

from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import NotFound
from jobmatch.places import queries as places
from jobmatch.places.queries import PlaceRow


@dataclass(frozen=True, slots=True)
class Scope:
    """The chosen place, what lies between it and the officer's own, and those themselves."""

    here: PlaceRow
    above: tuple[PlaceRow, ...]
    own: tuple[PlaceRow, ...]


def chosen(name: str = "place") -> Scope:
    """The place that the address names, else the officer's first. raises NotFound out of scope."""
    scopes = g.actor.scopes(Role.OFFICER)
    code = request.args.get(name, "") or next(iter(scopes), "")
    if not g.actor.covers(Role.OFFICER, code):
        raise NotFound
    chain = places.chain(code)
    if not chain:
        raise NotFound
    inside = [row for row in chain if g.actor.covers(Role.OFFICER, row.code)]
    own = places.places(scopes)
    return Scope(chain[-1], tuple(inside[:-1]), tuple(own[s] for s in scopes if s in own))
