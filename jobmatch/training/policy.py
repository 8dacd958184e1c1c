"""Who runs a course: organizers their brand's, officers those of their places."""

from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotAllowed, NotFound
from jobmatch.training.models import Course
from jobmatch.workers.models import Worker


def runs(actor: Actor, brand_id: int | None, place_code: str) -> bool:
    """Whether the actor runs courses of this brand, or of this place where it is no brand's."""
    if brand_id is not None:
        return brand_id in actor.brand_ids
    return actor.covers(Role.OFFICER, place_code)


def require_runs(actor: Actor, course: Course | None) -> Course:
    """The course, for those who run it. raises NotFound."""
    if course is None or not runs(actor, course.brand_id, course.place_code):
        raise NotFound
    return course


def may_see_people(actor: Actor, brand_id: int | None, place_code: str) -> bool:
    """Officers see the people of a brand's sessions in their places too."""
    return runs(actor, brand_id, place_code) or actor.covers(Role.OFFICER, place_code)


def enrols_as(actor: Actor, course: Course, worker: Worker, is_member: bool) -> str:
    """By which way the actor enrols the worker: 'self', 'desk' or 'brand'.

    is_member  whether the worker belongs to a brand that the actor organizes
    raises     NotAllowed
    """
    if actor.worker_id is not None and actor.worker_id == worker.id:
        return "self"
    if any(actor.covers(role, worker.home_code) for role in (Role.STATION, Role.OFFICER)):
        return "desk"
    if is_member:
        return "brand"
    raise NotAllowed
