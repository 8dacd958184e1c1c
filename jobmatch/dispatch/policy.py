"""Who may act for whom. What does not concern somebody is not there for them: NotFound."""

from jobmatch.dispatch.season_rows import Scope
from jobmatch.kernel.actor import SYSTEM, Actor, Role
from jobmatch.kernel.errors import NotFound


def require_for_worker(actor: Actor, worker_id: int, home_code: str) -> None:
    """The worker; the station clerk or officer of the home place."""
    if not may_act_for(actor, worker_id, home_code):
        raise NotFound


def may_act_for(actor: Actor, worker_id: int, home_code: str) -> bool:
    return (
        actor == SYSTEM
        or worker_id in actor.subjects(Role.WORKER)
        or actor.covers(Role.STATION, home_code)
        or actor.covers(Role.OFFICER, home_code)
    )


def require_employer(actor: Actor, employer_id: int) -> None:
    if actor != SYSTEM and employer_id not in actor.subjects(Role.EMPLOYER):
        raise NotFound


def require_organizer(actor: Actor, brand_id: int) -> None:
    if not is_organizer(actor, brand_id):
        raise NotFound


def is_organizer(actor: Actor, brand_id: int | None) -> bool:
    return actor == SYSTEM or brand_id in actor.subjects(Role.ORGANIZER)


def require_planner(actor: Actor, scope: Scope) -> None:
    """Who plans a season: the brand's organizers; for a place, officers whose scope holds it."""
    if not may_plan(actor, scope):
        raise NotFound


def may_plan(actor: Actor, scope: Scope) -> bool:
    if scope.place_code is not None:
        return actor == SYSTEM or actor.covers(Role.OFFICER, scope.place_code)
    return is_organizer(actor, scope.brand_id)


def may_hire(actor: Actor, employer_id: int, place_code: str) -> bool:
    """Who hires at once: the employer, or for it the station of its place."""
    return (
        actor == SYSTEM
        or employer_id in actor.subjects(Role.EMPLOYER)
        or actor.covers(Role.STATION, place_code)
    )


def require_hirer(actor: Actor, employer_id: int, place_code: str) -> None:
    if not may_hire(actor, employer_id, place_code):
        raise NotFound
