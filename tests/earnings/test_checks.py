"""The books hold: the database refuses harm, and the check finds what gets past it."""

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from jobmatch.earnings import service
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.models import JournalEntry, JournalLine, PaySlipLine
from jobmatch.infra.db import transaction
from jobmatch.infra.triggers import triggers_off
from tests.earnings.support import (
    Pay,
    all_present,
    codes,
    settle,
    slip_of,
)


def test_the_database_refuses_to_change_the_journal(field: Pay) -> None:
    all_present(field)
    settle(field)
    for deed in (update(JournalLine).values(amount_fen=1), delete(JournalEntry)):
        with pytest.raises(DatabaseError), transaction() as session:
            session.execute(deed)


def test_the_database_refuses_a_work_day_on_two_slips(field: Pay) -> None:
    all_present(field)
    settle(field)
    copied = insert(PaySlipLine).from_select(
        ["pay_slip_id", "work_day_id", "live_day_id", "work_date", "minutes", "pieces", "amount_fen"],
        select(
            PaySlipLine.pay_slip_id, PaySlipLine.work_day_id, PaySlipLine.live_day_id,
            PaySlipLine.work_date, PaySlipLine.minutes, PaySlipLine.pieces, PaySlipLine.amount_fen,
        ),
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(copied)


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ("UPDATE journal_line SET amount_fen = amount_fen + 1 WHERE account = 'wage_cost'", "unbalanced"),
        ("UPDATE journal_line SET amount_fen = amount_fen * 2", "slip_booking"),
        ("UPDATE pay_slip SET state = 'paid', paid_on = '2026-09-27'", "slip_payment"),
        ("UPDATE pay_slip SET state = 'issued'", "income"),
        ("UPDATE pay_slip_line SET amount_fen = amount_fen + 1", "slip_lines"),
        ("UPDATE work_day SET state = 'open'", "day_state"),
        ("UPDATE pay_slip_line SET live_day_id = NULL", "day_state"),
        ("UPDATE journal_entry SET ref = 'pay_slip:999:issued' WHERE id = (SELECT min(id) FROM journal_entry)", "orphan"),
        ("UPDATE income_entry SET ref = 'pay_slip:999'", "orphan"),
        ("UPDATE income_entry SET amount_fen = amount_fen - 1", "income"),
    ],
)  # fmt: skip
def test_every_kind_of_harm_is_found(field: Pay, harm: str, code: str) -> None:
    all_present(field)
    settle(field)
    service.confirm(slip_of(field.worker_id), actor=field.worker)
    assert check_ledger() == []
    with transaction() as session, triggers_off(session.connection()):
        session.connection().exec_driver_sql(harm)
    assert code in codes()


def test_a_day_paid_twice_and_a_false_reversal_are_found(field: Pay) -> None:
    all_present(field)
    run = settle(field)
    with transaction() as session:
        line = session.scalars(select(PaySlipLine)).first()
        assert line is not None
        session.add(
            PaySlipLine(
                pay_slip_id=line.pay_slip_id, work_day_id=line.work_day_id, live_day_id=None,
                work_date=line.work_date, minutes=1, pieces=0, amount_fen=0,
            )
        )  # fmt: skip
    assert "day_twice" in codes()
    service.reverse(run, actor=field.employer)
    with transaction() as session, triggers_off(session.connection()):
        session.connection().exec_driver_sql(
            "UPDATE journal_line SET amount_fen = amount_fen * 2 WHERE journal_entry_id = "
            "(SELECT max(id) FROM journal_entry)"
        )
    assert "bad_reversal" in codes()
