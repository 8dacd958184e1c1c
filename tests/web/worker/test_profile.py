"""我的: what a worker sees of themself and changes."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from jobmatch.dispatch import own_work
from jobmatch.dispatch import service as placing
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.workers import queries, service
from jobmatch.workers.models import Worker
from tests.support import World

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(NOON):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def me(world: World):
    """The worker's key and their browser."""
    worker_id, actor = world.worker(free=(date(2026, 9, 1), date(2026, 9, 10)))
    return worker_id, world.sign_in(actor)


def test_the_profile_shows_me_with_masked_numbers(world: World, me):
    worker_id, browser = me
    service.update_person(worker_id, "150525102222", "13911112222", actor=world.station())
    page = browser.get("/my/me").text
    assert "王秀兰" in page
    assert "54 岁" in page
    assert "139****2222" in page
    assert "13911112222" not in page
    with transaction() as session:
        assert "**************" + session.get_one(Worker, worker_id).id_tail in page
    assert "青龙山卧龙泉子村" in page
    assert "甘薯分拣" in page
    assert "9月1日–9月10日" in page


@pytest.mark.parametrize("part", ["skills", "days", "limits", "home"])
def test_each_part_has_a_page_linked_from_the_profile(me, part):
    _worker_id, browser = me
    assert f'href="/my/me/{part}"' in browser.get("/my/me").text
    assert browser.get(f"/my/me/{part}").status_code == 200


def test_a_worker_changes_skills(me):
    worker_id, browser = me
    page = browser.get("/my/me/skills").text
    assert 'value="ag.swpotato.sort" checked' in page
    answer = browser.post("/my/me/skills", data={"said": "剪羊毛", "skills": "ag.swpotato.sort"})
    assert answer.status_code == 200
    assert 'value="lv.sheep.shear" checked' in answer.text
    answer = browser.post(
        "/my/me/skills",
        data={"said": "剪羊毛", "skills": ["lv.sheep.shear"], "shown": "lv.sheep.shear"},
    )
    assert (answer.status_code, answer.location) == (303, "/my/me")
    assert [s.skill_id for s in queries.profile(worker_id).skills] == ["lv.sheep.shear"]


def test_words_that_name_no_skill_are_kept_and_said_to_be_so(me):
    worker_id, browser = me
    held = {"skills": "ag.swpotato.sort", "shown": "ag.swpotato.sort"}
    asked = browser.post("/my/me/skills", data=held | {"said": "开坦克", "_read": "1"}).text
    assert "<p data-unread>" in asked
    assert (
        "<p hidden data-unread>"
        in browser.post("/my/me/skills", data=held | {"said": "剪羊毛", "_read": "1"}).text
    )
    page = browser.post("/my/me/skills", data=held | {"said": "开坦克"}, follow_redirects=True)
    assert "“开坦克”没认出来，原话记下了。" in page.text
    assert queries.profile(worker_id).worker.said == "开坦克"
    page = browser.post("/my/me/skills", data=held | {"said": ""}, follow_redirects=True)
    assert "没认出来" not in page.text


def test_no_skill_is_refused_and_the_old_ones_stay(me):
    worker_id, browser = me
    answer = browser.post("/my/me/skills", data={"said": ""})
    assert answer.status_code == 422
    assert "请至少选一样会干的活。" in answer.text
    assert len(queries.profile(worker_id).skills) == 1


def test_the_calendar_shows_my_days_and_takes_others(me):
    worker_id, browser = me
    page = browser.get("/my/me/days").text
    ticked = re.findall(r'name="days" value="([\d-]+)" checked', page)
    assert (ticked[0], ticked[-1], len(ticked)) == ("2026-09-01", "2026-09-10", 10)
    answer = browser.post("/my/me/days", data={"days-when": "pick", "days": ["2026-09-15"]})
    assert answer.status_code == 303
    assert [run.first for run in queries.profile(worker_id).free] == [date(2026, 9, 15)]


def test_no_day_is_refused_and_the_old_days_stay(me):
    worker_id, browser = me
    answer = browser.post("/my/me/days", data={"days-when": "pick"})
    assert answer.status_code == 422
    assert "请至少选一天能干活的日子。" in answer.text
    assert len(queries.profile(worker_id).free) == 1


