"""The worker's own book: one source, every sum opens to its days, nobody else's eyes."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, update

from jobmatch.attendance import service as attendance
from jobmatch.brands.models import BrandMember, CrewMember
from jobmatch.earnings import book, queries, service
from jobmatch.earnings.book import BookFilter
from jobmatch.earnings.models import PaySlip
from jobmatch.earnings.rules.book import BookDay, Owed, grouped, month_of_day, shared, sums
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra import audit
from jobmatch.infra.db import transaction
from jobmatch.kernel.errors import NotFound
from tests.attendance.support import engage
from tests.earnings.support import FIRST, SECOND, Pay, all_present, pay, settle, slip_of
from tests.support import World

WHOLE = BookFilter()


def day(number: int, fen: int | None, state: str | None = None, **more: Any) -> BookDay:
    given: dict[str, Any] = {"minutes": 480, "pieces": 0, "unit": "", "taken_fen": 0} | more
    return BookDay(
        number, date(2026, 9, number), 1, "分拣", 1, "合作社", None, "", None, "",
        slip_id=None if state is None else 1, slip_state=SlipState(state) if state else None,
        fen=fen, **given,
    )  # fmt: skip


def test_days_come_to_pay_that_is_paid_owed_or_not_settled() -> None:
    found = sums(
        [
            day(1, 18_000, "paid", taken_fen=1_000),
            day(2, 18_000, "objected"),
            day(3, 18_000, "issued", minutes=240),
            day(4, None),
        ]
    )
    assert (found.days, found.minutes, found.open_days) == (4, 1_680, 1)
    assert (found.fen, found.taken_fen, found.net_fen) == (54_000, 1_000, 53_000)
    assert (found.paid_fen, found.owed_fen) == (17_000, 36_000)


def test_pieces_of_different_units_are_not_added_up() -> None:
    found = sums(
        [
            day(1, 1, "paid", pieces=30, unit="箱"),
            day(2, 1, "paid", pieces=500, unit="斤"),
            day(3, 1, "paid", pieces=20, unit="箱"),
        ]
    )
    assert dict(found.pieces) == {"箱": 50, "斤": 500}


def test_groups_come_in_the_order_of_their_first_day() -> None:
    found = grouped([day(3, 5, "paid"), day(1, 7, "paid")], month_of_day)
    assert [(key, part.fen) for key, part in found] == [(date(2026, 9, 1), 12)]


@pytest.mark.parametrize(
    ("taken", "amounts", "parts"),
    [(100, [300, 100], [75, 25]), (100, [1, 1, 1], [34, 33, 33]), (5, [0, 0], [3, 2]), (0, [], [])],
)
def test_what_a_slip_takes_off_is_shared_over_its_days_to_the_fen(
    taken: int, amounts: list[int], parts: list[int]
) -> None:
    assert shared(taken, amounts) == parts


def test_book_and_slips_come_to_the_same_whatever_is_taken_off(field: Pay) -> None:
    all_present(field)
    settle(field)
    slip = slip_of(field.worker_id)
    with transaction() as session:
        session.execute(
            update(PaySlip).where(PaySlip.id == slip).values(deduction_fen=1_001, net_fen=34_999)
        )
    days = book.days(field.worker_id, WHOLE, actor=field.worker)
    (row,) = queries.slips_of_worker(field.worker_id)
    assert [d.taken_fen for d in days] == [500, 501]
    assert sums(days).net_fen == row.net_fen == 34_999
    first = book.days(field.worker_id, BookFilter(month=FIRST.replace(day=1)), actor=field.worker)
    assert first == days


def test_the_same_days_stand_after_leaving_the_brand_and_without_the_old_account(
    world: World, field: Pay
) -> None:
    brand_id, _ = world.brand()
    crew_id = world.crew(brand_id, [field.worker_id])
    employer = next(iter(field.employer.employer_ids))
    posting = world.posting(employer, first=date(2026, 8, 3), last=date(2026, 8, 3))
    engage(posting, field.worker_id, date(2026, 8, 3), crew_id=crew_id, brand_id=brand_id)
    attendance.mark_all_present(posting, date(2026, 8, 3), actor=field.employer, uid="b")
    before = book.days(field.worker_id, WHOLE, actor=field.worker)
    assert [(d.brand, d.crew, d.owed) for d in before] == [("奈曼青龙薯乡人", "一班", Owed.OPEN)]
    with transaction() as session:
        session.execute(delete(CrewMember).where(CrewMember.worker_id == field.worker_id))
        session.execute(update(BrandMember).values(state="left"))
    desk = world.station("150525102")
    assert book.days(field.worker_id, WHOLE, actor=desk) == before
    assert book.years(field.worker_id) == [2026]


def test_sums_open_to_their_days(field: Pay) -> None:
    all_present(field)
    settle(field)
    pay(field, slip_of(field.worker_id))

    def asked(**more: Any) -> list[date]:
        wanted = BookFilter(**more)
        return [d.work_date for d in book.days(field.worker_id, wanted, actor=field.worker)]

    employer = next(iter(field.employer.employer_ids))
    assert asked(owed=Owed.PAID) == asked(employer_id=employer) == asked(year=2026)
    assert asked(year=2026) == [SECOND, FIRST]
    assert asked(owed=Owed.OWED) == asked(year=2025) == asked(brand_id=99) == []


def test_reversed_slips_leave_their_days_not_settled(field: Pay) -> None:
    all_present(field)
    settlement = settle(field)
    service.reverse(settlement, actor=field.employer)
    found = sums(book.days(field.worker_id, WHOLE, actor=field.worker))
    assert (found.days, found.fen, found.open_days) == (2, 0, 2)


def test_nobody_else_opens_a_book(world: World, field: Pay) -> None:
    for actor in (field.other, field.employer, world.officer(), world.station("150430")):
        with pytest.raises(NotFound):
            book.days(field.worker_id, WHOLE, actor=actor)
        with pytest.raises(NotFound):
            book.note_desk_read(field.worker_id, actor=actor)
    book.note_desk_read(field.worker_id, actor=world.station("150525"))
    assert audit.lines(action="pay_slip.desk_book").total == 1
