"""Who may know of a household: officers of its village and of the places above it, nobody else."""

from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotAllowed, NotFound


def require_officer(actor: Actor) -> None:
    """raises NotAllowed for anyone who is no officer."""
    if not actor.has(Role.OFFICER):
        raise NotAllowed


def require_scope(actor: Actor, village_code: str) -> None:
    """raises NotAllowed; NotFound outside the officer's places: that it exists is not told."""
    require_officer(actor)
    if not actor.covers(Role.OFFICER, village_code):
        raise NotFound