def test_limits_are_shown_changed_and_checked(me):
    worker_id, browser = me
    answer = browser.post(
        "/my/me/limits", data={"max_km": "100", "stays_away": "home", "home_by": "18：30"}
    )
    assert answer.status_code == 303
    assert queries.worker(worker_id).limits == queries.Limits(100, False, 1110, 0, False)
    page = browser.get("/my/me/limits").text
    assert 'value="18:30"' in page
    answer = browser.post(
        "/my/me/limits", data={"max_km": "100", "stays_away": "home", "least_day_fen": "20000"}
    )
    assert answer.status_code == 422
    assert "最低工钱请填 0 到 10000 元。" in answer.text
    assert 'value="20000"' in answer.text
    assert queries.worker(worker_id).limits.home_by == 1110


def test_the_longest_day_wanted_is_chosen_shown_and_taken_back(me):
    worker_id, browser = me
    given = {"max_km": "30", "stays_away": "home", "most_minutes": "480"}
    assert browser.post("/my/me/limits", data=given).status_code == 303
    assert queries.worker(worker_id).limits.most_minutes == 480
    assert re.search(r'<option selected value="480">', browser.get("/my/me/limits").text)
    assert "一天最多 8 小时" in browser.get("/my/me").text
    assert browser.post("/my/me/limits", data=given | {"most_minutes": "7"}).status_code == 422
    assert browser.post("/my/me/limits", data=given | {"most_minutes": "0"}).status_code == 303
    assert queries.worker(worker_id).limits.most_minutes is None


def test_a_distance_that_is_not_on_the_list_is_kept(world: World):
    _worker_id, actor = world.worker(max_km=45)
    page = world.sign_in(actor).get("/my/me/limits").text
    assert re.search(r'<option selected value="45">', page)


def test_home_and_phone_are_changed(me):
    worker_id, browser = me
    page = browser.get("/my/me/home").text
    assert '<option value="150525102222" selected' in page
    data = {"home_code": ["1504", "150430", "150430100"], "phone": "13700001111"}
    assert browser.post("/my/me/home", data=data | {"_load": "home_code"}).status_code == 200
    assert queries.worker(worker_id).home_code == "150525102222"
    assert browser.post("/my/me/home", data=data).status_code == 303
    row = queries.worker(worker_id)
    assert (row.home_code, row.phone) == ("150430100", "13700001111")
    answer = browser.post("/my/me/home", data=data | {"phone": "1"})
    assert answer.status_code == 422
    assert "请填写 11 位手机号。" in answer.text


def test_matching_is_turned_off_and_on(me):
    worker_id, browser = me
    assert browser.post("/my/me/matching", data={"wanted": "0"}).status_code == 303
    assert queries.worker(worker_id).matching_opt_out is True
    assert "让系统给我配活" in browser.get("/my/me").text
    browser.post("/my/me/matching", data={"wanted": "1"})
    assert queries.worker(worker_id).matching_opt_out is False


def test_a_worker_leaves_and_comes_back(me):
    worker_id, browser = me
    browser.post("/my/me/leave")
    assert queries.worker(worker_id).is_active is False
    assert "您已停止找活" in browser.get("/my/me").text
    browser.post("/my/me/come-back")
    assert queries.worker(worker_id).is_active is True


def test_who_leaves_takes_back_what_is_not_decided_and_keeps_the_days_agreed(world: World, me):
    worker_id, browser = me
    employer_id, employer = world.employer()
    asked = world.posting(employer_id, first=date(2026, 9, 2), last=date(2026, 9, 2))
    agreed = world.posting(employer_id, first=date(2026, 9, 3), last=date(2026, 9, 3))
    for posting_id in (asked, agreed):
        browser.post(f"/my/postings/{posting_id}/sign-up")
    pending = {row.posting_id: row.id for row in own_work.of_worker(worker_id).pending}
    placing.accept(pending[agreed], actor=employer)
    browser.post("/my/me/leave")
    work = own_work.of_worker(worker_id)
    assert work.pending == ()
    assert [day.posting_id for day in work.days] == [agreed]


def test_the_profile_is_closed_to_others(world: World, client):
    assert client.get("/my/me").status_code == 303
    assert world.sign_in(world.officer()).get("/my/me").status_code == 403
