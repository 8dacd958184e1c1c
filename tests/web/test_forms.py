"""Fields read what people type, keep it when it is wrong, and say what is wrong in words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import Length, NumberRange, Optional

from jobmatch.kernel.errors import Conflict, FieldErrors, Invalid, NotAllowed
from jobmatch.kernel.text import text
from jobmatch.web.forms import BaseForm, ClockField, DayField, WholeField, YuanField, first_error


class Ask(BaseForm):
    class Meta:
        csrf = False

    pay = YuanField("pay")
    day = DayField("day")
    at = ClockField("at")
    people = WholeField("people", validators=[Optional(), NumberRange(0, 500, "0 到 500")])
    note = StringField("note", validators=[Length(max=3)])


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def filled(**typed: str) -> Ask:
    form = Ask(formdata=MultiDict(typed))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("typed", "fen"), [("180", 18_000), ("¥1,250.50", 125_050), ("１８０元", 18_000), ("  ", None)]
)
def test_an_amount_is_read_in_fen_and_shown_as_it_was_typed(typed: str, fen: int | None) -> None:
    form = filled(pay=typed)
    assert (form.pay.data, form.pay.errors) == (fen, [])
    assert form.pay._value() == typed


def test_a_stored_amount_is_shown_in_yuan() -> None:
    assert Ask(pay=18_000).pay._value() == "180"
    assert Ask(pay=18_050).pay._value() == "180.50"
    assert Ask().pay._value() == ""


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("17:30", 1050), ("17：30", 1050), ("7:5", 425), ("8", 480), ("00:00", 0), ("24:00", 1440),
        ("１７：３０", 1050), (" 17:30 ", 1050), ("", None),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read_in_minutes(typed: str, minutes: int | None) -> None:
    form = filled(at=typed)
    assert (form.at.data, form.at.errors) == (minutes, [])


def test_a_stored_time_is_shown_with_two_digits() -> None:
    assert Ask(at=425).at._value() == "07:05"
    assert Ask(at=0).at._value() == "00:00"
    assert Ask().at._value() == ""


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("pay", "一百八", "请填写金额，例如 180 或 180.50。"),
        ("pay", "-5", "请填写金额，例如 180 或 180.50。"),
        ("pay", "1.555", "请填写金额，例如 180 或 180.50。"),
        ("at", "25:00", "请填写时间，例如 17:30。"),
        ("at", "24:01", "请填写时间，例如 17:30。"),
        ("at", "17:60", "请填写时间，例如 17:30。"),
        ("at", "下午五点", "请填写时间，例如 17:30。"),
        ("at", "17:30:00", "请填写时间，例如 17:30。"),
        ("at", "²", "请填写时间，例如 17:30。"),
        ("at", "9" * 5000, "请填写时间，例如 17:30。"),
        ("day", "2026-02-30", "请填写日期，例如 2026-09-25。"),
        ("day", "明天", "请填写日期，例如 2026-09-25。"),
    ],
)
def test_what_cannot_be_read_is_kept_and_said_in_words(field: str, typed: str, said: str) -> None:
    form = filled(**{field: typed})
    found: Any = form[field]
    assert found.data is None
    assert first_error(found) == said
    assert found._value() == typed


def test_a_day_is_read_as_the_browser_sends_it() -> None:
    assert filled(day="2026-09-25").day.data == date(2026, 9, 25)


# --- refusals of services -----------------------------------------------------------------------


def test_a_refusal_stands_next_to_its_field() -> None:
    form = filled(pay="180")
    form.refuse(Invalid(text("最少 {n} 元。", n=200), field="pay"))
    assert first_error(form.pay) == "最少 200 元。"
    assert form.errors
    assert first_error(form.at) == ""


@pytest.mark.parametrize("field", [None, "nothing"])
def test_a_refusal_without_a_field_of_the_form_stands_on_top(field: str | None) -> None:
    form = filled()
    form.refuse(Conflict(text("满员了。"), field=field))
    assert form.form_errors == ["满员了。"]


def test_several_refusals_stand_each_at_its_own_field() -> None:
    form = filled()
    form.refuse(FieldErrors({"pay": text("太少。"), "at": text("太晚。"), "x": text("不行。")}))
    assert (first_error(form.pay), first_error(form.at)) == ("太少。", "太晚。")
    assert form.form_errors == ["不行。"]


def test_only_the_named_kinds_of_refusal_are_carried() -> None:
    form = filled()
    with form.carrying(Invalid, Conflict):
        raise Conflict(text("满员了。"))
    assert form.form_errors == ["满员了。"]
    with pytest.raises(NotAllowed), form.carrying(Invalid):
        raise NotAllowed


@pytest.mark.parametrize(
    ("typed", "number"), [("12", 12), (" ３０ ", 30), ("+7", 7), ("0" * 400 + "5", 5), ("", None)]
)
def test_a_whole_number_is_read(typed: str, number: int | None) -> None:
    form = filled(people=typed)
    assert (form.people.data, list(form.people.errors)) == (number, [])


@pytest.mark.parametrize("typed", ["501", "-1", "9" * 400, "9" * 5000, "-" + "9" * 3000])
def test_a_number_beyond_the_range_is_refused_in_the_words_of_the_range(typed: str) -> None:
    form = filled(people=typed)
    assert list(form.people.errors) == ["0 到 500"]
    assert form.people._value() == typed


@pytest.mark.parametrize("typed", ["一", "1.5", "1e3", "²", "٣", "1_000", "- 1", "0x1"])
def test_what_is_no_whole_number_is_said(typed: str) -> None:
    form = filled(people=typed)
    assert form.people.data is None
    assert first_error(form.people) == "请填写整数。"


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_no_days(typed: str) -> None:
    form = filled(day=typed)
    assert form.day.data is None
    assert list(form.day.errors) == ["请填写日期，例如 2026-09-25。"]


@pytest.mark.parametrize("typed", ["1900-01-01", "2199-12-31"])
def test_days_of_three_centuries_are_days(typed: str) -> None:
    assert filled(day=typed).day.data == date.fromisoformat(typed)


def test_what_is_no_number_is_refused_with_one_word_only() -> None:
    assert [str(said) for said in filled(people="八个").people.errors] == ["请填写整数。"]
    assert [str(said) for said in filled(people="501").people.errors] == ["0 到 500"]


def test_a_text_that_is_too_long_is_refused_in_plain_words() -> None:
    assert [str(said) for said in filled(note="一二三四").note.errors] == ["最多 3 个字。"]
