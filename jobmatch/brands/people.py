"""The people of a brand as its organizers and officers see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select

from jobmatch.accounts.models import User
from jobmatch.brands.models import BrandMember, Crew, CrewMember
from jobmatch.brands.queries import MOST_WORDS, Trade
from jobmatch.brands.rules import MemberState
from jobmatch.infra.db import reading
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import CrewId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.places import queries as places
from jobmatch.skills.models import Skill
from jobmatch.workers.models import Credential, Worker, WorkerSkill


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person of the brand in any state; skills are catalogue names, the most practised first."""

    worker_id: WorkerId
    name: str
    sex: str
    born: date
    phone: str | None
    home_name: str
    crew_id: CrewId | None
    crew_name: str
    is_leader: bool
    state: MemberState
    joined_on: date | None
    changed_at: datetime
    has_account: bool
    skills: tuple[Trade, ...]


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """words: part of a name or phone; crew_id 0: members without a crew."""

    words: str = ""
    crew_id: int | None = None
    skill_id: str = ""
    state: MemberState = MemberState.MEMBER


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people and crews stand where, for the organizer's first page."""

    members: int
    requests: int
    invited: int
    without_crew: int
    crews: int


def counts(brand_id: int) -> Counts:
    by_state = dict(
        reading()
        .execute(
            select(BrandMember.state, func.count())
            .where(BrandMember.brand_id == brand_id)
            .group_by(BrandMember.state)
        )
        .all()
    )
    seated, crews = (
        reading()
        .execute(
            select(
                select(func.count())
                .select_from(CrewMember)
                .join(Crew, Crew.id == CrewMember.crew_id)
                .where(Crew.brand_id == brand_id)
                .scalar_subquery(),
                select(func.count())
                .select_from(Crew)
                .where(Crew.brand_id == brand_id, Crew.is_active)
                .scalar_subquery(),
            )
        )
        .one()
    )
    members = by_state.get("member", 0)
    return Counts(
        members,
        by_state.get("requested", 0),
        by_state.get("invited", 0),
        max(members - seated, 0),
        crews,
    )


def members(
    brand_id: int, wanted: MemberFilter | None = None, page: int = 1, *, size: int = PAGE_SIZE
) -> Page[MemberRow]:
    """People of the brand by name; five statements for any number of rows."""
    where = _members_where(brand_id, wanted or MemberFilter())
    total = (
        reading().scalar(_member_joins(select(func.count()).select_from(BrandMember)).where(*where))
        or 0
    )
    rows = _member_rows(where, limit=size, offset=(max(page, 1) - 1) * size)
    return Page(rows, max(page, 1), total, size)


def member(brand_id: int, worker_id: int) -> MemberRow:
    """One person of the brand, in any state. raises NotFound."""
    rows = _member_rows(
        [BrandMember.brand_id == brand_id, BrandMember.worker_id == worker_id], limit=1, offset=0
    )
    if not rows:
        raise NotFound
    return rows[0]


def member_ids(brand_id: int) -> set[int]:
    """The workers who are members now."""
    return set(
        reading().scalars(
            select(BrandMember.worker_id).where(
                BrandMember.brand_id == brand_id, BrandMember.state == MemberState.MEMBER.value
            )
        )
    )


def member_skills(brand_id: int) -> list[Trade]:
    """The skills that members hold, the most frequent first."""
    rows = reading().execute(
        select(Skill.id, Skill.name_zh, Skill.name_en)
        .join(WorkerSkill, WorkerSkill.skill_id == Skill.id)
        .join(BrandMember, BrandMember.worker_id == WorkerSkill.worker_id)
        .where(BrandMember.brand_id == brand_id, BrandMember.state == MemberState.MEMBER.value)
        .group_by(Skill.id, Skill.name_zh, Skill.name_en)
        .order_by(func.count().desc(), Skill.id)
    )
    return [Trade(*row) for row in rows]


