"""The landing page, the board and a posting, for a stranger."""

from datetime import date

import pytest

from jobmatch.infra import clock
from tests.support import instant


@pytest.fixture(autouse=True)
def september():
    with clock.at(instant(2026, 9, 1)):
        yield


@pytest.fixture
def employer(world):
    return world.employer()


def text(response) -> str:
    return response.get_data(as_text=True)


def test_a_stranger_is_told_what_this_is_and_sees_the_next_work(client, world, employer):
    world.posting(employer[0], title="甘薯分拣工急招")
    page = client.get("/")
    assert page.status_code == 200
    assert "甘薯分拣工急招" in text(page)
    assert "还差 3 人" in text(page)
    for link in ("/board", "/join", "/join/employer", "/sign-in"):
        assert f'href="{link}"' in text(page)


def test_an_empty_board_says_so(client):
    assert "没有找到这样的活" in text(client.get("/board"))
    assert "眼下没有正在招人的活" in text(client.get("/"))


def test_the_board_filters_and_keeps_what_was_typed(client, world, employer):
    world.posting(employer[0], title="包住的活", lodging=True)
    world.posting(employer[0], title="不包住的活")
    page = text(client.get("/board?lodging=y&q=活"))
    assert "包住的活</a>" in page
    assert "不包住的活" not in page
    assert 'value="活"' in page


@pytest.mark.parametrize(
    "query", ["least=abc", "first=31.9.", "km=5&place=1505", "page=0", "order=x"]
)
def test_a_wrong_filter_is_said_and_the_rest_still_works(client, world, employer, query):
    world.posting(employer[0], title="有活")
    page = client.get(f"/board?{query}&q=有")
    assert page.status_code == 422
    assert "有活" in text(page)
    assert "有几处要改" in text(page) or 'class="field__error"' in text(page)


def test_a_place_that_does_not_exist_is_said(client):
    page = client.get("/board?place=159999")
    assert page.status_code == 422
    assert "请从列表里选择地方" in text(page)


def test_pages_keep_the_filters(client, world, employer):
    for _ in range(21):
        world.posting(employer[0])
    page = text(client.get("/board?q=分拣"))
    assert "第 1 页，共 2 页" in page
    assert "page=2" in page
    assert client.get("/board?q=分拣&page=2").status_code == 200


def test_a_posting_shows_its_days_but_no_phone_to_a_stranger(client, world, employer):
    key = world.posting(employer[0])
    page = text(client.get(f"/p/{key}"))
    assert "9月25日" in page
    assert "¥180" in page
    assert "已核验" in page
    assert "13900000000" not in page
    assert "李建国" not in page
    assert f"/sign-in?next=/p/{key}" in page
    assert f"/join?next=/p/{key}" in page


def test_who_is_signed_in_can_call(world, employer):
    key = world.posting(employer[0])
    _, worker = world.worker()
    page = text(world.sign_in(worker).get(f"/p/{key}"))
    assert 'href="tel:13900000000"' in page
    assert "我要报名" in page


@pytest.mark.parametrize(("state", "status"), [("draft", 404), ("closed", 200), ("cancelled", 200)])
def test_a_draft_stays_unknown_and_closed_work_says_so(client, world, employer, state, status):
    key = world.posting(employer[0], state=state)
    page = client.get(f"/p/{key}")
    assert page.status_code == status
    assert "登记并报名" not in text(page)


def test_its_employer_sees_the_draft(world, employer):
    key = world.posting(employer[0], state="draft")
    assert world.sign_in(employer[1]).get(f"/p/{key}").status_code == 200


def test_an_unknown_posting_is_not_found(client):
    assert client.get("/p/999999").status_code == 404
    assert client.get("/p/999999/qr.svg").status_code == 404


def test_the_qr_picture_is_an_svg_without_scripts(client, world, employer):
    key = world.posting(employer[0])
    picture = client.get(f"/p/{key}/qr.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.data.startswith(b"<svg")
    assert b"script" not in picture.data


def test_the_work_text_is_never_markup(client, world, employer):
    key = world.posting(employer[0], work_text="<script>alert(1)</script>", title="<b>活</b>")
    page = text(client.get(f"/p/{key}"))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
    assert "<b>活" not in text(client.get("/board"))


def test_over_work_takes_no_sign_ups(client, world, employer):
    key = world.posting(employer[0], first=date(2026, 8, 1), last=date(2026, 8, 2))
    page = text(client.get(f"/p/{key}"))
    assert "已结束" in page
    assert "登记并报名" not in page


def test_in_english_the_page_speaks_english(client, world, employer):
    world.posting(employer[0])
    client.post("/language", data={"lang": "en"})
    assert client.get("/board").status_code == 200
