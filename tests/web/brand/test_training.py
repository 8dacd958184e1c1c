"""A course at the organizer's desk, from its first form to the credential."""

from datetime import date

import pytest
from flask import Flask

from jobmatch.brands import people
from jobmatch.infra import clock
from jobmatch.training import queries
from jobmatch.training.rules import EnrolmentState, SessionState
from tests.support import World, instant
from tests.training.support import session_of

COURSE = {
    "title": "甘薯分拣上岗培训", "skill_id": "ag.swpotato.sort", "level": "2",
    "place_code": "150525", "content": "分级、轻拿轻放",
}  # fmt: skip
SESSION = {
    "place_code": "150525102", "venue": "镇文化站", "trainer": "张老师", "starts_at": "08:30",
    "first_day": "2026-08-10", "last_day": "2026-08-11", "seats": "30",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _day(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(instant(2026, 8, 1)):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


def test_a_course_runs_from_form_to_credential(world: World) -> None:
    brand_id, organizer = world.brand()
    one, two = (world.worker(name)[0] for name in ("王秀兰", "李秀英"))
    world.crew(brand_id, [one, two])
    client = world.sign_in(organizer)
    made = client.post("/brand/training/courses/new", data=COURSE)
    assert made.status_code == 303
    opened = client.post(made.headers["Location"], data=SESSION)
    key = int(opened.headers["Location"].rsplit("/", 1)[1])
    path = f"/brand/training/{key}"
    client.post(f"{path}/enrol", data={"worker": [str(one), str(two)]})
    ids = {e.name: e.id for e in queries.enrolments(key)}
    with clock.at(instant(2026, 8, 11)):
        both = {"person": list(ids.values()), "day": "2026-08-11"}
        assert "先按全部到课勾好" in client.get(f"{path}/presence").get_data(as_text=True)
        client.post(f"{path}/presence", data=both | {"present": [ids["王秀兰"]]})
        results = {f"result-{ids['王秀兰']}": "passed", f"result-{ids['李秀英']}": "failed"}
        assert client.post(f"{path}/results", data=results).status_code == 303
        client.post(f"{path}/finish")
    row = queries.session(key)
    assert row is not None
    assert (row.state, row.taken) == (SessionState.DONE, 2)
    assert [(c.level, c.issued_on) for c in people.credentials(one)] == [(2, date(2026, 8, 11))]
    assert people.credentials(two) == []


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("first_day", "2026-07-01", "开课日期不能早于今天。"),
        ("last_day", "2026-08-01", "结束日期不能早于开课日期。"),
        ("seats", "0", "名额为 1 到 500 人。"),
        ("starts_at", "25:99", "请填写时间，例如 17:30。"),
        ("venue", "", "请填写上课地点。"),
        ("first_day", "明天", "请填写日期，例如 2026-09-25。"),
    ],
)
def test_a_wrong_session_is_refused_next_to_its_field(
    world: World, field: str, typed: str, said: str
) -> None:
    brand_id, organizer = world.brand()
    session_of(organizer, brand_id=brand_id)
    course = queries.courses_of_brand(brand_id)[0].id
    client = world.sign_in(organizer)
    response = client.post(f"/brand/training/courses/{course}/new", data=SESSION | {field: typed})
    body = response.get_data(as_text=True)
    assert response.status_code == 422
    assert f'id="{field}-error"' in body
    assert said in body
    assert len(queries.sessions_of_course(course)) == 1


def test_a_worker_enrols_with_one_tap_and_undoes_it(world: World) -> None:
    key = session_of(world.officer())
    worker_id, worker = world.worker()
    client = world.sign_in(worker)
    assert f"/my/training/{key}/enrol" in client.get("/my/training").get_data(as_text=True)
    client.post(f"/my/training/{key}/enrol")
    enrolment = queries.worker_record(worker_id)[0].enrolment_id
    body = client.get("/my/training").get_data(as_text=True)
    assert f"/my/training/leave/{enrolment}" in body
    client.post(f"/my/training/leave/{enrolment}")
    assert queries.worker_record(worker_id) == []


def test_nobody_gives_back_the_seat_of_another(world: World) -> None:
    key = session_of(world.officer())
    worker_id, worker = world.worker()
    world.sign_in(worker).post(f"/my/training/{key}/enrol")
    enrolment = queries.worker_record(worker_id)[0].enrolment_id
    _, other = world.worker("路人")
    response = world.sign_in(other).post(f"/my/training/leave/{enrolment}")
    assert response.status_code == 404
    assert queries.worker_record(worker_id)[0].state is EnrolmentState.ENROLLED


def test_an_organizer_sees_no_kind_of_household(world: World) -> None:
    _, organizer = world.brand()
    client = world.sign_in(organizer)
    assert "脱贫" not in client.get("/brand/training/report").get_data(as_text=True)
    assert "脱贫" not in client.get("/brand/training/report.csv").get_data(as_text=True)
    assert "家庭类型" not in client.get("/brand/training/report/people.csv").get_data(as_text=True)
