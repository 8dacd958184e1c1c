"""Employers as frozen rows."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from jobmatch.accounts.models import RoleGrant, User
from jobmatch.employers import policy
from jobmatch.employers.models import Employer, Site
from jobmatch.employers.rules.verification import SOON_DAYS
from jobmatch.infra.db import fetch, reading
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import EmployerId, SiteId, UserId
from jobmatch.kernel.paging import PAGE_SIZE, Page


@dataclass(frozen=True, slots=True)
class EmployerRow:
    id: EmployerId
    kind: str
    name: str
    credit_code: str | None
    contact_name: str
    phone: str
    place_code: str
    state: str
    state_note: str
    verified_on: date | None
    verified_until: date | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SiteRow:
    id: SiteId
    employer_id: EmployerId
    name: str
    place_code: str
    address: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class MemberRow:
    user_id: UserId
    name: str
    phone: str


def employer(employer_id: int) -> EmployerRow | None:
    return employers([employer_id]).get(EmployerId(employer_id))


def employers(ids: Collection[int]) -> dict[EmployerId, EmployerRow]:
    return {row[0]: EmployerRow(*row) for row in fetch(_BY_ID, ids=list(set(ids)))}


_BY_ID = select(*(getattr(Employer, field.name) for field in fields(EmployerRow))).where(
    Employer.id.in_(bindparam("ids", expanding=True))
)


def of_actor(actor: Actor) -> list[EmployerRow]:
    """The employers that this person acts for, first registered first."""
    return sorted(employers(actor.employer_ids).values(), key=lambda row: row.id)


def sites(employer_id: int) -> list[SiteRow]:
    rows = reading().scalars(select(Site).where(Site.employer_id == employer_id).order_by(Site.id))
    return [_site(row) for row in rows]


def site(site_id: int) -> SiteRow | None:
    row = reading().get(Site, site_id)
    return _site(row) if row else None


def members(employer_id: int) -> list[MemberRow]:
    """The users who act for the employer."""
    rows = reading().execute(
        select(User.id, User.name, User.phone)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role == Role.EMPLOYER.value,
            RoleGrant.subject_id == employer_id,
            RoleGrant.revoked_at.is_(None),
        )
        .order_by(User.id)
        .distinct()
    )
    return [MemberRow(UserId(key), name, phone) for key, name, phone in rows]


def for_officer(employer_id: int, actor: Actor) -> EmployerRow:
    """The employer as its place's officer may see it. raises NotFound, NotAllowed."""
    row = employer(employer_id)
    if row is None:
        raise NotFound
    policy.require_officer(actor, row.place_code)
    return row


def to_verify(actor: Actor, page: int = 1) -> Page[EmployerRow]:
    """Waiting for an officer in the actor's scope, the longest waiting first."""
    return _page(and_(_in_scope(actor), Employer.state == "pending"), Employer.created_at, page)


def ending(actor: Actor, today: date, page: int = 1) -> Page[EmployerRow]:
    """Verified, but ended or ending within SOON_DAYS, in the actor's scope; the first
    to end first.
    """
    soon = today + timedelta(days=SOON_DAYS)
    where = and_(_in_scope(actor), Employer.state == "verified", Employer.verified_until <= soon)
    return _page(where, Employer.verified_until, page)


def in_scope(actor: Actor, words: str = "", page: int = 1) -> Page[EmployerRow]:
    """All employers in the officer's scope whose name holds the words."""
    where = _in_scope(actor)
    if words:
        where = and_(where, Employer.name.contains(words[:64], autoescape=True))
    return _page(where, Employer.name, page)


def count_to_verify(actor: Actor) -> int:
    where = and_(_in_scope(actor), Employer.state == "pending")
    return reading().scalar(select(func.count()).select_from(Employer).where(where)) or 0


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes(Role.OFFICER)
    if not scopes:
        return Employer.id < 0
    return or_(*(Employer.place_code.startswith(scope, autoescape=True) for scope in scopes))


def _page(where: ColumnElement[bool], order: object, page: int) -> Page[EmployerRow]:
    session = reading()
    total = session.scalar(select(func.count()).select_from(Employer).where(where)) or 0
    rows = session.scalars(
        select(Employer)
        .where(where)
        .order_by(order, Employer.id)  # type: ignore[arg-type]
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page([_row(row) for row in rows], page, total)


def _row(row: Employer) -> EmployerRow:
    return EmployerRow(
        EmployerId(row.id), row.kind, row.name, row.credit_code, row.contact_name, row.phone,
        row.place_code, row.state, row.state_note, row.verified_on, row.verified_until,
        row.created_at,
    )  # fmt: skip


def _site(row: Site) -> SiteRow:
    return SiteRow(
        SiteId(row.id), EmployerId(row.employer_id), row.name, row.place_code, row.address,
        row.lon, row.lat,
    )  # fmt: skip
