"""What people are told of slips: workers of their own, employers of an objection."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import RoleGrant
from jobmatch.earnings.events import SlipObjected, SlipsPaid
from jobmatch.earnings.models import PaySlip, Settlement
from jobmatch.earnings.rules.taking import Kind
from jobmatch.infra import events
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Role
from jobmatch.kernel.text import Amount, Text, text
from jobmatch.notify import service as notify
from jobmatch.workers.models import Worker


def issued(session: Session, slips: Sequence[tuple[int, int, int]], title: str) -> None:
    """slips: key, worker and net fen of each."""
    _tell(
        session, [(key, worker) for key, worker, _fen in slips],
        [
            text("“{title}”的工资条来了：{amount}，请核对。", title=title, amount=Amount(fen))
            for _key, _worker, fen in slips
        ],
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


def charged(
    session: Session, user_id: int | None, charge_id: int, kind: Kind, fen: int, is_asked: bool
) -> None:
    amount = Amount(fen)
    if kind is Kind.ADVANCE:
        said = text("用工方记了一笔借支 {amount}，请核对。", amount=amount)
    elif is_asked:
        said = text("用工方要从工钱里扣 {amount}，请看看同不同意。", amount=amount)
    else:
        said = text("用工方记了一笔扣款 {amount}。", amount=amount)
    notify.tell(session, [user_id], said, link=f"/my/pay/charges#charge-{charge_id}")


def charge_answered(
    session: Session, employer_id: int, worker_name: str, fen: int, yes: bool
) -> None:
    amount = Amount(fen)
    said = (
        text("{name} 确认了 {amount}。", name=worker_name, amount=amount)
        if yes
        else text("{name} 不认可 {amount}，请核对。", name=worker_name, amount=amount)
    )
    users = users_of_employer(session, employer_id)
    notify.tell(session, users, said, link="/employer/pay/charges")


def to_approve(session: Session, employer_id: int, maker: int | None, run_id: int, fen: int) -> int:
    """Ask the employer's other people to approve a run; how many there are."""
    others = [user for user in users_of_employer(session, employer_id) if user != maker]
    said = text("有一次工资 {amount} 等您批准。", amount=Amount(fen))
    notify.tell(session, others, said, link=f"/employer/pay/runs/{run_id}")
    return len(others)


def run_answered(session: Session, maker: int | None, run_id: int, words: str) -> None:
    said = text("这次工资没有批准：{words}", words=words) if words else text("这次工资批准了。")
    notify.tell(session, [maker], said, link=f"/employer/pay/runs/{run_id}")


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


def _tell_workers(
    session: Session, slips: Sequence[PaySlip], words: Callable[[PaySlip], Text]
) -> None:
    _tell(session, [(slip.id, slip.worker_id) for slip in slips], [words(slip) for slip in slips])


def _tell(session: Session, slips: Sequence[tuple[int, int]], said: Sequence[Text]) -> None:
    """Tell each slip's worker, if they have an account, with the way to the slip."""
    users: dict[int, int | None] = {}
    for start in range(0, len(slips), 1_000):
        ids = [worker for _key, worker in slips[start : start + 1_000]]
        rows = session.execute(select(Worker.id, Worker.user_id).where(Worker.id.in_(ids)))
        users |= {worker: user for worker, user in rows}  # noqa: C416 (dict() loses the types)
    notify.tell_linked(
        session,
        [
            (user, words, f"/my/pay/{key}")
            for (key, worker), words in zip(slips, said, strict=True)
            if (user := users.get(worker)) is not None
        ],
    )


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
