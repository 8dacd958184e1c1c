"""Slips become income of their worker's household, once."""

from sqlalchemy import select, update

from jobmatch.earnings import income, service
from jobmatch.earnings.checks import check_ledger
from jobmatch.earnings.models import PaySlip
from jobmatch.households.events import MembersSaved
from jobmatch.households.models import HouseholdMember, IncomeEntry
from jobmatch.infra import events
from jobmatch.infra.db import reading, transaction
from jobmatch.workers.models import Worker
from tests.earnings.support import SECOND, Pay, all_present, codes, earned, pay, settle, slip_of
from tests.support import World


def test_confirming_books_the_household_income_once(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    service.confirm(slip, actor=field.worker)
    service.confirm(slip, actor=field.worker)
    pay(field, slip)
    assert earned(field) == 36_000
    entry = reading().scalars(select(IncomeEntry).where(IncomeEntry.source == "wage")).one()
    assert (entry.ref, entry.earned_on) == (f"pay_slip:{slip}", SECOND)
    assert check_ledger() == []


def test_paying_without_an_answer_books_the_income_too(field: Pay) -> None:
    all_present(field)
    settle(field)
    pay(field, slip_of(field.worker_id), slip_of(field.other_id))
    assert earned(field) == 36_000
    assert check_ledger() == []


def test_income_of_a_worker_linked_later_is_booked_later_and_once(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.other_id)
    service.confirm(slip, actor=field.other)
    assert codes() == []
    with transaction() as session:
        member = session.get_one(Worker, field.worker_id).member_id
        session.execute(update(Worker).where(Worker.id == field.other_id).values(member_id=member))
    assert codes() == ["income"]
    assert (income.book_missing_income(), income.book_missing_income()) == (1, 0)
    assert (earned(field), codes()) == (36_000, [])


def test_members_saved_later_bring_what_they_earned_before(field: Pay, world: World) -> None:
    all_present(field)
    settle(field)
    service.confirm(slip_of(field.other_id), actor=field.other)
    household_id, members = world.household()
    with transaction() as session:
        index = session.get_one(Worker, field.other_id).id_index
        session.execute(
            update(HouseholdMember).where(HouseholdMember.id == members[1]).values(id_index=index)
        )
        for _ in range(2):
            events.publish(session, MembersSaved(((members[1], index),)))
    entries = reading().scalars(
        select(IncomeEntry.amount_fen).where(IncomeEntry.household_id == household_id)
    )
    assert (list(entries), codes()) == ([36_000], [])


def test_wages_paid_ahead_are_income_and_what_was_deducted_is_not(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    with transaction() as session:
        session.execute(
            update(PaySlip)
            .where(PaySlip.id == slip)
            .values(deduction_fen=1_000, advance_fen=20_000, net_fen=15_000)
        )
    service.confirm(slip, actor=field.worker)
    assert earned(field) == 35_000
    assert "income" not in codes()
