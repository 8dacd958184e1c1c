"""Checking in by one tap, and the leader's roster of the crew."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from tests.support import instant
from tests.web.money import FIRST, TODAY, Season, season


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        yield found


def kinds() -> list[str]:
    return list(reading().scalars(select(AttendanceEvent.kind).order_by(AttendanceEvent.id)))


def test_the_page_shows_todays_work_with_one_button_to_check_in(field: Season) -> None:
    page = field.browser(field.worker).get("/my/today")
    assert page.status_code == 200
    words = page.get_data(as_text=True)
    assert "甘薯分拣工" in words
    assert "07:30–17:00" in words
    assert f"/my/today/{field.worker_days[1]}/check_in" in words
    assert "我带的班组" not in words


def test_a_tap_records_the_check_in_and_offers_the_check_out(field: Season) -> None:
    browser = field.browser(field.worker)
    answer = browser.post(f"/my/today/{field.worker_days[1]}/check_in", data={"uid": "a"})
    assert (answer.status_code, answer.location) == (303, "/my/today")
    browser.post(f"/my/today/{field.worker_days[1]}/check_in", data={"uid": "a"})
    assert kinds() == ["check_in"]
    words = browser.get("/my/today").get_data(as_text=True)
    assert f"/my/today/{field.worker_days[1]}/check_out" in words
    browser.post(f"/my/today/{field.worker_days[1]}/check_out", data={"uid": "a"})
    assert kinds() == ["check_in", "check_out"]
    assert reading().scalars(select(WorkDay.minutes)).all() == [480]


def test_yesterdays_forgotten_tap_can_be_made_up_for(field: Season) -> None:
    browser = field.browser(field.worker)
    assert "补记到岗" in browser.get("/my/today").get_data(as_text=True)
    browser.post(f"/my/today/{field.worker_days[0]}/check_in", data={"uid": "a"})
    assert "已到岗（补记）" in browser.get("/my/today").get_data(as_text=True)


def test_a_day_long_before_can_be_claimed_and_said_to_be_wrong(field: Season) -> None:
    with clock.at(instant(2026, 10, 6, 18)):
        browser = field.browser(field.worker)
        assert "补记到岗" not in browser.get("/my/today").get_data(as_text=True)
        words = browser.get("/my/today?back=y").get_data(as_text=True)
        assert words.count("补记到岗") == 2
        browser.post(f"/my/today/{field.worker_days[0]}/check_in", data={"uid": "a"})
        words = browser.get("/my/today?back=y").get_data(as_text=True)
        assert words.count("补记到岗") == 1
        assert "要请人看一眼" in words
    with clock.at(instant(2026, 11, 20, 18)):
        words = browser.get("/my/today?back=y").get_data(as_text=True)
        assert "前 30 天没有约好的活。" in words


def test_nobody_taps_for_another(field: Season) -> None:
    browser = field.browser(field.worker)
    answer = browser.post(f"/my/today/{field.leader_days[1]}/check_in", data={"uid": "a"})
    assert answer.status_code == 404
    assert kinds() == []


def test_an_unknown_kind_of_tap_is_not_found(field: Season) -> None:
    browser = field.browser(field.worker)
    assert browser.post(f"/my/today/{field.worker_days[1]}/absent").status_code == 404


def test_a_day_without_work_names_the_next_one(field: Season) -> None:
    from jobmatch.infra import clock
    from tests.support import instant

    with clock.at(instant(2026, 9, 20)):
        words = field.browser(field.worker).get("/my/today").get_data(as_text=True)
    assert "今天没有活，下一次干活是 9月25日 周五。" in words


def roster(field: Season) -> str:
    return f"/my/crew/{field.crew_id}/{field.posting_id}/{TODAY}"


def test_the_leader_marks_the_whole_crew_in_one_action(field: Season) -> None:
    browser = field.browser(field.leader)
    assert roster(field) in browser.get("/my/today").get_data(as_text=True)
    assert "全班到岗" in browser.get(roster(field) + "/roster").get_data(as_text=True)
    answer = browser.post(roster(field) + "/all", data={"uid": "u"})
    assert answer.status_code == 303
    assert kinds() == ["present", "present"]


def test_the_leader_marks_the_exceptions(field: Season) -> None:
    browser = field.browser(field.leader)
    first, second = field.leader_days[1], field.worker_days[1]
    answer = browser.post(
        roster(field) + "/roster",
        data={
            "uid": "u",
            f"was-{first}": "||", f"state-{first}": "present", f"hours-{first}": "6.5",
            f"was-{second}": "||", f"state-{second}": "absent",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    assert sorted(kinds()) == ["absent", "minutes", "present"]
    assert reading().execute(select(WorkDay.worker_id, WorkDay.minutes)).all() == [
        (field.leader_id, 390)
    ]


def test_what_was_not_changed_on_the_page_is_not_recorded(field: Season) -> None:
    browser = field.browser(field.leader)
    browser.post(roster(field) + "/all", data={"uid": "u"})
    key = field.leader_days[1]
    browser.post(
        roster(field) + "/roster",
        data={"uid": "v", f"was-{key}": "present|8|", f"state-{key}": "present",
              f"hours-{key}": "8"},
    )  # fmt: skip
    assert kinds() == ["present", "present"]


@pytest.mark.parametrize("hours", ["八", "25", "0", "-1", "nan"])
def test_bad_hours_are_said_beside_the_person_and_nothing_is_saved(
    field: Season, hours: str
) -> None:
    browser = field.browser(field.leader)
    key = field.leader_days[1]
    answer = browser.post(
        roster(field) + "/roster",
        data={"uid": "v", f"was-{key}": "||", f"state-{key}": "present", f"hours-{key}": hours},
    )
    words = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请填工时，例如 8 或 7.5，最多 24 小时。" in words
    assert f'value="{hours}"' in words
    assert kinds() == []


def test_the_roster_is_the_leaders_alone(field: Season) -> None:
    for actor in (field.worker, field.world.worker("别人")[1]):
        browser = field.browser(actor)
        assert browser.get(roster(field) + "/roster").status_code == 404
        assert browser.post(roster(field) + "/roster").status_code == 404
        assert browser.post(roster(field) + "/all").status_code == 404
    leader = field.browser(field.leader)
    assert leader.get(f"/my/crew/{field.crew_id}/{field.posting_id}/x/roster").status_code == 404
    assert leader.get(f"/my/crew/{field.crew_id}/999/{TODAY}/roster").status_code == 404


def test_a_day_ahead_is_shown_but_not_marked(field: Season) -> None:
    from jobmatch.infra import clock
    from tests.support import instant

    with clock.at(instant(2026, 9, 24)):
        browser = field.browser(field.leader)
        page = f"/my/crew/{field.crew_id}/{field.posting_id}/{FIRST}"
        words = browser.get(page + "/roster").get_data(as_text=True)
        assert "还没有到这一天" in words
        assert f'<div data-day="{FIRST}" hidden>' in words
        browser.post(page + "/all", data={"uid": "u"})
    assert kinds() == []


def test_settled_days_are_shown_without_fields(field: Season) -> None:
    field.settled()
    words = field.browser(field.leader).get(roster(field) + "/roster").get_data(as_text=True)
    assert "已结算" in words
    assert f"hours-{field.leader_days[1]}" not in words
