"""The employer's door: postings, sites, people."""

import re

import pytest

from jobmatch.employers import queries as employers
from jobmatch.infra import clock
from jobmatch.postings import queries
from tests.support import instant


@pytest.fixture(autouse=True)
def september():
    with clock.at(instant(2026, 9, 1)):
        yield


@pytest.fixture
def employer(world):
    return world.employer()


@pytest.fixture
def client(app, world, employer):
    app.config["WTF_CSRF_ENABLED"] = False
    yield world.sign_in(employer[1])
    app.config["WTF_CSRF_ENABLED"] = True


def form(employer_id, **change):
    base = {
        "version": "0", "title": "甘薯分拣工", "skill_id": "ag.swpotato.sort",
        "work_text": "坐着挑，分大中小三级", "site_id": str(employers.sites(employer_id)[0].id),
        "first_day": "2026-09-25", "last_day": "2026-09-27", "starts_at": "07:30",
        "ends_at": "17:00", "day_minutes": "8", "people": "3", "pay_kind": "day",
        "rate_fen": "180", "piece_lot": "1", "load": "light", "lift_kg": "0", "min_level": "1",
    }  # fmt: skip
    return base | change


def key_of(response) -> int:
    found = re.search(r"/postings/(\d+)", response.location)
    assert found
    return int(found.group(1))


def text(response) -> str:
    return response.get_data(as_text=True)


def test_from_the_first_word_to_the_board(client, employer):
    saved = client.post("/employer/postings/new", data=form(employer[0]))
    assert saved.status_code == 303
    key = key_of(saved)
    assert saved.location == f"/employer/postings/{key}"
    assert [d.headcount for d in queries.days(key)] == [3, 3, 3]
    assert "发布前看一遍" in text(client.get(f"/employer/postings/{key}"))
    assert client.post(f"/employer/postings/{key}/publish").status_code == 303
    assert queries.posting(key).state == "open"
    assert "甘薯分拣工" in text(client.get("/board"))


def test_what_the_law_refuses_stands_beside_its_field(client, employer):
    data = form(employer[0], rate_fen="150", work_text="只要男工，50岁以下的来")
    saved = client.post("/employer/postings/new", data=data)
    key = key_of(saved)
    assert saved.location == f"/employer/postings/{key}/edit"
    page = text(client.get(saved.location))
    assert "¥18.75" in page
    assert "¥21.10" in page
    assert "最低工资规定" in page
    assert "<mark>只要男工</mark>" in page
    assert "<mark>50岁以下</mark>" in page
    refused = client.post(f"/employer/postings/{key}/publish")
    assert refused.status_code == 422
    assert queries.posting(key).state == "draft"


def test_warnings_need_a_tick(client, employer):
    key = key_of(client.post("/employer/postings/new", data=form(employer[0], lift_kg="40")))
    refused = client.post(f"/employer/postings/{key}/publish")
    assert refused.status_code == 422
    assert "lift.most" in text(refused)
    done = client.post(f"/employer/postings/{key}/publish", data={"accepted": "lift.most"})
    assert done.status_code == 303


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "请填写标题"),
        ({"first_day": "soon"}, "请填写日期"),
        ({"last_day": "2026-09-20"}, "结束的日子在开始之前"),
        ({"rate_fen": "a lot"}, "请填写金额"),
        ({"day_minutes": "all day"}, "请填写小时数"),
        ({"starts_at": "dawn"}, "请填写时间"),
        ({"lift_kg": "x"}, "请填写整数"),
        ({"day-2026-09-25": "many"}, "每天的人数要填整数"),
        ({"day-2026-09-25": "99999"}, "每天的人数应在"),
        ({"skill_id": "no.such"}, "请选择工种"),
        ({"site_id": "abc"}, "请选择干活的地点"),
        ({"pay_kind": "year"}, "怎么算工钱"),
        ({"min_stay": "0"}, "请填 1 到 30。"),
        ({"min_stay": "31"}, "请填 1 到 30。"),
        ({"min_stay": "long"}, "请填写整数"),
        ({"min_stay": "4"}, "这份活一共才 3 天。"),
    ],
)
def test_a_mistake_keeps_the_typed_text_and_writes_nothing(client, employer, change, said):
    answer = client.post("/employer/postings/new", data=form(employer[0], **change))
    page = text(answer)
    assert answer.status_code == 422
    assert said in page
    assert "坐着挑，分大中小三级" in page
    assert queries.of_employer(employer[0]) == []


