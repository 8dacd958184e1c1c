from datetime import date

import pytest

from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.reports import brand_ledger
from jobmatch.reports.brand_ledger import LedgerFigures, LedgerFilter
from tests.support import World
from tests.training.support import work_day


@pytest.fixture
def harvest(world: World):
    """Two workers, three days for the brand and one day not for it; two days are on slips."""
    brand_id, _ = world.brand()
    one, _ = world.worker("王秀兰")
    two, _ = world.worker("李秀英")
    employer_id, _ = world.employer()
    posting = world.posting(employer_id, first=date(2026, 9, 29), last=date(2026, 10, 2))
    days = [
        work_day(world, one, date(2026, 9, 30), brand_id=brand_id, posting=posting),
        work_day(world, one, date(2026, 10, 1), brand_id=brand_id, posting=posting),
        work_day(world, two, date(2026, 10, 1), brand_id=brand_id, posting=posting),
    ]
    work_day(world, two, date(2026, 10, 9))
    slip(employer_id, posting, one, {days[0]: 18_000, days[1]: 18_050}, "paid")
    slip(employer_id, posting, two, {days[2]: 99_999}, "reversed")
    return brand_id, one, two


def slip(employer_id: int, posting: int, worker_id: int, lines: dict[int, int], state: str) -> None:
    with transaction() as session:
        run = Settlement(
            employer_id=employer_id, posting_id=posting, first_day=date(2026, 9, 29),
            last_day=date(2026, 10, 2), created_at=clock.now(),
        )  # fmt: skip
        session.add(run)
        session.flush()
        gross = sum(lines.values())
        row = PaySlip(
            settlement_id=run.id, employer_id=employer_id, worker_id=worker_id, gross_fen=gross,
            net_fen=gross, state=state, issued_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add_all(
            PaySlipLine(
                pay_slip_id=row.id, work_day_id=day, work_date=date(2026, 10, 1), minutes=480,
                pieces=0, amount_fen=fen, live_day_id=day if state != "reversed" else None,
            )
            for day, fen in lines.items()
        )  # fmt: skip


def test_people_count_once_days_each_and_reversed_slips_not_at_all(harvest) -> None:
    brand_id, _, _ = harvest
    assert brand_ledger.figures(brand_id) == LedgerFigures(2, 3, 36_050)


def test_by_month_somebody_of_two_months_counts_in_each(harvest) -> None:
    brand_id, _, _ = harvest
    assert [
        (m.month, m.headcount, m.person_times, m.fen) for m in brand_ledger.by_month(brand_id)
    ] == [
        (date(2026, 9, 1), 1, 1, 18_000),
        (date(2026, 10, 1), 2, 2, 18_050),
    ]


def test_a_span_or_a_person_bounds_the_figures(harvest) -> None:
    brand_id, _, two = harvest
    october = LedgerFilter(first=date(2026, 10, 1), last=date(2026, 10, 31))
    assert brand_ledger.figures(brand_id, october) == LedgerFigures(2, 2, 18_050)
    assert brand_ledger.figures(brand_id, LedgerFilter(worker_id=two)) == LedgerFigures(1, 1, 0)


def test_figures_open_to_their_days_and_an_unsettled_day_has_no_amount(harvest) -> None:
    brand_id, one, two = harvest
    page = brand_ledger.days(brand_id, LedgerFilter())
    assert page.total == 3
    assert [(d.worker_id, d.work_date, d.fen) for d in page.rows] == [
        (two, date(2026, 10, 1), None),
        (one, date(2026, 10, 1), 18_050),
        (one, date(2026, 9, 30), 18_000),
    ]
    # Sums too are whole fen, also where the database adds them up to decimals.
    assert [type(d.fen) for d in page.rows[1:]] == [int, int]
    assert len(brand_ledger.all_days(brand_id, LedgerFilter())) == 3


def test_a_brand_without_work_has_an_empty_ledger(world: World) -> None:
    brand_id, _ = world.brand()
    assert brand_ledger.figures(brand_id) == LedgerFigures(0, 0, 0)
    assert brand_ledger.by_month(brand_id) == []
