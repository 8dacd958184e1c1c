"""Settling, confirming, objecting, paying, reversing; and a ledger that holds throughout."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from jobmatch.attendance import service as attendance
from jobmatch.attendance.models import WorkDay
from jobmatch.attendance.rules.presence import Kind
from jobmatch.attendance.service import DaySettled
from jobmatch.earnings import queries, service
from jobmatch.earnings.models import JournalEntry, JournalLine, PaySlip, PaySlipLine
from jobmatch.earnings.queries import check_ledger
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.earnings.service import NothingToSettle, PaidAlready, SlipClosed
from jobmatch.households.events import MembersSaved
from jobmatch.households.models import HouseholdMember, IncomeEntry
from jobmatch.infra import clock, events
from jobmatch.infra.db import reading, transaction
from jobmatch.infra.triggers import triggers_off
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.notify import queries as notices
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker
from tests.attendance.support import engage, mark
from tests.support import World, instant

FIRST, SECOND = date(2026, 9, 25), date(2026, 9, 26)


@dataclass
class Pay:
    """Two workers, engaged for two days at 180 yuan a day; the first belongs to a household."""

    posting_id: int
    employer: Actor
    worker: Actor
    worker_id: int
    other: Actor
    other_id: int
    household_id: int
    days: list[int]
    other_days: list[int]


@pytest.fixture
def field(world: World) -> Iterator[Pay]:
    with clock.at(instant(2026, 9, 27, 18)):
        employer_id, employer = world.employer()
        posting_id = world.posting(employer_id)
        household_id, members = world.household()
        worker_id, worker = world.worker("王秀兰", member_id=members[0])
        other_id, other = world.worker("李桂芳")
        yield Pay(
            posting_id, employer, worker, worker_id, other, other_id, household_id,
            engage(posting_id, worker_id, FIRST, SECOND),
            engage(posting_id, other_id, FIRST, SECOND),
        )  # fmt: skip


def all_present(field: Pay) -> None:
    for day in (FIRST, SECOND):
        attendance.mark_all_present(field.posting_id, day, actor=field.employer, uid=f"r{day}")


def settle(field: Pay) -> int:
    return service.settle(field.posting_id, FIRST, SECOND, actor=field.employer)


def slip_of(worker_id: int) -> int:
    found = select(PaySlip.id).where(PaySlip.worker_id == worker_id).order_by(PaySlip.id.desc())
    return reading().scalars(found).first() or 0


def pay(field: Pay, *slip_ids: int) -> None:
    service.record_payment(slip_ids, clock.today(), "cash", "", actor=field.employer)


def income(field: Pay) -> int:
    query = select(func.coalesce(func.sum(IncomeEntry.amount_fen), 0)).where(
        IncomeEntry.household_id == field.household_id, IncomeEntry.origin == "pay_slip"
    )
    return reading().scalar(query) or 0


def journal() -> list[tuple[str, int]]:
    rows = reading().execute(
        select(JournalLine.account, JournalLine.amount_fen).order_by(JournalLine.id)
    )
    return [(account, fen) for account, fen in rows]


def codes() -> list[str]:
    return [fault.code for fault in check_ledger()]


def test_settling_issues_a_slip_with_its_days_and_books_it(field: Pay) -> None:
    all_present(field)
    mark(field.employer, field.days[1], Kind.MINUTES, 240)
    settle(field)
    found = queries.slip(slip_of(field.worker_id), actor=field.worker)
    assert (found.row.net_fen, found.row.state, found.row.days) == (27_000, SlipState.ISSUED, 2)
    assert [(line.work_date, line.amount_fen) for line in found.lines] == [
        (FIRST, 18_000),
        (SECOND, 9_000),
    ]
    assert [str(line.formula) for line in found.lines] == [
        "1 整天 × ¥180.00",
        "240 分钟 ÷ 480 分钟 × ¥180.00",
    ]
    assert journal() == [
        ("wage_cost", 27_000),
        ("wage_payable", -27_000),
        ("wage_cost", 36_000),
        ("wage_payable", -36_000),
    ]
    assert check_ledger() == []


def test_nothing_is_settled_twice(field: Pay) -> None:
    all_present(field)
    settle(field)
    with pytest.raises(NothingToSettle):
        settle(field)
    assert reading().scalar(select(func.count()).select_from(PaySlip)) == 2


def test_only_the_days_of_the_cycle_are_settled(field: Pay) -> None:
    all_present(field)
    service.settle(field.posting_id, FIRST, FIRST, actor=field.employer)
    span = queries.unsettled_span(field.posting_id)
    assert span is not None
    assert (span.first, span.last, span.days) == (SECOND, SECOND, 2)
    settle(field)
    assert queries.unsettled_span(field.posting_id) is None
    assert [run.slips for run in queries.settlements(field.posting_id)] == [2, 2]


def test_a_settled_day_is_not_changed_any_more(field: Pay) -> None:
    all_present(field)
    settle(field)
    with pytest.raises(DaySettled):
        mark(field.employer, field.days[0], Kind.ABSENT)


@pytest.mark.parametrize(
    ("first", "last"), [(SECOND, FIRST), (FIRST, date(2026, 9, 28))], ids=["backwards", "ahead"]
)
def test_an_impossible_cycle_is_refused(field: Pay, first: date, last: date) -> None:
    all_present(field)
    with pytest.raises(Invalid):
        service.settle(field.posting_id, first, last, actor=field.employer)


def test_strangers_settle_pay_and_see_nothing(field: Pay, world: World) -> None:
    all_present(field)
    run = settle(field)
    slip = slip_of(field.worker_id)
    stranger = world.employer("别家")[1]
    deeds = [
        lambda: service.settle(field.posting_id, FIRST, SECOND, actor=stranger),
        lambda: service.settle(999_999, FIRST, SECOND, actor=field.employer),
        lambda: service.record_payment([slip], FIRST, "cash", "", actor=stranger),
        lambda: service.record_payment([999_999], FIRST, "cash", "", actor=field.employer),
        lambda: service.reverse(run, actor=stranger),
        lambda: service.reverse(999_999, actor=field.employer),
        lambda: service.reverse_payment(slip, actor=stranger),
        lambda: service.confirm(slip, actor=field.other),
        lambda: service.confirm(slip, actor=field.employer),
        lambda: service.confirm(999_999, actor=field.worker),
        lambda: service.object_to(slip, "不对", actor=field.other),
        lambda: queries.slip(slip, actor=field.other),
        lambda: queries.slip(slip, actor=stranger),
        lambda: queries.slip(999_999, actor=field.worker),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    assert queries.slip(slip, actor=field.worker).row.state is SlipState.ISSUED


def test_confirming_books_the_household_income_once(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    service.confirm(slip, actor=field.worker)
    service.confirm(slip, actor=field.worker)
    pay(field, slip)
    assert income(field) == 36_000
    entry = reading().scalars(select(IncomeEntry).where(IncomeEntry.source == "wage")).one()
    assert (entry.ref, entry.earned_on) == (f"pay_slip:{slip}", SECOND)
    assert check_ledger() == []


def test_paying_without_an_answer_books_the_income_too(field: Pay) -> None:
    all_present(field)
    settle(field)
    pay(field, slip_of(field.worker_id), slip_of(field.other_id))
    assert income(field) == 36_000
    assert check_ledger() == []


def test_a_station_confirms_for_a_worker_of_its_place(field: Pay, world: World) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    with pytest.raises(NotFound):
        service.confirm(slip, actor=world.station("150430"))
    service.confirm(slip, actor=world.station("150525102"))
    assert income(field) == 36_000


def test_an_objection_reaches_the_employer_and_does_not_stop_payment(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    service.object_to(slip, " 少记了半天 ", actor=field.worker)
    row = queries.slip(slip, actor=field.worker).row
    assert (row.state, row.objection) == (SlipState.OBJECTED, "少记了半天")
    told = notices.notices(field.employer.user_id)  # type: ignore[arg-type]
    assert str(told[0].said) == "王秀兰 对工资条有异议，请核对。"
    assert income(field) == 0
    pay(field, slip)
    assert income(field) == 36_000


def test_the_worker_may_be_content_after_all(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    service.object_to(slip, "少记了半天", actor=field.worker)
    service.confirm(slip, actor=field.worker)
    row = queries.slip(slip, actor=field.worker).row
    assert (row.state, row.objection) == (SlipState.CONFIRMED, "")


@pytest.mark.parametrize("words", ["", "  ", "多", "长" * 501])
def test_an_objection_needs_words(field: Pay, words: str) -> None:
    all_present(field)
    settle(field)
    with pytest.raises(Invalid) as caught:
        service.object_to(slip_of(field.worker_id), words, actor=field.worker)
    assert caught.value.field == "words"


def test_what_is_confirmed_is_not_objected_to(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    service.confirm(slip, actor=field.worker)
    with pytest.raises(SlipClosed):
        service.object_to(slip, "不对", actor=field.worker)


def test_paying_twice_books_once(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip, other = slip_of(field.worker_id), slip_of(field.other_id)
    pay(field, slip)
    with pytest.raises(SlipClosed):
        pay(field, slip, other)
    assert queries.slip(other, actor=field.other).row.state is SlipState.ISSUED
    assert [fen for account, fen in journal() if account == "paid"] == [-36_000]


@pytest.mark.parametrize(
    ("paid_on", "how", "proof", "field_name"),
    [
        (date(2026, 9, 28), "cash", "", "paid_on"),
        (FIRST, "barter", "", "how"),
        (FIRST, "bank", "x" * 81, "proof"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(
    field: Pay, paid_on: date, how: str, proof: str, field_name: str
) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    with pytest.raises(Invalid) as caught:
        service.record_payment([slip], paid_on, how, proof, actor=field.employer)
    assert caught.value.field == field_name
    with pytest.raises(Invalid):
        service.record_payment([], FIRST, "cash", "", actor=field.employer)


def test_a_payment_taken_back_leaves_the_slip_as_it_was_and_can_be_made_again(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    for _ in range(3):
        pay(field, slip)
        assert (income(field), codes()) == (36_000, [])
        service.reverse_payment(slip, actor=field.employer)
        assert (income(field), codes()) == (0, [])
    assert queries.slip(slip, actor=field.worker).row.state is SlipState.ISSUED
    with pytest.raises(SlipClosed):
        service.reverse_payment(slip, actor=field.employer)
    service.confirm(slip, actor=field.worker)
    pay(field, slip)
    service.reverse_payment(slip, actor=field.employer)
    assert queries.slip(slip, actor=field.worker).row.state is SlipState.CONFIRMED
    assert (income(field), codes()) == (36_000, [])


def test_a_reversed_settlement_frees_its_days_to_be_corrected_and_settled_anew(
    field: Pay,
) -> None:
    all_present(field)
    run = settle(field)
    slip = slip_of(field.worker_id)
    service.confirm(slip, actor=field.worker)
    service.reverse(run, actor=field.employer)
    assert (income(field), codes()) == (0, [])
    assert sum(fen for _account, fen in journal()) == 0
    mark(field.employer, field.days[1], Kind.ABSENT)
    settle(field)
    again = slip_of(field.worker_id)
    service.confirm(again, actor=field.worker)
    assert again != slip
    assert (income(field), codes()) == (18_000, [])
    states = [row.state for row in queries.slips_of_worker(field.worker_id)]
    assert states == [SlipState.CONFIRMED, SlipState.REVERSED]
    with pytest.raises(SlipClosed):
        service.confirm(slip, actor=field.worker)
    with pytest.raises(SlipClosed):
        service.reverse(run, actor=field.employer)


def test_a_settlement_with_a_paid_slip_stands_until_the_payment_is_reversed(field: Pay) -> None:
    all_present(field)
    run = settle(field)
    slip = slip_of(field.worker_id)
    pay(field, slip)
    with pytest.raises(PaidAlready):
        service.reverse(run, actor=field.employer)
    assert queries.slip(slip_of(field.other_id), actor=field.other).row.state is SlipState.ISSUED
    service.reverse_payment(slip, actor=field.employer)
    service.reverse(run, actor=field.employer)
    assert (income(field), codes()) == (0, [])


def test_one_slip_goes_and_the_others_stand(field: Pay) -> None:
    all_present(field)
    run = settle(field)
    slip = slip_of(field.other_id)
    service.object_to(slip, "多记了一天", actor=field.other)
    service.reverse_slip(slip, actor=field.employer)
    mark(field.employer, field.other_days[1], Kind.ABSENT)
    settle(field)
    assert [row.net_fen for row in queries.slips(field.posting_id)] == [18_000, 36_000]
    assert codes() == []
    with pytest.raises(SlipClosed):
        service.reverse_slip(slip, actor=field.employer)
    with pytest.raises(NotFound):
        service.reverse_slip(slip_of(field.worker_id), actor=field.worker)
    service.reverse(run, actor=field.employer)
    assert [row.net_fen for row in queries.slips(field.posting_id)] == [18_000]
    assert codes() == []


def test_a_paid_slip_does_not_go(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    pay(field, slip)
    with pytest.raises(PaidAlready):
        service.reverse_slip(slip, actor=field.employer)


def test_the_wage_ledger_names_people_with_masked_id_numbers(field: Pay, world: World) -> None:
    all_present(field)
    run = settle(field)
    rows = queries.wage_ledger(run, actor=field.employer)
    assert sorted((row.slip.worker_name, row.slip.net_fen) for row in rows) == [
        ("李桂芳", 36_000),
        ("王秀兰", 36_000),
    ]
    assert all(row.id_masked.startswith("*" * 14) and row.phone for row in rows)
    for stranger in (field.worker, world.employer("别家")[1]):
        with pytest.raises(NotFound):
            queries.wage_ledger(run, actor=stranger)


def test_days_without_a_count_of_pieces_wait(field: Pay) -> None:
    with transaction() as session:
        session.execute(
            update(Posting).values(pay_kind="piece", rate_fen=450, piece_lot=100, piece_unit="斤")
        )
    all_present(field)
    mark(field.employer, field.days[0], Kind.PIECES, 4_000)
    before = queries.preview(field.posting_id, FIRST, SECOND)
    assert [(row.name, row.amount_fen) for row in before.rows] == [("王秀兰", 18_000)]
    assert sorted((row.name, row.days) for row in before.left_out) == [("李桂芳", 2), ("王秀兰", 1)]
    settle(field)
    mark(field.employer, field.days[1], Kind.PIECES, 200)
    settle(field)
    assert [row.net_fen for row in queries.slips_of_worker(field.worker_id)] == [900, 18_000]
    assert codes() == []


def test_a_crew_shares_its_pieces_and_each_slip_says_how(world: World) -> None:
    with clock.at(instant(2026, 9, 25, 20)):
        employer_id, employer = world.employer()
        posting_id = world.posting(
            employer_id, pay_kind="piece", rate_fen=450, piece_lot=100, piece_unit="斤",
            crew_share=True,
        )  # fmt: skip
        brand_id, organizer = world.brand()
        people = [world.worker(name) for name in ("王秀兰", "李桂芳", "张玉梅")]
        crew_id = world.crew(brand_id, [key for key, _ in people])
        days = [
            engage(posting_id, key, FIRST, crew_id=crew_id, brand_id=brand_id)[0]
            for key, _ in people
        ]
        attendance.mark_all_present(posting_id, FIRST, actor=employer, uid="r")
        mark(people[0][1], days[0], Kind.PIECES, 2_223)
        service.settle(posting_id, FIRST, FIRST, actor=employer)
        rows = queries.slips(posting_id)
        assert sorted(row.net_fen for row in rows) == [3_334, 3_335, 3_335]
        found = queries.slip(slip_of(people[2][0]), actor=people[2][1])
        assert str(found.lines[0].formula) == (
            "全班 2223 斤，每 100 斤 ¥4.50，共 ¥100.04；按工时分：本人 480 分钟，全班 1440 分钟"
        )
        assert codes() == []
        with pytest.raises(Conflict):
            service.reverse_slip(slip_of(people[0][0]), actor=employer)
        brand = queries.members_pay(brand_id, FIRST, FIRST, actor=organizer)
        assert sorted((row.name, row.days, row.net_fen, row.paid_fen) for row in brand) == [
            ("张玉梅", 1, 3_334, 0),
            ("李桂芳", 1, 3_335, 0),
            ("王秀兰", 1, 3_335, 0),
        ]
        with pytest.raises(NotFound):
            queries.members_pay(brand_id, FIRST, FIRST, actor=employer)


def test_a_slip_goes_on_showing_the_terms_it_was_paid_by(field: Pay) -> None:
    all_present(field)
    settle(field)
    with transaction() as session:
        session.execute(update(Posting).values(rate_fen=20_000))
    (first, _second) = queries.slip(slip_of(field.worker_id), actor=field.worker).lines
    assert (first.amount_fen, str(first.formula)) == (18_000, "1 整天 × ¥180.00")


def test_totals_count_what_stands_by_month(field: Pay) -> None:
    all_present(field)
    run = service.settle(field.posting_id, FIRST, FIRST, actor=field.employer)
    service.settle(field.posting_id, SECOND, SECOND, actor=field.employer)
    pay(field, slip_of(field.worker_id))
    service.reverse(run, actor=field.employer)
    rows = queries.slips_of_worker(field.worker_id, year=2026)
    assert queries.totals(rows) == [queries.Totals(date(2026, 9, 1), 1, 18_000, 18_000)]
    assert queries.slips_of_worker(field.worker_id, year=2025) == []
    assert queries.years_of_worker(field.worker_id) == [2026]


def test_the_employer_sees_what_is_open(field: Pay) -> None:
    all_present(field)
    service.settle(field.posting_id, FIRST, FIRST, actor=field.employer)
    pay(field, slip_of(field.worker_id))
    service.object_to(slip_of(field.other_id), "不对", actor=field.other)
    (row,) = queries.payables(field.employer.employer_ids)
    assert (row.open_days, row.unpaid, row.unpaid_fen, row.objected, row.paid_fen) == (
        2, 1, 18_000, 1, 18_000,
    )  # fmt: skip
    assert (row.first_open, row.last_open) == (SECOND, SECOND)


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
    assert (service.book_missing_income(), service.book_missing_income()) == (1, 0)
    assert (income(field), codes()) == (36_000, [])


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


def test_issuing_tells_each_worker_the_amount(field: Pay) -> None:
    all_present(field)
    settle(field)
    told = notices.notices(field.worker.user_id)  # type: ignore[arg-type]
    assert str(told[0].said) == "“甘薯分拣工”的工资条来了：¥360.00，请核对。"
    assert told[0].link == f"/work/pay/{slip_of(field.worker_id)}"


def test_work_days_on_slips_are_settled(field: Pay) -> None:
    all_present(field)
    settle(field)
    assert set(reading().scalars(select(WorkDay.state))) == {"settled"}
