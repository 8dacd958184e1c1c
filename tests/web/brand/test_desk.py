"""The organizer's desk: every page opens, every deed lands, foreign things are not found."""

import io
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from jobmatch.brands import membership, people, queries
from jobmatch.brands.people import MemberFilter
from jobmatch.brands.rules import BrandState, MemberState
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor
from tests.support import World, instant
from tests.training.support import session_of, work_day


@pytest.fixture(autouse=True)
def _day(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(instant(2026, 9, 1)):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def harvest(world: World):
    """A brand with a crew of two and one member without: key, organizer, client, workers."""
    brand_id, organizer = world.brand()
    workers = [world.worker(name)[0] for name in ("王秀兰", "李秀英", "赵六")]
    world.crew(brand_id, workers[:2])
    world.member(brand_id, workers[2])
    return brand_id, organizer, world.sign_in(organizer), workers


def html(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.get_data(as_text=True)


def one_h1(body: str) -> bool:
    return len(re.findall(r"<h1[ >]", body)) == 1


def test_every_page_of_the_desk_opens(world: World, harvest) -> None:
    brand_id, organizer, client, workers = harvest
    membership.create_invite(brand_id, 7, actor=organizer)
    invite = queries.invites(brand_id)[0].id
    crew = queries.crews(brand_id)[0].id
    key = session_of(organizer, brand_id=brand_id, first=date(2026, 9, 1), last=date(2026, 9, 2))
    course = 0
    from jobmatch.training import queries as training

    course = training.courses_of_brand(brand_id)[0].id
    work_day(world, workers[0], date(2026, 9, 1), brand_id=brand_id)
    for path in (
        "/brand/", "/brand/edit", "/brand/ledger", "/brand/members", f"/brand/members/{workers[0]}",
        "/brand/requests", "/brand/invites", f"/brand/invites/{invite}", "/brand/crews",
        f"/brand/crews/{crew}", "/brand/training", "/brand/training/courses/new",
        f"/brand/training/courses/{course}", f"/brand/training/courses/{course}/new",
        f"/brand/training/{key}", f"/brand/training/{key}/edit", f"/brand/training/{key}/enrol",
        f"/brand/training/{key}/presence", f"/brand/training/{key}/results",
        f"/brand/training/{key}/sheet", "/brand/training/report", "/brand/training/report/people",
        f"/brands/{brand_id}", f"/brands/{brand_id}/days", "/brands", "/brands/new",
    ):  # fmt: skip
        assert one_h1(html(client, path)), path


def test_a_brand_is_founded_described_and_handed_in(world: World) -> None:
    user = world.user(name="张桂芳")
    client = world.sign_in(Actor(user))
    typed = {"name": "薯乡人", "place_code": "150525", "skill_id": "ag.swpotato.sort"}
    assert client.post("/brands/new", data=typed).status_code == 303
    assert "提交审核" in html(client, "/brand/")
    assert client.post("/brand/submit").headers["Location"].endswith("/brand/edit#description")
    saved = client.post("/brand/edit", data=typed | {"description": "分拣甘薯"})
    assert saved.status_code == 303
    client.post("/brand/submit")
    row = queries.in_scope(world.officer()).rows[0]
    assert (row.state, row.description) == (BrandState.PENDING, "分拣甘薯")


def test_what_is_missing_is_said_next_to_its_field_and_what_was_typed_stays(world: World) -> None:
    client = world.sign_in(Actor(world.user()))
    response = client.post("/brands/new", data={"name": "薯乡人", "description": "很多话"})
    body = response.get_data(as_text=True)
    assert response.status_code == 422
    assert "请选择品牌所在的地方。" in body
    assert "请选择主要手艺。" in body
    assert "很多话" in body


def test_a_name_already_taken_is_said_next_to_the_name(world: World) -> None:
    world.brand("薯乡人")
    client = world.sign_in(Actor(world.user()))
    typed = {"name": "薯乡人", "place_code": "150525", "skill_id": "ag.swpotato.sort"}
    response = client.post("/brands/new", data=typed)
    assert response.status_code == 422
    assert 'id="name-error"' in response.get_data(as_text=True)


def test_members_are_searched_and_taken_out_as_a_workbook(harvest) -> None:
    _, _, client, _ = harvest
    led = client.post("/brand/members/search", data={"q": "秀"}).location
    body = html(client, led)
    assert "王秀兰" in body
    assert "赵六" not in body
    file = client.get(led.replace("/brand/members?", "/brand/members.xlsx?"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["姓名", "李秀英", "王秀兰"]
    assert "赵六" in html(client, "/brand/members?crew=0")
    file = client.get("/brand/members.xlsx?crew=0")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["姓名", "赵六"]
    assert client.get("/brand/members.csv").data.startswith(b"\xef\xbb\xbf")
    assert client.get("/brand/members.pdf").status_code == 404


def test_requests_are_answered_at_the_desk(world: World, harvest) -> None:
    brand_id, _, client, _ = harvest
    worker_id, worker = world.worker("新来的")
    membership.ask_to_join(brand_id, actor=worker)
    assert "新来的" in html(client, "/brand/requests")
    assert client.post(f"/brand/requests/{worker_id}/accept").status_code == 303
    assert people.member(brand_id, worker_id).state is MemberState.MEMBER
    assert client.post(f"/brand/requests/{worker_id}/other").status_code == 404


def test_an_unknown_phone_is_refused_and_kept(harvest) -> None:
    _, _, client, _ = harvest
    response = client.post("/brand/requests/invite", data={"phone": "13700000009", "name": "谁"})
    assert response.status_code == 422
    assert 'value="13700000009"' in response.get_data(as_text=True)


def test_a_poster_carries_the_link_as_a_picture(harvest) -> None:
    brand_id, _, client, _ = harvest
    client.post("/brand/invites", data={"days": "7"})
    invite = queries.invites(brand_id)[0]
    body = html(client, f"/brand/invites/{invite.id}")
    assert f"/join/brand/{invite.token}" in body
    picture = client.get(f"/brand/invites/{invite.id}/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    client.post(f"/brand/invites/{invite.id}/withdraw")
    assert not queries.invites(brand_id)[0].is_live


def test_crews_are_made_filled_and_dissolved_by_forms(harvest) -> None:
    brand_id, _, client, workers = harvest
    response = client.post("/brand/crews", data={"name": "二班", "is_whole": "y"})
    crew_id = int(response.headers["Location"].rsplit("/", 1)[1])
    client.post(f"/brand/crews/{crew_id}/people", data={"worker": str(workers[2])})
    client.post(
        f"/brand/crews/{crew_id}",
        data={"name": "三班", "leader_id": str(workers[2]), "is_whole": ""},
    )
    crew = queries.crew(crew_id)
    assert crew is not None
    assert (crew.name, crew.leader_id) == ("三班", workers[2])
    assert client.post("/brand/crews", data={"name": "三班"}).status_code == 422
    client.post(f"/brand/members/{workers[0]}/crew", data={"crew": str(crew_id)})
    client.post(f"/brand/crews/{crew_id}/people", data={"worker": str(workers[2]), "do": "remove"})
    assert [m.worker_id for m in people.members(brand_id, MemberFilter(crew_id=crew_id)).rows] == [
        workers[0]
    ]
    client.post(f"/brand/crews/{crew_id}/dissolve")
    assert [c.name for c in queries.crews(brand_id)] == ["一班"]


def test_a_removed_member_is_gone_from_the_list(harvest) -> None:
    brand_id, _, client, workers = harvest
    assert client.post(f"/brand/members/{workers[0]}/remove").status_code == 303
    assert people.counts(brand_id).members == 2
    assert client.get(f"/brand/members/{workers[0]}").status_code == 404


def test_foreign_things_are_not_found(world: World, harvest) -> None:
    brand_id, organizer, _, workers = harvest
    crew = queries.crews(brand_id)[0].id
    membership.create_invite(brand_id, 7, actor=organizer)
    invite = queries.invites(brand_id)[0].id
    key = session_of(organizer, brand_id=brand_id, first=date(2026, 9, 10), last=date(2026, 9, 10))
    _, other = world.brand("别家")
    client = world.sign_in(other)
    for path in (
        f"/brand/?brand={brand_id}", f"/brand/members/{workers[0]}", f"/brand/crews/{crew}",
        f"/brand/invites/{invite}", f"/brand/invites/{invite}/qr.svg", f"/brand/training/{key}",
        f"/brand/training/{key}/presence",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in (
        f"/brand/crews/{crew}/dissolve", f"/brand/invites/{invite}/withdraw",
        f"/brand/training/{key}/cancel", f"/brand/training/{key}/finish",
        f"/brand/requests/{workers[0]}/accept",
    ):  # fmt: skip
        assert client.post(path).status_code in (303, 404), path
    assert queries.crew(crew).is_active
    assert queries.invites(brand_id)[0].is_live


def test_the_work_days_open_for_the_organizer_and_officers_only(world: World, harvest) -> None:
    brand_id, _, client, workers = harvest
    work_day(world, workers[0], date(2026, 9, 1), brand_id=brand_id)
    path = f"/brands/{brand_id}/days"
    assert "王秀兰" in html(client, path)
    assert "王秀兰" in html(world.sign_in(world.officer("1505")), path)
    _, stranger = world.worker("路人")
    assert world.sign_in(stranger).get(path).status_code == 403
    assert world.sign_in(world.officer("150430")).get(path).status_code == 403
    file = client.get(f"/brands/{brand_id}/days.csv").data.decode("utf-8-sig")
    assert file.splitlines()[1].startswith("2026-09-01,王秀兰,")


def test_the_public_page_shows_figures_but_no_people(world: World, harvest, client) -> None:
    brand_id, _, _, workers = harvest
    work_day(world, workers[0], date(2026, 9, 1), brand_id=brand_id)
    body = html(client, f"/brands/{brand_id}")
    assert "人次" in body
    assert "王秀兰" not in body
    assert f"/brands/{brand_id}/days" not in body


def test_an_organizer_of_two_brands_chooses_one(world: World, harvest) -> None:
    brand_id, organizer, _, _ = harvest
    from jobmatch.accounts.service import actor_of

    client = world.sign_in(Actor(organizer.user_id))
    client.post(
        "/brands/new",
        data={"name": "第二个", "place_code": "150525", "skill_id": "ag.swpotato.sort"},
    )
    second = max(actor_of(organizer.user_id).brand_ids)
    assert "第二个" in html(client, f"/brand/?brand={second}")
    assert "还没有班组" in html(client, "/brand/crews")
    assert "一班" in html(client, f"/brand/crews?brand={brand_id}")


def test_the_number_of_statements_does_not_grow_with_the_members(world: World, harvest) -> None:
    brand_id, _, client, _ = harvest
    few = statements(client, "/brand/members")
    for n in range(20):
        world.member(brand_id, world.worker(f"成员{n}", free=None)[0])
    assert statements(client, "/brand/members") == few


def statements(client: FlaskClient, path: str) -> int:
    from sqlalchemy import event

    from jobmatch.infra.db import db

    seen = []
    engine = db.engine

    def note(*args):
        seen.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        html(client, path)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
