"""What pages show of brands: frozen rows, a constant number of statements each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from jobmatch.accounts.models import RoleGrant, User
from jobmatch.brands import policy
from jobmatch.brands.models import BrandInvite, BrandMember, Crew, CrewMember, LaborBrand
from jobmatch.brands.rules import BrandState, MemberState, Rank
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import BrandId, CrewId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.places.models import Place
from jobmatch.skills.models import Skill
from jobmatch.workers.models import Worker

MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Trade:
    """The brand's main skill, named in both languages."""

    id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class BrandRow:
    id: BrandId
    name: str
    place_code: str
    place_name: str
    place_full_name: str
    trade: Trade
    description: str
    rank: Rank
    state: BrandState
    state_note: str
    members: int
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class CrewRow:
    id: CrewId
    brand_id: BrandId
    name: str
    leader_id: WorkerId | None
    leader_name: str
    is_whole: bool
    is_active: bool
    size: int


@dataclass(frozen=True, slots=True)
class CrewMemberRow:
    worker_id: WorkerId
    name: str
    phone: str | None
    is_leader: bool


@dataclass(frozen=True, slots=True)
class CrewDetail(CrewRow):
    members: tuple[CrewMemberRow, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    """A brand from the worker's side."""

    brand_id: BrandId
    brand_name: str
    place_name: str
    state: MemberState
    joined_on: date | None
    crew_id: CrewId | None
    crew_name: str
    leader_name: str


@dataclass(frozen=True, slots=True)
class InviteRow:
    id: int
    brand_id: BrandId
    brand_name: str
    token: str
    expires_on: date
    is_live: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizerRow:
    user_id: int
    name: str
    phone: str


# brands


def brand(brand_id: int) -> BrandRow | None:
    found = _brands(select_brands().where(LaborBrand.id == brand_id))
    return found[0] if found else None


def public_brand(brand_id: int, actor: Actor) -> BrandRow:
    """The brand as this actor may see it: an approved one by everybody, else only by its
    organizers and officers in scope. raises NotFound.
    """
    row = brand(brand_id)
    if row is None:
        raise NotFound
    if not policy.is_public(row.state):
        policy.require_members(actor, row.id, row.place_code)
    return row


def own_brand(brand_id: int, actor: Actor) -> BrandRow:
    """The brand, for its organizer. raises NotFound."""
    policy.require_organizer(actor, brand_id)
    row = brand(brand_id)
    if row is None:
        raise NotFound
    return row


def brands_by_id(brand_ids: Collection[int]) -> dict[int, BrandRow]:
    return {row.id: row for row in _brands(select_brands().where(LaborBrand.id.in_(brand_ids)))}


def approved(
    words: str = "", *, place: str = "", skill_id: str = "", page: int = 1
) -> Page[BrandRow]:
    """Approved brands of a place and all below it, the highest rank first, then by name."""
    where: list[ColumnElement[bool]] = [LaborBrand.state == BrandState.APPROVED.value]
    if words:
        where.append(LaborBrand.name.contains(words[:MOST_WORDS], autoescape=True))
    if place:
        where.append(LaborBrand.place_code.startswith(place, autoescape=True))
    if skill_id:
        where.append(LaborBrand.skill_id == skill_id)
    return _page(where, page)


def in_scope(
    actor: Actor, state: BrandState | None = None, *, words: str = "", page: int = 1
) -> Page[BrandRow]:
    """Brands of the officer's places, those handed in first."""
    scopes = actor.scopes(Role.OFFICER)
    where: list[ColumnElement[bool]] = [
        or_(*(LaborBrand.place_code.startswith(s, autoescape=True) for s in scopes))
        if scopes
        else LaborBrand.id < 0
    ]
    if state is not None:
        where.append(LaborBrand.state == state.value)
    if words:
        where.append(LaborBrand.name.contains(words[:MOST_WORDS], autoescape=True))
    return _page(where, page)


def brand_for_officer(brand_id: int, actor: Actor) -> BrandRow:
    """raises NotFound out of scope."""
    row = brand(brand_id)
    if row is None or not actor.covers(Role.OFFICER, row.place_code):
        raise NotFound
    return row


def organizers(brand_id: int) -> list[OrganizerRow]:
    """Who speaks for the brand, the first one first."""
    rows = reading().execute(
        select(User.id, User.name, User.phone)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role == Role.ORGANIZER.value,
            RoleGrant.subject_id == brand_id,
            RoleGrant.revoked_at.is_(None),
        )
        .order_by(RoleGrant.id)
    )
    return [OrganizerRow(*row) for row in rows]


def select_brands() -> Select[Any]:
    members = (
        select(func.count())
        .where(BrandMember.brand_id == LaborBrand.id, BrandMember.state == MemberState.MEMBER.value)
        .correlate(LaborBrand)
        .scalar_subquery()
    )
    return (
        select(LaborBrand, Place.short_name, Place.full_name, Skill.name_zh, Skill.name_en, members)
        .join(Place, Place.code == LaborBrand.place_code)
        .join(Skill, Skill.id == LaborBrand.skill_id)
    )


def _brands(statement: Select[Any]) -> list[BrandRow]:
    return [
        BrandRow(
            BrandId(b.id), b.name, b.place_code, short, full, Trade(b.skill_id, zh, en),
            b.description, Rank(b.rank), BrandState(b.state), b.state_note, members, b.created_at,
            b.decided_at,
        )
        for b, short, full, zh, en, members in reading().execute(statement)
    ]  # fmt: skip


