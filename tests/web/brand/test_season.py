"""Season plans on the desk: asking for one, watching it, reading what came out."""

import csv
import re

import numpy as np
import pytest

from jobmatch.dispatch import season_blobs, season_queries, season_service
from jobmatch.dispatch.models import SeasonPlan, SeasonProgress
from jobmatch.dispatch.season_rows import Scope
from jobmatch.infra.db import transaction
from tests.dispatch.season_house.conftest import Season, _in_september, season, sep
from tests.dispatch.season_house.support import a_plan, rest, spell_of
from tests.web.taps import selects, tap

__all__ = ["_in_september", "season"]
ASKED = {"first": "2026-09-21", "last": "2026-10-20", "seconds": "60", "gap": "1", "seed": "7"}


@pytest.fixture
def desk(season: Season):
    return season.world.sign_in(season.organizer)


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))


def demand(posting: int, *places: int) -> bytes:
    """Places of a posting from 20 September on."""
    cells = np.array([[*places] + [0] * (11 - len(places))], np.int64)
    return season_blobs.pack(season_blobs.Table(sep(20), (posting,), cells))


def progress(plan: int, *points: tuple[float, int | None, int | None]) -> None:
    with transaction() as session:
        for seconds, value, bound in points:
            session.add(SeasonProgress(plan_id=plan, seconds=seconds, value=value, bound=bound))


# asking


