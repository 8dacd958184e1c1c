"""Line watch on the officers' pages, the worker's own household, and nobody else's eyes."""

import io
import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from jobmatch.households import service as households
from jobmatch.households.models import Household
from jobmatch.households.rules.kinds import Source
from jobmatch.infra import audit, clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.ids import HouseholdId
from jobmatch.monitoring import queries, service
from tests.attendance.support import engage
from tests.support import World, instant

TODAY = date(2026, 9, 27)


@pytest.fixture(autouse=True)
def _no_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def officer(world: World) -> Iterator[Actor]:
    with clock.at(instant(2026, 9, 27, 18)):
        yield world.officer("150525")


@pytest.fixture
def home(world: World, officer: Actor) -> tuple[int, Actor, int]:
    """A household 740 yuan short, with one who works: five days at the least pay."""
    household_id, members = world.household(kind="marginal_at_risk")
    worker_id, worker = world.worker("王秀兰", member_id=members[0])
    households.add_income(
        HouseholdId(household_id), Source.TRANSFER, 1_686_000, date(2026, 3, 10), actor=officer,
        proof="一卡通",
    )  # fmt: skip
    service.consent(household_id, True, TODAY, "同意书", actor=officer)
    return household_id, worker, worker_id


def page(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_the_list_tells_days_and_reasons_and_each_look_leaves_one_line(
    world: World, officer: Actor, home: tuple[int, Actor, int]
) -> None:
    browser = world.sign_in(officer)
    words = page(browser, "/officer/watch")
    assert "还差 5 个工日" in words
    assert "现在没有约好的活。" in words
    assert audit.lines(action="watch.list").total == 1
    assert "没有这样的家庭。" in page(browser, "/officer/watch?level=1")
    page(browser, "/officer/households")
    assert audit.lines(action="household.list").total == 1


def test_the_file_has_the_same_rows(
    world: World, officer: Actor, home: tuple[int, Actor, int]
) -> None:
    answer = world.sign_in(officer).get("/officer/watch/export.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [row[14] for row in rows[1:]] == [5.0]
    assert audit.lines(action="watch.export").total == 1


def test_a_household_opens_to_its_entries_and_takes_consent_back(
    world: World, officer: Actor, home: tuple[int, Actor, int]
) -> None:
    browser, address = world.sign_in(officer), f"/officer/households/{home[0]}"
    words = page(browser, f"{address}/watch")
    assert "¥16,860.00" in words
    assert f"{address}/income?first=2026-01-01" in words
    assert "一卡通" in page(browser, f"{address}/income?first=2026-01-01&last=2026-09-27")
    assert "采集年度" in page(browser, f"{address}?first=2025-10-01&last=2026-09-30")
    bad = browser.post(f"{address}/consent", data={"given": "no", "day": "2026-09-27"})
    assert bad.status_code == 422
    answer = browser.post(
        f"{address}/consent", data={"given": "no", "day": "2026-09-27", "proof": "电话"}
    )
    assert answer.status_code == 303
    assert "这一户没有收入预警。" in page(browser, f"{address}/watch")
    assert browser.post(f"{address}/watch").status_code == 303


def test_a_worker_sees_the_own_household_and_its_officer_answers(
    world: World, officer: Actor, home: tuple[int, Actor, int]
) -> None:
    phone, desk = world.sign_in(home[1]), world.sign_in(officer)
    assert "¥16,860.00" in page(phone, "/my/household")
    assert phone.post("/my/household/wrong", data={"words": ""}).status_code == 422
    key = re.search(r'name="once" value="(\w+)"', page(phone, "/my/household"))
    assert key
    # Pressed twice, it is said once.
    for _again in range(2):
        data = {"words": "卖羊的钱没有记", "once": key[1]}
        assert phone.post("/my/household/wrong", data=data).status_code == 303
    assert "卖羊的钱没有记" in page(desk, "/officer/doubts")
    (row,) = queries.doubts(officer, "150525", is_open=True).rows
    assert desk.post(f"/officer/doubts/{row.id}", data={"words": ""}).status_code == 422
    assert desk.post(f"/officer/doubts/{row.id}", data={"words": "已补记"}).status_code == 303
    assert "已补记" in page(phone, "/my/household")
    stranger = world.sign_in(world.worker("外人")[1])
    assert "您还没有和家里的户连起来。" in page(stranger, "/my/household")


def test_no_page_or_file_of_an_employer_tells_of_it(
    world: World, officer: Actor, home: tuple[int, Actor, int]
) -> None:
    employer_id, employer = world.employer()
    posting = world.posting(employer_id, first=TODAY, last=date(2026, 9, 29))
    engage(posting, home[2], TODAY)
    browser = world.sign_in(employer)

    def everything() -> dict[str, str]:
        found = {}
        for rule in browser.application.url_map.iter_rules():
            if not rule.endpoint.startswith("employer.") or "GET" not in (rule.methods or ()):
                continue
            if set(rule.arguments) - {"posting_id", "day", "kind", "worker_id"}:
                continue
            address = rule.rule.replace("<int:posting_id>", str(posting))
            address = address.replace("<day>", TODAY.isoformat()).replace("<kind>", "csv")
            address = address.replace("<int:worker_id>", str(home[2]))
            answer = browser.get(address)
            if answer.status_code == 200:
                found[address] = answer.get_data(as_text=True)
        return found

    told = ("监测", "边缘易致贫", "脱贫", "收入预警", "priority", "人均纯收入")
    before = everything()
    assert len(before) > 8
    with transaction() as session:
        session.execute(update(Household).values(priority=0))
    after = everything()
    for address, words in before.items():
        assert not [word for word in told if word in words], address
        assert _bare(after[address]) == _bare(words), address


def _bare(words: str) -> str:
    """Without what is new in each answer."""
    return re.sub(r'(value|content|nonce|key)="[^"]{16,}"', "", words)
