"""Sending in from a phone, codes, and the two copies of a day, over HTTP."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.attendance import scanning
from jobmatch.attendance.models import AttendanceEvent, DayCopy, Dispute
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from tests.support import instant
from tests.web.money import FIRST, TODAY, Season, season


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        yield found


def item(field: Season, **more: Any) -> dict[str, Any]:
    return {
        "uid": str(uuid.uuid4()), "kind": "present", "posting_id": field.posting_id,
        "worker_id": field.worker_id, "date": TODAY.isoformat(), "at": now(), **more,
    }  # fmt: skip


def now() -> int:
    return int(clock.now().timestamp() * 1000)


def kinds() -> list[tuple[str, str]]:
    rows = reading().scalars(select(AttendanceEvent).order_by(AttendanceEvent.id))
    return [(row.kind, row.how) for row in rows]


def test_a_phone_sends_and_each_item_is_answered(field: Season) -> None:
    browser, wrong = field.browser(field.leader), item(field, kind="dance")
    good = item(field)
    answer = browser.post("/attendance/sync", json={"sent": now(), "items": [good, wrong]})
    assert answer.status_code == 200
    assert [(one["uid"], one["answer"]) for one in answer.json["answers"]] == [
        (good["uid"], "stored"), (wrong["uid"], "refused"),
    ]  # fmt: skip
    assert kinds() == [("present", "tap")]


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"{}", b'{"sent": 1}', b'{"sent": 1, "items": []}', b'"\\u0000"']
)
def test_what_is_no_batch_gets_422_and_words(field: Season, body: bytes) -> None:
    answer = field.browser(field.leader).post(
        "/attendance/sync", data=body, content_type="application/json"
    )
    assert answer.status_code == 422
    assert answer.json["said"]
    assert kinds() == []


def test_sending_needs_a_person_and_a_token_of_theirs(field: Season, client: FlaskClient) -> None:
    sent = {"sent": now(), "items": [item(field)]}
    assert client.post("/attendance/sync", json=sent).status_code == 303
    field.world.app.config["WTF_CSRF_ENABLED"] = True
    browser = field.browser(field.leader)
    assert browser.post("/attendance/sync", json=sent).status_code == 400
    key = browser.get("/attendance/key").json
    assert key["who"] == str(field.leader.user_id)
    headers = {"X-CSRFToken": key["csrf"]}
    answer = browser.post("/attendance/sync", json=sent, headers=headers)
    assert answer.json["answers"][0]["answer"] == "stored"
    other = field.browser(field.worker)
    assert other.post("/attendance/sync", json=sent, headers=headers).status_code == 400


def test_the_service_worker_serves_the_whole_site_and_names_files_that_are_there(
    field: Season, client: FlaskClient
) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"
    shell = re.findall(r'"(/[^"]*)"', answer.text.partition("SHELL = ")[2].partition("\n")[0])
    assert "/offline" in shell
    assert len(shell) == 9
    for path in shell:
        # Third-party files are installed, not part of a bare checkout.
        assert "/vendor/" in path or client.get(path).status_code == 200
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_pages_hold_what_the_phone_needs_and_nothing_foreign(field: Season) -> None:
    page = field.browser(field.leader).get("/my/today").text
    assert f'data-who="{field.leader.user_id}"' in page
    roster = f"/my/crew/{field.crew_id}/{field.posting_id}/{TODAY}/roster"
    assert f'data-keep href="{roster}"' in page
    people = field.browser(field.leader).get(roster).text
    assert f"state-{field.worker_id}-{field.posting_id}-{TODAY}" in people
    assert "onclick" not in page + people


def test_a_scanned_code_opens_one_button_which_records_once(field: Season) -> None:
    token = scanning.site_code(field.posting_id, actor=field.employer)
    browser = field.browser(field.worker)
    assert "记到岗" in browser.get(f"/here/{token}").text
    assert kinds() == []
    for _ in range(2):
        answer = browser.post(f"/here/{token}/check_in")
        assert (answer.status_code, answer.location) == (303, "/here")
    assert kinds() == [("check_in", "qr")]
    assert browser.get("/here/forged").status_code == 404
    with clock.at(instant(2026, 9, 26, 19)):
        stale = browser.get(f"/here/{token}")
        assert stale.status_code == 409
        assert "自己点到岗" in stale.text
        assert browser.post(f"/here/{token}/check_in").status_code == 409


def test_the_site_and_the_leader_show_a_code_and_strangers_do_not(field: Season) -> None:
    shown = f"/employer/postings/{field.posting_id}/code"
    assert "data:image/svg+xml" in field.browser(field.employer).get(shown).text
    crews = f"/my/crew/{field.crew_id}/{field.posting_id}/code"
    assert "data:image/svg+xml" in field.browser(field.leader).get(crews).text
    assert field.browser(field.worker).get(crews).status_code == 404


def test_codes_on_paper_are_printed_and_entered(field: Season) -> None:
    leader = field.browser(field.leader)
    page = leader.get(f"/my/crew/{field.crew_id}/{field.posting_id}/{TODAY}/codes").text
    code = scanning.paper_codes([field.worker_days[1]])[field.worker_days[1]]
    assert f"<code>{code}</code>" in page
    wrong = leader.post("/my/paper", data={"code": "1-AAAAA"})
    assert wrong.status_code == 422
    assert "没有这个码" in wrong.text
    assert leader.post("/my/paper", data={"code": code.lower()}).status_code == 303
    desk = field.browser(field.world.station())
    assert desk.post("/station/paper", data={"code": code}).status_code == 303
    assert "这个码已经用过" in desk.get("/station/paper").text
    assert kinds() == [("present", "paper")]


def test_the_worker_says_right_on_the_first_page_and_the_employer_on_theirs(field: Season) -> None:
    field.all_present()
    browser, day = field.browser(field.worker), field.worker_days[0]
    assert f"/my/days/{day}/right" in browser.get("/my/").text
    said = {"minutes": "480", "pieces": "0", "fen": "18000", "next": "/my/"}
    assert browser.post(f"/my/days/{day}/right", data=said).location == "/my/"
    assert f"/my/days/{day}/right" not in browser.get("/my/").text
    boss = field.browser(field.employer)
    assert "核对无误" in boss.get("/employer/checking").text
    boss.post(f"/employer/postings/{field.posting_id}/roster/confirm?day={FIRST}")
    rows = reading().scalars(select(DayCopy).order_by(DayCopy.id))
    assert [(row.side, row.fen) for row in rows] == [
        ("worker", 18_000), ("employer", 18_000), ("employer", 18_000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        {"came": "yes", "hours": "25", "minutes": "0"}, {"came": "yes", "hours": "0"}, {},
        {"came": "yes", "hours": "8", "minutes": "60"}, {"came": "yes", "hours": "-1"},
        {"came": "yes", "hours": "24", "minutes": "30"}, {"came": "yes", "hours": "八"},
        {"came": "yes", "hours": "9", "words": "字" * 501},
    ],
)  # fmt: skip
def test_an_absurd_version_is_said_beside_its_field_and_opens_nothing(
    field: Season, typed: dict[str, str]
) -> None:
    field.all_present()
    browser = field.browser(field.worker)
    answer = browser.post(f"/my/days/{field.worker_days[0]}/wrong", data=typed)
    assert answer.status_code == 422
    assert "field__error" in answer.text
    assert reading().scalars(select(Dispute)).all() == []


def test_both_sides_see_both_versions_until_one_takes_the_others(field: Season) -> None:
    field.all_present()
    worker, boss = field.browser(field.worker), field.browser(field.employer)
    path = f"/my/days/{field.worker_days[0]}/wrong"
    assert "8 小时" in worker.get(path).text
    worker.post(path, data={"came": "yes", "hours": "9", "minutes": "30", "words": "干到七点"})
    for page in (worker.get("/my/today").text, boss.get("/employer/checking").text):
        assert "9.5 小时" in page
        assert "干到七点" in page
    dispute = reading().scalars(select(Dispute.id)).one()
    boss.post(f"/employer/disputes/{dispute}/take")
    assert reading().scalars(select(Dispute.agreed_side)).one() == "worker"


def test_a_late_claim_is_on_the_employers_page_with_its_reason(field: Season) -> None:
    with clock.at(instant(2026, 9, 29, 9)):
        worker, boss = field.browser(field.worker), field.browser(field.employer)
        worker.post(f"/my/today/{field.worker_days[0]}/check_in", data={"uid": "a"})
        page = boss.get("/employer/checking").text
        assert "补得晚" in page
        event = reading().scalars(select(AttendanceEvent.id)).one()
        boss.post(f"/employer/reviews/{event}/accept")
        assert "补得晚" not in boss.get("/employer/checking").text
    assert kinds() == [("check_in", "tap"), ("granted", "roster")]