def _page(where: list[ColumnElement[bool]], page: int) -> Page[BrandRow]:
    total = reading().scalar(select(func.count()).select_from(LaborBrand).where(*where)) or 0
    # Ranks and states sort by their place in these lists, not by the alphabet.
    rank = _order(LaborBrand.rank, [r.value for r in reversed(Rank)])
    state = _order(LaborBrand.state, ["pending", "approved", "refused", "draft"])
    rows = _brands(
        select_brands()
        .where(*where)
        .order_by(state, rank, LaborBrand.name)
        .limit(PAGE_SIZE)
        .offset((max(page, 1) - 1) * PAGE_SIZE)
    )
    return Page(rows, max(page, 1), total)


def _order(column: Any, values: Sequence[str]) -> ColumnElement[int]:
    return case({value: n for n, value in enumerate(values)}, value=column, else_=len(values))


# a worker's brands


def brands_of(worker_id: int) -> list[Membership]:
    """All brands that a worker belongs to, asked, or is invited to; memberships first."""
    leader = select(Worker.name).where(Worker.id == Crew.leader_id).correlate(Crew)
    rows = reading().execute(
        select(
            LaborBrand.id,
            LaborBrand.name,
            Place.short_name,
            BrandMember.state,
            BrandMember.joined_on,
            Crew.id,
            Crew.name,
            leader.scalar_subquery(),
        )
        .join(BrandMember, BrandMember.brand_id == LaborBrand.id)
        .join(Place, Place.code == LaborBrand.place_code)
        .outerjoin(CrewMember, CrewMember.worker_id == BrandMember.worker_id)
        .outerjoin(Crew, (Crew.id == CrewMember.crew_id) & (Crew.brand_id == LaborBrand.id))
        .where(
            BrandMember.worker_id == worker_id,
            BrandMember.state.in_(["member", "invited", "requested"]),
        )
        .order_by(_order(BrandMember.state, ["invited", "member", "requested"]), LaborBrand.name)
    )
    return [
        Membership(
            BrandId(b), name, place, MemberState(state), on, crew, crew_name or "", led or ""
        )
        for b, name, place, state, on, crew, crew_name, led in rows
    ]


# crews


def crews(brand_id: int, *, active: bool = True) -> list[CrewRow]:
    """The brand's crews, the oldest first; with active=False those that were dissolved too."""
    statement = _select_crews().where(Crew.brand_id == brand_id)
    if active:
        statement = statement.where(Crew.is_active)
    return [CrewRow(*row) for row in reading().execute(statement.order_by(Crew.id))]


def crew(crew_id: int) -> CrewDetail | None:
    """The crew with its members, the leader first."""
    row = reading().execute(_select_crews().where(Crew.id == crew_id)).first()
    if row is None:
        return None
    head = CrewRow(*row)
    people = reading().execute(
        select(Worker.id, Worker.name, func.coalesce(Worker.phone, User.phone))
        .join(CrewMember, CrewMember.worker_id == Worker.id)
        .outerjoin(User, User.id == Worker.user_id)
        .where(CrewMember.crew_id == crew_id)
        .order_by(Worker.name, Worker.id)
    )
    members = [
        CrewMemberRow(WorkerId(key), name, phone, key == head.leader_id)
        for key, name, phone in people
    ]
    members.sort(key=lambda m: not m.is_leader)
    return CrewDetail(
        head.id, head.brand_id, head.name, head.leader_id, head.leader_name, head.is_whole,
        head.is_active, head.size, tuple(members),
    )  # fmt: skip


def led_by(worker_id: int) -> list[CrewRow]:
    """The live crews that this worker leads."""
    statement = _select_crews().where(Crew.leader_id == worker_id, Crew.is_active)
    return [CrewRow(*row) for row in reading().execute(statement.order_by(Crew.id))]


def _select_crews() -> Select[Any]:
    size = (
        select(func.count()).where(CrewMember.crew_id == Crew.id).correlate(Crew).scalar_subquery()
    )
    return select(
        Crew.id, Crew.brand_id, Crew.name, Crew.leader_id, func.coalesce(Worker.name, ""),
        Crew.is_whole, Crew.is_active, size,
    ).outerjoin(Worker, Worker.id == Crew.leader_id)  # fmt: skip


# invitation links


def invites(brand_id: int) -> list[InviteRow]:
    """The brand's links, the newest first; those that ended are among them."""
    return _invites(BrandInvite.brand_id == brand_id)


def invite_by_token(token: str) -> InviteRow:
    """raises NotFound."""
    found = _invites(BrandInvite.token == token)
    if not found:
        raise NotFound
    return found[0]


def own_invite(invite_id: int, actor: Actor) -> InviteRow:
    """raises NotFound."""
    found = _invites(BrandInvite.id == invite_id)
    if not found:
        raise NotFound
    policy.require_organizer(actor, found[0].brand_id)
    return found[0]


def _invites(where: ColumnElement[bool]) -> list[InviteRow]:
    rows = reading().execute(
        select(BrandInvite, LaborBrand.name)
        .join(LaborBrand, LaborBrand.id == BrandInvite.brand_id)
        .where(where)
        .order_by(BrandInvite.id.desc())
        .limit(PAGE_SIZE)
    )
    today = clock.today()
    return [
        InviteRow(
            i.id, BrandId(i.brand_id), name, i.token, i.expires_on,
            not i.withdrawn and i.expires_on >= today, i.created_at,
        )
        for i, name in rows
    ]  # fmt: skip
