import re
from collections.abc import Iterator
from datetime import date

import pytest

from jobmatch.dispatch import service
from jobmatch.infra import clock
from tests.dispatch.support import days_of, taken
from tests.support import instant
from tests.web.taps import selects, tap

D25, D26, D27 = (date(2026, 9, d) for d in (25, 26, 27))


@pytest.fixture(autouse=True)
def _in_september() -> Iterator[None]:
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def employer(world):
    return world.employer()


@pytest.fixture
def brand(world):
    return world.brand()


@pytest.fixture
def desk(world, brand):
    return world.sign_in(brand[1])


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))


def two(world):
    return [world.worker("王一")[0], world.worker("王二")[0]]


def test_the_board_shows_where_each_crew_is_and_whether_people_are_wanted(
    world, employer, brand, desk
):
    whole = world.crew(brand[0], two(world), name="分拣一班")
    part = world.crew(brand[0], two(world), name="分拣二班")
    lacking = [world.worker("王一")[0], world.worker("王没空", free=None)[0]]
    short = world.crew(brand[0], lacking, name="分拣三班")
    roomy, tight, wide = (
        world.posting(employer[0], is_instant=True, headcount=n) for n in (3, 1, 3)
    )
    for crew, posting in ((whole, roomy), (part, tight), (short, wide)):
        service.send_crew(crew, posting, actor=brand[1])
    page = desk.get("/brand/dispatch?week=2026-09-25")
    states = re.findall(
        r"(\d/2) 人</span></span>\s*<strong[^>]*>([^<]+)<", page.get_data(as_text=True)
    )
    assert states == [("2/2", "已排满"), ("1/2", "已排满"), ("1/2", "缺人")]
    # Friday to Sunday
    assert page.get_data(as_text=True).count('colspan="3"') == 3
    assert "缺人 3 工日" in text_of(page)


def test_an_offer_on_days_with_work_shows_as_a_conflict(world, employer, brand, desk):
    crew = world.crew(brand[0], two(world), name="分拣一班")
    offer = world.posting(employer[0], title="装车工")
    service.send_crew(crew, offer, actor=brand[1])
    assert "等答复" in text_of(desk.get("/brand/dispatch?week=2026-09-25"))
    assert "冲突 0 份" in text_of(desk.get("/brand/dispatch?week=2026-09-25"))
    days = {"first": D25, "last": D25}
    service.send_crew(crew, world.posting(employer[0], is_instant=True, **days), actor=brand[1])
    page = desk.get("/brand/dispatch?week=2026-09-25")
    assert "冲突：那几天已有活" in text_of(page)
    assert "冲突 1 份" in text_of(page)
    assert 'href="#clashes"' in page.text
    # Which order, on which of its three days, and where the crew is instead.
    said = text_of(page).rpartition("等答复的活")[2]
    assert "分拣一班 装车工 · " in said
    assert "9月25日" in said
    assert "9月26日" not in said
    assert "/withdraw" in page.text


def test_before_sending_one_sees_who_is_free_on_which_day(world, employer, brand, desk):
    busy, actor = world.worker("王忙")
    crew = world.crew(brand[0], [world.worker("王一")[0], busy])
    other = world.posting(employer[0], is_instant=True, first=D25, last=D25)
    service.sign_up(other, actor=actor, worker_id=busy)
    posting = world.posting(employer[0])
    said = text_of(desk.get(f"/brand/dispatch/send?crew={crew}&posting={posting}"))
    assert "1 / 2 王忙" in said
    assert "2 / 2 –" in said


def test_sending_a_crew_to_an_instant_posting_places_it(world, employer, brand, desk):
    members = two(world)
    crew = world.crew(brand[0], members)
    posting = world.posting(employer[0], is_instant=True)
    answer = tap(
        desk, "/brand/dispatch/send", crew_id=crew, posting_id=posting, first="2026-09-26", last=""
    )
    assert answer.location == "/brand/dispatch/orders"
    assert days_of(members[0]) == [D26, D27]
    said = text_of(desk.get(answer.location))
    assert "2 人有活" in said
    assert "已录用" in said


