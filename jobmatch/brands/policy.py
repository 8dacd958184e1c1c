"""Who may do what with a brand. A foreign brand looks like none at all."""

from jobmatch.brands.models import LaborBrand
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotAllowed, NotFound


def is_organizer(actor: Actor, brand_id: int) -> bool:
    return brand_id in actor.brand_ids


def require_organizer(actor: Actor, brand_id: int) -> None:
    """raises NotFound unless the actor organizes the brand."""
    if not is_organizer(actor, brand_id):
        raise NotFound


def require_officer(actor: Actor, brand: LaborBrand | None) -> LaborBrand:
    """The brand, for an officer whose scope covers its place. raises NotFound."""
    if brand is None or not actor.covers(Role.OFFICER, brand.place_code):
        raise NotFound
    return brand


def may_see_members(actor: Actor, brand_id: int, place_code: str) -> bool:
    """Whether the people behind a brand's figures are shown: its organizers, officers in scope."""
    return is_organizer(actor, brand_id) or actor.covers(Role.OFFICER, place_code)


def require_members(actor: Actor, brand_id: int, place_code: str) -> None:
    """raises NotFound unless the actor may see the brand's people."""
    if not may_see_members(actor, brand_id, place_code):
        raise NotFound


def require_ledger(actor: Actor, brand_id: int, place_code: str) -> None:
    """raises NotAllowed: the brand is known to all, the people behind its figures are not."""
    if not may_see_members(actor, brand_id, place_code):
        raise NotAllowed


def is_public(state: str) -> bool:
    """Whether everyone may see the brand."""
    return state == "approved"
