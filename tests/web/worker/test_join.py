"""Signing up on the phone: three steps, nothing written before the last."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from jobmatch.accounts.models import User
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.workers import queries
from jobmatch.workers.models import Worker
from tests.support import World, id_number

ID = id_number(date(1972, 5, 4), 500)
NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(NOON):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


def person(**changed: str) -> MultiDict:
    fields = {
        "name": "王秀兰", "phone": "13800000001", "password": "harvest-2026", "id_number": ID,
        "consent": "y",
    }  # fmt: skip
    data = MultiDict(fields | changed)
    for code in ("1505", "150525", "150525102", "150525102222"):
        data.add("home_code", code)
    return data


def skills(**changed: str) -> dict[str, object]:
    return {"said": "挑地瓜", "skills": ["ag.swpotato.sort"], "shown": "ag.swpotato.sort"} | changed


def limits(**changed: str) -> dict[str, str]:
    return {"days-when": "month", "max_km": "30", "stays_away": "home"} | changed


def workers() -> int:
    return reading().scalar(select(func.count()).select_from(Worker)) or 0


def test_three_steps_make_a_worker_who_is_signed_in(client: FlaskClient):
    assert client.get("/join").status_code == 200
    answer = client.post("/join", data=person())
    assert (answer.status_code, answer.location) == (303, "/join/skills")
    answer = client.post("/join/skills", data=skills())
    assert (answer.status_code, answer.location) == (303, "/join/days")
    assert workers() == 0
    answer = client.post(
        "/join/days", data=limits(home_by="17:30", least_day_fen="150", no_heavy="y")
    )
    assert answer.status_code == 303
    (row,) = queries.workers([reading().scalar(select(Worker.id))]).values()
    assert (row.name, row.home_code, row.said) == ("王秀兰", "150525102222", "挑地瓜")
    assert row.limits == queries.Limits(30, False, 1050, 15_000, True)
    found = queries.profile(row.id)
    assert [(held.skill_id, held.words) for held in found.skills] == [
        ("ag.swpotato.sort", "挑地瓜")
    ]
    assert found.free[0].last == date(2026, 9, 30)
    assert "王秀兰" in client.get("/my/me").text
    with client.session_transaction() as cookie:
        assert "join" not in cookie


def test_the_cookie_shows_neither_password_nor_id_number(client: FlaskClient):
    client.post("/join", data=person())
    with client.session_transaction() as cookie:
        assert not re.search(f"{ID}|harvest|王秀兰|13800000001", repr(dict(cookie)))
        assert len(cookie["join"]) < 1000


def test_the_longest_draft_fits_into_a_cookie(client: FlaskClient):
    client.post("/join", data=person(name="王" * 60))
    answer = client.post(
        "/join/skills",
        data=skills(said="薯" * 200, skills=[f"ag.swpotato.sort{n:02d}" for n in range(60)]),
    )
    assert len(answer.headers["Set-Cookie"]) < 4093


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "请填写姓名。"),
        ("phone", "123", "请填写 11 位手机号。"),
        ("phone", "", "请填写 11 位手机号。"),
        ("password", "short", "密码要有 8 到 128 个字。"),
        ("id_number", "", "请填写身份证号。"),
        ("id_number", "123", "请填写 18 位身份证号，最后一位可以是 X。"),
        ("id_number", id_number(date(2011, 1, 1), 2), "未满 16 周岁不能登记找活。"),
        ("consent", "", "要先同意个人信息的用法，才能登记。"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_stays(client: FlaskClient, field, typed, said):
    answer = client.post("/join", data=person(**{field: typed}))
    assert answer.status_code == 422
    assert said in answer.text
    if field != "name":
        assert 'value="王秀兰"' in answer.text
    assert '<option value="150525102222" selected' in answer.text
    assert "harvest-2026" not in answer.text
    assert workers() == 0


def test_a_home_must_be_chosen(client: FlaskClient):
    data = person()
    data.setlist("home_code", ["1505", "150525"])
    answer = client.post("/join", data=data)
    assert answer.status_code == 422
    assert "请选到苏木乡镇。" in answer.text


def test_without_javascript_the_button_asks_for_the_next_level(client: FlaskClient):
    data = MultiDict({"name": "王秀兰", "home_code": "1505", "_load": "home_code"})
    answer = client.post("/join", data=data)
    assert answer.status_code == 200
    assert '<option value="150525"' in answer.text
    assert "field__error" not in answer.text


def test_a_good_password_and_the_id_number_are_typed_once(client: FlaskClient):
    client.post("/join", data=person(name=""))
    answer = client.post("/join", data=person(password=""))
    assert answer.location == "/join/skills"
    page = client.get("/join").text
    assert "已填 **************" + ID[-4:] in page
    assert ID not in page
    assert client.post("/join", data=person(password="", id_number="")).status_code == 303


def test_a_taken_phone_or_id_number_is_said_at_the_first_step(client: FlaskClient, world: World):
    world.user(phone="13800000001")
    answer = client.post("/join", data=person())
    assert answer.status_code == 422
    assert "这个手机号已经注册过，请直接登录。" in answer.text


def test_text_is_read_and_shown_as_chips_to_confirm(client: FlaskClient):
    client.post("/join", data=person())
    answer = client.post("/join/skills", data={"said": "会挑地瓜，也剪羊毛", "_read": "1"})
    assert answer.status_code == 200
    ticked = re.findall(r'name="skills" value="([\w.]+)" checked', answer.text)
    assert ticked == ["ag.swpotato.sort", "lv.sheep.shear"]


def test_new_words_are_shown_before_going_on(client: FlaskClient):
    client.post("/join", data=person())
    answer = client.post(
        "/join/skills",
        data={"said": "剪羊毛", "skills": "ag.swpotato.sort", "shown": "ag.swpotato.sort"},
    )
    assert answer.status_code == 200
    assert 'value="lv.sheep.shear" checked' in answer.text


def test_a_chip_that_was_seen_and_left_out_stays_out(client: FlaskClient):
    client.post("/join", data=person())
    answer = client.post(
        "/join/skills",
        data={
            "said": "剪羊毛",
            "skills": "ag.swpotato.sort",
            "shown": "ag.swpotato.sort,lv.sheep.shear",
        },
    )
    assert answer.location == "/join/days"


def test_no_skill_is_refused_and_the_text_kept(client: FlaskClient):
    client.post("/join", data=person())
    answer = client.post("/join/skills", data={"said": "证券经纪"})
    assert answer.status_code == 422
    assert "请至少选一样会干的活。" in answer.text
    assert "证券经纪" in answer.text


def test_typed_values_survive_going_back(client: FlaskClient):
    client.post("/join", data=person())
    client.post("/join/skills", data=skills())
    assert 'value="王秀兰"' in client.get("/join").text
    page = client.get("/join/skills").text
    assert "挑地瓜" in page
    assert 'value="ag.swpotato.sort" checked' in page


@pytest.mark.parametrize("path", ["/join/skills", "/join/days"])
def test_a_later_step_without_the_first_begins_again(client: FlaskClient, path):
    assert client.get(path).location == "/join"
    assert client.post(path, data={}).location == "/join"


def test_a_draft_ends_after_two_hours(client: FlaskClient):
    client.post("/join", data=person())
    with clock.at(datetime(2026, 9, 1, 6, 1, tzinfo=UTC)):
        assert client.get("/join/skills").location == "/join"


def test_a_changed_draft_counts_for_nothing(client: FlaskClient):
    client.post("/join", data=person())
    with client.session_transaction() as cookie:
        cookie["join"] = cookie["join"][:-5] + "AAAAA"
    assert client.get("/join/skills").location == "/join"
    with client.session_transaction() as cookie:
        cookie["join"] = "~~~"
    assert client.get("/join/skills").location == "/join"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"days-when": ""}, "请选什么时候能干活。"),
        ({"days-when": "pick"}, "请至少选一天能干活的日子。"),
        ({"least_day_fen": "abc"}, "请填写金额"),
        ({"home_by": "26:00"}, "请填写时间，例如 17:30。"),
        ({"max_km": "7"}, ""),
    ],
)
def test_a_wrong_last_step_is_named_and_nothing_written(client: FlaskClient, changed, said):
    client.post("/join", data=person())
    client.post("/join/skills", data=skills())
    answer = client.post("/join/days", data=limits(**changed))
    assert answer.status_code == 422
    assert said in answer.text
    assert workers() == 0


def test_picked_days_and_a_stretch_are_taken(client: FlaskClient):
    client.post("/join", data=person())
    client.post("/join/skills", data=skills())
    client.post(
        "/join/days",
        data=limits() | {
            "days-when": "pick", "days": ["2026-09-20"],
            "days-from": "2026-09-05", "days-to": "2026-09-07",
        },
    )  # fmt: skip
    free = queries.profile(reading().scalar(select(Worker.id))).free
    assert [(run.first.day, run.last.day) for run in free] == [(5, 7), (20, 20)]


def test_somebody_faster_with_the_phone_leads_back_to_the_first_step(
    client: FlaskClient, world: World
):
    client.post("/join", data=person())
    client.post("/join/skills", data=skills())
    world.user(phone="13800000001")
    answer = client.post("/join/days", data=limits())
    assert answer.status_code == 422
    assert "这个手机号已经注册过，请直接登录。" in answer.text
    assert workers() == 0


def test_an_employer_signs_up_without_a_second_account(world: World):
    _employer_id, actor = world.employer()
    browser = world.sign_in(actor)
    assert 'name="password"' not in browser.get("/join").text
    data = person()
    data.pop("phone")
    data.pop("password")
    assert browser.post("/join", data=data).status_code == 303
    browser.post("/join/skills", data=skills())
    users = reading().scalar(select(func.count()).select_from(User))
    assert browser.post("/join/days", data=limits()).status_code == 303
    assert reading().scalar(select(func.count()).select_from(User)) == users
    assert queries.of_user(actor.user_id).name == "王秀兰"


def test_a_worker_is_led_to_their_profile(world: World):
    _worker_id, actor = world.worker()
    assert world.sign_in(actor).get("/join").location == "/my/me"


def test_skills_are_read_as_json(client: FlaskClient):
    assert client.get("/skills/read?said=挑地瓜").json == {
        "items": [{"id": "ag.swpotato.sort", "name": "甘薯分拣", "words": "挑地瓜"}]
    }
