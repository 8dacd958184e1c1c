"""Reading what is held on a worker."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, or_, select

from jobmatch.attendance.models import WorkDay
from jobmatch.dispatch.models import EngagementDay
from jobmatch.earnings.models import PaySlip
from jobmatch.households.models import HouseholdConsent
from jobmatch.infra import clock, dated
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import Base, reading
from jobmatch.kernel.periods import business_day
from jobmatch.kernel.text import Text, text
from jobmatch.monitoring.policy import household_of
from jobmatch.privacy.models import ConsentEvent, Erasure
from jobmatch.privacy.rules.tables import BY_USER, BY_WORKER, Fate, Held, kept_until
from jobmatch.workers.models import Worker

LOOKS = 2_000
# Never given out: sealed and keyed values, signs, claims, and who among the staff did it.
HIDDEN = {
    "id_sealed", "id_index", "wecom_sealed", "number_sealed", "password_hash", "session_version",
    "uid", "claim", "live_key", "hash", "hash_before", "mac", "secret_sealed", "digest", "key",
    "body", "answer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent of a worker: whether it stands, and since when (None: never asked)."""

    kind: str
    given: bool
    since: datetime | None

    @property
    def day(self) -> date | None:
        return business_day(self.since) if self.since else None


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table about a worker; columns and rows in one order."""

    name: str
    title: Text
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Preview:
    """What deletion takes and leaves: titles with counts; until: when the rest loses its name."""

    goes: list[tuple[Text, int]]
    stays: list[tuple[Text, int]]
    until: date | None
    has_days_ahead: bool


@dataclass(frozen=True, slots=True)
class ErasureRow:
    id: int
    asked_at: datetime
    due_on: date


def consents(worker_id: int) -> list[Consent]:
    """The three consents as they stand now."""
    session = reading()
    worker = session.get_one(Worker, worker_id)
    last = {
        row.kind: row
        for row in session.scalars(
            select(ConsentEvent)
            .where(ConsentEvent.worker_id == worker_id)
            .order_by(ConsentEvent.id)
        )
    }

    def since(kind: str, default: datetime | None) -> datetime | None:
        return last[kind].at if kind in last else default

    said = last.get("line_watch")
    watched, watched_since = said is not None and said.given, since("line_watch", None)
    # What holds is the household's word, which an officer or another of the family may have given.
    household_id = household_of(session, worker_id)
    if household_id is not None:
        word = session.scalar(
            select(HouseholdConsent)
            .where(HouseholdConsent.household_id == household_id)
            .order_by(HouseholdConsent.id.desc())
            .limit(1)
        )
        watched, watched_since = bool(word and word.is_given), word.recorded_at if word else None
    return [
        Consent("sensitive", True, since("sensitive", worker.consented_at)),
        Consent("matching", not worker.matching_opt_out, since("matching", worker.consented_at)),
        Consent("line_watch", watched, watched_since),
    ]


def allows(worker_id: int, kind: str) -> bool:
    """Whether the worker's consent stands; whoever uses the data for it asks here."""
    return any(one.kind == kind and one.given for one in consents(worker_id))


def waiting(worker_id: int) -> ErasureRow | None:
    """The worker's open wish for deletion."""
    row = reading().scalar(select(Erasure).where(Erasure.open_worker_id == worker_id))
    return ErasureRow(row.id, row.asked_at, row.due_on) if row else None


def preview(worker_id: int) -> Preview:
    """What deletion would do now."""
    session = reading()
    worker = session.get_one(Worker, worker_id)
    goes: list[tuple[Text, int]] = []
    stays: list[tuple[Text, int]] = []
    for name, held in (BY_WORKER | BY_USER).items():
        where = _about(Base.metadata.tables[name], worker)
        table = Base.metadata.tables[name]
        count = session.scalar(select(func.count()).select_from(table).where(where)) or 0
        if count:
            (goes if held.fate is Fate.GOES else stays).append((held.title, count))
    ahead = session.scalar(
        select(EngagementDay.id)
        .where(EngagementDay.worker_id == worker_id, EngagementDay.work_date >= clock.today())
        .limit(1)
    )
    return Preview(goes, stays, until(worker_id), ahead is not None)


def until(worker_id: int) -> date | None:
    """When proof of the worker's work and pay need no longer be kept; None when there is none."""
    session = reading()
    worked = session.scalar(
        select(func.max(WorkDay.work_date)).where(WorkDay.worker_id == worker_id)
    )
    issued, paid = session.execute(
        select(func.max(PaySlip.issued_at), func.max(PaySlip.paid_on)).where(
            PaySlip.worker_id == worker_id
        )
    ).one()
    days = [d for d in (worked, issued and business_day(issued), paid) if d is not None]
    months = int(dated.value(session, "retention.wage_ledger_months", on=clock.today()))
    return kept_until(max(days, default=None), months)


def everything(worker_id: int) -> list[Part]:
    """All that is held on the worker, the person first; parts without rows are left out."""
    session = reading()
    worker = session.get_one(Worker, worker_id)
    found = [_part("worker", Held(text("本人"), Fate.STAYS), worker, "id", worker.id)]
    if worker.user_id:
        found.append(_part("user", Held(text("账号"), Fate.GOES), worker, "id", worker.user_id))
    if worker.member_id:
        member = Held(text("家庭里的登记"), Fate.STAYS)
        found.append(_part("household_member", member, worker, "id", worker.member_id))
        income = Held(text("家庭收入"), Fate.STAYS)
        found.append(_part("income_entry", income, worker, "member_id", worker.member_id))
    found += [_part(name, held, worker) for name, held in (BY_WORKER | BY_USER).items()]
    looks = session.execute(
        select(AuditEntry.at, AuditEntry.action)
        .where(AuditEntry.object_kind == "worker", AuditEntry.object_id == str(worker_id))
        .order_by(AuditEntry.id.desc())
        .limit(LOOKS)
    ).all()
    found.append(
        Part("log", text("谁看过、改过什么"), ("at", "action"), [tuple(row) for row in looks])
    )
    return [part for part in found if part.rows]


def _part(name: str, held: Held, worker: Worker, column: str = "", key: int = 0) -> Part:
    table = Base.metadata.tables[name]
    staff = {c.name for c in table.columns for f in c.foreign_keys if f.column.table.name == "user"}
    columns = [c for c in table.columns if c.name not in HIDDEN | staff]
    where = table.c[column] == key if column else _about(table, worker)
    order = list(table.primary_key.columns)
    rows = reading().execute(select(*columns).where(where).order_by(*order)).all()
    return Part(name, held.title, tuple(c.name for c in columns), [tuple(row) for row in rows])


def _about(table: Table, worker: Worker) -> Any:
    """Rows that point at the worker, or at the worker's account."""
    own = {"worker": worker.id}
    if table.name in BY_USER:
        return table.c.user_id == (worker.user_id or 0)
    return or_(
        *(
            column == own[key.column.table.name]
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table.name in own and column.name != "votes_for"
        )
    )
