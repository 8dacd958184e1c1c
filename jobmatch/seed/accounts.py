"""The demonstration's bank accounts: most people who are paid by the demonstration's employer."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.attendance.models import WorkDay
from jobmatch.earnings.account_models import BankAccount
from jobmatch.earnings.rules.bank_account import luhn
from jobmatch.infra import clock, crypto
from jobmatch.workers.models import Worker

# i18n: data module

BANKS = ("奈曼旗农村信用社", "邮政储蓄银行奈曼旗支行", "农业银行奈曼旗支行")


def give_accounts(session: Session, employer_id: int, worker_phone: str) -> None:
    """Four of five have one; and the demonstration's worker."""
    ids = set(
        session.scalars(
            select(WorkDay.worker_id).where(WorkDay.employer_id == employer_id).distinct()
        )
    )
    demo = select(Worker.id).join(User, User.id == Worker.user_id).where(User.phone == worker_phone)
    mine = set(session.scalars(demo))
    for key in sorted(ids | mine):
        if key % 5 or key in mine:
            session.add(_account(key))


def _account(worker_id: int) -> BankAccount:
    number = next(
        f"62299900{worker_id:010d}{digit}"
        for digit in range(10)
        if luhn(f"62299900{worker_id:010d}{digit}")
    )
    sealed = crypto.ring().seal(number, place=f"bank_account.number:{worker_id}")
    return BankAccount(
        worker_id=worker_id, kind="card", bank=BANKS[worker_id % len(BANKS)], tail=number[-4:],
        number_sealed=sealed, by_desk=False, entered_at=clock.now(),
    )  # fmt: skip
