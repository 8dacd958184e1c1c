"""The pages of instant hire: what is typed, what is refused, who sees what."""

import re
from datetime import date

import pytest
from sqlalchemy import func, select

from jobmatch.dispatch import instant, instant_queries
from jobmatch.dispatch.instant_models import InstantHire
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.postings.models import Posting
from tests.support import instant as at

TOMORROW = date(2026, 9, 25)
FORM = {
    "day": "2026-09-25", "wanted": "2", "skill_id": "ag.swpotato.sort",
    "work_text": "坐着挑，分大中小三级", "rate_fen": "190", "starts_at": "7:30", "ends_at": "17:00",
    "day_minutes": "8", "load": "light",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _at_noon(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with clock.at(at(2026, 9, 24)):
        yield


def site_of(employer: int) -> str:
    from jobmatch.employers.queries import sites

    return str(sites(employer)[0].id)


def count(table) -> int:
    return reading().scalar(select(func.count()).select_from(table)) or 0


def test_a_short_form_makes_the_posting_and_asks(world):
    worker, _ = world.worker()
    employer, boss = world.employer()
    browser = world.sign_in(boss)
    answer = browser.post("/employer/instant/new", data=FORM | {"site_id": site_of(employer)})
    assert answer.status_code == 303
    (asked,) = instant_queries.questions(worker)
    assert (asked.work_date, asked.pay_fen, asked.left) == (TOMORROW, 19_000, 2)
    page = browser.get(answer.location).get_data(as_text=True)
    assert "正在问人" in page
    assert 'data-module="refresh"' in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"rate_fen": "20"}, "最低工资"), ({"wanted": "0"}, "1 到 50 人"), ({"wanted": "x"}, "整数"),
        ({"day": "2026-09-28"}, "今天和明天"), ({"site_id": "999999"}, "地点"),
        ({"work_text": ""}, "怎么干"), ({"work_text": "只要男工，坐着挑三级"}, "要改"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(world, typed, said):
    employer, boss = world.employer()
    browser = world.sign_in(boss)
    answer = browser.post(
        "/employer/instant/new", data=FORM | {"site_id": site_of(employer)} | typed
    )
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert (count(Posting), count(InstantHire)) == (0, 0)


def test_the_station_asks_for_employers_of_its_place_alone(world):
    employer, _ = world.employer()
    foreign, _ = world.employer("敖汉", place="150430100")
    unverified, _ = world.employer("新社", verified=False)
    browser = world.sign_in(world.station())
    page = browser.get("/station/instant/new").get_data(as_text=True)
    assert "青龙山甘薯合作社" in page
    assert "敖汉" not in page
    data = FORM | {"site_id": site_of(employer)}
    assert browser.post(f"/station/instant/new?employer={employer}", data=data).status_code == 303
    for other in (foreign, unverified, 999_999):
        data = FORM | {"site_id": site_of(employer)}
        answer = browser.post(f"/station/instant/new?employer={other}", data=data)
        assert answer.status_code == 404


def test_the_worker_says_yes_with_one_tap_and_late_ones_read_it_kindly(world):
    one, first = world.worker("甲")
    two, second = world.worker("乙")
    employer, boss = world.employer()
    instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    late = instant_queries.questions(two)[0].offer_id
    browser = world.sign_in(first)
    assert "去不去？" in browser.get("/my/").get_data(as_text=True)
    mine = instant_queries.questions(one)[0].offer_id
    answer = browser.post(f"/my/instant/{mine}", data={"answer": "yes"}, follow_redirects=True)
    assert "定下了" in answer.get_data(as_text=True)
    other = world.sign_in(second)
    answer = other.post(f"/my/instant/{late}", data={"answer": "yes"}, follow_redirects=True)
    assert "已招满" in answer.get_data(as_text=True)
    assert other.post(f"/my/instant/{mine}", data={"answer": "yes"}).status_code == 404


def test_the_employer_never_reads_who_said_no(world):
    one, first = world.worker("不去的人")
    employer, boss = world.employer()
    hire = instant.ask(world.posting(employer), TOMORROW, 1, actor=boss)
    instant.answer(instant_queries.questions(one)[0].offer_id, False, actor=first)
    browser = world.sign_in(boss)
    for page in ("", "/live", "/receipt"):
        shown = browser.get(f"/employer/instant/{hire}{page}").get_data(as_text=True)
        assert "不去的人" not in shown
    assert "其中 1 人不去" in browser.get(f"/employer/instant/{hire}/live").get_data(as_text=True)


def test_a_refused_number_stays_in_its_row_with_what_is_wrong(world):
    employer, boss = world.employer()
    posting = world.posting(employer)
    data = {"posting": str(posting), "day": TOMORROW.isoformat(), "wanted": "99"}
    answer = world.sign_in(boss).post("/employer/instant/ask", data=data)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    row = page[page.index(f'name="posting" value="{posting}"') :]
    row = row[: row.index("</tr>")]
    assert 'name="wanted"' in row
    assert 'value="99"' in row
    assert "一次快招 1 到 50 人。" in row
    assert count(InstantHire) == 0


def test_the_same_form_sent_twice_asks_once(world):
    employer, boss = world.employer()
    browser = world.sign_in(boss)
    page = browser.get("/employer/instant/new").get_data(as_text=True)
    key = re.search(r'name="once" value="([0-9a-f]{32})"', page)
    assert key
    data = FORM | {"site_id": site_of(employer), "once": key[1]}
    first, again = (browser.post("/employer/instant/new", data=data) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert (count(Posting), count(InstantHire)) == (1, 1)
    other = browser.post("/employer/instant/new", data=data | {"wanted": "3"})
    assert other.status_code == 422
    assert "这张表已经交过一次" in other.get_data(as_text=True)
    assert (count(Posting), count(InstantHire)) == (1, 1)
