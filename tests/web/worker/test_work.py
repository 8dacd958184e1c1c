import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from jobmatch.dispatch import service
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.workers.models import Worker
from tests.dispatch.support import days_of, state_of, taken
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
def me(world):
    """The worker's key and the browser in which they are signed in."""
    worker_id, actor = world.worker()
    return worker_id, world.sign_in(actor)


def test_the_first_page_shows_what_fits_with_the_reasons(world, employer, me):
    world.posting(employer[0], meals=True, lodging=True, headcount=8)
    page = me[1].get("/my/").get_data(as_text=True)
    assert "适合您的活儿" in page
    assert "甘薯分拣工" in page
    assert "合适 9" in page
    assert "¥180" in page
    assert "还差 8 人" in page
    assert "包吃住" in page
    assert "这 3 天您都有空" in page
    assert 'href="tel:13900000000"' in page


def test_what_does_not_fit_is_not_offered_and_the_board_is_a_link(world, employer, me):
    world.posting(employer[0], title="剪羊毛工", skill_id="lv.sheep.shear")
    page = me[1].get("/my/").get_data(as_text=True)
    assert "剪羊毛工" not in page
    assert "现在没有完全合适的活" in page
    assert 'href="/board"' in page


def test_what_almost_fits_says_the_one_thing_that_stands_against_it(world, employer, me):
    world.posting(employer[0], needs_credential=True)
    page = me[1].get("/my/").get_data(as_text=True)
    assert "差一点就合适" in page
    assert "要有技能证书" in page
    assert "有初级证书的话，拿到驿站登记就能去" in page


def test_opting_out_hides_the_choice_and_leaves_the_board(world, employer):
    _, actor = world.worker(matching_opt_out=True)
    world.posting(employer[0])
    page = world.sign_in(actor).get("/my/").get_data(as_text=True)
    assert "甘薯分拣工" not in page
    assert 'href="/board"' in page


def test_one_tap_signs_up_and_offers_to_undo(world, employer, me):
    posting = world.posting(employer[0])
    answer = tap(me[1], f"/my/postings/{posting}/sign-up", next="/my/")
    assert (answer.status_code, answer.location) == (303, "/my/")
    page = me[1].get("/my/").get_data(as_text=True)
    undo = re.search(r'action="(/my/signups/\d+/withdraw)"', page)
    assert undo
    assert "已报名“甘薯分拣工”" in page
    assert tap(me[1], undo[1]).status_code == 303
    assert "您取消了" in me[1].get("/my/mine").get_data(as_text=True)


def test_after_signing_up_the_posting_is_no_more_among_what_fits(world, employer, me):
    posting = world.posting(employer[0])
    tap(me[1], f"/my/postings/{posting}/sign-up")
    assert f"/my/postings/{posting}/sign-up" not in me[1].get("/my/").get_data(as_text=True)


def test_fewer_days_than_the_least_stay_are_refused_next_to_the_field(world, employer, me):
    worker_id, browser = me
    posting = world.posting(employer[0], is_instant=True, min_stay=3)
    page = browser.get(f"/my/postings/{posting}").get_data(as_text=True)
    assert "至少干 3 天" in page
    answer = tap(browser, f"/my/postings/{posting}/sign-up", first="2026-09-25", last="2026-09-26")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert re.search(
        r'id="last-error"[^>]*>(<[^>]*>|\s)*这份活至少要干 3 天，您这样只能去 2 天。', page
    )
    assert 'value="2026-09-25"' in page
    assert days_of(worker_id) == []


def test_my_work_lists_days_pending_and_waiting_with_the_place_in_line(world, employer, me):
    worker_id, browser = me
    instant_one = world.posting(employer[0], is_instant=True, title="装车工", last=D26)
    pending = world.posting(employer[0], first=D27, last=D27, title="分级工")
    full = world.posting(employer[0], is_instant=True, headcount=1, first=D27, title="入窖工")
    other, other_actor = world.worker("张玉")
    service.sign_up(full, actor=other_actor, worker_id=other)
    for posting in (instant_one, pending, full):
        tap(browser, f"/my/postings/{posting}/sign-up")
    page = browser.get("/my/mine").get_data(as_text=True)
    assert "9月25日" in page
    assert "07:30 上工，17:00 收工" in page
    assert "候补第 1 位" in page
    assert "撤回报名" in page
    assert days_of(worker_id) == [D25, D26]


def test_one_day_alone_can_be_given_back(world, employer, me):
    worker_id, browser = me
    posting = world.posting(employer[0], is_instant=True)
    tap(browser, f"/my/postings/{posting}/sign-up")
    page = browser.get("/my/mine").get_data(as_text=True)
    path = re.search(r'action="(/my/signups/\d+/withdraw)"', page)
    assert path
    tap(browser, path[1], day="2026-09-26")
    assert days_of(worker_id) == [D25, D27]
    assert taken(posting) == [1, 0, 1]