def test_who_cannot_go_is_named_after_sending(world, employer, brand, desk):
    crew = world.crew(brand[0], [world.worker("王一")[0], world.worker("王没空", free=None)[0]])
    posting = world.posting(employer[0])
    answer = tap(desk, "/brand/dispatch/send", crew_id=crew, posting_id=posting)
    assert "王没空：这几天没空" in text_of(desk.get(answer.location))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("2026-09-27", "2026-09-25", "最后一天早于第一天"), ("x", "", "请填写日期")],
)
def test_wrong_days_are_refused_and_kept(world, employer, brand, desk, first, last, said):
    crew, posting = world.crew(brand[0], two(world)), world.posting(employer[0])
    answer = tap(
        desk, "/brand/dispatch/send", crew_id=crew, posting_id=posting, first=first, last=last
    )
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f'value="{first}"' in answer.get_data(as_text=True)


def test_nothing_chosen_is_refused(world, brand, desk):
    world.crew(brand[0], two(world))
    assert tap(desk, "/brand/dispatch/send").status_code == 422


def test_a_whole_crew_that_cannot_all_go_is_refused_in_words(world, employer, brand, desk):
    members = [world.worker("王一")[0], world.worker("王没空", free=None)[0]]
    crew = world.crew(brand[0], members, is_whole=True)
    posting = world.posting(employer[0])
    answer = tap(desk, "/brand/dispatch/send", crew_id=crew, posting_id=posting)
    assert answer.status_code == 422
    assert "王没空 等 1 人不能全程到" in text_of(answer)


def test_withdrawing_frees_the_crew(world, employer, brand, desk):
    crew, posting = world.crew(brand[0], two(world)), world.posting(employer[0], is_instant=True)
    order = service.send_crew(crew, posting, actor=brand[1]).order_id
    answer = tap(desk, f"/brand/dispatch/orders/{order}/withdraw")
    assert "已撤回" in text_of(desk.get(answer.location))
    assert taken(posting) == [0, 0, 0]
    again = tap(desk, f"/brand/dispatch/orders/{order}/withdraw")
    assert "已经处理过了" in text_of(desk.get(again.location))


def test_foreign_crews_orders_and_drafts_are_not_there(world, employer, brand, desk):
    other, organizer = world.brand("敖汉线工")
    crew = world.crew(other, two(world))
    posting = world.posting(employer[0])
    order = service.send_crew(crew, posting, actor=organizer).order_id
    assert desk.get(f"/brand/dispatch/send?crew={crew}").status_code == 404
    sent = tap(desk, "/brand/dispatch/send", crew_id=crew, posting_id=posting)
    assert sent.status_code == 404
    assert tap(desk, f"/brand/dispatch/orders/{order}/withdraw").status_code == 404
    mine = world.crew(brand[0], two(world), name="二班")
    draft = world.posting(employer[0], state="draft")
    assert desk.get(f"/brand/dispatch/send?crew={mine}&posting={draft}").status_code == 404
    assert tap(desk, "/brand/dispatch/send", crew_id=mine, posting_id=999).status_code == 404


def test_orders_come_a_page_at_a_time_the_newest_first(world, employer, brand, desk, monkeypatch):
    monkeypatch.setattr("jobmatch.dispatch.crew_orders.PAGE_SIZE", 1)
    crew = world.crew(brand[0], two(world), name="分拣一班")
    for title in ("先问的", "后问的"):
        service.send_crew(crew, world.posting(employer[0], title=title), actor=brand[1])
    first, second = (text_of(desk.get(f"/brand/dispatch/orders?page={n}")) for n in (1, 2))
    assert "后问的" in first
    assert "先问的" not in first
    assert "先问的" in second
    assert "第 2 页，共 2 页" in second


def test_a_brand_without_crews_is_led_to_making_one(desk):
    assert "还没有班组" in text_of(desk.get("/brand/dispatch"))
    assert "还没有班组" in text_of(desk.get("/brand/dispatch/send"))
    assert "还没有派过班组" in text_of(desk.get("/brand/dispatch/orders"))


def test_the_board_asks_the_database_no_more_often_for_more_crews(world, employer, brand, desk):
    def one_more(n: int) -> None:
        crew = world.crew(brand[0], two(world), name=f"{n}班")
        service.send_crew(crew, world.posting(employer[0], is_instant=True), actor=brand[1])
        service.send_crew(crew, world.posting(employer[0], last=date(2026, 9, 30)), actor=brand[1])

    paths = ("/brand/dispatch?week=2026-09-25", "/brand/dispatch/orders", "/brand/dispatch/send")
    world.posting(employer[0])
    one_more(1)
    before = [selects(desk, path) for path in paths]
    for n in (2, 3, 4):
        one_more(n)
    assert [selects(desk, path) for path in paths] == before
