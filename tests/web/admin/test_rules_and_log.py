"""Rule tables and the log at the administrator's door."""

import csv
import re
from copy import copy
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from jobmatch import create_app
from jobmatch.accounts import queries as accounts
from jobmatch.infra import audit, clock, dated, log_reading
from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import NOBODY
from jobmatch.kernel.errors import NotAllowed
from tests.support import World, instant

GROUND = Path(dated.__file__).parents[1] / "data" / "dated_rules.csv"


@pytest.fixture
def client(app, world, rules_as_before):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(instant(2026, 9, 1)):
        yield world.sign_in(world.admin())
    app.config["WTF_CSRF_ENABLED"] = True


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def line_on(day: date, place: str = "150525") -> int:
    with transaction() as session:
        return dated.value(session, "monitoring.line_fen", on=day, place=place)


def add(client, **change):
    fields = {
        "value": "9000",
        "valid_from": "2026-10-01",
        "source": "内乡振发〔2026〕1 号",
    } | change
    return client.post("/admin/rules/monitoring.line_fen", data=fields)


def test_the_tables_are_listed_with_their_present_value(client):
    said = text(client.get("/admin/rules"))
    assert "监测收入线（每人每年）" in said
    assert "¥8,800.00" in said


def test_a_new_value_holds_from_its_day_on_and_the_old_one_before(client):
    assert add(client).status_code == 303
    assert (line_on(date(2026, 9, 30)), line_on(date(2026, 10, 1))) == (880_000, 900_000)
    said = text(client.get("/admin/rules/monitoring.line_fen"))
    assert "内乡振发〔2026〕1 号" in said
    assert "还没到" in said
    [line] = reading().scalars(select(AuditEntry).where(AuditEntry.action == "rule.add"))
    assert line.detail["value"] == 900_000


def test_a_value_can_hold_for_one_banner_only(client):
    assert add(client, place_code=["1505", "150525"]).status_code == 303
    assert line_on(date(2026, 10, 1)) == 900_000
    assert line_on(date(2026, 10, 1), "150430") == 880_000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": "很多"}, "请填写金额"),
        ({"value": ""}, "请填写金额"),
        ({"valid_from": "明天"}, "请填写日期"),
        ({"valid_from": "2026-08-31"}, "只能从今天或以后开始"),
        ({"source": ""}, "请写明依据"),
        ({"source": "x"}, "请写明依据"),
    ],
)
def test_a_bad_value_is_refused_at_its_field_and_the_typed_text_stays(client, change, words):
    answer = add(client, **change)
    assert answer.status_code == 422
    assert words in text(answer)
    assert line_on(date(2027, 1, 1)) == 880_000
    if "source" not in change:
        assert "内乡振发" in answer.get_data(as_text=True)


def test_the_same_day_is_never_set_twice(client):
    add(client)
    answer = add(client, value="9500")
    assert answer.status_code == 422
    assert "只添新的，不改旧的" in text(answer)
    assert line_on(date(2026, 10, 1)) == 900_000


def test_a_past_that_had_no_value_can_be_filled(client):
    assert add(client, valid_from="2024-01-01", value="8300").status_code == 303
    assert line_on(date(2024, 6, 1)) == 830_000


def test_numbers_are_whole_numbers(client):
    url = "/admin/rules/work.least_age"
    good = {"value": "17", "valid_from": "2026-10-01", "source": "试一试"}
    assert client.post(url, data=good | {"value": "16.5"}).status_code == 422
    assert client.post(url, data=good | {"value": "-1"}).status_code == 422
    assert client.post(url, data=good).status_code == 303


def test_an_unknown_table_is_not_found(client):
    assert client.get("/admin/rules/nothing").status_code == 404
    assert client.post("/admin/rules/nothing", data={}).status_code == 404


def test_only_an_administrator_adds(world, app):
    with pytest.raises(NotAllowed):
        dated.add(
            "work.least_age",
            "",
            date(2027, 1, 1),
            17,
            "试一试",
            today=date(2026, 9, 1),
            actor=world.officer(),
        )


# ground values


def test_ground_values_are_loaded_once(app):
    rows = dated.read_csv(GROUND)
    with transaction() as session:
        first = dated.load(session, rows)
        session.flush()
        assert first > 100
        assert dated.load(session, rows) == 0
        session.rollback()


def test_the_zones_of_the_published_table_are_all_there():
    rows = dated.read_csv(GROUND)
    zones = [row.value for row in rows if row.name == "wage.zone" and len(row.place_code) == 6]
    assert [zones.count(zone) for zone in (1, 2, 3)] == [32, 30, 41]
    by_place = {row.place_code: row.value for row in rows if row.name == "wage.zone"}
    assert by_place["150525"] == 3
    assert by_place["150502"] == 2
    assert by_place["150602"] == 1