def test_only_some_days_can_be_asked_for(world, employer, me):
    worker_id, browser = me
    posting = world.posting(employer[0], is_instant=True)
    tap(browser, f"/my/postings/{posting}/sign-up", first="2026-09-26", last="2026-09-26")
    assert days_of(worker_id) == [D26]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-09-27", "2026-09-25", "最后一天早于第一天"),
        ("2026-13-01", "", "请填写日期"),
        ("2026-10-09", "2026-10-10", "不在这份活的日期里"),
    ],
)
def test_wrong_days_are_said_next_to_the_field_and_kept(world, employer, me, first, last, said):
    posting = world.posting(employer[0])
    answer = tap(me[1], f"/my/postings/{posting}/sign-up", first=first, last=last)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert f'value="{first}"' in page
    assert "已报名" not in me[1].get("/my/mine").get_data(as_text=True)


def test_a_posting_page_says_how_it_fits(world, employer, me):
    posting = world.posting(employer[0], rate_fen=9_000)
    with transaction() as session:
        session.get_one(Worker, me[0]).least_day_fen = 15_000
    page = me[1].get(f"/my/postings/{posting}").get_data(as_text=True)
    assert "还差一点" in page
    assert "一天约 ¥90，比您说的少 ¥60" in page


def test_signing_up_for_closed_work_explains_itself(world, employer, me):
    posting = world.posting(employer[0], state="closed")
    answer = tap(me[1], f"/my/postings/{posting}/sign-up")
    assert answer.location == f"/my/postings/{posting}"
    assert "这份活已经不招人了" in me[1].get(answer.location).get_data(as_text=True)


def test_lacking_a_credential_is_a_refusal_with_status_422(world, employer, me):
    posting = world.posting(employer[0], needs_credential=True)
    answer = tap(me[1], f"/my/postings/{posting}/sign-up")
    assert answer.status_code == 422
    assert "先参加培训拿到证书" in answer.get_data(as_text=True)


def test_drafts_unknown_postings_and_foreign_sign_ups_are_not_there(world, employer, me):
    draft = world.posting(employer[0], state="draft")
    posting = world.posting(employer[0])
    other, actor = world.worker("张玉")
    foreign = service.sign_up(posting, actor=actor, worker_id=other)
    assert me[1].get(f"/my/postings/{draft}").status_code == 404
    assert me[1].get("/my/postings/999").status_code == 404
    assert tap(me[1], "/my/postings/999/sign-up").status_code == 404
    assert tap(me[1], f"/my/signups/{foreign}/withdraw").status_code == 404
    assert state_of(foreign) == "pending"


def test_a_crew_leader_sees_the_crew_and_where_it_goes(world, employer):
    leader, actor = world.worker("王班长")
    member, _ = world.worker("张玉")
    brand, organizer = world.brand()
    crew = world.crew(brand, [leader, member], name="分拣一班")
    posting = world.posting(employer[0], is_instant=True)
    service.send_crew(crew, posting, actor=organizer)
    browser = world.sign_in(actor)
    assert "我带的班组" in browser.get("/my/mine").get_data(as_text=True)
    page = browser.get("/my/crew").get_data(as_text=True)
    assert "分拣一班" in page
    assert "甘薯分拣工" in page
    assert "张玉" in page


def test_who_leads_no_crew_is_told(me):
    assert "您现在没有带班组" in me[1].get("/my/crew").get_data(as_text=True)


def test_the_pages_ask_the_database_no_more_often_for_more_work(world, employer, me):
    def one_more(day: int) -> None:
        days = {"first": date(2026, 9, day), "last": date(2026, 9, day)}
        world.posting(employer[0])
        world.posting(employer[0], needs_credential=True)
        tap(me[1], f"/my/postings/{world.posting(employer[0], is_instant=True, **days)}/sign-up")
        full = world.posting(employer[0], is_instant=True, headcount=0, **days)
        tap(me[1], f"/my/postings/{full}/sign-up")

    one_more(21)
    before = [selects(me[1], path) for path in ("/my/", "/my/mine")]
    for day in (22, 23, 24):
        one_more(day)
    assert [selects(me[1], path) for path in ("/my/", "/my/mine")] == before


@pytest.mark.parametrize(("hour", "offers"), [(8, True), (9, False)])
def test_todays_work_is_offered_until_its_working_time_ends(world, employer, me, hour, offers):
    # Working time ends at 17:00 in Shanghai, which is 9:00 UTC.
    key = world.posting(employer[0], first=D25, last=D25)
    with clock.at(datetime(2026, 9, 25, hour, 0, tzinfo=UTC)):
        pages = [
            me[1].get(path).get_data(as_text=True) for path in (f"/my/postings/{key}", f"/p/{key}")
        ]
    assert ["我要报名" in page for page in pages] == [offers, offers]
    assert ["已结束" in page for page in pages] == [not offers, not offers]
