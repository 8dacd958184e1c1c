"""What slips, totals and lists of pay show."""

import pytest
from sqlalchemy import update

from jobmatch.attendance import service as attendance
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.earnings import brand_pay, outstanding, queries, service
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.errors import Conflict, NotFound
from jobmatch.postings.models import Posting
from tests.attendance.support import engage, mark
from tests.earnings.support import FIRST, SECOND, Pay, all_present, codes, pay, settle, slip_of
from tests.support import World, instant


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


def test_a_crew_shares_its_pieces_and_each_slip_says_how(world: World) -> None:
    with clock.at(instant(2026, 9, 25, 20)):
        employer_id, employer = world.employer()
        posting_id = world.posting(
            employer_id, pay_kind="piece", rate_fen=2_500, piece_lot=100, piece_unit="斤",
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
        mark(people[0][1], days[0], Kind.PIECES, 2_224)
        service.settle(posting_id, FIRST, FIRST, actor=employer)
        rows = queries.slips(posting_id)
        assert sorted(row.net_fen for row in rows) == [18_533, 18_533, 18_534]
        found = queries.slip(slip_of(people[2][0]), actor=people[2][1])
        assert str(found.lines[0].formula) == (
            "全班 2224 斤，每 100 斤 ¥25.00，共 ¥556.00；按工时分：本人 480 分钟，全班 1440 分钟"
        )
        assert codes() == []
        with pytest.raises(Conflict):
            service.reverse_slip(slip_of(people[0][0]), actor=employer)
        brand = brand_pay.members_pay(brand_id, FIRST, FIRST, actor=organizer)
        assert sorted((row.name, row.days, row.net_fen, row.paid_fen) for row in brand) == [
            ("张玉梅", 1, 18_533, 0),
            ("李桂芳", 1, 18_533, 0),
            ("王秀兰", 1, 18_534, 0),
        ]
        with pytest.raises(NotFound):
            brand_pay.members_pay(brand_id, FIRST, FIRST, actor=employer)


def test_a_slip_goes_on_showing_the_terms_it_was_paid_by(field: Pay) -> None:
    all_present(field)
    settle(field)
    with transaction() as session:
        session.execute(update(Posting).values(rate_fen=20_000))
    (first, _second) = queries.slip(slip_of(field.worker_id), actor=field.worker).lines
    assert (first.amount_fen, str(first.formula)) == (18_000, "1 整天 × ¥180.00")


def test_slips_of_a_year_include_reversed_ones(field: Pay) -> None:
    all_present(field)
    run = service.settle(field.posting_id, FIRST, FIRST, actor=field.employer)
    service.settle(field.posting_id, SECOND, SECOND, actor=field.employer)
    pay(field, slip_of(field.worker_id))
    service.reverse(run, actor=field.employer)
    rows = queries.slips_of_worker(field.worker_id, year=2026)
    assert sorted(row.state.value for row in rows) == ["paid", "reversed"]
    assert queries.slips_of_worker(field.worker_id, year=2025) == []
    assert queries.years_of_worker(field.worker_id) == [2026]


def test_the_employer_sees_what_is_open(field: Pay) -> None:
    all_present(field)
    service.settle(field.posting_id, FIRST, FIRST, actor=field.employer)
    pay(field, slip_of(field.worker_id))
    service.object_to(slip_of(field.other_id), "不对", actor=field.other)
    (row,) = outstanding.payables(field.employer.employer_ids)
    assert (row.open_days, row.unpaid, row.unpaid_fen, row.objected, row.paid_fen) == (
        2, 1, 18_000, 1, 18_000,
    )  # fmt: skip
    assert (row.first_open, row.last_open) == (SECOND, SECOND)
