"""What people are told of slips: workers of their own, employers of an objection."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import RoleGrant
from jobmatch.earnings.events import SlipObjected, SlipsPaid
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.infra import events
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Role
from jobmatch.kernel.text import Amount, Text, text
from jobmatch.notify import service as notify
from jobmatch.workers.models import Worker


def issued(session: Session, slips: Sequence[PaySlip], title: str) -> None:
    _tell_workers(
        session, slips,
        lambda slip: text(
            "“{title}”的工资条来了：{amount}，请核对。", title=title, amount=Amount(slip.net_fen)
        ),
    )  # fmt: skip


def paid(session: Session, slips: Sequence[PaySlip]) -> None:
    _tell_workers(
        session, slips,
        lambda slip: text("用工方记录已付工钱 {amount}。", amount=Amount(slip.net_fen)),
    )  # fmt: skip
    events.publish(session, SlipsPaid(tuple(slip.id for slip in slips)))


def reversed_(session: Session, slips: Sequence[PaySlip], title: str) -> None:
    _tell_workers(
        session,
        slips,
        lambda _slip: text("“{title}”的工资条已被冲销，更正后会重新发出。", title=title),
    )


def objected(session: Session, slip: PaySlip, worker_name: str) -> None:
    posting_id = session.get_one(Settlement, slip.settlement_id).posting_id
    notify.tell(
        session,
        users_of_employer(session, slip.employer_id),
        text("{name} 对工资条有异议，请核对。", name=worker_name),
        link=f"/employer/postings/{posting_id}/pay",
    )
    events.publish(session, SlipObjected(slip.id))


def unpaid(session: Session, slips: Sequence[PaySlip]) -> None:
    _tell_workers(
        session, slips,
        lambda slip: text(
            "用工方冲销了付款记录 {amount}：这笔还没付给您。", amount=Amount(slip.net_fen)
        ),
    )  # fmt: skip


def books_off(faults: int) -> None:
    """The administrators hear that a check of the books found faults."""
    with transaction() as session:
        admins = session.scalars(
            select(RoleGrant.user_id)
            .where(RoleGrant.role == Role.ADMIN.value, RoleGrant.revoked_at.is_(None))
            .distinct()
        )
        notify.tell(
            session, admins.all(), text("账对不上：查出 {n} 处，请看核对结果。", n=faults),
            link="/admin/ledger",
        )  # fmt: skip


def _tell_workers(session: Session, slips: Sequence[PaySlip], words: Any) -> None:
    users = dict(
        session.execute(
            select(Worker.id, Worker.user_id).where(Worker.id.in_([s.worker_id for s in slips]))
        ).all()
    )
    for slip in slips:
        said: Text = words(slip)
        notify.tell(session, [users.get(slip.worker_id)], said, link=f"/my/pay/{slip.id}")


def users_of_employer(session: Session, employer_id: int) -> list[int]:
    return list(
        session.scalars(
            select(RoleGrant.user_id)
            .where(
                RoleGrant.role == Role.EMPLOYER.value,
                RoleGrant.subject_id == employer_id,
                RoleGrant.revoked_at.is_(None),
            )
            .distinct()
        )
    )