def test_a_least_stay_is_kept_and_shown(client, employer):
    key = key_of(client.post("/employer/postings/new", data=form(employer[0], min_stay="2")))
    client.post(f"/employer/postings/{key}/publish")
    assert queries.posting(key).min_stay == 2
    assert "至少干 2 天" in text(client.get("/board"))
    assert "至少干 2 天" in text(client.get(f"/employer/postings/{key}"))
    other = key_of(client.post("/employer/postings/new", data=form(employer[0], min_stay="")))
    assert queries.posting(other).min_stay == 1
    assert "来一天也行" in text(client.get(f"/employer/postings/{other}"))


def test_the_quick_fill_writes_nothing_and_shows_each_day(client, employer):
    data = form(employer[0], people="10", ramp_first="4", ramp_rise="2", _fill="1")
    page = text(client.post("/employer/postings/new", data=data))
    assert re.findall(r'name="day-2026-09-(\d+)" value="(\d+)"', page) == [
        ("25", "4"), ("26", "7"), ("27", "10"),
    ]  # fmt: skip
    assert queries.of_employer(employer[0]) == []


def test_single_days_differ(client, employer):
    data = form(employer[0]) | {"day-2026-09-25": "5", "day-2026-09-26": "", "day-2026-09-27": "1"}
    key = key_of(client.post("/employer/postings/new", data=data))
    assert [(d.work_date.day, d.headcount) for d in queries.days(key)] == [(25, 5), (27, 1)]


def test_one_number_for_all_days_counts_where_the_table_was_left_empty(client, employer):
    empty = {"day-2026-09-25": "", "day-2026-09-26": "", "day-2026-09-27": ""}
    key = key_of(client.post("/employer/postings/new", data=form(employer[0], people="4") | empty))
    assert [(d.work_date.day, d.headcount) for d in queries.days(key)] == [
        (25, 4), (26, 4), (27, 4),
    ]  # fmt: skip


def test_two_at_a_time_the_later_is_told_and_keeps_the_text(client, employer):
    key = key_of(client.post("/employer/postings/new", data=form(employer[0])))
    first = form(employer[0], version="1", title="先改的")
    later = form(employer[0], version="1", title="后改的")
    assert client.post(f"/employer/postings/{key}/edit", data=first).status_code == 303
    answer = client.post(f"/employer/postings/{key}/edit", data=later)
    assert answer.status_code == 409
    assert "有人刚改过" in text(answer)
    assert 'value="后改的"' in text(answer)
    assert 'name="version" type="hidden" value="2"' in text(answer)
    assert queries.posting(key).title == "先改的"


def test_an_open_posting_is_changed_within_the_law(client, world, employer):
    key = world.posting(employer[0], piece_lot=1)
    bad = form(employer[0], version="1", title="只要女工")
    answer = client.post(f"/employer/postings/{key}/edit", data=bad)
    assert answer.status_code == 422
    assert "只要女工" in text(answer)
    heavy = form(employer[0], version="1", load="heavy")
    answer = client.post(f"/employer/postings/{key}/edit", data=heavy)
    assert answer.status_code == 422
    assert 'value="load.heavy"' in text(answer)
    answer = client.post(f"/employer/postings/{key}/edit", data=heavy | {"accepted": "load.heavy"})
    assert answer.status_code == 303
    assert queries.posting(key).load == "heavy"


def test_cancelling_asks_why(client, world, employer):
    key = world.posting(employer[0])
    answer = client.post(f"/employer/postings/{key}/cancel", data={"words": ""})
    assert answer.status_code == 422
    assert "请写明取消的原因" in text(answer)
    answer = client.post(f"/employer/postings/{key}/cancel", data={"words": "下雨"})
    assert answer.status_code == 303
    assert queries.posting(key).state == "cancelled"


