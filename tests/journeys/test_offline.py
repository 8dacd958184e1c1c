"""A crew leader checks forty people in over two days without a network; then there is one again."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete, select

from jobmatch.accounts.models import User
from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading
from tests.attendance.support import engage
from tests.season import Season, context
from tests.support import PASSWORD, World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
CREW = 40


@dataclass
class Gang:
    """Forty people engaged today and tomorrow, and the phone number of the one who leads them."""

    posting_id: int
    crew_id: int
    phone: str
    worker_ids: list[int]
    days: tuple[date, date]

    def roster(self, n: int) -> str:
        return f"/my/crew/{self.crew_id}/{self.posting_id}/{self.days[n]}/roster"


@pytest.fixture(scope="module")
def gang(season: Season) -> Gang:
    with season.app.app_context():
        world = World(season.app)
        world.number = itertools.count(70_001)  # numbers that the season's own people do not have
        days = (clock.today(), clock.today() + timedelta(days=1))
        employer_id, _ = world.employer("离线合作社")
        posting_id = world.posting(
            employer_id, first=days[0], last=days[1], headcount=CREW, title="没有信号的地"
        )
        brand_id, _ = world.brand("离线品牌")
        born = date(1961, 2, 3)
        people = [world.worker(f"务工{n:02d}", born=born) for n in range(CREW)]
        crew_id = world.crew(brand_id, [key for key, _ in people], name="远地一班")
        for key, _ in people:
            engage(posting_id, key, *days, crew_id=crew_id, brand_id=brand_id)
        phone = reading().scalars(select(User.phone).where(User.id == people[0][1].user_id)).one()
        forget_reads()
        return Gang(posting_id, crew_id, phone, [key for key, _ in people], days)


class Phone:
    """A browser whose store outlives it, as a phone's does when it is switched off."""

    def __init__(self, browser: Browser, site: str, folder: Path) -> None:
        self.kind, self.path, self.site, self.folder = (
            browser.browser_type, None, site, folder,
        )  # fmt: skip
        self.said: list[str] = []
        self.context: BrowserContext | None = None

    def on(self, *, offline: bool, at: datetime | None = None) -> Page:
        from tools.browser import ensure
        from tools.shot import FLAGS

        self.context = self.kind.launch_persistent_context(
            self.folder, executable_path=ensure(), args=FLAGS,
            viewport={"width": 375, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )  # fmt: skip
        self.context.set_offline(offline)
        page = self.context.pages[0]
        page.set_default_timeout(20_000)
        if at is not None:
            page.clock.set_fixed_time(at)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def off(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None


@pytest.fixture
def phone(browser: Browser, season: Season, tmp_path: Path) -> Iterator[Phone]:
    found = Phone(browser, season.url, tmp_path / "phone")
    yield found
    found.off()
    assert found.said == []


@pytest.fixture
def nothing_told(season: Season, gang: Gang) -> Iterator[None]:
    yield
    from jobmatch.infra.db import writing_engine
    from jobmatch.infra.triggers import triggers_off

    with season.app.app_context():
        forget_reads()
        with writing_engine().begin() as connection, triggers_off(connection):
            connection.execute(delete(WorkDay).where(WorkDay.posting_id == gang.posting_id))
            connection.execute(
                delete(AttendanceEvent).where(AttendanceEvent.worker_id.in_(gang.worker_ids))
            )


def sign_in(page: Page, site: str, phone: str, to: str) -> None:
    page.goto(f"{site}/sign-in?next={to}")
    page.fill("[name=phone]", phone)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"**{to}")


def until_kept(page: Page, *paths: str) -> None:
    """The service worker stands and holds these pages."""
    stands = """async (paths) => {
      const pages = await caches.open("pages");
      for (const path of paths) if (!(await pages.match(path))) return false;
      return Boolean(navigator.serviceWorker.controller);
    }"""
    end = time.monotonic() + 60
    while not page.evaluate(stands, list(paths)):
        assert time.monotonic() < end, "the pages were not kept"
        page.wait_for_timeout(200)


def events(season: Season, gang: Gang) -> list[AttendanceEvent]:
    with season.app.app_context():
        forget_reads()
        return list(
            reading().scalars(
                select(AttendanceEvent)
                .where(AttendanceEvent.worker_id.in_(gang.worker_ids))
                .order_by(AttendanceEvent.id)
            )
        )


def test_forty_people_two_days_one_restart_and_every_tap_arrives_once(
    season: Season, gang: Gang, phone: Phone, nothing_told: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = phone.on(offline=False)
    sign_in(page, season.url, gang.phone, "/my/today")
    until_kept(page, "/my/today", gang.roster(0), gang.roster(1))

    # The first day, out in the field.
    assert phone.context is not None
    phone.context.set_offline(True)
    page.goto(season.url + "/my/today")
    page.get_by_role("link", name="远地一班").first.click()
    page.wait_for_url(f"**{gang.roster(0)}")
    # Too quick a thumb, before the script stands: the page is still there, nothing is lost.
    with page.expect_navigation():
        page.evaluate("document.querySelector('form.all-present').submit()")
    page.locator("form.all-present[data-ready]").wait_for()
    page.get_by_role("button", name="全班到岗").click()
    expect(page.get_by_text("没有网络。40 条已记在手机上，有了网络自动送出。")).to_be_visible()
    expect(page.get_by_text("已记在手机上，等网络", exact=True)).to_have_count(CREW)
    page.goto(season.url + "/my/pay")
    expect(page.get_by_role("heading", name="现在没有网络")).to_be_visible()
    phone.off()
    assert events(season, gang) == []

    # The phone was off over night; still no network on the second day.
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=1))
    page = phone.on(offline=True, at=tomorrow)
    page.goto(season.url + "/my/today")
    expect(page.get_by_text("40 条已记在手机上，等网络")).to_be_visible()
    page.goto(season.url + gang.roster(1))
    page.get_by_role("button", name="全班到岗").click()
    expect(page.get_by_text("80 条已记在手机上，等网络")).to_be_visible()
    expect(page.get_by_text("没有网络。40 条已记在手机上，有了网络自动送出。")).to_be_visible()

    # Back where there is a network: nobody has to do anything.
    began = time.monotonic()
    assert phone.context is not None
    phone.context.set_offline(False)
    expect(page.get_by_text("手机上记的 80 条已送到。")).to_be_visible()
    seconds = time.monotonic() - began
    told = events(season, gang)
    assert [event.work_date for event in told] == [gang.days[0]] * CREW + [gang.days[1]] * CREW
    for n in (0, CREW):
        assert [event.worker_id for event in told[n : n + CREW]] == gang.worker_ids
    assert {(event.kind, event.via, event.review) for event in told} == {("present", "leader", "")}
    assert len({event.uid for event in told}) == 2 * CREW
    assert seconds < 10

    # Opened again, the page shows what the server has, and nothing is sent twice.
    page.goto(season.url + gang.roster(1))
    expect(page.get_by_text("应到 40 人，到岗 40 人")).to_be_visible()
    assert len(events(season, gang)) == 2 * CREW


