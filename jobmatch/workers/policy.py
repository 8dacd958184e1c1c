"""Who may see and change a worker. Whom it does not concern, for them the worker is not there."""

from collections.abc import Collection

from jobmatch.kernel.actor import SYSTEM, Actor, Role
from jobmatch.kernel.errors import NotAllowed, NotFound
from jobmatch.kernel.ids import BrandId
from jobmatch.workers.models import Worker


def may_change(actor: Actor, worker: Worker) -> bool:
    """The worker; the station of the home place, or the clerk who registered the worker."""
    return actor == SYSTEM or worker.id in actor.subjects(Role.WORKER) or _serves(actor, worker)


def may_see(actor: Actor, worker: Worker, brands: Collection[BrandId] = ()) -> bool:
    """Whoever may change; the officer of the home place; the organizer of a brand of the worker.

    brands   brands that the worker is a member of; the house above knows them
    """
    return (
        may_change(actor, worker)
        or actor.covers(Role.OFFICER, worker.home_code)
        or not actor.brand_ids.isdisjoint(brands)
    )


def require_change(actor: Actor, worker: Worker | None) -> Worker:
    """The worker, when the actor may change it. raises NotFound."""
    if worker is None or not may_change(actor, worker):
        raise NotFound
    return worker


def require_sight(actor: Actor, worker: Worker | None, brands: Collection[BrandId] = ()) -> Worker:
    """The worker, when the actor may see it. raises NotFound."""
    if worker is None or not may_see(actor, worker, brands):
        raise NotFound
    return worker


def require_desk(actor: Actor) -> None:
    """A station's clerk. raises NotAllowed."""
    if not actor.has(Role.STATION):
        raise NotAllowed


def require_desk_of(actor: Actor, worker: Worker) -> None:
    """A clerk of the station where the worker is at home. raises NotAllowed."""
    if not actor.covers(Role.STATION, worker.home_code):
        raise NotAllowed


def require_registrar(actor: Actor, via: str) -> None:
    """Who may register others: the desk its visitors, a brand its people. raises NotAllowed."""
    needed = {"desk": Role.STATION, "brand": Role.ORGANIZER}.get(via)
    if needed is not None and actor != SYSTEM and not actor.has(needed):
        raise NotAllowed


def _serves(actor: Actor, worker: Worker) -> bool:
    if not actor.has(Role.STATION):
        return False
    return actor.covers(Role.STATION, worker.home_code) or (
        actor.user_id is not None and worker.registered_by == actor.user_id
    )
