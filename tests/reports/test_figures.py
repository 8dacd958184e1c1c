"""Figures of people in work, and the events behind them."""

import csv
import io
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import delete, event, func, select, update

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.infra import clock
from jobmatch.infra.db import db, reading, transaction, writing_engine
from jobmatch.infra.monthly import create_counting, drop_counting
from jobmatch.kernel.errors import NotAllowed, NotFound
from jobmatch.reports import events, queries, summary
from jobmatch.reports.models import WorkerMonth
from jobmatch.reports.queries import By, Group, Scope, Sums
from jobmatch.tasks.runner import tasks
from tests.support import World, instant
from tests.training.support import work_day

AUG, SEP = date(2026, 8, 1), date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _autumn():
    with clock.at(instant(2026, 10, 1)):
        yield


def pay(world: World, days: dict[int, int], *, live: bool = True) -> list[int]:
    """A slip with a line for each work day (key > fen); the keys of the lines."""
    with transaction() as session:
        rows = {row.id: row for row in session.scalars(select(WorkDay).where(WorkDay.id.in_(days)))}
        first = next(iter(rows.values()))
        run = Settlement(
            employer_id=first.employer_id, posting_id=first.posting_id, first_day=AUG,
            last_day=date(2026, 9, 30), created_at=clock.now(),
        )  # fmt: skip
        session.add(run)
        session.flush()
        gross = sum(days.values())
        slip = PaySlip(
            settlement_id=run.id, employer_id=first.employer_id, worker_id=first.worker_id,
            gross_fen=gross, net_fen=gross, issued_at=clock.now(),
        )  # fmt: skip
        session.add(slip)
        session.flush()
        lines = [
            PaySlipLine(
                pay_slip_id=slip.id, work_day_id=key, live_day_id=key if live else None,
                work_date=rows[key].work_date, minutes=480, pieces=0, amount_fen=fen,
            )
            for key, fen in days.items()
        ]  # fmt: skip
        session.add_all(lines)
        session.flush()
        return [line.id for line in lines]


@pytest.fixture
def season(world: World):
    """Wang (lifted): 2 days in August, 1 in September. Li (monitored): 1 in September, another
    village. Bao (no household): 1 in September, another township. Zhao: another banner.
    """
    _, [wang_member, _] = world.household(kind="lifted")
    _, [li_member, _] = world.household(kind="marginal_at_risk")
    wang, _ = world.worker("王秀兰", member_id=wang_member)
    li, _ = world.worker("李秀英", home="150525102201", member_id=li_member)
    bao, _ = world.worker("包格日乐", home="150525100201")
    zhao, _ = world.worker("赵玉梅", home="150430100201")
    days = {
        "wang1": work_day(world, wang, date(2026, 8, 30)),
        "wang2": work_day(world, wang, date(2026, 8, 31)),
        "wang3": work_day(world, wang, date(2026, 9, 1)),
        "li": work_day(world, li, date(2026, 9, 2)),
        "bao": work_day(world, bao, date(2026, 9, 2)),
        "zhao": work_day(world, zhao, date(2026, 9, 2)),
    }
    pay(world, {days["wang1"]: 18_000, days["wang2"]: 18_000})
    pay(world, {days["wang3"]: 20_000})
    pay(world, {days["li"]: 15_050})
    pay(world, {days["zhao"]: 10_000}, live=False)
    with transaction() as session:
        session.execute(update(WorkDay).values(minutes=480))
        session.execute(update(WorkDay).where(WorkDay.id == days["li"]).values(minutes=240))
    return {"wang": wang, "bao_worker": bao, "zhao_worker": zhao} | days


def span(place: str, first: date, last: date, **narrower: int) -> Scope:
    period = queries.whole_months(first, last)
    return Scope(place, first=period.first, last=period.last, **narrower)


