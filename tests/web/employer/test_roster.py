"""The employer's roster of a day, on the screen and on paper."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.infra.db import reading
from tests.web.money import FIRST, TODAY, Season, season


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    terms = {"pay_kind": "piece", "rate_fen": 450, "piece_lot": 100, "piece_unit": "斤"}
    with season(app, **terms) as found:
        yield found


def events() -> int:
    return len(reading().scalars(select(AttendanceEvent.id)).all())


def page(field: Season) -> str:
    return f"/employer/postings/{field.posting_id}/roster"


def test_rosters_of_today_and_before_are_listed_with_what_is_missing(field: Season) -> None:
    answer = field.browser(field.employer).get("/employer/rosters")
    words = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f"roster?day={TODAY}" in words
    assert f"roster?day={FIRST}" in words
    assert words.count("2 人") >= 2


def test_the_roster_opens_on_today_and_marks_everybody_in_one_action(field: Season) -> None:
    browser = field.browser(field.employer)
    words = browser.get(page(field)).get_data(as_text=True)
    assert "9月26日 周六" in words
    assert "王秀兰" in words
    answer = browser.post(f"{page(field)}/all?day={TODAY}", data={"uid": "u"})
    assert (answer.status_code, events()) == (303, 2)


def test_pieces_and_hours_are_recorded_for_each_person(field: Season) -> None:
    first, second = field.leader_days[1], field.worker_days[1]
    answer = field.browser(field.employer).post(
        f"{page(field)}?day={TODAY}",
        data={
            "uid": "u",
            f"was-{first}": "||", f"state-{first}": "present", f"pieces-{first}": "4200",
            f"was-{second}": "||", f"state-{second}": "present", f"hours-{second}": "4",
            f"pieces-{second}": "",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    found = reading().execute(
        select(WorkDay.engagement_day_id, WorkDay.minutes, WorkDay.pieces).order_by(WorkDay.id)
    )
    assert sorted(tuple(row) for row in found) == [(first, 480, 4200), (second, 240, 0)]


@pytest.mark.parametrize("pieces", ["很多", "-3", "1.5", "2000000", "٣"])
def test_bad_pieces_are_said_beside_the_person(field: Season, pieces: str) -> None:
    key = field.leader_days[1]
    answer = field.browser(field.employer).post(
        f"{page(field)}?day={TODAY}",
        data={"uid": "u", f"was-{key}": "||", f"state-{key}": "present", f"pieces-{key}": pieces},
    )
    assert answer.status_code == 422
    assert "请填件数，例如 320。" in answer.get_data(as_text=True)
    assert events() == 0


def test_a_form_from_before_the_settlement_is_refused_in_words(field: Season) -> None:
    from jobmatch.attendance.rules.kinds import Kind
    from tests.attendance.support import mark

    key = field.leader_days[1]
    mark(field.employer, key, Kind.PIECES, 4200)
    browser = field.browser(field.employer)
    from jobmatch.earnings import service

    service.settle(field.posting_id, TODAY, TODAY, actor=field.employer)
    before = events()
    answer = browser.post(
        f"{page(field)}?day={TODAY}",
        data={"uid": "u", f"was-{key}": "present|8|4200", f"state-{key}": "absent"},
    )
    assert answer.status_code == 422
    assert "什么都没有保存" in answer.get_data(as_text=True)
    assert events() == before


def test_the_paper_roster_has_a_line_for_everybody(field: Season) -> None:
    words = field.browser(field.employer).get(f"{page(field)}/paper?day={TODAY}")
    text = words.get_data(as_text=True)
    assert "王秀兰" in text
    assert "李桂芳" in text
    assert "本人签字" in text
    assert "件数（斤）" in text


def test_another_employers_posting_is_not_found(field: Season) -> None:
    browser = field.browser(field.world.employer("别家")[1])
    for path in (page(field), f"{page(field)}/paper"):
        assert browser.get(path).status_code == 404
    for path in (page(field), f"{page(field)}/all"):
        assert browser.post(f"{path}?day={TODAY}").status_code == 404
    assert browser.get("/employer/postings/999/roster").status_code == 404
    assert field.browser(field.employer).get(f"{page(field)}?day=soon").status_code == 404


def test_workers_do_not_open_the_employers_door(field: Season) -> None:
    assert field.browser(field.worker).get(page(field)).status_code == 403


def test_a_day_without_people_is_explained(field: Season) -> None:
    words = field.browser(field.employer).get(f"{page(field)}?day=2026-09-27")
    assert "这一天没有录用的人。" in words.get_data(as_text=True)
