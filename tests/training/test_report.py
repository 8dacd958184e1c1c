from datetime import date, timedelta

import pytest

from jobmatch.infra import clock
from jobmatch.training import report, service
from jobmatch.training.report import By, Figures, Scope
from tests.support import World, instant
from tests.training.support import session_of, work_day

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


@pytest.fixture
def autumn(world: World):
    """Three people in a session over the turn of a month: the worked table of docs/rules/training.md.

    王 (lifted) came on both days and passed, and sorted within 60 days; 李 (monitored) came on
    the second day and failed; 赵 (no household) never came.
    """
    with clock.at(instant(2026, 7, 1)):
        brand_id, organizer = world.brand()
        key = session_of(
            organizer, brand_id=brand_id, first=date(2026, 7, 31), last=date(2026, 8, 1)
        )
        _, lifted = world.household(kind="lifted")
        _, monitored = world.household(kind="sudden_hardship")
        workers, enrolments = [], []
        for name, member_id in (("王秀兰", lifted[0]), ("李秀英", monitored[0]), ("赵六", None)):
            worker_id, worker = world.worker(name, member_id=member_id)
            workers.append(worker_id)
            enrolments.append(service.enrol(key, worker_id, actor=worker))
    one, two, three = enrolments
    with clock.at(instant(2026, 8, 1)):
        service.mark_presence(
            key, date(2026, 7, 31), {one: True, two: False, three: False}, actor=organizer
        )
        service.mark_presence(
            key, date(2026, 8, 1), {one: True, two: True, three: False}, actor=organizer
        )
        service.decide(key, {one: True, two: False, three: False}, actor=organizer)
    return brand_id, workers


def test_the_worked_table(world: World, autumn) -> None:
    brand_id, (wang, li, _) = autumn
    work_day(world, wang, date(2026, 8, 1) + timedelta(days=60))
    work_day(world, wang, date(2026, 8, 20), skill_id="lv.sheep.shear")
    work_day(world, li, date(2026, 8, 1) + timedelta(days=61))
    assert report.totals(Scope(brand_id=brand_id), FIRST, LAST) == Figures(
        person_times=3, people=2, lifted=1, monitored=1, passed=1, worked=1
    )


def test_work_in_another_skill_or_too_late_does_not_count(world: World, autumn) -> None:
    _, (wang, li, _) = autumn
    work_day(world, wang, date(2026, 8, 20), skill_id="lv.sheep.shear")
    work_day(world, li, date(2026, 10, 1))
    assert report.totals(Scope(("150525",)), FIRST, LAST).worked == 0


def test_by_month_each_person_counts_once_in_each(autumn) -> None:
    rows = report.figures(Scope(("15",)), FIRST, LAST, By.MONTH)
    assert [(r.key, r.figures.person_times, r.figures.people) for r in rows] == [
        ("2026-07", 1, 1),
        ("2026-08", 2, 2),
    ]


def test_by_place_and_by_skill(autumn) -> None:
    place = report.figures(Scope(("15",)), FIRST, LAST, By.PLACE)
    assert [(r.key, r.name_zh, r.figures.people) for r in place] == [("150525", "奈曼", 2)]
    skill = report.figures(Scope(("15",)), FIRST, LAST, By.SKILL)
    assert [(r.key, r.name_zh, r.figures.people) for r in skill] == [
        ("ag.swpotato.sort", "甘薯分拣", 2)
    ]


def test_the_span_and_the_scope_bound_the_figures(autumn) -> None:
    assert report.totals(Scope(("15",)), date(2026, 8, 1), LAST).person_times == 2
    assert report.totals(Scope(("150430",)), FIRST, LAST) == Figures()
    assert report.totals(Scope(brand_id=-1), FIRST, LAST) == Figures()


def test_figures_open_down_to_the_people_behind_them(world: World, autumn) -> None:
    brand_id, (wang, li, _) = autumn
    work_day(world, wang, date(2026, 8, 20))
    page = report.people(Scope(brand_id=brand_id), FIRST, LAST)
    assert page.total == 2
    assert {
        (line.worker_id, line.days, line.household_kind, line.worked_on) for line in page.rows
    } == {
        (wang, 2, "lifted", date(2026, 8, 20)),
        (li, 1, "sudden_hardship", None),
    }
    assert len(report.all_people(Scope(brand_id=brand_id), FIRST, LAST)) == 2
