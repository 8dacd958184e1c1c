from datetime import datetime

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class TaskRun(Base):
    """One run of a task for one due instant: taken first, so that two schedulers cannot both
    run it.
    """

    __tablename__ = "task_run"
    __table_args__ = (UniqueConstraint("task", "due"),)
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    task: Mapped[str] = mapped_column(String(40))
    due: Mapped[datetime]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(200), default="")