def test_a_person_counts_once_in_a_period_and_each_work_day_is_a_person_time(world, season):
    report = queries.figures(world.officer(), "150525", AUG, date(2026, 9, 30))
    assert report.total.all == Sums(3, 5, 2_160, 71_050, 4)
    assert report.total.all.person_days == 4.5


def test_lifted_and_monitored_are_shares_by_the_kind_of_the_household(world, season):
    report = queries.figures(world.officer(), "150525", AUG, SEP)
    assert report.total.lifted == Sums(1, 3, 1_440, 56_000, 2)
    assert report.total.monitored == Sums(1, 1, 240, 15_050, 1)


def test_places_below_add_up_to_the_place_and_empty_ones_are_zeros(world, season):
    report = queries.figures(world.officer("15"), "15", SEP, SEP)
    assert [(r.key, r.name, r.all.headcount) for r in report.rows] == [
        ("1504", "赤峰", 1),
        ("1505", "通辽", 3),
    ]
    report = queries.figures(world.officer(), "150525102", SEP, SEP)
    assert [(r.key, r.all.headcount) for r in report.rows] == [
        ("150525102201", 1),
        ("150525102222", 1),
    ]
    report = queries.figures(world.officer(), "150525102222", SEP, SEP)
    assert [(r.key, r.all.headcount) for r in report.rows] == [("150525102222", 1)]
    report = queries.figures(world.officer(), "150525", date(2026, 7, 1), date(2026, 7, 1))
    assert [r.all for r in report.rows] == [Sums(), Sums()]


def test_a_home_known_only_down_to_the_place_itself_is_a_row_of_its_own(world):
    worker, _ = world.worker(home="150525102")
    work_day(world, worker, SEP)
    report = queries.figures(world.officer(), "150525102", SEP, SEP)
    assert ("150525102", 1) in [(r.key, r.all.headcount) for r in report.rows]
    assert sum(r.all.headcount for r in report.rows) == report.total.all.headcount == 1


def test_months_count_each_person_anew_and_the_total_counts_them_once(world, season):
    report = queries.figures(world.officer(), "150525", date(2026, 7, 1), SEP, By.MONTH)
    assert [(r.key, r.all.headcount, r.all.person_times, r.all.fen) for r in report.rows] == [
        ("2026-07", 0, 0, 0), ("2026-08", 1, 2, 36_000), ("2026-09", 3, 3, 35_050),
    ]  # fmt: skip
    assert report.total.all.headcount == 3


def test_kinds_add_up_to_everyone(world, season):
    report = queries.figures(world.officer(), "150525", AUG, SEP, By.KIND)
    assert [(r.key, r.all.headcount, r.all.person_times) for r in report.rows] == [
        ("lifted", 1, 3), ("monitored", 1, 1), ("other", 1, 1),
    ]  # fmt: skip
    assert report.total.all == Sums(3, 5, 2_160, 71_050, 4)


def test_the_trend_names_every_month_once(world, season):
    months = queries.trend(world.officer(), "150525", date(2026, 7, 1), SEP)
    assert [(m, s.person_times) for m, s in months] == [(date(2026, 7, 1), 0), (AUG, 2), (SEP, 3)]


def test_a_period_is_whole_months_and_never_runs_backwards():
    assert queries.whole_months(date(2026, 2, 10), date(2026, 2, 11)).last == date(2026, 2, 28)
    period = queries.whole_months(date(2026, 9, 5), date(2026, 8, 1))
    assert (period.first, period.last) == (SEP, date(2026, 9, 30))


def test_every_headcount_opens_to_its_people(world, season):
    officer = world.officer()
    page = events.people(officer, span("150525", AUG, SEP))
    assert [(r.name, r.sums.person_times, r.sums.fen) for r in page.rows] == [
        ("王秀兰", 3, 56_000), ("李秀英", 1, 15_050), ("包格日乐", 1, 0),
    ]  # fmt: skip
    for group, names in (
        (Group.LIFTED, ["王秀兰"]),
        (Group.MONITORED, ["李秀英"]),
        (Group.OTHER, ["包格日乐"]),
    ):
        found = events.people(officer, span("150525", AUG, SEP), group=group)
        assert [r.name for r in found.rows] == names
        assert found.total == 1


