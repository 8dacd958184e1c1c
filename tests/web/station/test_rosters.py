"""The desk keeps the day of people who have no phone, at work in its place."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from tests.attendance.support import engage
from tests.support import World, instant

DAY = date(2026, 9, 25)


@pytest.fixture(autouse=True)
def _at_noon(app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with clock.at(instant(2026, 9, 25)):
        yield


def said(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_a_clerk_records_who_came_to_work_in_the_place(world: World) -> None:
    employer_id, _ = world.employer()
    posting = world.posting(employer_id, first=DAY, last=DAY)
    worker, _ = world.worker("王秀兰", with_account=False)
    (day,) = engage(posting, worker, DAY)
    clerk = world.station("150525")
    desk = world.sign_in(clerk)
    assert "1 人还没记" in said(desk.get("/station/rosters"))
    page = f"/station/postings/{posting}/roster"
    assert "王秀兰" in said(desk.get(page))
    form = {"uid": "r1", f"was-{day}": "||", f"state-{day}": "present", f"hours-{day}": "7.5"}
    assert desk.post(f"{page}?day={DAY}", data=form | {f"hours-{day}": "25"}).status_code == 422
    assert reading().scalars(select(AttendanceEvent)).all() == []
    assert desk.post(f"{page}?day={DAY}", data=form).status_code == 303
    assert desk.post(f"{page}?day={DAY}", data=form).status_code == 303
    assert reading().scalars(select(WorkDay.minutes)).all() == [450]
    events = reading().execute(select(AttendanceEvent.via, AttendanceEvent.recorded_by)).all()
    assert {tuple(event) for event in events} == {("desk", clerk.user_id)}
    assert "记好了" in said(desk.get("/station/rosters"))


def test_work_in_another_place_is_not_the_desks(world: World) -> None:
    employer_id, _ = world.employer()
    posting = world.posting(employer_id, first=DAY, last=DAY)
    worker, _ = world.worker()
    engage(posting, worker, DAY)
    other = world.sign_in(world.station("150430"))
    assert "今天没有人上工" in said(other.get("/station/rosters"))
    assert other.get(f"/station/postings/{posting}/roster").status_code == 404
    assert other.post(f"/station/postings/{posting}/roster", data={}).status_code == 404
