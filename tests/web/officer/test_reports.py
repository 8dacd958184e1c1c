"""Reports and the home of the officer's door."""

import re
from datetime import date

import pytest

from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.workers.models import Worker
from tests.support import instant
from tests.training.support import work_day


@pytest.fixture(autouse=True)
def _autumn():
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def client(world):
    _, [member, _] = world.household("A001", kind="lifted")
    worker, _ = world.worker("王秀兰", member_id=member)
    with transaction() as session:
        session.get_one(Worker, worker).phone = "13811112222"
    for day in (date(2026, 8, 30), date(2026, 9, 1), date(2026, 9, 2)):
        work_day(world, worker, day)
    other, _ = world.worker("赵玉梅", home="150430100201")
    work_day(world, other, date(2026, 9, 2))
    return world.sign_in(world.officer())


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def links(answer) -> list[str]:
    return [
        url.replace("&amp;", "&")
        for url in re.findall(r'href="(/officer/[^"]+)"', answer.get_data(as_text=True))
    ]


def test_home_says_what_needs_doing_and_who_is_in_work(client, world):
    world.employer("等核验合作社", verified=False)
    world.brand("新品牌", state="pending")
    said = text(client.get("/officer/"))
    assert "等核验的用工主体 1 家" in said
    assert "等批准的劳务品牌 1 个" in said
    assert "在岗人数 1 人" in said
    assert "人次 2" in said


def test_home_without_anything_stands(world):
    answer = world.sign_in(world.officer("150430")).get("/officer/")
    assert answer.status_code == 200
    assert "还没有登记家庭" in text(answer)


def test_the_report_shows_this_month_by_place(client):
    said = text(client.get("/officer/reports"))
    assert "2026年9月" in said
    assert re.search(r"青龙山 1 2 ", said)
    assert "赵玉梅" not in said


def test_every_link_of_the_report_and_the_home_opens(client):
    seen = set()
    for start in (
        "/officer/",
        "/officer/reports",
        "/officer/reports?by=month&first=2026-08&last=2026-09",
        "/officer/reports?by=kind",
    ):
        for url in links(client.get(start)):
            if url not in seen:
                seen.add(url)
                assert client.get(url).status_code == 200, url
    assert any("/reports/people" in url for url in seen)
    assert any("/reports/work-days" in url for url in seen)


def test_a_figure_of_a_month_opens_to_that_months_events(client):
    page = client.get("/officer/reports?by=month&first=2026-08&last=2026-09")
    august = next(u for u in links(page) if "work-days" in u and "first=2026-08&last=2026-08" in u)
    said = text(client.get(august))
    assert "1 人次" in said
    assert "2026年8月30日" in said
    assert "2026年9月" not in said.replace("生成日期：2026年9月20日", "")


def test_people_are_listed_with_masked_phones_and_lead_to_their_days(client):
    page = client.get("/officer/reports/people?first=2026-08&last=2026-09")
    said = text(page)
    assert "138****2222" in said
    assert "13811112222" not in page.get_data(as_text=True)
    days = next(u for u in links(page) if "worker=" in u)
    assert "3 人次" in text(client.get(days))


def test_months_without_work_say_so(client):
    assert "这段时间没有人在岗" in text(
        client.get("/officer/reports/people?first=2026-01&last=2026-01")
    )
    assert "这段时间没有出工记录" in text(
        client.get("/officer/reports/work-days?first=2026-01&last=2026-01")
    )


def test_months_are_chosen_in_the_language_of_the_page(client):
    page = client.get("/officer/reports?first=2021-03&last=2026-08").get_data(as_text=True)
    assert 'type="month"' not in page
    assert '<option selected value="2021-03">2021年3月</option>' in page
    assert page.count('<option value="2026-09">2026年9月</option>') == 2
    assert page.count('<optgroup label="2025">') == 2


def test_odd_addresses_give_this_month(client):
    for query in (
        "first=x&last=y",
        "by=z",
        "group=q",
        "page=-3",
        "first=2026-09&last=2025-01",
        "first=1800-01&last=2026-01",
        "last=2026-09",
        "first=9999-12&last=9999-12",
    ):
        assert client.get(f"/officer/reports?{query}").status_code == 200
        assert client.get(f"/officer/reports/people?{query}").status_code == 200


def test_another_banner_is_not_found_and_other_kinds_of_file_neither(client):
    for page in ("reports", "reports/people", "reports/work-days", "reports/export.xlsx"):
        assert client.get(f"/officer/{page}?place=150430").status_code == 404
        assert client.get(f"/officer/{page}?place=99").status_code == 404
    assert client.get("/officer/reports/export.pdf").status_code == 404


def test_a_table_comes_as_a_workbook(client):
    answer = client.get("/officer/reports/export.xlsx?by=kind")
    assert answer.data.startswith(b"PK")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_an_officer_of_two_places_can_change_between_them(world):
    from jobmatch.accounts import service as accounts
    from jobmatch.kernel.actor import Actor, Role

    officer = world.officer("150525102")
    with transaction() as session:
        accounts.grant(
            session, officer.user_id, Role.OFFICER, actor=Actor(), place_code="150430100"
        )
    client = world.sign_in(officer)
    page = client.get("/officer/reports")
    assert "青龙山" in text(page)
    other = next(u for u in links(page) if "place=150430100" in u)
    assert "新惠" in text(client.get(other))
    assert client.get("/officer/reports?place=1505").status_code == 404