def test_person_times_and_yuan_open_to_their_work_days(world, season):
    officer = world.officer()
    page = events.events(officer, span("150525", AUG, SEP))
    assert page.total == 5
    assert [(r.work_date.day, r.worker, r.fen) for r in page.rows] == [
        (2, "包格日乐", None), (2, "李秀英", 15_050), (1, "王秀兰", 20_000), (31, "王秀兰", 18_000), (30, "王秀兰", 18_000),
    ]  # fmt: skip
    assert (
        sum(r.fen or 0 for r in page.rows)
        == queries.figures(officer, "150525", AUG, SEP).total.all.fen
    )
    assert [
        r.worker
        for r in events.events(officer, span("150525", AUG, SEP), group=Group.MONITORED).rows
    ] == ["李秀英"]
    assert events.events(officer, span("150525", AUG, AUG, worker_id=season["wang"])).total == 2
    stranger = span("150525", AUG, SEP, worker_id=season["zhao_worker"])
    assert events.events(officer, stranger).rows == []


def test_lists_come_in_pages_of_fifty(world):
    worker, _ = world.worker()
    employer_id, _ = world.employer()
    posting = world.posting(employer_id, first=date(2026, 7, 1), last=date(2026, 9, 28))
    for day in range(60):
        work_day(
            world, worker, date.fromordinal(date(2026, 7, 1).toordinal() + day), posting=posting
        )
    page = events.events(world.officer(), span("150525", date(2026, 7, 1), SEP))
    assert (len(page.rows), page.total) == (50, 60)
    page = events.events(world.officer(), span("150525", date(2026, 7, 1), SEP), page=2)
    assert (len(page.rows), page.rows[-1].work_date) == (10, date(2026, 7, 1))


def test_only_officers_of_the_place_see_figures(world, season):
    asks: list[Callable] = [
        lambda a: queries.figures(a, "150430", AUG, SEP),
        lambda a: events.people(a, span("150430", AUG, SEP)),
        lambda a: events.events(a, span("150430", AUG, SEP)),
        lambda a: queries.trend(a, "150430", AUG, SEP),
    ]
    for ask in asks:
        with pytest.raises(NotFound):
            ask(world.officer("150525"))
        with pytest.raises(NotAllowed):
            ask(world.admin())
    with pytest.raises(NotFound):
        queries.figures(world.officer("15"), "159999", AUG, SEP)
    with pytest.raises(NotFound):
        queries.figures(world.officer("15"), "", AUG, SEP)


def test_what_household_members_did_as_workers(world, season):
    _, [member, other] = world.household()
    worker, _ = world.worker(member_id=member)
    idle, _ = world.worker(member_id=other)
    pay(world, {work_day(world, worker, date(2026, 9, 2)): 18_000})
    found = events.work_of_members([member, other, 10**6], queries.whole_months(AUG, SEP))
    assert (found[member].sums.person_times, found[member].sums.fen, found[member].last_day) == (
        1,
        18_000,
        date(2026, 9, 2),
    )
    assert (found[other].worker_id, found[other].sums.person_times, found[other].last_day) == (
        idle,
        0,
        None,
    )
    assert set(found) == {member, other}


# the summary


def test_the_summary_follows_the_work_days_and_slips_and_can_be_made_anew(world, season):
    assert summary.differences() == 0
    with transaction() as session:
        session.execute(
            update(PaySlipLine).where(PaySlipLine.live_day_id.is_not(None)).values(live_day_id=None)
        )
    assert summary.differences() == 0
    assert reading().scalar(select(func.sum(WorkerMonth.fen))) == 0
    with transaction() as session:
        session.execute(delete(PaySlipLine))
        session.execute(delete(WorkDay).where(WorkDay.worker_id == season["wang"]))
    assert summary.differences() == 0
    assert queries.figures(world.officer(), "150525", AUG, SEP).total.all.headcount == 2
    with transaction() as session:
        assert summary.rebuild(session) == 3
    assert summary.differences() == 0


