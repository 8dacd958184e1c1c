"""What was booked before there were chains gets its place in one."""

from flask import Flask
from sqlalchemy import text

from jobmatch.earnings import chain
from jobmatch.infra.db import forget_reads, reading, writing_engine
from tests.migrations.test_migrations import fill, go, scratch  # noqa: F401

MORE = (
    "INSERT INTO journal_entry (id, employer_id, booked_on, kind, ref, created_by, created_at) "
    "SELECT 100 + {n}, employer_id, booked_on, kind, 'more:' || {n}, created_by, created_at "
    "FROM journal_entry WHERE ref = '15'"
)
LINE = (
    "INSERT INTO journal_line (id, journal_entry_id, account, worker_id, amount_fen) "
    "SELECT 200 + {n}, id, 'paid', (SELECT min(id) FROM worker), {n} FROM journal_entry WHERE ref = 'more:' || {n}"
)


def test_bookings_of_before_are_chained_and_added_up(scratch: Flask) -> None:  # noqa: F811
    go("head", up=True)
    fill()
    go("0012", up=False)
    with writing_engine().begin() as connection:
        for n in (1, 2, 3):
            connection.execute(text(MORE.format(n=n)))
            connection.execute(text(LINE.format(n=n)))
    go("head", up=True)
    session = reading()
    assert session.scalar(text("SELECT entries FROM ledger_head")) == 4
    assert session.scalar(text("SELECT amount_fen FROM ledger_balance WHERE account = 'paid'")) == 6
    assert list(chain.broken_chains(session)) == []
    assert list(chain.wrong_balances(session)) == []
    forget_reads()
