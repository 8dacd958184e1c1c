from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base, Fen


class WageArrears(Base):
    """Pay that was not there on its day: a slip without a payment, or days without a slip.

    ref         "slip:17", or "work:<posting>:<worker>:<first day>": marked and told once
    cleared_on  the day on which the nightly task found it paid, settled or taken back
    place_code, home_code repeat the work site's and the worker's home, for the officers' lists
    """

    __tablename__ = "wage_arrears"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="ends_after_it_begins"),
        CheckConstraint("amount_fen >= 0 AND days >= 1", name="measures_sane"),
        Index(None, "worker_id"),
        Index(None, "employer_id", "cleared_on"),
        Index(None, "place_code", "cleared_on"),
        Index(None, "home_code", "cleared_on"),
        Index(None, "posting_id"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    ref: Mapped[str] = mapped_column(String(60), unique=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id", ondelete="RESTRICT"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id", ondelete="RESTRICT"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id", ondelete="RESTRICT"))
    pay_slip_id: Mapped[int | None] = mapped_column(
        ForeignKey("pay_slip.id", ondelete="RESTRICT"), unique=True
    )
    place_code: Mapped[str] = mapped_column(String(12))
    home_code: Mapped[str] = mapped_column(String(12))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    days: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(Fen)
    due_on: Mapped[date] = mapped_column(Date)
    marked_at: Mapped[datetime]
    cleared_on: Mapped[date | None] = mapped_column(Date)
