"""Where a worker's pay goes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from jobmatch.infra.db import Base


class BankAccount(Base):
    """The worker's own account, one at a time. number_sealed is bound to
    "bank_account.number:<worker_id>"; tail: its last four digits. by_desk: entered by a station for
    somebody without a phone.
    """

    __tablename__ = "bank_account"
    __table_args__ = (CheckConstraint("kind IN ('card','book')", name="kind_known"),)
    worker_id: Mapped[int] = mapped_column(
        ForeignKey("worker.id", ondelete="RESTRICT"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(String(4))
    bank: Mapped[str] = mapped_column(String(40))
    number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str] = mapped_column(String(4))
    by_desk: Mapped[bool]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="RESTRICT"))
    entered_at: Mapped[datetime]
