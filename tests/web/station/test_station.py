"""The station's desk: look up, register, change, place."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from jobmatch.dispatch import own_work
from jobmatch.infra import clock
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Role
from jobmatch.training import queries as training
from jobmatch.training.models import Course, TrainingSession
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


@pytest.fixture
def desk(world: World):
    return world.sign_in(world.station("150525"))


def registration(**changed: str) -> MultiDict:
    fields = {
        "name": "包桂花", "id_number": ID, "said": "挑地瓜", "skills": "ag.swpotato.sort",
        "shown": "ag.swpotato.sort", "days-when": "month", "max_km": "20", "stays_away": "home",
        "consent": "y",
    }  # fmt: skip
    data = MultiDict(fields | changed)
    for code in ("1505", "150525", "150525102", "150525102222"):
        data.add("home_code", code)
    return data


def workers() -> int:
    return reading().scalar(select(func.count()).select_from(Worker)) or 0


def test_a_person_without_a_phone_is_registered_on_one_page(desk):
    assert desk.get("/station/register").status_code == 200
    answer = desk.post("/station/register", data=registration())
    assert answer.status_code == 303
    row = queries.worker(reading().scalar(select(Worker.id)))
    assert (row.name, row.phone, row.user_id, row.registered_via) == ("包桂花", None, None, "desk")
    assert answer.location == f"/station/workers/{row.id}"
    assert "包桂花" in desk.get("/station/").text


def test_a_wrong_registration_keeps_what_was_typed(desk):
    answer = desk.post("/station/register", data=registration(id_number="12", consent=""))
    assert answer.status_code == 422
    assert "请填写 18 位身份证号，最后一位可以是 X。" in answer.text or "同意" in answer.text
    assert 'value="包桂花"' in answer.text
    assert 'value="ag.swpotato.sort" checked' in answer.text
    assert '<option value="150525102222" selected' in answer.text
    assert workers() == 0


def test_a_child_is_refused_at_the_desk_too(desk):
    data = registration(id_number=id_number(date(2011, 1, 1), 2))
    answer = desk.post("/station/register", data=data)
    assert answer.status_code == 422
    assert "未满 16 周岁不能登记找活。" in answer.text
    assert workers() == 0


def test_reading_skills_writes_nothing(desk):
    answer = desk.post("/station/register", data=registration(_read="1", said="剪羊毛"))
    assert answer.status_code == 200
    assert 'value="lv.sheep.shear" checked' in answer.text
    assert desk.post("/station/register", data=registration(_load="home_code")).status_code == 200
    assert workers() == 0


def test_a_search_goes_by_post_and_is_written_down(world: World, desk):
    world.worker(name="王秀兰")
    world.worker(name="王秀兰", home="150430100201")
    answer = desk.post("/station/find", data={"words": "秀兰"})
    assert answer.status_code == 200
    assert "找到 1 人" in answer.text
    entry = reading().scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.detail) == ("worker.search", {"by": "name", "found": 1})
    assert desk.get("/station/find?words=秀兰").status_code == 405


def test_a_search_for_nothing_is_refused(desk):
    answer = desk.post("/station/find", data={"words": " "})
    assert answer.status_code == 422
    assert "请填写姓名、编号、手机号或身份证号。" in answer.text


def test_nobody_found_leads_to_registering(desk):
    answer = desk.post("/station/find", data={"words": ID})
    assert "没有找到。" in answer.text
    assert 'href="/station/register"' in answer.text


def test_a_worker_of_another_banner_is_not_there(world: World, desk):
    worker_id, _ = world.worker(home="150430100201")
    for path in ("", "/slip", "/skills", "/days", "/limits", "/home"):
        assert desk.get(f"/station/workers/{worker_id}{path}").status_code == 404
    for path in ("/skills", "/days", "/limits", "/home", "/matching", "/active", "/account"):
        assert desk.post(f"/station/workers/{worker_id}{path}", data={}).status_code == 404
    assert desk.get("/station/workers/99999").status_code == 404


@pytest.mark.parametrize("role", [Role.WORKER, Role.EMPLOYER, Role.ORGANIZER, Role.OFFICER])
def test_the_desk_is_closed_to_other_roles(world: World, role):
    browser = world.sign_in(world.actor(role, place="150525", subject=1))
    assert browser.get("/station/").status_code == 403
    assert browser.post("/station/register", data=registration()).status_code == 403
    assert workers() == 0


def test_the_clerk_changes_a_profile(world: World, desk):
    worker_id, _ = world.worker(with_account=False)
    base = f"/station/workers/{worker_id}"
    for part in ("skills", "days", "limits", "home"):
        assert desk.get(f"{base}/{part}").status_code == 200
    changes = {
        "skills": {"skills": ["lv.sheep.shear"]},
        "days": {"days-when": "month"},
        "limits": {"max_km": "50", "stays_away": "away"},
        "home": {"home_code": ["1505", "150525", "150525100"], "phone": "13911112222"},
        "matching": {"wanted": "0"},
        "active": {"active": "0"},
    }
    for part, data in changes.items():
        answer = desk.post(f"{base}/{part}", data=data)
        assert (part, answer.status_code, answer.location) == (part, 303, base)
    found = queries.profile(worker_id)
    assert [one.skill_id for one in found.skills] == ["lv.sheep.shear"]
    assert found.free[0].last == date(2026, 9, 30)
    assert found.worker.limits == queries.Limits(50, True, None, 0, False)
    assert (found.worker.home_code, found.worker.phone) == ("150525100", "13911112222")
    assert (found.worker.matching_opt_out, found.worker.is_active) == (True, False)
    desk.post(f"{base}/active", data={"active": "1"})
    assert queries.worker(worker_id).is_active is True


@pytest.mark.parametrize(
    ("part", "data", "said"),
    [
        ("skills", {}, "请至少选一样会干的活。"),
        ("days", {}, "请选什么时候能干活。"),
        ("limits", {"max_km": "50", "stays_away": "home", "home_by": "x"}, "请填写时间"),
        ("home", {"home_code": "1505"}, "请选到苏木乡镇。"),
    ],
)
def test_a_wrong_change_is_named(world: World, desk, part, data, said):
    worker_id, _ = world.worker()
    answer = desk.post(f"/station/workers/{worker_id}/{part}", data=data)
    assert answer.status_code == 422
    assert said in answer.text


def test_new_words_become_chips_before_they_are_saved(world: World, desk):
    worker_id, _ = world.worker()
    answer = desk.post(
        f"/station/workers/{worker_id}/skills", data={"said": "剪羊毛", "skills": "ag.potato.dig"}
    )
    assert answer.status_code == 200
    assert [one.skill_id for one in queries.profile(worker_id).skills] == ["ag.swpotato.sort"]


def test_asking_for_the_next_level_writes_nothing(world: World, desk):
    worker_id, _ = world.worker()
    data = {"home_code": ["1505", "150525"], "_load": "home_code"}
    assert desk.post(f"/station/workers/{worker_id}/home", data=data).status_code == 200
    assert queries.worker(worker_id).home_code == "150525102222"


def test_an_account_is_opened_at_the_desk(world: World, desk, client):
    worker_id, _ = world.worker(with_account=False)
    url = f"/station/workers/{worker_id}/account"
    answer = desk.post(url, data={"phone": "123", "password": "harvest-2026"})
    assert answer.status_code == 422
    assert "请填写 11 位手机号。" in answer.text
    answer = desk.post(url, data={"phone": "13700000001", "password": "harvest-2026"})
    assert answer.status_code == 303
    answer = client.post("/sign-in", data={"phone": "13700000001", "password": "harvest-2026"})
    assert answer.status_code == 303


def test_the_clerk_signs_a_worker_up_for_fitting_work_and_takes_it_back(world: World, desk):
    worker_id, _ = world.worker(with_account=False, max_km=60)
    employer_id, _ = world.employer()
    posting_id = world.posting(employer_id)
    page = desk.get(f"/station/workers/{worker_id}").text
    url = f"/station/workers/{worker_id}/postings/{posting_id}/sign-up"
    assert url in page
    assert "合适 " in page
    assert desk.post(url).status_code == 303
    (asked,) = own_work.of_worker(worker_id).pending
    assert asked.posting_id == posting_id
    page = desk.get(f"/station/workers/{worker_id}").text
    assert "已替王秀兰报名“甘薯分拣工”，等用工方答复。" in page
    assert f"/station/workers/{worker_id}/signups/{asked.id}/withdraw" in page
    desk.post(f"/station/workers/{worker_id}/signups/{asked.id}/withdraw")
    assert own_work.of_worker(worker_id).pending == ()


def test_a_sign_up_for_closed_work_is_explained(world: World, desk):
    worker_id, _ = world.worker(with_account=False)
    employer_id, _ = world.employer()
    posting_id = world.posting(employer_id, state="closed")
    url = f"/station/workers/{worker_id}/postings/{posting_id}/sign-up"
    assert desk.post(url).location == f"/station/workers/{worker_id}"
    assert own_work.of_worker(worker_id).pending == ()
    assert "alert-warning" in desk.get(f"/station/workers/{worker_id}").text


def test_a_sign_up_of_somebody_else_is_not_there(world: World, desk):
    worker_id, _ = world.worker()
    other_id, other = world.worker(name="李桂花", max_km=60)
    posting_id = world.posting(world.employer()[0])
    world.sign_in(other).post(f"/my/postings/{posting_id}/sign-up")
    (asked,) = own_work.of_worker(other_id).pending
    url = f"/station/workers/{worker_id}/signups/{asked.id}/withdraw"
    assert desk.post(url).status_code == 404
    assert len(own_work.of_worker(other_id).pending) == 1


def test_who_opted_out_is_matched_by_hand_only(world: World, desk):
    worker_id, _ = world.worker(matching_opt_out=True, max_km=60)
    posting_id = world.posting(world.employer()[0])
    page = desk.get(f"/station/workers/{worker_id}").text
    assert "本人不要系统配活" in page
    assert "合适 " not in page
    assert f"/postings/{posting_id}/sign-up" in page


def test_the_clerk_enrols_in_a_course_and_takes_it_back(world: World, desk):
    worker_id, _ = world.worker(with_account=False)
    with transaction() as session:
        course = Course(
            title="甘薯分拣班", skill_id="ag.swpotato.sort", place_code="150525",
            created_at=clock.now(),
        )  # fmt: skip
        session.add(course)
        session.flush()
        run = TrainingSession(
            course_id=course.id, place_code="150525102", venue="村部", trainer="白师傅",
            first_day=date(2026, 9, 10), last_day=date(2026, 9, 11), starts_at=540, seats=5,
        )  # fmt: skip
        session.add(run)
        session.flush()
        session_id = run.id
    url = f"/station/workers/{worker_id}/sessions/{session_id}/enrol"
    assert url in desk.get(f"/station/workers/{worker_id}").text
    desk.post(url)
    (record,) = training.worker_record(worker_id)
    page = desk.get(f"/station/workers/{worker_id}").text
    assert "已替王秀兰报名培训“甘薯分拣班”。" in page
    desk.post(url)
    assert "alert-warning" in desk.get(f"/station/workers/{worker_id}").text
    desk.post(f"/station/workers/{worker_id}/enrolments/{record.enrolment_id}/cancel")
    assert training.worker_record(worker_id) == []


def test_the_slip_carries_number_and_qr(world: World, desk):
    worker_id, _ = world.worker(name="包桂花", with_account=False)
    page = desk.get(f"/station/workers/{worker_id}/slip").text
    assert queries.worker(worker_id).number in page
    assert "data:image/svg+xml" in page
    assert f"/station/workers/{worker_id}" in page
    assert not re.search(r"\d{17}[\dX]", page)


def test_a_visitor_from_elsewhere_is_shown_but_not_placed(world: World):
    clerk = world.station("150525")
    worker_id, _ = world.worker(home="150430100201", registered_by=clerk.user_id)
    page = world.sign_in(clerk).get(f"/station/workers/{worker_id}").text
    assert "家不在本站范围内" in page
    assert "sign-up" not in page
