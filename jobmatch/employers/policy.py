"""Who may act for an employer, and who may judge one."""

from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotAllowed, NotFound
from jobmatch.kernel.ids import EmployerId


def require_member(actor: Actor, employer_id: int) -> None:
    """Raises NotFound for whoever does not act for the employer: its keys stay unknown
    to others.
    """
    if EmployerId(employer_id) not in actor.employer_ids:
        raise NotFound


def require_officer(actor: Actor, place_code: str) -> None:
    """Raises NotAllowed for who is no officer, NotFound for an officer of another place."""
    if not actor.has(Role.OFFICER):
        raise NotAllowed
    if not actor.covers(Role.OFFICER, place_code):
        raise NotFound
