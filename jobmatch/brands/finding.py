"""Finding a brand and its organizers, and reading by what number somebody is looked for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import RoleGrant
from jobmatch.brands.models import LaborBrand
from jobmatch.brands.rules import BrandState, NotOpenYet
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.identity import parse_phone
from jobmatch.kernel.text import text


def brand_of(session: Session, brand_id: int) -> LaborBrand:
    """raises NotFound."""
    brand = session.get(LaborBrand, brand_id)
    if brand is None:
        raise NotFound
    return brand


def open_brand(session: Session, brand_id: int) -> LaborBrand:
    """An approved brand. raises NotFound, NotOpenYet."""
    brand = brand_of(session, brand_id)
    if brand.state != BrandState.APPROVED:
        raise NotOpenYet
    return brand


def organizers(session: Session, brand_id: int) -> list[int | None]:
    """The users who organize the brand, to be told."""
    return list(
        session.scalars(
            select(RoleGrant.user_id).where(
                RoleGrant.role == Role.ORGANIZER.value,
                RoleGrant.subject_id == brand_id,
                RoleGrant.revoked_at.is_(None),
            )
        )
    )


def typed_phone(typed: str) -> str:
    """raises Invalid (field phone)."""
    try:
        return parse_phone(typed)
    except ValueError:
        raise Invalid(text("请填写 11 位手机号。"), field="phone") from None
