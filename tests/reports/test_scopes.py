from datetime import date

import pytest
from sqlalchemy import select

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.reports import events, figures, queries
from jobmatch.reports.figures import NO_BRAND, By, Scope, Sums
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
        dates = dict(session.execute(select(WorkDay.id, WorkDay.work_date)).all())
        session.add_all(
            PaySlipLine(
                pay_slip_id=row.id, work_day_id=day, work_date=dates[day], minutes=480,
                pieces=0, amount_fen=fen, live_day_id=day if state != "reversed" else None,
            )
            for day, fen in lines.items()
        )  # fmt: skip


def test_people_count_once_days_each_and_reversed_slips_not_at_all(harvest) -> None:
    brand_id, _, _ = harvest
    assert figures.total(Scope(brand_id=brand_id)) == Sums(2, 3, 1_440, 36_050, 3)


def test_by_month_somebody_of_two_months_counts_in_each(harvest) -> None:
    brand_id, _, _ = harvest
    assert figures.by_month(Scope(brand_id=brand_id)) == [
        (date(2026, 9, 1), Sums(1, 1, 480, 18_000, 1)),
        (date(2026, 10, 1), Sums(2, 2, 960, 18_050, 2)),
    ]


def test_a_span_of_days_an_employer_or_a_person_bounds_the_figures(harvest) -> None:
    brand_id, one, two = harvest
    october = Scope(brand_id=brand_id, first=date(2026, 10, 1), last=date(2026, 10, 31))
    assert figures.total(october) == Sums(2, 2, 960, 18_050, 2)
    assert figures.total(Scope(brand_id=brand_id, worker_id=two)) == Sums(1, 1, 480, 0, 1)
    assert figures.total(Scope(first=date(2026, 10, 2))) == Sums(1, 1, 480, 0, 1)
    employer_id = events.work_days(Scope(worker_id=one)).rows[0].work_day_id
    assert figures.total(Scope(employer_id=employer_id + 10**6)) == Sums()


def test_figures_open_to_their_days_and_an_unsettled_day_has_no_amount(harvest) -> None:
    brand_id, one, two = harvest
    page = events.work_days(Scope(brand_id=brand_id))
    assert page.total == 3
    assert [(d.worker_id, d.work_date, d.fen, d.slip_id is None) for d in page.rows] == [
        (two, date(2026, 10, 1), None, True),
        (one, date(2026, 10, 1), 18_050, False),
        (one, date(2026, 9, 30), 18_000, False),
    ]
    # Sums too are whole fen, also where the database adds them up to decimals.
    assert [type(d.fen) for d in page.rows[1:]] == [int, int]
    assert len(events.all_work_days(Scope(brand_id=brand_id))) == 3


def test_a_brand_without_work_has_an_empty_ledger(world: World) -> None:
    brand_id, _ = world.brand()
    assert figures.total(Scope(brand_id=brand_id)) == Sums()
    assert figures.by_month(Scope(brand_id=brand_id)) == []


WHOLE = (date(2026, 9, 1), date(2026, 10, 31))


def test_the_summary_and_the_work_days_give_the_same_figures(harvest, monkeypatch) -> None:
    _, one, _ = harvest
    scopes = [
        Scope(), Scope("150525"), Scope(worker_id=one), Scope("150525", None, None, None, *WHOLE),
        Scope(first=date(2026, 10, 1), last=date(2026, 10, 31)),
    ]  # fmt: skip
    told = [(figures.total(scope), figures.by_month(scope)) for scope in scopes]
    monkeypatch.setattr(Scope, "of_months", False)
    assert [(figures.total(scope), figures.by_month(scope)) for scope in scopes] == told
    assert told[0][0] == Sums(2, 4, 1_920, 36_050, 3)


def test_any_breakdown_goes_with_any_narrowing(harvest, world: World) -> None:
    brand_id, _, _ = harvest
    officer = world.officer()
    by_brand = queries.figures(officer, "150525", *WHOLE, By.BRAND)
    assert [(r.key, r.name, r.all.person_times) for r in by_brand.rows] == [
        (str(brand_id), "奈曼青龙薯乡人", 3), ("0", "", 1),
    ]  # fmt: skip
    assert by_brand.total.all == Sums(2, 4, 1_920, 36_050, 3)
    unbranded = Scope("150525", NO_BRAND, None, None, *WHOLE)
    assert figures.total(unbranded) == Sums(1, 1, 480, 0, 1)
    assert events.work_days(unbranded).total == 1
    by_employer = queries.figures(officer, "150525", *WHOLE, By.EMPLOYER, brand_id=brand_id)
    assert [r.all for r in by_employer.rows] == [Sums(2, 3, 1_440, 36_050, 3)]
    employer_id = int(by_employer.rows[0].key)
    for by, keys in (
        (By.MONTH, ["2026-09", "2026-10"]), (By.KIND, ["lifted", "monitored", "other"]),
        (By.BRAND, [str(brand_id)]),
    ):  # fmt: skip
        found = queries.figures(officer, "150525", *WHOLE, by, employer_id=employer_id)
        assert [r.key for r in found.rows] == keys
        assert found.total.all == Sums(2, 3, 1_440, 36_050, 3)
    villages = queries.figures(officer, "150525102", *WHOLE, brand_id=brand_id)
    assert [r.all.person_times for r in villages.rows if r.all.person_times] == [3]
    named = queries.parties(officer, "150525", *WHOLE)[By.BRAND]
    assert [(p.id, p.name) for p in named] == [(brand_id, "奈曼青龙薯乡人")]
    assert len(queries.parties(officer, "150525", *WHOLE)[By.EMPLOYER]) == 2