def test_a_work_day_moved_to_another_month_moves_its_figures(world, season):
    with transaction() as session:
        session.execute(
            update(WorkDay).where(WorkDay.id == season["bao"]).values(work_date=date(2026, 8, 2))
        )
    assert summary.differences() == 0
    assert queries.figures(world.officer(), "150525100", AUG, AUG).total.all.person_times == 1


def test_without_the_triggers_the_summary_would_drift_and_the_check_says_so(world, season):
    with writing_engine().begin() as connection:
        drop_counting(connection)
    work_day(world, season["bao_worker"], date(2026, 9, 5))
    with writing_engine().begin() as connection:
        create_counting(connection)
    assert summary.differences() == 1
    with transaction() as session:
        summary.rebuild(session)
    assert summary.differences() == 0
    assert queries.figures(world.officer(), "150525100", SEP, SEP).total.all.person_times == 2


def test_the_command_finds_a_summary_that_is_off_and_makes_it_anew(world, season, app):
    cli = app.test_cli_runner()
    assert cli.invoke(args=["figures", "check"]).exit_code == 0
    with transaction() as session:
        session.execute(update(WorkerMonth).where(WorkerMonth.month == AUG).values(minutes=1))
    off = cli.invoke(args=["figures", "check"])
    assert (off.exit_code, off.output.split(";")[0]) == (1, "1 worker months disagree")
    assert tasks()["check_figures"].run(SEP) == "differences 1"
    assert cli.invoke(args=["figures", "rebuild"]).output == "5 worker months made anew\n"
    assert cli.invoke(args=["figures", "check"]).exit_code == 0


@pytest.mark.parametrize("by", list(By))
def test_the_number_of_queries_does_not_grow_with_the_rows(world, season, by):
    officer = world.officer("15")
    counted: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    db.session.remove()
    queries.figures(officer, "150525100", SEP, SEP, by)
    few, counted[:] = len(counted), []
    db.session.remove()
    queries.figures(officer, "15", date(2025, 10, 1), SEP, by)
    assert len(counted) == few


def test_a_pay_run_and_its_reversal_show_in_the_figures(world):
    from jobmatch.attendance import service as attendance
    from jobmatch.earnings import service as earnings
    from tests.attendance.support import engage

    worker, _ = world.worker()
    employer_id, employer = world.employer()
    posting = world.posting(employer_id, first=date(2026, 9, 25), last=date(2026, 9, 27))
    engage(posting, worker, date(2026, 9, 25), date(2026, 9, 26))
    for day in (date(2026, 9, 25), date(2026, 9, 26)):
        attendance.mark_all_present(posting, day, actor=employer, uid=f"r{day}")
    officer = world.officer()
    assert queries.figures(officer, "150525", SEP, SEP).total.all == Sums(1, 2, 960, 0, 1)
    run = earnings.settle(posting, date(2026, 9, 25), date(2026, 9, 26), actor=employer)
    assert queries.figures(officer, "150525", SEP, SEP).total.all == Sums(1, 2, 960, 36_000, 1)
    earnings.reverse(run, actor=employer)
    assert queries.figures(officer, "150525", SEP, SEP).total.all == Sums(1, 2, 960, 0, 1)
    assert summary.differences() == 0


# what the page gives


def test_the_csv_has_a_bom_units_and_the_basis(world, season):
    browser = world.sign_in(world.officer())
    answer = browser.get("/officer/reports/export.csv?first=2026-08&last=2026-09")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:5] == ["地方", "在岗人数（人）", "人次", "工日（8 小时）", "工钱（元）"]
    assert rows[3][:5] == ["合计", "3", "5", "4.5", "710.50"]
    assert any("一人只算一次" in cell for row in rows for cell in row)