def test_closing_copying_and_the_sheet(client, world, employer):
    key = world.posting(employer[0])
    assert client.post(f"/employer/postings/{key}/close").status_code == 303
    assert client.post(f"/employer/postings/{key}/close").status_code == 409
    made = key_of(client.post(f"/employer/postings/{key}/copy"))
    assert queries.posting(made).state == "draft"
    sheet = text(client.get(f"/employer/postings/{key}/sheet"))
    assert "13900000000" in sheet
    assert f"/p/{key}/qr.svg" in sheet


@pytest.mark.parametrize("page", ["", "/edit", "/sheet"])
def test_a_foreign_posting_is_not_found(client, world, page):
    other, _ = world.employer("别家")
    assert client.get(f"/employer/postings/{world.posting(other)}{page}").status_code == 404


@pytest.mark.parametrize("deed", ["edit", "publish", "close", "cancel", "copy"])
def test_a_foreign_posting_cannot_be_touched(client, world, deed):
    other, _ = world.employer("别家")
    key = world.posting(other)
    assert client.post(f"/employer/postings/{key}/{deed}").status_code == 404
    assert queries.posting(key).state == "open"


def test_lists_by_state(client, world, employer):
    world.posting(employer[0], title="开着的", state="open")
    world.posting(employer[0], title="草稿的", state="draft")
    assert "草稿的" in text(client.get("/employer/postings"))
    page = text(client.get("/employer/postings?state=open"))
    assert "开着的" in page
    assert "草稿的" not in page
    home = text(client.get("/employer/"))
    assert "差 3 人" in home
    assert "草稿的" in home


def test_sites_are_written_on_the_own_employer_only(client, world, employer):
    data = {"name": "东地", "place_code": ["1505", "150525", "150525100"], "lon": "", "lat": ""}
    assert client.post("/employer/sites/new", data=data).status_code == 303
    assert "东地" in text(client.get("/employer/sites"))
    bad = client.post("/employer/sites/new", data=data | {"lon": "east"})
    assert bad.status_code == 422
    assert 'value="东地"' in text(bad)
    other, _ = world.employer("别家")
    site = employers.sites(other)[0].id
    assert client.get(f"/employer/sites/{site}").status_code == 404
    assert client.post(f"/employer/sites/{site}", data=data).status_code == 404


def test_colleagues_come_and_go(client, world, employer):
    colleague = world.user("赵丽", phone="13877778888")
    assert client.post("/employer/members", data={"member_phone": "13812340000"}).status_code == 422
    assert client.post("/employer/members", data={"member_phone": "13877778888"}).status_code == 303
    assert "赵丽" in text(client.get("/employer/profile"))
    assert client.post(f"/employer/members/{colleague}/remove").status_code == 303
    assert "赵丽" not in text(client.get("/employer/profile"))


def test_a_person_of_two_employers_chooses(client, app, world, employer):
    from jobmatch.employers import service
    from jobmatch.employers.service import NewEmployer

    second = service.register(
        NewEmployer("big_grower", "第二家", "", "李建国", "13911112222", "150525"),
        actor=employer[1],
    )
    client = world.sign_in(
        __import__("jobmatch.accounts.service", fromlist=["x"]).actor_of(employer[1].user_id)
    )
    assert "青龙山甘薯合作社</h1>" in text(client.get("/employer/"))
    assert client.post("/employer/choose", data={"employer_id": second}).status_code == 303
    assert "第二家</h1>" in text(client.get("/employer/"))
    foreign, _ = world.employer("别家")
    assert client.post("/employer/choose", data={"employer_id": foreign}).status_code == 404


def test_who_is_no_employer_is_kept_out(app, world):
    _, worker = world.worker()
    assert world.sign_in(worker).get("/employer/").status_code == 403
    assert app.test_client().get("/employer/").status_code == 303
