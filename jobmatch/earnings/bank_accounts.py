"""Workers' bank accounts: entered by the worker, sealed, shown by their last four digits alone.

The whole number goes to two places: the worker's own copy of the data, and an employer's list for
the bank. Both are written down.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.earnings import policy
from jobmatch.earnings.account_models import BankAccount
from jobmatch.earnings.rules.bank_account import BadNumber, Fault, Kind, read
from jobmatch.infra import audit, clock, crypto
from jobmatch.infra.db import reading, retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.text import text
from jobmatch.notify import service as notify
from jobmatch.workers.models import Worker

LEAST_NAME, MOST_NAME = 2, 40
FEW = 500
FAULTS = {
    Fault.DIGITS: text("账号只有数字，请对着卡或存折再看一遍。"),
    Fault.LENGTH: text("账号的位数不对：银行卡 16 到 19 位，存折 10 到 24 位。"),
    Fault.CHECK: text("这个卡号有一位填错了，请对着卡再看一遍。"),
}


class OwnPhone(Conflict):
    default = text("本人有账号，请本人在自己的手机上填收款账户。")


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as it is shown: never the whole number."""

    worker_id: int
    kind: Kind
    bank: str
    tail: str
    by_desk: bool
    entered_at: datetime

    @property
    def masked(self) -> str:
        return f"**** {self.tail}"


@dataclass(frozen=True, slots=True)
class Whole:
    """An account with its number, for the bank."""

    bank: str
    number: str


def account(worker_id: int, *, actor: Actor) -> AccountRow | None:
    """The worker's account, for the worker or the desk of their home. raises NotFound."""
    _worker(reading(), worker_id, actor)
    return masked([worker_id]).get(worker_id)


def masked(worker_ids: Collection[int]) -> dict[int, AccountRow]:
    """The accounts of these workers as they may be shown to whoever pays them."""
    ids, found = sorted(worker_ids), {}
    for start in range(0, max(1, len(ids)), FEW):
        for row in reading().scalars(
            select(BankAccount).where(BankAccount.worker_id.in_(ids[start : start + FEW]))
        ):
            found[row.worker_id] = AccountRow(
                row.worker_id, Kind(row.kind), row.bank, row.tail, row.by_desk, row.entered_at
            )
    return found


@retried
def set_account(worker_id: int, kind: Kind, bank: str, typed: str, *, actor: Actor) -> None:
    """Pay goes to this account from now on; the one before is forgotten.

    raises   NotFound; Invalid (field bank or number); OwnPhone for a desk, where the worker has an
             account of their own here
    """
    bank = bank.strip()
    if not LEAST_NAME <= len(bank) <= MOST_NAME:
        raise Invalid(text("请填写开户的银行，例如“奈曼旗农村信用社”。"), field="bank")
    try:
        number = read(typed, kind)
    except BadNumber as error:
        raise Invalid(FAULTS[error.fault], field="number") from error
    with transaction() as session:
        worker = _worker(session, worker_id, actor)
        by_desk = actor.worker_id != worker_id
        if by_desk and worker.user_id is not None:
            raise OwnPhone
        row = session.get(BankAccount, worker_id, with_for_update=True)
        is_new = row is None
        if row is None:
            row = BankAccount(worker_id=worker_id)
            session.add(row)
        row.kind, row.bank, row.tail = kind.value, bank, number[-4:]
        row.number_sealed = crypto.ring().seal(number, place=_place(worker_id))
        row.by_desk, row.entered_by, row.entered_at = by_desk, actor.user_id, clock.now()
        audit.record(
            session, actor, "bank_account.set", "worker", worker_id, new=is_new, desk=by_desk
        )
        _tell(session, worker, row.tail)


@retried
def remove(worker_id: int, *, actor: Actor) -> None:
    """Pay goes to no account any more. raises NotFound (where there is none, too), OwnPhone."""
    with transaction() as session:
        worker = _worker(session, worker_id, actor)
        if actor.worker_id != worker_id and worker.user_id is not None:
            raise OwnPhone
        row = session.get(BankAccount, worker_id)
        if row is None:
            raise NotFound
        session.delete(row)
        audit.record(session, actor, "bank_account.remove", "worker", worker_id)


@retried
def own_number(worker_id: int, *, actor: Actor) -> Whole | None:
    """One's own account whole. raises NotFound for anybody else's."""
    if actor.worker_id != worker_id:
        raise NotFound
    with transaction() as session:
        row = session.get(BankAccount, worker_id)
        if row is None:
            return None
        audit.record(session, actor, "bank_account.reveal", "worker", worker_id)
        return _opened(row)


@retried
def for_bank(employer_id: int, worker_ids: Sequence[int], *, actor: Actor) -> dict[int, Whole]:
    """The whole numbers of people whom the employer pays now, for its list to the bank.

    Who has none is not in it. That they were given out stands in the log. raises NotFound.
    """
    policy.require_employer(actor, employer_id)
    ids, found = sorted(set(worker_ids)), {}
    with transaction() as session:
        for start in range(0, len(ids), FEW):
            for row in session.scalars(
                select(BankAccount).where(BankAccount.worker_id.in_(ids[start : start + FEW]))
            ):
                found[row.worker_id] = _opened(row)
                # A line for each, so that everybody finds it among what was seen of them.
                audit.record(
                    session, actor, "bank_account.list", "worker", row.worker_id,
                    employer=employer_id,
                )  # fmt: skip
    return found


def _opened(row: BankAccount) -> Whole:
    return Whole(row.bank, crypto.ring().open(row.number_sealed, place=_place(row.worker_id)))


def _place(worker_id: int) -> str:
    return f"bank_account.number:{worker_id}"


def _worker(session: Session, worker_id: int, actor: Actor) -> Worker:
    worker = session.get(Worker, worker_id)
    if worker is None:
        raise NotFound
    policy.require_worker(actor, worker.id, worker.home_code)
    return worker


def _tell(session: Session, worker: Worker, tail: str) -> None:
    said = text("您的收款账户改成了尾号 {tail} 的。不是您改的，请马上告诉驿站。", tail=tail)
    notify.tell(session, [worker.user_id], said, link="/my/me/bank")
