"""The slots of the scheduler's tasks: what ran when, how it ended, what is to run again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra import audit, clock
from jobmatch.infra.db import Base, reading, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Conflict, NotAllowed, NotFound

# So an outcome begins that a task did not come to.
FAILED = "failed"
SHOWN = 10


class TaskRun(Base):
    """One run of a task for one due instant: taken first, so that two schedulers cannot both
    run it.

    asked_at   since when it is to run again, asked_by: who wants it; none when nobody does
    """

    __tablename__ = "task_run"
    __table_args__ = (UniqueConstraint("task", "due"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    task: Mapped[str] = mapped_column(String(40))
    due: Mapped[datetime]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


@dataclass(frozen=True, slots=True)
class SlotRow:
    id: int
    task: str
    due: datetime
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    asked_at: datetime | None

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        if self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()

    @property
    def has_failed(self) -> bool:
        return self.outcome.startswith(FAILED)


def last_slots(most: int = SHOWN) -> dict[str, list[SlotRow]]:
    """The last slots of each task, the latest first; one statement."""
    place = func.row_number().over(partition_by=TaskRun.task, order_by=TaskRun.due.desc())
    ranked = select(TaskRun.id, place.label("place")).subquery()
    rows = reading().execute(
        select(
            TaskRun.id, TaskRun.task, TaskRun.due, TaskRun.started_at, TaskRun.ended_at,
            TaskRun.outcome, TaskRun.asked_at,
        )
        .join(ranked, ranked.c.id == TaskRun.id)
        .where(ranked.c.place <= most)
        .order_by(TaskRun.task, TaskRun.due.desc())
    )  # fmt: skip
    found: dict[str, list[SlotRow]] = {}
    for row in rows:
        slot = SlotRow(*row)
        found.setdefault(slot.task, []).append(slot)
    return found


@dataclass(frozen=True, slots=True)
class LastRun:
    """How a task stands. succeeded_at: when it last ended well, None if never; lag_seconds: from
    due to begun; seconds: of the last run, None while it goes on.
    """

    task: str
    succeeded_at: datetime | None
    has_failed: bool
    lag_seconds: float
    seconds: float | None


def last_runs() -> list[LastRun]:
    """Every task that ever ran, by name; two statements."""
    rows = reading().execute(
        select(TaskRun.task, func.max(TaskRun.ended_at))
        .where(TaskRun.ended_at.is_not(None), TaskRun.outcome.not_like(f"{FAILED}%"))
        .group_by(TaskRun.task)
    )
    ended_well = {task: at for task, at in rows}  # noqa: C416
    return [
        LastRun(
            task, ended_well.get(task), slots[0].has_failed,
            (slots[0].started_at - slots[0].due).total_seconds(), slots[0].seconds,
        )
        for task, slots in sorted(last_slots(1).items())
    ]  # fmt: skip


def failures() -> int:
    """How many tasks failed when they last ran."""
    return sum(slots[0].has_failed for slots in last_slots(1).values())


def ask_again(run_id: int, *, actor: Actor) -> None:
    """Let the scheduler run this slot once more. raises NotAllowed, NotFound; Conflict while it
    runs.
    """
    if not actor.has(Role.ADMIN):
        raise NotAllowed
    with transaction() as session:
        run = session.get(TaskRun, run_id, with_for_update=True)
        if run is None:
            raise NotFound
        if run.ended_at is None:
            raise Conflict
        if run.asked_at is None:
            run.asked_at, run.asked_by = clock.now(), actor.user_id
            audit.record(session, actor, "task.again", "task", run.task, due=run.due.isoformat())