def test_who_signs_out_leaves_no_page_behind_but_no_tap_is_lost(
    season: Season, gang: Gang, phone: Phone, nothing_told: None
) -> None:
    page = phone.on(offline=False)
    sign_in(page, season.url, gang.phone, "/my/today")
    until_kept(page, "/my/today", gang.roster(0))
    assert phone.context is not None
    phone.context.set_offline(True)
    page.goto(season.url + gang.roster(0))
    page.get_by_role("button", name="全班到岗").click()
    expect(page.get_by_text("40 条已记在手机上，等网络")).to_be_visible()
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    page.goto(season.url + "/my/today")
    page.wait_for_url("**/sign-in**")
    assert page.evaluate("caches.has('pages')") is False
    assert events(season, gang) == []
    sign_in(page, season.url, gang.phone, "/my/today")
    expect(page.get_by_text("手机上记的 40 条已送到。")).to_be_visible()
    assert len(events(season, gang)) == CREW


def test_without_a_service_worker_a_plain_queue_holds_what_was_tapped(
    season: Season, gang: Gang, browser: Browser, nothing_told: None
) -> None:
    old = context(browser, service_workers="block")
    old.add_init_script("delete Navigator.prototype.serviceWorker")
    page = old.new_page()
    sign_in(page, season.url, gang.phone, gang.roster(0))
    page.locator("form.all-present[data-ready]").wait_for()
    old.set_offline(True)
    page.get_by_role("button", name="全班到岗").click()
    expect(page.get_by_text("40 条已记在手机上，等网络")).to_be_visible()
    assert page.evaluate("JSON.parse(localStorage.taps).length") == CREW
    old.set_offline(False)
    expect(page.get_by_text("手机上记的 40 条已送到。")).to_be_visible()
    assert len(events(season, gang)) == CREW
    assert page.evaluate("localStorage.taps") == "[]"
    old.close()


def test_the_whole_crew_is_marked_without_scripts_too(
    season: Season, gang: Gang, open_page, nothing_told: None
) -> None:
    page: Page = open_page(375, java_script_enabled=False)
    sign_in(page, season.url, gang.phone, gang.roster(0))
    page.get_by_role("button", name="全班到岗").click()
    expect(page.get_by_text("40 人已记到岗。")).to_be_visible()
    assert len(events(season, gang)) == CREW
