"""The same people, days and pay give the same figures on every page that shows them."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from jobmatch.attendance import service as attendance
from jobmatch.earnings import service as earnings
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor
from tests.attendance.support import engage
from tests.support import World, instant

D24, D25, D26 = (date(2026, 9, day) for day in (24, 25, 26))
HOME = "150525102222"
PEOPLE = ("在岗人数", "出工人数", "累计出工人数")
TIMES = ("人次", "出工人次", "累计出工人次")
DAYS = ("折合",)
YUAN = ("工钱", "累计工钱")


@pytest.fixture(autouse=True)
def _in_september() -> Iterator[None]:
    with clock.at(instant(2026, 9, 27)):
        yield


@pytest.fixture
def harvest(world: World) -> dict[str, Any]:
    """One village, one brand, one employer, one month: every page speaks of the same three days."""
    brand_id, organizer = world.brand()
    employer_id, boss = world.employer()
    wang, own = world.worker("王秀兰", home=HOME)
    li, _ = world.worker("李桂芳", home=HOME)
    for key in (wang, li):
        world.member(brand_id, key)
    posting = world.posting(employer_id, first=D24, last=D26, brand_id=brand_id)
    engage(posting, wang, D24, D25, brand_id=brand_id)
    engage(posting, li, D25, brand_id=brand_id)
    for day in (D24, D25):
        attendance.mark_all_present(posting, day, actor=boss, uid=f"r{day}")
    earnings.settle(posting, D24, D25, actor=boss)
    return {
        "brand": brand_id, "employer": employer_id, "organizer": organizer, "boss": boss,
        "worker": own, "officer": world.officer(HOME), "county": world.officer(),
    }  # fmt: skip


def stats(world: World, actor: Actor, url: str) -> dict[str, str]:
    """The figures of a page by their label."""
    page = world.sign_in(actor).get(url)
    assert page.status_code == 200, url
    return dict(
        re.findall(
            r'stat__label">([^<]+)</span> <span class="stat__value"><span class="stat__figure">'
            r"([^<]+)</span>",
            page.get_data(as_text=True),
        )
    )


def told(shown: dict[str, str], labels: tuple[str, ...]) -> set[str]:
    return {re.sub(r" 元$|^¥", "", shown[label]) for label in labels if label in shown}


PAGES = [
    ("officer", "/officer/"),
    ("officer", "/officer/reports"),
    ("county", "/officer/reports?place=150525"),
    ("county", f"/officer/reports?place={HOME}&first=2026-09&last=2026-09&by=month"),
    ("county", "/officer/reports?place=150525&brand={brand}&by=employer"),
    ("county", "/officer/reports?place=150525&employer={employer}&by=brand"),
    ("county", "/officer/reports?place=150525&brand={brand}&employer={employer}&first=2026-08"),
    ("county", "/officer/brands/{brand}"),
    ("organizer", "/brand/"),
    ("organizer", "/brand/ledger"),
    ("organizer", "/brands/{brand}"),
    ("organizer", "/brands/{brand}/days"),
    ("organizer", "/brands/{brand}/days?first=2026-09-24&last=2026-09-25"),
    ("boss", "/employer/"),
    ("boss", "/employer/work"),
    ("boss", "/employer/work?first=2026-09-24&last=2026-09-25"),
    ("worker", "/market"),
]


def faults(shown: dict[str, str]) -> list[str]:
    """What a page shows otherwise than two people, three days of eight hours and 180 yuan."""
    wanted = ((PEOPLE, {"2"}), (TIMES, {"3"}), (DAYS, {"3.0"}), (YUAN, {"540.00"}))
    return [
        f"{labels[0]}: {told(shown, labels)}" for labels, right in wanted
        if not told(shown, labels) <= right
    ] + [f"no {labels[0]}" for labels in (PEOPLE, TIMES) if not told(shown, labels)]  # fmt: skip


def test_every_page_gives_the_same_figures(world: World, harvest: dict[str, Any]) -> None:
    found = {
        (who, url): faults(stats(world, harvest[who], url.format(**harvest))) for who, url in PAGES
    }
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_a_page_that_counts_otherwise_would_be_found(
    world: World, harvest: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a sum of its own on one page, here with a day more, is seen."""
    from jobmatch.reports.figures import Sums
    from jobmatch.web.employer import home

    monkeypatch.setattr(home, "this_month", lambda _key: Sums(2, 4, 1_920, 72_000, 2))
    assert faults(stats(world, harvest["boss"], "/employer/")) == [
        "人次: {'4'}", "折合: {'4.0'}", "工钱: {'720.00'}",
    ]  # fmt: skip


def test_each_opens_to_the_same_three_days(world: World, harvest: dict[str, Any]) -> None:
    for who, url in (
        ("county", "/officer/reports/work-days?place=150525&first=2026-09&last=2026-09"),
        ("organizer", "/brands/{brand}/days"),
        ("boss", "/employer/work"),
    ):
        page = world.sign_in(harvest[who]).get(url.format(**harvest)).get_data(as_text=True)
        rows = re.findall(r'<tr role="row">.*?</tr>', page.split("<tbody")[-1], re.DOTALL)
        assert len([row for row in rows if "¥180.00" in row]) == 3, url


def test_and_to_the_same_file(world: World, harvest: dict[str, Any]) -> None:
    for who, url in (
        ("county", "/officer/reports/work-days/export.csv?place=150525&first=2026-09"),
        ("organizer", "/brands/{brand}/days.csv"),
        ("boss", "/employer/work.csv"),
    ):
        file = world.sign_in(harvest[who]).get(url.format(**harvest)).get_data(as_text=True)
        lines = file.strip().splitlines()[1:]
        assert [line.split(",")[0] for line in lines] == ["2026-09-25", "2026-09-25", "2026-09-24"]
        assert all(",180.00," in line or ",180," in line for line in lines)
        # An employer need not know where people live.
        assert ("卧龙泉子" in file) is (who != "boss")
