"""Of any posting a worker may ask why it is not put before them."""

from datetime import date

import pytest

from jobmatch.dispatch import service
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.postings.models import PostingDay
from tests.support import instant
from tests.training.support import session_of


@pytest.fixture(autouse=True)
def _in_september():
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def employer(world) -> int:
    return world.employer()[0]


@pytest.fixture
def browser(world):
    _, actor = world.worker(least_day_fen=15_000)
    return world.sign_in(actor)


def ask(browser, words: object) -> str:
    answer = browser.get("/my/why", query_string={"q": words})
    assert answer.status_code == 200
    return answer.get_data(as_text=True).split("<main")[1]


def test_what_fits_says_its_place_and_what_does_not_says_the_change(world, employer, browser):
    world.posting(employer, title="分拣好")
    world.posting(employer, title="分拣便宜", rate_fen=12_000)
    body = ask(browser, "分拣")
    assert "推荐了，排在第 1 位" in body
    assert "还差一点，所以没有推荐" in body
    assert "一天约 ¥120，比您说的少 ¥30" in body
    assert "一天 ¥120 也肯干就能去" in body


def test_a_posting_is_found_by_its_number_whatever_became_of_it(world, employer, browser):
    closed = world.posting(employer, title="停了", state="closed")
    over = world.posting(employer, title="完了", first=date(2026, 9, 1), last=date(2026, 9, 2))
    draft = world.posting(employer, title="草稿", state="draft")
    assert "已停止招人" in ask(browser, closed)
    assert "已结束" in ask(browser, over)
    assert "没有找到这样的活" in ask(browser, draft)
    assert "没有找到这样的活" in ask(browser, "9" * 40)


def test_full_days_and_what_one_asked_for_are_told(world, employer):
    worker_id, actor = world.worker()
    browser = world.sign_in(actor)
    posting = world.posting(employer, title="满了", headcount=1)
    with transaction() as session:
        for day in session.query(PostingDay).filter_by(posting_id=posting):
            day.taken = 1
    assert "名额已满" in ask(browser, posting)
    free = world.posting(employer, title="要了")
    service.sign_up(free, actor=actor, worker_id=worker_id)
    assert "您已经报过名" in ask(browser, free)


def test_beyond_the_first_twenty_it_fits_but_others_fit_better(world, employer, browser):
    last = world.posting(employer, title="远些", skill_id="ag.swpotato.dig")
    for _ in range(20):
        world.posting(employer)
    assert "合适，只是前面还有更合适的" in ask(browser, last)


def test_a_course_that_turns_it_is_linked(world, employer, browser):
    brand_id, organizer = world.brand()
    key = session_of(organizer, brand_id=brand_id, first=date(2026, 9, 21), last=date(2026, 9, 22))
    posting = world.posting(employer, needs_credential=True)
    body = ask(browser, posting)
    assert "参加9月21日开始的培训班，考试合格就能去" in body
    assert f"/my/training?session_id={key}" in body


def test_whoever_switched_matching_off_is_told_first(world, employer):
    _, actor = world.worker(matching_opt_out=True)
    assert "您关掉了推荐" in ask(world.sign_in(actor), "分拣")


def test_too_long_a_question_comes_back(browser):
    assert browser.get("/my/why", query_string={"q": "分" * 65}).status_code == 422
    assert browser.get("/my/why").status_code == 200


def test_the_board_links_the_question_where_a_posting_does_not_fit(world, employer, browser):
    fits = world.posting(employer)
    cheap = world.posting(employer, rate_fen=12_000)
    board = browser.get("/board").get_data(as_text=True)
    assert f"/my/why?q={cheap}" in board
    assert f"/my/why?q={fits}" not in board
    stranger = world.app.test_client().get("/board").get_data(as_text=True)
    assert "/my/why" not in stranger
