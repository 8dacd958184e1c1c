"""Overdue pay, disputes and their papers as people meet them in the browser."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.disputes import pack
from jobmatch.disputes.models import DisputeCase, DisputeFile, DisputeStep
from jobmatch.earnings import arrears_marking
from jobmatch.infra import clock, crypto
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading
from jobmatch.web import disputes
from jobmatch.web.papers.packs import booking_words
from jobmatch.workers.models import Worker
from tests.attendance.support import engage
from tests.disputes.test_rules import png
from tests.support import instant
from tests.web.money import Season, season

pytestmark = pytest.mark.same_everywhere


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    """Slips of two days, due on the 29th, on the evening of the 30th."""
    with season(app) as found:
        found.settled()
        with clock.at(instant(2026, 9, 30, 18)):
            arrears_marking.mark(date(2026, 9, 30))
            yield found


def text_of(answer: object) -> str:
    return answer.get_data(as_text=True)  # type: ignore[attr-defined, no-any-return]


def id_number(worker_id: int) -> str:
    row = reading().get_one(Worker, worker_id)
    return crypto.ring().open(row.id_sealed, place=f"worker.id_number:{row.uid}")


def spoken(field: Season) -> int:
    browser = field.browser(field.worker)
    answer = browser.post(
        f"/my/speak?slip={field.slip(field.worker_id)}",
        data={"kind": "unpaid", "words": "说好当天给"},
    )
    assert answer.status_code == 303
    return reading().scalars(select(DisputeCase.id)).one()


def test_overdue_pay_stands_on_every_desk_and_leads_on(field: Season) -> None:
    words = text_of(field.browser(field.worker).get("/my/arrears"))
    assert "过期 1 天" in words
    assert "¥360.00" in words
    assert "/my/speak?arrears=" in words
    assert "¥720" in text_of(field.browser(field.employer).get("/employer/"))
    for actor, path in (
        (field.world.officer("150525102"), "/officer/arrears"),
        (field.world.station("150525102"), "/station/arrears"),
        (field.employer, "/employer/arrears"),
    ):
        assert "¥720" in text_of(field.browser(actor).get(path))
    other = field.world.officer("150430")
    assert "没有过期没付的工钱。" in text_of(field.browser(other).get("/officer/arrears"))


def test_a_worker_speaks_up_and_the_employer_answers_and_offers(field: Season) -> None:
    case = spoken(field)
    boss, path = field.browser(field.employer), f"/employer/disputes/{case}"
    assert "说好当天给" in text_of(boss.get(path))
    answer = boss.post(f"{path}/offer", data={"offer-fen": "-5", "offer-on_day": "2026-10-08"})
    assert answer.status_code == 422
    assert 'value="-5"' in text_of(answer)
    assert "请填写金额，例如 180 或 180.50。" in text_of(answer)
    answer = boss.post(f"{path}/offer", data={"offer-fen": "360", "offer-on_day": "2026-10-08"})
    assert (answer.status_code, answer.location) == (303, path)
    mine = field.browser(field.worker)
    assert "2026年10月8日 前付 ¥360.00" in text_of(mine.get(f"/my/disputes/{case}"))
    assert mine.post(f"/my/disputes/{case}/accept").status_code == 303
    assert reading().get_one(DisputeCase, case).state == "agreed"


def test_the_same_thing_twice_leads_to_what_is_under_way(field: Season) -> None:
    case = spoken(field)
    answer = field.browser(field.worker).post(
        f"/my/speak?slip={field.slip(field.worker_id)}", data={"kind": "unpaid", "words": "再说"}
    )
    assert answer.status_code == 422
    assert f"/my/disputes/{case}" in text_of(answer)


def test_a_word_sent_twice_stands_once(field: Season) -> None:
    case = spoken(field)
    browser = field.browser(field.worker)
    key = re.search(r'name="once" value="(\w+)"', text_of(browser.get(f"/my/disputes/{case}")))
    assert key
    data = {"say-words": "干到天黑才收工", "once": key[1]}
    for _again in range(2):
        assert browser.post(f"/my/disputes/{case}/say", data=data).status_code == 303
    said = select(DisputeStep.id).where(DisputeStep.words == "干到天黑才收工")
    assert len(reading().scalars(said).all()) == 1


def test_a_photo_is_taken_and_comes_back_as_a_file_that_runs_nothing(field: Season) -> None:
    case = spoken(field)
    mine, path = field.browser(field.worker), f"/my/disputes/{case}/files"
    bad = mine.post(path, data={"file": (io.BytesIO(b"<script>"), "a.jpg")})
    assert bad.status_code == 422
    assert "只收照片（JPG、PNG）和 PDF。" in text_of(bad)
    assert mine.post(path, data={"file": (io.BytesIO(png()), "a.jpg")}).status_code == 303
    key = reading().scalars(select(DisputeFile.id)).one()
    answer = field.browser(field.employer).get(f"/employer/disputes/{case}/files/{key}")
    assert answer.data == png()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert field.browser(field.leader).get(f"/my/disputes/{case}/files/{key}").status_code == 404


def test_the_debt_note_masks_the_number_on_the_screen_and_is_logged_as_a_paper(
    field: Season,
) -> None:
    number = id_number(field.worker_id)
    for actor, path in (
        (field.worker, f"/my/owed/{field.employer_id}/note"),
        (field.employer, f"/employer/workers/{field.worker_id}/note"),
    ):
        words = text_of(field.browser(actor).get(path))
        assert "叁佰陆拾元整" in words
        assert number not in words
        assert number[-4:] in words
        answer = field.browser(actor).get(f"{path}.pdf")
        assert answer.mimetype == "application/pdf"
        assert answer.data.startswith(b"%PDF-")
    taken = select(AuditEntry.actor_user_id).where(AuditEntry.action == "paper.debt_note")
    users = {field.worker.user_id, field.employer.user_id}
    assert set(reading().scalars(taken)) == users
    foreign = field.world.employer("别家")[1]
    path = f"/employer/workers/{field.worker_id}/note"
    assert field.browser(foreign).get(path).status_code == 404


def test_the_wage_ledger_has_all_fields_for_any_days_of_three_years(field: Season) -> None:
    boss = field.browser(field.employer)
    words = text_of(boss.get("/employer/wage-book?first=2026-09-01&last=2026-09-30"))
    number = id_number(field.worker_id)
    assert "¥720.00" in words
    assert number not in words
    answer = boss.get("/employer/wage-book?first=2023-09-29&last=2026-09-30")
    assert answer.status_code == 422
    assert "台账保存三年" in text_of(answer)
    assert boss.get("/employer/wage-book?first=2026-09-30&last=2026-09-01").status_code == 422
    span = "first=2026-09-01&last=2026-09-30"
    book = boss.get(f"/employer/wage-book.xlsx?{span}").data
    with zipfile.ZipFile(io.BytesIO(book)) as found:
        strings = found.read("xl/sharedStrings.xml").decode()
    for heading in ("用人单位", "姓名", "身份证号", "电话", "应发", "扣款", "实发", "支付日期"):
        assert heading in strings
    assert number in strings
    assert boss.get(f"/employer/wage-book.pdf?{span}").data.startswith(b"%PDF-")
    logged = select(AuditEntry.id).where(AuditEntry.action == "paper.wage_book")
    assert len(reading().scalars(logged).all()) == 2


def test_the_evidence_pack_holds_attendance_slips_and_course(field: Season) -> None:
    case = spoken(field)
    words = text_of(field.browser(field.worker).get(f"/my/disputes/{case}/pack"))
    for part in ("手机时间", "2026年9月25日", "¥360.00", "说好当天给", "校验值", "发给本人的消息"):
        assert part in words
    boss = field.browser(field.employer)
    assert "pay_slip:" not in words
    assert "发给本人的消息" not in text_of(boss.get(f"/employer/disputes/{case}/pack"))
    assert boss.get(f"/employer/disputes/{case}/pack.pdf").data.startswith(b"%PDF-")
    assert field.browser(field.leader).get(f"/my/disputes/{case}/pack").status_code == 404


def test_a_pack_that_cannot_hold_all_records_says_how_many_it_leaves_out(
    field: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = spoken(field)
    browser = field.browser(field.worker)
    assert "后面还有" not in text_of(browser.get(f"/my/disputes/{case}/pack"))
    monkeypatch.setattr(pack, "MOST_EVENTS", 1)
    words = text_of(browser.get(f"/my/disputes/{case}/pack"))
    assert "考勤一共 2 条，这里是前 1 条，后面还有 1 条" in words


def test_the_bookings_of_many_slips_are_found_at_once(field: Season) -> None:
    slip = field.slip(field.worker_id)
    many = [*range(slip, slip + 5000)]
    found = pack._bookings(reading(), field.employer_id, [field.worker_id], many)
    assert [(one.ref, one.fen) for one in found] == [(f"pay_slip:{slip}:issued", 36_000)]
    assert pack._bookings(reading(), field.employer_id, [field.worker_id], [slip + 1]) == ()


def test_more_fellows_than_a_page_are_reached_by_the_next(
    field: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = spoken(field)
    monkeypatch.setattr(disputes, "PAGE_SIZE", 1)
    third, _ = field.world.worker("赵六")
    engage(field.posting_id, third, date(2026, 9, 26))
    browser = field.browser(field.worker)
    first = text_of(browser.get(f"/my/disputes/{case}"))
    second = text_of(browser.get(f"/my/disputes/{case}?fellows=2"))
    assert ("王秀兰</label>" in first, "赵六</label>" in first) == (True, False)
    assert ("王秀兰</label>" in second, "赵六</label>" in second) == (False, True)


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("pay_slip:17:issued", "工资条 17 发出"),
        ("pay_slip:17:paid", "工资条 17 付款"),
        ("pay_slip:17:paid:2", "工资条 17 付款（第 2 次）"),
        ("pay_slip:17:issued:reversed", "冲销：工资条 17 发出"),
        ("pay_slip:17:paid:2:reversed", "冲销：工资条 17 付款（第 2 次）"),
        ("wage_charge:3:advanced", "借支 3"),
        ("wage_charge:3", "wage_charge:3"),
    ],
)
def test_entries_of_the_ledger_are_named_in_words(app: Flask, ref: str, said: str) -> None:
    with app.test_request_context():
        assert booking_words(ref) == said
