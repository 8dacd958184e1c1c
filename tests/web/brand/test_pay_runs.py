"""An organizer looks at employers' pay runs: only the brand's part, amounts once issued."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.earnings import runs
from jobmatch.earnings.models import Settlement
from jobmatch.infra.db import reading
from tests.attendance.support import engage
from tests.web.money import FIRST, TODAY, Season, season


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        yield found


def words_of(field: Season, path: str) -> str:
    return field.browser(field.organizer).get(path).get_data(as_text=True)


def run_of(settlement_id: int) -> int:
    found = select(Settlement.pay_run_id).where(Settlement.id == settlement_id)
    return reading().scalar(found) or 0


def test_an_issued_run_is_shown_with_the_brands_own_amounts(field: Season) -> None:
    stranger_id, _stranger = field.world.worker("外人")
    engage(field.posting_id, stranger_id, FIRST)
    run = run_of(field.settled())
    listed = words_of(field, "/brand/pay/runs")
    assert "¥720.00" in listed
    assert "已发出" in listed
    one = words_of(field, f"/brand/pay/runs/{run}")
    assert one.count("¥360.00") == 2
    assert "外人" not in one
    slip = re.findall(rf"/brand/pay/runs/{run}/slips/\d+", one)
    assert words_of(field, slip[0]).count("¥180.00") == 2


def test_of_a_run_on_its_way_no_amount_is_shown(field: Season) -> None:
    field.all_present()
    run = runs.begin(field.employer_id, FIRST, TODAY, actor=field.employer)
    for path in ("/brand/pay/runs", f"/brand/pay/runs/{run}"):
        shown = words_of(field, path)
        assert "等核对" in shown
        assert "¥" not in shown


def test_other_brands_runs_and_slips_are_not_there(field: Season) -> None:
    run = run_of(field.settled())
    _brand, stranger = field.world.brand("别家劳务")
    browser = field.world.sign_in(stranger)
    assert browser.get(f"/brand/pay/runs/{run}").status_code == 404
    slip = field.slip(field.worker_id)
    assert browser.get(f"/brand/pay/runs/{run}/slips/{slip}").status_code == 404
    assert "还没有用工方" in browser.get("/brand/pay/runs").get_data(as_text=True)
