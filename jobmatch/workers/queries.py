"""Reading workers: frozen rows, ID numbers masked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.infra import clock, crypto
from jobmatch.infra.db import fetch, reading
from jobmatch.kernel.actor import SYSTEM, Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.identity import age_on, mask_id, normalise
from jobmatch.kernel.ids import BrandId, MemberId, SkillId, UserId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.kernel.periods import SHANGHAI, Days
from jobmatch.workers import policy
from jobmatch.workers.models import Availability, Credential, Worker, WorkerSkill
from jobmatch.workers.rules.limits import Limits

NUMBER_DIGITS = 6


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker. phone: whole, for those who call; id_masked: the last four signs."""

    id: WorkerId
    uid: str
    user_id: UserId | None
    name: str
    phone: str | None
    sex: str
    born: date
    id_masked: str
    home_code: str
    lon: float
    lat: float
    said: str
    limits: Limits
    matching_opt_out: bool
    registered_via: str
    member_id: MemberId | None
    created_at: datetime
    is_active: bool

    @property
    def age(self) -> int:
        return age_on(self.born, clock.today())

    @property
    def number(self) -> str:
        """The number on the slip, e.g. 000 042."""
        return f"{self.id // 1000:03d} {self.id % 1000:03d}"


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """A skill that the worker confirmed. level: 1 can do it, 2 practised, 3 master."""

    skill_id: SkillId
    level: int
    words: str


@dataclass(frozen=True, slots=True)
class CredentialRow:
    skill_id: SkillId
    level: int
    issued_on: date
    expires_on: date | None
    origin: str
    ref: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A worker with skills, credentials and the days on which they can work, from today on."""

    worker: WorkerRow
    skills: tuple[HeldSkill, ...]
    credentials: tuple[CredentialRow, ...]
    free: tuple[Days, ...]


# What `_row` reads; nothing sealed is among it.
_COLUMNS = (
    Worker.id, Worker.uid, Worker.user_id, Worker.name, Worker.phone, Worker.sex, Worker.born,
    Worker.id_tail, Worker.home_code, Worker.lon, Worker.lat, Worker.said, Worker.max_km,
    Worker.stays_away, Worker.home_by, Worker.least_day_fen, Worker.no_heavy, Worker.most_minutes,
    Worker.matching_opt_out, Worker.registered_via, Worker.member_id, Worker.created_at,
    Worker.is_active,
)  # fmt: skip
_IDS: Any = bindparam("ids", expanding=True)
_HOME = select(Worker.home_code).where(Worker.id == bindparam("worker"))
_BY_ID = select(*_COLUMNS).where(Worker.id == bindparam("worker"))
_BY_IDS = select(*_COLUMNS).where(Worker.id.in_(_IDS)).order_by(Worker.id)
_SKILLS = (
    select(WorkerSkill.worker_id, WorkerSkill.skill_id, WorkerSkill.level, WorkerSkill.words)
    .where(WorkerSkill.worker_id.in_(_IDS))
    .order_by(WorkerSkill.level.desc(), WorkerSkill.confirmed_at, WorkerSkill.skill_id)
)
_PROOFS = (
    select(
        Credential.worker_id, Credential.skill_id, Credential.level, Credential.issued_on,
        Credential.expires_on, Credential.origin, Credential.ref,
    )
    .where(Credential.worker_id.in_(_IDS))
    .order_by(Credential.issued_on.desc(), Credential.id)
)  # fmt: skip
_FREE = (
    select(Availability.worker_id, Availability.first_day, Availability.last_day)
    .where(
        Availability.worker_id.in_(_IDS), Availability.last_day >= bindparam("today", type_=Date)
    )
    .order_by(Availability.first_day)
)


def worker(worker_id: int) -> WorkerRow | None:
    """The worker, without asking who reads: for houses above. Doors use `seen_by`."""
    found = fetch(_BY_ID, worker=worker_id)
    return _row(found[0]) if found else None


def seen_by(actor: Actor, worker_id: int, brands: Collection[BrandId] = ()) -> WorkerRow:
    """The worker, for whoever may see it. raises NotFound."""
    return _row(policy.require_sight(actor, reading().get(Worker, worker_id), brands))


def changeable_by(actor: Actor, worker_id: int) -> WorkerRow:
    """The worker, for whoever may change it. raises NotFound."""
    return _row(policy.require_change(actor, reading().get(Worker, worker_id)))


def of_user(user_id: int | None) -> WorkerRow | None:
    """The worker behind an account."""
    if user_id is None:
        return None
    found = reading().scalar(select(Worker).where(Worker.user_id == user_id))
    return _row(found) if found else None


def workers(ids: Collection[int]) -> dict[int, WorkerRow]:
    """Workers by key, in one query."""
    if not ids:
        return {}
    return {row.id: _row(row) for row in fetch(_BY_IDS, ids=list(set(ids)))}


def names(ids: Collection[int]) -> dict[int, str]:
    """Names by key."""
    if not ids:
        return {}
    found = reading().execute(select(Worker.id, Worker.name).where(Worker.id.in_(set(ids))))
    return {row.id: row.name for row in found}


def profiles(ids: Collection[int]) -> dict[int, Profile]:
    """Profiles by key, in four queries however many."""
    rows = workers(ids)
    skills: dict[int, list[HeldSkill]] = {key: [] for key in rows}
    proofs: dict[int, list[CredentialRow]] = {key: [] for key in rows}
    free: dict[int, list[Days]] = {key: [] for key in rows}
    keys, today = list(rows), clock.today()
    for key, skill, level, words in fetch(_SKILLS, ids=keys):
        skills[key].append(HeldSkill(SkillId(skill), level, words))
    for key, *proof in fetch(_PROOFS, ids=keys):
        proofs[key].append(CredentialRow(*proof))
    for key, first, last in fetch(_FREE, ids=keys, today=today):
        free[key].append(Days(max(today, first), last))
    return {
        key: Profile(row, tuple(skills[key]), tuple(proofs[key]), tuple(free[key]))
        for key, row in rows.items()
    }


def profile(worker_id: int) -> Profile:
    """raises NotFound."""
    found = profiles([worker_id]).get(worker_id)
    if found is None:
        raise NotFound
    return found


def search(actor: Actor, words: str, page: int = 1) -> Page[WorkerRow]:
    """Workers whom the actor may serve, by name, phone, number or whole ID number."""
    typed = normalise(words)
    where = and_(_in_scope(actor), _meets(typed, " ".join(words.split())))
    return _page(where, page)


def kind_of(words: str) -> str:
    """What was searched by, for the audit: id_number, number (of the slip), phone or name."""
    typed = normalise(words)
    # Other scripts' digits and raised ones ("²") are digits to Python, but no number of ours.
    if len(typed) == 18 and typed.isascii() and typed[:17].isdecimal():
        return "id_number"
    if typed.isascii() and typed.isdecimal():
        return "number" if len(typed) <= NUMBER_DIGITS else "phone"
    return "name"


def registered_today(actor: Actor, page: int = 1) -> Page[WorkerRow]:
    """Workers of the actor's places registered today, the latest first."""
    today = clock.today()
    midnight = datetime(today.year, today.month, today.day, tzinfo=SHANGHAI)
    where = and_(
        _in_scope(actor),
        Worker.created_at >= midnight,
        Worker.created_at < midnight + timedelta(days=1),
    )
    return _page(where, page)


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    if actor == SYSTEM:
        return Worker.id > 0
    scopes = {*actor.scopes(Role.STATION), *actor.scopes(Role.OFFICER)}
    mine = [Worker.registered_by == actor.user_id] if actor.has(Role.STATION) else []
    return or_(false(), *(Worker.home_code.startswith(code) for code in sorted(scopes)), *mine)


