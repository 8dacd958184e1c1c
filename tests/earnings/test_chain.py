"""One chain for each employer whoever books at once; a check finds each harm that is planted."""

import threading

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from jobmatch.earnings import booking, chain, payment, service
from jobmatch.earnings.booking import Booking
from jobmatch.earnings.checks import check_and_keep, check_ledger
from jobmatch.earnings.models import JournalEntry, LedgerBalance, LedgerHead
from jobmatch.earnings.rules.ledger import NOTHING, Account, Head, Line
from jobmatch.infra.db import DatabaseError, forget_reads, reading, transaction, writing_engine
from jobmatch.infra.triggers import triggers_off
from jobmatch.kernel.actor import SYSTEM
from jobmatch.notify.models import Notice
from jobmatch.tasks.daily import check_ledger as nightly
from tests.earnings.support import Pay, all_present, codes, pay, settle, slip_of
from tests.support import World

LAST = "(SELECT max(id) FROM journal_entry)"
FIRST = "(SELECT min(id) FROM journal_entry)"


@pytest.fixture
def books(field: Pay) -> Pay:
    """Settled, paid, taken back and paid again: five entries in one chain."""
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    pay(field, slip)
    payment.reverse_payment(slip, actor=field.employer)
    pay(field, slip)
    return field


def test_every_booking_lengthens_the_chain_and_moves_the_balances(books: Pay) -> None:
    (employer_id,) = books.employer.employer_ids
    found = chain.balances(employer_id)
    assert found.entries == 5
    assert found.amounts == {
        Account.WAGE_COST: 72_000, Account.WAGE_PAYABLE: -36_000, Account.PAID: -36_000,
    }  # fmt: skip
    assert found.owed_fen == 36_000
    assert check_ledger() == []
    assert chain.balances(0).entries == 0


HARM = [
    (f"UPDATE journal_entry SET kind = 'gift' WHERE id = {FIRST}", "chain_changed"),
    (f"UPDATE journal_entry SET created_by = NULL WHERE id = {LAST}", "chain_changed"),
    (f"UPDATE journal_entry SET hash = '{'f' * 64}' WHERE id = {FIRST}", "chain_broken"),
    ("UPDATE journal_line SET amount_fen = amount_fen * 2", "chain_changed"),
    (f"UPDATE journal_line SET worker_id = (SELECT max(id) FROM worker) WHERE journal_entry_id = {FIRST}", "chain_changed"),
    (f"DELETE FROM journal_line WHERE journal_entry_id = {FIRST}", "chain_changed"),
    (f"DELETE FROM journal_line WHERE journal_entry_id = {LAST}; DELETE FROM journal_entry WHERE id = {LAST}", "chain_missing"),
    (f"UPDATE journal_entry SET chain_no = 99 WHERE id = {LAST}", "chain_missing"),
    ("DELETE FROM ledger_head", "chain_broken"),
    (f"UPDATE ledger_head SET hash = '{'f' * 64}'", "chain_broken"),
    ("UPDATE ledger_head SET entries = entries + 1", "chain_missing"),
    ("UPDATE ledger_balance SET amount_fen = amount_fen + 1 WHERE account = 'paid'", "balance"),
    ("DELETE FROM ledger_balance WHERE account = 'wage_payable'", "balance"),
]  # fmt: skip


@pytest.mark.parametrize(("harm", "code"), HARM)
def test_each_harm_to_the_books_is_found(books: Pay, harm: str, code: str) -> None:
    with transaction() as session, triggers_off(session.connection()):
        for statement in harm.split("; "):
            session.connection().exec_driver_sql(statement)
    assert code in codes()


def test_a_line_without_its_entry_is_found(books: Pay) -> None:
    """What no connection of the product can write: one that leaves the keys unwatched."""
    forget_reads()
    raw = create_engine(writing_engine().url)
    with raw.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text(
                "INSERT INTO journal_line (journal_entry_id, account, worker_id, amount_fen) "
                "VALUES (999999, 'paid', (SELECT min(id) FROM worker), 5)"
            )
        )
    raw.dispose()
    assert "orphan" in codes()


def test_the_chain_stands_when_the_head_was_lost_before_the_first_booking(field: Pay) -> None:
    with transaction() as session:
        session.add(LedgerHead(employer_id=next(iter(field.employer.employer_ids)), entries=2, hash="f" * 64))  # fmt: skip
    assert codes() == ["chain_missing"]


