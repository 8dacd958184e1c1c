"""Who may do what with pay."""

from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound


def require_employer(actor: Actor, employer_id: int | None) -> None:
    """A user of the employer that owes it. raises NotFound: other people's pay stays unknown."""
    if employer_id is None or employer_id not in actor.employer_ids:
        raise NotFound


def require_worker(actor: Actor, worker_id: int, home_code: str) -> None:
    """The worker, or a station's desk for those who live near it. raises NotFound."""
    if worker_id not in actor.subjects(Role.WORKER) and not actor.covers(Role.STATION, home_code):
        raise NotFound
