"""An organizer has a season planned, changes it by hand, sends it out, and plans anew after rain."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from jobmatch.tasks import planning, watching
from tests.journeys.steps import follow, press, sees
from tests.season import Season

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
# A plan's process compiles what it needs the first time.
A_PLAN = 150_000
SAID = re.compile(r"这份安排离可能的最好只差 [<\d.]+%。|这份安排就是最好的")


@pytest.fixture
def planner(season: Season) -> Iterator[None]:
    """What makes the plans that are asked for, as beside the demonstration's server."""
    ended = watching.beside(season.app, planning.WATCHES)
    yield
    ended.set()


def waits(page: Page) -> None:
    """The page shows by itself when the plan is there."""
    expect(page.get_by_text(SAID)).to_be_visible(timeout=A_PLAN)


def sends(page: Page) -> None:
    """Sends the plan out: at once, or (with many people, on a busy machine) in the background."""
    page.get_by_role("button", name="派出去", exact=True).click(no_wait_after=True)
    answers = page.get_by_role("link", name="答复", exact=True)
    expect(answers).to_be_visible(timeout=A_PLAN)
    answers.click()
    expect(page.get_by_role("heading", name=re.compile("答复"))).to_be_visible()


@pytest.mark.slow
def test_a_season_is_planned_changed_sent_out_and_planned_anew(
    season: Season, planner: None, open_page
) -> None:
    page = open_page()
    season.sign_in(page, "organizer")
    follow(page, "排一季")
    follow(page, "新排一份")
    page.get_by_label("多好就算好").select_option("5")
    page.get_by_label("最多算多久").select_option("60")
    press(page, "开始排")
    sees(page, "正在排")
    waits(page)

    follow(page, "用工缺口")
    expect(page.get_by_role("table", name="按用工主体")).to_contain_text("工日")
    follow(page, "为什么")
    sees(page, "为什么空着", "谁没有活")

    follow(page, "排班")
    stay = page.locator("[data-drag]").filter(has_text="打算").first
    stay.get_by_role("link").click()
    name = page.get_by_role("heading", level=1).inner_text().split(" · ")[0]
    press(page, "固定这一段")
    sees(page, "已固定，以后再排都不动它。")
    follow(page, "回排班")
    expect(page.get_by_role("row", name=re.compile(name)).first).to_contain_text("已固定")

    page.get_by_role("row", name=re.compile(name)).first.get_by_role("link").first.click()
    press(page, "放开")
    sees(page, "已放开，下次安排可以改。")
    follow(page, "排一季")
    sees(page, "还没有固定谁。")

    page.get_by_role("link", name=re.compile(r"^第 \d+ 号安排")).first.click()
    follow(page, "派出去")
    sees(page, "点下去会发生什么")
    sends(page)
    follow(page, "首页")
    expect(page.get_by_role("list", name="这一周的安排")).to_be_visible()
    follow(page, "看排班")
    follow(page, "答复")

    follow(page, "补空出来的")
    page.get_by_label(re.compile("下雨停工")).check()
    page.locator("[name=postings]").first.check()
    press(page, "重排")
    waits(page)
    follow(page, "看谁变了、怎么变")
    sees(page, "谁的安排不一样")
    follow(page, "结果")
    follow(page, "派出去")
    sees(page, "点下去会发生什么")
    sends(page)


def test_a_stay_is_dragged_to_other_work_and_to_a_free_day(
    season: Season, planner: None, open_page
) -> None:
    page = open_page(has_touch=True)
    season.sign_in(page, "organizer")
    page.goto(f"{season.url}/brand/season/new")
    page.get_by_label("多好就算好").select_option("5")
    press(page, "开始排")
    waits(page)
    follow(page, "排班")
    sent: list[dict[str, str]] = []

    def take(route: Route) -> None:
        """Whether the rules allow the move is the server's: here it is what the drag says."""
        given = parse_qs(route.request.post_data or "", keep_blank_values=True)
        sent.append({name: values[0] for name, values in given.items() if name != "csrf_token"})
        route.fulfill(status=200, body="taken")

    # A screen as high as the board: a drag does not scroll.
    page.set_viewport_size({"width": 1366, "height": 9000})
    page.route("**/drop", take)
    board = page.url
    work = page.locator("tr[data-posting]").first
    posting = work.get_attribute("data-posting") or ""
    with page.expect_navigation():
        page.locator("[data-drag]").last.drag_to(work.locator("td").first)
    page.goto(board)
    free = page.locator("[data-worker] [data-day]").first
    day = free.get_attribute("data-day") or ""
    worker = free.evaluate("(cell) => cell.closest('tr').dataset.worker")
    with page.expect_navigation():
        page.locator("[data-drag]").first.drag_to(free)
    assert sent == [
        {"worker": "", "posting": posting, "first": ""},
        {"worker": worker, "posting": "", "first": day},
    ]

    # The same by keys: take the first stay, go down to the first work that lacks people.
    page.goto(board)
    grip = page.locator("[data-grip]").first
    expect(grip).to_be_visible()
    grip.focus()
    page.keyboard.press("Enter")
    expect(grip).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator(".board__aim")).to_have_count(0)
    page.keyboard.press("Enter")
    aim = page.locator(".board__aim")
    for _ in range(200):
        if aim.get_attribute("data-posting"):
            break
        page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # And by a finger on the handle.
    page.goto(board)
    expect(grip).to_be_visible()
    with page.expect_navigation():
        swipe(page, grip, page.locator("[data-worker] [data-day]").first)
    assert sent[2:] == sent[:2]


def swipe(page: Page, start: Locator, end: Locator) -> None:
    """A finger goes from one thing to another."""
    boxes = [found for one in (start, end) if (found := one.bounding_box()) is not None]
    (x, y), (to_x, to_y) = ((b["x"] + b["width"] / 2, b["y"] + b["height"] / 2) for b in boxes)
    hand = page.context.new_cdp_session(page)
    for n in range(9):
        at = {"x": x + (to_x - x) * n / 8, "y": y + (to_y - y) * n / 8}
        kind = "touchMove" if n else "touchStart"
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