def test_a_plan_is_asked_for_and_waits(season, desk):
    answer = tap(desk, "/brand/season/new", **ASKED)
    assert answer.status_code == 303
    with transaction() as session:
        row = session.query(SeasonPlan).one()
        assert (row.brand_id, row.first_day, row.last_day) == (
            season.brand, sep(21), sep(21).replace(month=10, day=20),
        )  # fmt: skip
        assert (row.most_seconds, row.gap_wanted, row.seed, row.state) == (60, 0.01, 7, "queued")
    assert "排队等着算" in text_of(desk.get(answer.location))
    assert "第 " in text_of(desk.get("/brand/season"))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("first", "2026-09-01", "第一天不能早于今天。"),
        ("last", "2026-09-20", "最后一天早于第一天。"),
        ("last", "2027-09-20", "一次最多排 180 天。"),
        ("first", "x", "请填写日期"),
        ("seed", "lots", "请填写整数。"),
        ("seed", "-1", "请填 0 到"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_kept(season, desk, field, typed, said):
    answer = tap(desk, "/brand/season/new", **(ASKED | {field: typed}))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'value="{typed}"' in answer.get_data(as_text=True)
    with transaction() as session:
        assert session.query(SeasonPlan).count() == 0


def test_a_choice_that_is_none_is_refused(season, desk):
    assert tap(desk, "/brand/season/new", **(ASKED | {"gap": "77"})).status_code == 422
    assert tap(desk, "/brand/season/new", **(ASKED | {"seconds": "x"})).status_code == 422


def test_no_more_than_three_plans_wait(season, desk):
    for _n in range(3):
        assert tap(desk, "/brand/season/new", **ASKED).status_code == 303
    answer = tap(desk, "/brand/season/new", **ASKED)
    assert answer.status_code == 422
    assert "已经有 3 份安排在算" in text_of(answer)


# progress


def test_a_running_plan_shows_how_near_the_best_it_is(season, desk):
    plan = a_plan([], brand=season.brand, state="running", value=None, bound=None)
    progress(plan, (1.0, None, 12000), (2.0, 9000, 10000), (4.0, 9900, 10000))
    page = desk.get(f"/brand/season/{plan}").get_data(as_text=True)
    assert f'data-url="/brand/season/{plan}/progress"' in page
    part = desk.get(f"/brand/season/{plan}/progress")
    assert "data-running" in part.get_data(as_text=True)
    assert "眼下最好的一份离可能的最好差 1.0%" in text_of(part)
    assert "9,900" in text_of(part)
    assert "<html" not in part.get_data(as_text=True)


def test_the_part_of_a_plan_that_is_done_no_longer_runs(season, desk):
    plan = a_plan([], brand=season.brand)
    assert "data-running" not in desk.get(f"/brand/season/{plan}/progress").get_data(as_text=True)


def test_a_waiting_plan_is_taken_back_and_says_so(season, desk):
    made = season_service.ask_plan(season.scope, sep(21), sep(30), actor=season.organizer)
    answer = tap(desk, f"/brand/season/{made}/stop")
    said = text_of(desk.get(answer.location))
    assert "还没开始算就停下了。" in said
    again = tap(desk, f"/brand/season/{made}/stop")
    assert again.status_code == 303


# what came out


@pytest.mark.parametrize(
    ("value", "bound", "said"),
    [
        (9920, 10000, "这份安排离可能的最好只差 0.8%。"),
        (9876, 10000, "这份安排离可能的最好只差 1.2%。"),
        (10000, 10000, "这份安排就是最好的"),
        (9_999_999, 10_000_000, "只差 &lt;0.01%"),
    ],
)
def test_the_result_says_how_good_it_is_in_plain_words(season, desk, value, bound, said):
    plan = a_plan([], brand=season.brand, value=value, bound=bound, filled=30, demanded=50)
    page = text_of(desk.get(f"/brand/season/{plan}"))
    assert said in page
    assert "要填的工日 50 工日" in page
    assert "排上了 30 工日" in page
    assert "还空着 20 工日" in page


def test_the_board_shows_crews_and_people_with_what_is_pinned_and_days_off(season, desk):
    one, two = season.people(2)
    crew = season.world.crew(season.brand, [one, two], name="起薯班")
    work = season.work(21, 27, 3)
    plan = a_plan(
        [(one, work, 21, 27), (two, work, 23, 24)], brand=season.brand, crew=crew,
        demand=demand(work, 0, 3, 3, 3, 3, 3, 3, 3),
    )  # fmt: skip
    rest(spell_of(plan, one), sep(25))
    season_service.pin(plan, two, work, sep(23), sep(24), actor=season.organizer)
    said = text_of(desk.get(f"/brand/season/{plan}/board?week=2026-09-21"))
    assert "起薯班 班组" in said
    assert "打算，休 1 天" in said
    assert "打算，已固定" in said
    assert "这周要的工 21 工日" in said
    # 7 days of one less a day off, and 2 of the other.
    assert "还缺 13 工日" in said
    assert "冲突 0 段" in said


def test_the_board_asks_the_database_as_often_for_many_as_for_few(season, desk):
    work = season.work(21, 30, 40)
    few = a_plan([(w, work, 21, 24) for w in season.people(2)], brand=season.brand)
    many = a_plan([(w, work, 21, 24) for w in season.people(20)], brand=season.brand)
    for page in ("", "/board", "/coverage", "/conflicts", "/publish", "/replan", "/compare"):
        asked = selects(desk, f"/brand/season/{few}{page}")
        assert selects(desk, f"/brand/season/{many}{page}") == asked, page


def test_coverage_says_by_employer_and_day_what_is_missing(season, desk):
    one, two = season.people(2)
    work = season.work(21, 22, 3)
    plan = a_plan(
        [(one, work, 21, 21), (two, work, 21, 22)], brand=season.brand,
        demand=demand(work, 0, 2, 3),
    )  # fmt: skip
    said = text_of(desk.get(f"/brand/season/{plan}/coverage?week=2026-09-21"))
    assert "2/2 人 已排满" in said
    assert "1/3 人 缺 2 人" in said
    assert "缺 2 工日" in said


def test_conflicts_say_what_to_do(season, desk):
    (one,) = season.people(1)
    work = season.work(21, 24, 1)
    plan = a_plan([(one, work, 21, 24)], brand=season.brand)
    with transaction() as session:
        from jobmatch.workers.models import Availability

        session.query(Availability).filter_by(worker_id=one).delete()
    said = text_of(desk.get(f"/brand/season/{plan}/conflicts"))
    assert "工0" in said
    assert "问问本人；来不了就换个人" in said
    assert "冲突" in text_of(desk.get(f"/brand/season/{plan}/board?week=2026-09-21"))


def test_the_plan_goes_into_a_workbook(season, desk):
    one, two = season.people(2)
    work = season.work(21, 27, 3)
    plan = a_plan([(one, work, 21, 23), (two, work, 22, 22)], brand=season.brand)
    book = desk.get(f"/brand/season/{plan}.xlsx")
    assert book.data[:2] == b"PK"
    said = desk.get(f"/brand/season/{plan}.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(said.splitlines()))
    assert rows[0][0] == "姓名"
    assert [(row[0], row[4], row[6]) for row in rows[1:]] == [
        ("工0", "2026-09-21", "3"), ("工1", "2026-09-22", "1"),
    ]  # fmt: skip
    assert desk.get(f"/brand/season/{plan}.exe").status_code == 404


# together with other brands


def test_a_brand_agrees_to_be_planned_by_officers_and_takes_it_back(season, desk):
    assert "没有同意" in text_of(desk.get("/brand/season"))
    answer = tap(desk, "/brand/season/together/150525", agree="y")
    assert "已同意一起排。" in text_of(desk.get(answer.location))
    officer = season.world.officer()
    assert season_queries.agreements("150525", actor=officer)[0].is_agreed
    tap(desk, "/brand/season/together/150525")
    assert not season_queries.agreements("150525", actor=officer)[0].is_agreed


def test_a_place_that_is_not_above_the_brand_cannot_be_agreed_to(season, desk):
    assert tap(desk, "/brand/season/together/150430", agree="y").status_code == 404


def test_an_officer_plans_for_all_brands_that_agreed(season):
    officer = season.world.officer()
    desk = season.world.sign_in(officer)
    said = text_of(desk.get("/officer/season"))
    assert "奈曼青龙薯乡人" in said
    assert "没有同意" in said
    new = "/officer/season/new?place=150525"
    assert "还没有品牌同意一起排" in text_of(desk.get(new))
    season_service.agree(season.brand, "150525", actor=season.organizer)
    assert "还没有品牌同意一起排" not in text_of(desk.get(new))
    answer = tap(desk, new, **ASKED)
    assert answer.status_code == 303
    with transaction() as session:
        assert session.query(SeasonPlan).one().place_code == "150525"
    assert "奈曼旗" in text_of(desk.get(answer.location))
    assert "奈曼旗" not in text_of(desk.get("/officer/season?place=150525"))


def test_plans_of_others_are_not_there(season, desk):
    other, organizer = season.world.brand("敖汉线工", place="150430")
    plan = a_plan([], brand=other)
    of_place = season_service.ask_plan(
        Scope(place_code="150525"), sep(21), sep(30), actor=season.world.officer()
    )
    pages = ("", "/progress", "/board", "/coverage", "/why", "/conflicts", "/compare", "/replan",
             "/publish", "/answers", "/add", ".xlsx")  # fmt: skip
    for page in pages:
        assert desk.get(f"/brand/season/{plan}{page}").status_code == 404, page
        assert desk.get(f"/brand/season/{of_place}{page}").status_code == 404, page
    for deed in ("/stop", "/publish", "/replan", "/add"):
        assert tap(desk, f"/brand/season/{plan}{deed}").status_code == 404, deed
    assert season.world.sign_in(organizer).get(f"/brand/season/{plan}").status_code == 200


def test_a_plan_without_work_is_not_said_to_be_the_best(season, desk):
    plan = a_plan([], brand=season.brand, value=0, bound=0, demanded=0, filled=0)
    said = text_of(desk.get(f"/brand/season/{plan}"))
    assert "没有可排的" in said
    assert "最好的" not in said.split("这些数是什么意思")[0]


def test_a_brands_plan_does_not_open_in_the_officers_door(season):
    plan = a_plan([], brand=season.brand)
    desk = season.world.sign_in(season.world.officer())
    assert desk.get(f"/officer/season/{plan}").status_code == 404