def test_the_minimum_wage_of_zone_3_is_that_of_the_notice():
    found = {(r.name, r.valid_from): r.value for r in dated.read_csv(GROUND)}
    assert found["wage.least_hour_fen.3", date(2024, 12, 1)] == 2_110
    assert found["wage.least_hour_fen.3", date(2021, 12, 1)] == 1_950
    assert found["wage.least_month_fen.3", date(2024, 12, 1)] == 214_000


def test_every_ground_value_names_its_source_and_stands_once():
    with GROUND.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    keys = [(r["name"], r["place_code"], r["valid_from"]) for r in rows]
    assert len(keys) == len(set(keys))
    assert all(len(r["source"]) > 4 for r in rows)


# log


def found(client, **asked):
    return client.post("/admin/log/search", data=asked, follow_redirects=True)


def test_the_log_is_filtered_by_topic_person_object_and_day(client, world):
    officer = world.officer()
    household_id, _ = world.household()
    world.sign_in(officer).get(f"/officer/households/{household_id}")
    phone = accounts.users([officer.user_id])[officer.user_id].phone
    assert "household.read" in text(client.get("/admin/log"))
    assert "role.grant" not in text(client.get("/admin/log?topic=household"))
    assert "household.read" in text(found(client, phone=phone, key=household_id))
    assert "没有找到日志" in text(found(client, phone="13999999999"))
    assert "没有找到日志" in text(found(client, phone=phone, key=household_id + 1))
    assert "household.read" in text(
        client.get("/admin/log?topic=household&first=2026-09-01&last=2026-09-01")
    )
    assert "没有找到日志" in text(client.get("/admin/log?topic=household&first=2026-09-02"))
    assert "没有找到日志" in text(client.get("/admin/log?topic=household&last=2026-08-31"))


def test_odd_filters_of_the_log_do_no_harm(client):
    for query in ("first=x", "topic=x", "page=x", "page=0", "key=%25", "phone=%25"):
        assert client.get(f"/admin/log?{query}").status_code == 200


def test_the_log_comes_in_pages_of_fifty(client, world):
    with transaction() as session:
        for n in range(60):
            audit.record(session, NOBODY, "rule.add", "x", n)
    page = client.get("/admin/log?topic=rule").get_data(as_text=True)
    assert page.count(">rule.add</code>") == 50
    assert (
        client.get("/admin/log?topic=rule&page=2").get_data(as_text=True).count(">rule.add</code>")
        == 10
    )


def test_holidays_are_typed_as_days_and_what_is_no_day_is_refused(client):
    page = "/admin/rules/calendar.holidays.2026"
    assert "2026 年法定节假日" in text(client.get(page))
    given = {"valid_from": "2026-12-01", "source": "国办发明电〔2026〕1 号"}
    wrong = client.post(page, data=given | {"value": "2026-13-01"})
    assert wrong.status_code == 422
    assert "请这样写日子" in text(wrong)
    assert client.post(page, data=given | {"value": "2026-10-02，2026-10-01"}).status_code == 303
    with transaction() as session:
        name, on = "calendar.holidays.2026", date(2026, 12, 1)
        assert dated.value(session, name, on=on) == ["2026-10-01", "2026-10-02"]


@pytest.mark.parametrize(
    ("kept", "source"), [("network", "203.0.113.0/24"), ("none", ""), ("full", "203.0.113.77")]
)
def test_a_line_says_where_the_deed_came_from_as_far_as_the_rule_allows(
    app, settings, world, kept, source
):
    own = copy(settings)
    own.LOG_ADDRESS = kept
    household_id, _ = world.household()
    officer = world.officer()
    other = create_app(own)
    other.test_client_class = app.test_client_class
    with other.app_context():
        visitor = World(other).sign_in(officer)
        visitor.get(
            f"/officer/households/{household_id}", environ_base={"REMOTE_ADDR": "203.0.113.77"}
        )
        asked = select(AuditEntry).where(AuditEntry.action == "household.read")
        assert [line.source for line in reading().scalars(asked)] == [source]
    create_app(settings)


def test_who_looks_at_the_log_stands_in_the_log(client):
    client.get("/admin/log?topic=household&key=7")
    asked = select(AuditEntry).where(AuditEntry.action == "log.read")
    [line] = reading().scalars(asked)
    assert (line.detail["topic"], line.detail["number"]) == ("household.", "7")


def test_the_log_can_be_kept_as_a_workbook_without_formulas(client, world):
    with transaction() as session:
        audit.record(session, NOBODY, "rule.add", "dated_rule", "=1+1")
        audit.record(session, NOBODY, "posting.close", "posting", 7)
    answer = client.get("/admin/log.xlsx?topic=rule")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head[4] == "代码"
    assert [row[4] for row in rows] == ["rule.add"]
    assert rows[0][5] == "规则 =1+1"
    asked = select(AuditEntry.action).where(AuditEntry.action == "log.export")
    assert reading().scalars(asked).all() == ["log.export"]


def test_only_an_administrator_reads_the_log(world):
    for visitor in (world.officer(), NOBODY):
        with pytest.raises(NotAllowed):
            log_reading.look(actor=visitor)