def _meets(typed: str, name: str) -> ColumnElement[bool]:
    if not typed:
        return Worker.id > 0
    kind = kind_of(typed)
    if kind == "id_number":
        return Worker.id_index == crypto.ring().blind_index(typed)
    if kind == "number":
        return or_(Worker.id == int(typed), Worker.phone.startswith(typed))
    if kind == "phone":
        users = select(User.id).where(User.phone.startswith(typed))
        return or_(Worker.phone.startswith(typed), Worker.user_id.in_(users))
    return named(name)


def named(name: str) -> ColumnElement[bool]:
    """Workers whose name holds these letters."""
    return Worker.name.contains(name, autoescape=True)


def _page(where: ColumnElement[bool], page: int) -> Page[WorkerRow]:
    session = reading()
    total = session.scalar(select(func.count()).select_from(Worker).where(where)) or 0
    found = session.scalars(
        select(Worker)
        .where(where)
        .order_by(Worker.created_at.desc(), Worker.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return Page([_row(row) for row in found], page, total)


def _row(row: Any) -> WorkerRow:
    return WorkerRow(
        id=WorkerId(row.id),
        uid=row.uid,
        user_id=UserId(row.user_id) if row.user_id else None,
        name=row.name,
        phone=row.phone,
        sex=row.sex,
        born=row.born,
        id_masked=mask_id(row.id_tail),
        home_code=row.home_code,
        lon=row.lon,
        lat=row.lat,
        said=row.said,
        limits=Limits(
            max_km=row.max_km,
            stays_away=row.stays_away,
            home_by=row.home_by,
            least_day_fen=row.least_day_fen,
            no_heavy=row.no_heavy,
            most_minutes=row.most_minutes,
        ),
        matching_opt_out=row.matching_opt_out,
        registered_via=row.registered_via,
        member_id=MemberId(row.member_id) if row.member_id else None,
        created_at=row.created_at,
        is_active=row.is_active,
    )


def home_of(worker_id: int, session: Session | None = None) -> str | None:
    """The place code of a worker's home; None for nobody we know."""
    found = fetch(_HOME, session, worker=worker_id)
    return found[0][0] if found else None
