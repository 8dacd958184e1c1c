from datetime import date

import pytest
from flask import Flask

from jobmatch.infra import clock
from jobmatch.training import queries, service
from tests.support import World, instant
from tests.training.support import session_of


@pytest.fixture(autouse=True)
def _day(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(instant(2026, 8, 11)):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def trained(world: World):
    """A session of an officer in which one person of a lifted household was present."""
    officer = world.officer("150525")
    with clock.at(instant(2026, 8, 1)):
        key = session_of(officer)
        _, members = world.household()
        worker_id, worker = world.worker("王秀兰", member_id=members[0])
        enrolment = service.enrol(key, worker_id, actor=worker)
    service.mark_presence(key, date(2026, 8, 10), {enrolment: True}, actor=officer)
    return key, officer, worker_id


def test_every_page_opens(world: World, trained) -> None:
    key, officer, _ = trained
    client = world.sign_in(officer)
    course = queries.courses_of_scopes(("150525",))[0].id
    for path in (
        "/officer/training", "/officer/training/courses/new", f"/officer/training/courses/{course}",
        f"/officer/training/courses/{course}/new", f"/officer/training/{key}",
        f"/officer/training/{key}/edit", f"/officer/training/{key}/presence",
        f"/officer/training/{key}/results", f"/officer/training/{key}/sheet",
        f"/officer/training/{key}/enrol?q=王", "/officer/training/report",
        "/officer/training/report?by=place", "/officer/training/report?by=skill",
        "/officer/training/report?first=xx&by=yy", "/officer/training/report/people",
    ):  # fmt: skip
        assert client.get(path).status_code == 200, path


def test_the_report_counts_lifted_people_and_opens_to_them(world: World, trained) -> None:
    _, officer, _ = trained
    client = world.sign_in(officer)
    csv = client.get("/officer/training/report.csv?by=place").data.decode("utf-8-sig")
    assert csv.splitlines()[1] == "奈曼,1,1,1,0,0,0"
    people = client.get("/officer/training/report/people.csv").data.decode("utf-8-sig")
    assert "王秀兰" in people
    assert people.splitlines()[1].endswith("脱贫户")


def test_a_session_of_the_county_is_named_in_the_township_but_leads_nowhere(
    world: World, trained
) -> None:
    key, officer, _ = trained
    link = f'href="/officer/training/{key}"'
    own = world.sign_in(officer).get("/officer/training/report/people")
    assert link in own.get_data(as_text=True)
    township = world.sign_in(world.officer("150525102"))
    words = township.get("/officer/training/report/people").get_data(as_text=True)
    assert "王秀兰" in words
    assert link not in words


def test_an_officer_elsewhere_sees_none_of_it(world: World, trained) -> None:
    key, _, _ = trained
    client = world.sign_in(world.officer("150430"))
    assert client.get(f"/officer/training/{key}").status_code == 404
    report = client.get("/officer/training/report.csv?place=150525").data.decode("utf-8-sig")
    assert len(report.splitlines()) == 1


def test_a_course_outside_the_own_places_is_refused(world: World) -> None:
    client = world.sign_in(world.officer("150525"))
    typed = {"title": "培训", "skill_id": "ag.swpotato.sort", "level": "1", "place_code": "150430"}
    response = client.post("/officer/training/courses/new", data=typed)
    assert response.status_code == 422
    assert queries.courses_of_scopes(("15",)) == []


def test_a_cancelled_session_is_no_longer_offered(world: World) -> None:
    officer = world.officer("150525")
    key = session_of(officer, first=date(2026, 8, 20), last=date(2026, 8, 20))
    client = world.sign_in(officer)
    assert client.post(f"/officer/training/{key}/cancel", data={"why": "下雨"}).status_code == 303
    assert queries.next_sessions(["ag.swpotato.sort"], date(2026, 8, 11)) == {
        "ag.swpotato.sort": []
    }