@pytest.mark.parametrize("deed", ["UPDATE {t} SET {c} = {c}", "DELETE FROM {t}"])
@pytest.mark.parametrize(
    ("table", "column"), [("journal_entry", "hash"), ("journal_line", "amount_fen")]
)
def test_no_plain_statement_changes_what_is_booked(
    books: Pay, deed: str, table: str, column: str
) -> None:
    forget_reads()
    raw = create_engine(writing_engine().url)
    with raw.connect() as connection, pytest.raises(DatabaseError, match="never changed"):
        connection.execute(text(deed.format(t=table, c=column)))
    raw.dispose()


def test_the_night_keeps_what_it_found_and_tells_the_administrators(
    books: Pay, world: World
) -> None:
    admin = world.admin()
    assert nightly.run(None) == "booked 0, faults 0"  # type: ignore[arg-type]
    assert [(o.entries, o.found) for o in chain.outcomes()] == [(5, 0)]
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE ledger_balance SET amount_fen = 1")
    assert nightly.run(None) == "booked 0, faults 5"  # type: ignore[arg-type]
    latest = chain.outcomes()[0]
    assert (latest.found, {code for code, _ in latest.faults}) == (5, {"balance"})
    told = select(func.count()).where(
        Notice.user_id == admin.user_id, Notice.link == "/admin/ledger"
    )
    assert reading().scalar(told) == 1


def test_only_the_first_faults_are_kept_but_all_are_counted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain.keep([("balance", str(n)) for n in range(500)])
    (found,) = chain.outcomes()
    assert (found.found, len(found.faults)) == (500, 200)
    assert check_and_keep() == []


# --- many at once -------------------------------------------------------------------------------

THREADS, EACH = 8, 5


def together(app: Flask, employer_id: int, worker_id: int) -> list[str]:
    gate, errors = threading.Barrier(THREADS), []

    def run(n: int) -> None:
        with app.app_context():
            gate.wait()
            for k in range(EACH):
                try:
                    with transaction() as session:
                        lines = (Line(Account.WAGE_COST, worker_id, 7), Line(Account.PAID, worker_id, -7))  # fmt: skip
                        booking.book(
                            session, [Booking(f"try:{n}:{k}", employer_id, "wage", lines)], SYSTEM
                        )
                except DatabaseError as error:
                    errors.append(type(error).__name__)
            forget_reads()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    forget_reads()
    return errors


@pytest.fixture
def employer_and_worker(world: World) -> tuple[int, int]:
    return world.employer()[0], world.worker()[0]


def chained() -> list[int]:
    return list(reading().scalars(select(JournalEntry.chain_no).order_by(JournalEntry.chain_no)))


@pytest.mark.race
def test_eight_who_book_at_once_make_one_chain(
    app: Flask, employer_and_worker: tuple[int, int]
) -> None:
    assert together(app, *employer_and_worker) == []
    assert chained() == list(range(1, THREADS * EACH + 1))
    fen = select(LedgerBalance.amount_fen).where(LedgerBalance.account == "wage_cost")
    assert reading().scalar(fen) == 7 * THREADS * EACH
    # Their refs are no slips', which is all that is odd here.
    assert set(codes()) == {"orphan"}


@pytest.mark.race
def test_who_does_not_hold_the_head_is_stopped_by_the_unique_place_in_the_chain(
    app: Flask, employer_and_worker: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the head is read before anybody writes, as if nobody held it."""
    with transaction() as session:
        session.add(LedgerHead(employer_id=employer_and_worker[0], entries=0, hash=NOTHING))
    monkeypatch.setattr(booking, "_hold", lambda _s, ids: dict.fromkeys(ids, Head()))
    errors = together(app, *employer_and_worker)
    assert len(errors) == THREADS * EACH - 1
    assert chained() == [1]


def test_settling_and_taking_back_leaves_every_balance_at_nothing(field: Pay) -> None:
    all_present(field)
    service.reverse(settle(field), actor=field.employer)
    amounts = reading().scalars(select(LedgerBalance.amount_fen)).all()
    assert (len(amounts), set(amounts)) == (4, {0})
    assert check_ledger() == []
