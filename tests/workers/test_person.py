from datetime import date

import pytest

from jobmatch.workers.rules.person import Refused, checked_person
from tests.support import id_number

TODAY = date(2026, 9, 1)


def refusal(number: str, least: int = 16) -> str:
    with pytest.raises(Refused) as caught:
        checked_person(number, today=TODAY, least_age=least)
    return str(caught.value.said)


def test_a_right_number_tells_birth_and_sex():
    found = checked_person("11010519491231002x", today=TODAY, least_age=16)
    assert (found.number, found.born, found.sex) == ("11010519491231002X", date(1949, 12, 31), "F")


def test_a_person_under_the_least_age_is_refused_with_the_day_of_coming_of_age():
    said = refusal(id_number(date(2010, 9, 2), 1))
    assert said == "未满 16 周岁不能登记找活。按出生日期，要到 2026 年 2026-09-02 才满 16 周岁。"


def test_a_person_may_register_on_the_sixteenth_birthday():
    assert checked_person(id_number(date(2010, 9, 1), 1), today=TODAY, least_age=16).sex == "M"


def test_the_least_age_comes_from_the_rule_table():
    assert "未满 18 周岁" in refusal(id_number(date(2009, 1, 1), 1), least=18)


def test_a_wrong_check_digit_is_named():
    assert refusal("110105194912310021") == "身份证号校验不对，请对照证件看看有没有写错一位。"


def test_a_wrong_form_is_named():
    assert refusal("1234") == "请填写 18 位身份证号，最后一位可以是 X。"


@pytest.mark.parametrize("number", ["110105194913310022", "110105209912310022"])
def test_an_impossible_birth_date_is_named(number):
    assert refusal(number) == "身份证号里的出生日期不对，请对照证件再填。"