def _member_joins(statement: Any) -> Select[Any]:
    joined: Select[Any] = (
        statement.join(Worker, Worker.id == BrandMember.worker_id)
        .outerjoin(User, User.id == Worker.user_id)
        .outerjoin(
            CrewMember,
            (CrewMember.worker_id == BrandMember.worker_id)
            & CrewMember.crew_id.in_(
                select(Crew.id).where(Crew.brand_id == BrandMember.brand_id).correlate(BrandMember)
            ),
        )
        .outerjoin(Crew, Crew.id == CrewMember.crew_id)
    )
    return joined


def _members_where(brand_id: int, wanted: MemberFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [
        BrandMember.brand_id == brand_id,
        BrandMember.state == wanted.state.value,
    ]
    words = wanted.words.strip()[:MOST_WORDS]
    if words:
        where.append(
            or_(
                Worker.name.contains(words, autoescape=True),
                Worker.phone.startswith(words, autoescape=True),
                User.phone.startswith(words, autoescape=True),
            )
        )
    if wanted.crew_id == 0:
        where.append(CrewMember.crew_id.is_(None))
    elif wanted.crew_id is not None:
        where.append(CrewMember.crew_id == wanted.crew_id)
    if wanted.skill_id:
        where.append(
            exists().where(
                WorkerSkill.worker_id == Worker.id, WorkerSkill.skill_id == wanted.skill_id
            )
        )
    return where


def _member_rows(where: list[ColumnElement[bool]], *, limit: int, offset: int) -> list[MemberRow]:
    statement = _member_joins(
        select(
            BrandMember.worker_id,
            Worker.name,
            Worker.sex,
            Worker.born,
            func.coalesce(Worker.phone, User.phone).label("phone"),
            Worker.home_code,
            Crew.id.label("crew_id"),
            Crew.name.label("crew_name"),
            Crew.leader_id,
            BrandMember.state,
            BrandMember.joined_on,
            BrandMember.changed_at,
            Worker.user_id,
        )
    )
    rows = (
        reading()
        .execute(
            statement.where(*where)
            .order_by(Worker.name, BrandMember.worker_id)
            .limit(limit)
            .offset(offset)
        )
        .all()
    )
    skills = _skills([row.worker_id for row in rows])
    homes = places.local_names({row.home_code for row in rows})
    return [
        _member_row(row, homes.get(row.home_code, ""), skills.get(row.worker_id, ()))
        for row in rows
    ]


def _member_row(row: Row[Any], home: str, skills: tuple[Trade, ...]) -> MemberRow:
    return MemberRow(
        WorkerId(row.worker_id), row.name, row.sex, row.born, row.phone, home,
        row.crew_id, row.crew_name or "", row.leader_id == row.worker_id, MemberState(row.state),
        row.joined_on, row.changed_at, row.user_id is not None, skills,
    )  # fmt: skip


def _skills(worker_ids: Sequence[int]) -> dict[int, tuple[Trade, ...]]:
    found: dict[int, tuple[Trade, ...]] = {}
    for worker_id, *names in reading().execute(
        select(WorkerSkill.worker_id, Skill.id, Skill.name_zh, Skill.name_en)
        .join(Skill, Skill.id == WorkerSkill.skill_id)
        .where(WorkerSkill.worker_id.in_(worker_ids))
        .order_by(WorkerSkill.level.desc(), Skill.id)
    ):
        found[worker_id] = (*found.get(worker_id, ()), Trade(*names))
    return found


@dataclass(frozen=True, slots=True)
class CredentialRow:
    skill: Trade
    level: int
    issued_on: date
    expires_on: date | None
    origin: str


def credentials(worker_id: int) -> list[CredentialRow]:
    """What the worker can prove, the latest first. The caller has judged who may see it."""
    rows = reading().execute(
        select(
            Skill.id,
            Skill.name_zh,
            Skill.name_en,
            Credential.level,
            Credential.issued_on,
            Credential.expires_on,
            Credential.origin,
        )
        .join(Skill, Skill.id == Credential.skill_id)
        .where(Credential.worker_id == worker_id)
        .order_by(Credential.issued_on.desc(), Credential.id)
    )
    return [
        CredentialRow(Trade(a, b, c), level, issued, expires, origin)
        for a, b, c, level, issued, expires, origin in rows
    ]
