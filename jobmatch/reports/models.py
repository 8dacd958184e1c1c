from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base, Fen


class WorkerMonth(Base):
    """What one worker did in one month (its first day): days worked, minutes, pay of live slips.

    Triggers of the database keep it in step with work_day and pay_slip_line, whoever writes those
    (infra/triggers.py); it can be made anew from them at any time (reports/summary.py).
    """

    __tablename__ = "worker_month"
    __table_args__ = (Index(None, "month", "worker_id", "person_times", "minutes", "fen"),)
    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="CASCADE"), primary_key=True
    )
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    person_times: Mapped[int] = mapped_column(Integer, default=0)
    minutes: Mapped[int] = mapped_column(Integer, default=0)
    fen: Mapped[int] = mapped_column(Fen, default=0)
