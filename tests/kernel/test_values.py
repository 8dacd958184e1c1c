"""Texts, actors, errors and pages: small values that every house shares."""

from datetime import date

import pytest

from jobmatch.kernel.actor import NOBODY, SYSTEM, Actor, Grant, Role
from jobmatch.kernel.errors import Conflict, DomainError, FieldErrors, Invalid, NotAllowed, NotFound
from jobmatch.kernel.ids import UserId
from jobmatch.kernel.paging import Page, cut
from jobmatch.kernel.text import Amount, as_hours, text

# --- texts --------------------------------------------------------------------------------------


def test_a_text_fills_its_places_in_chinese() -> None:
    said = text(
        "从 {day} 起，每天 {pay}，还差 {n} 人", day=date(2026, 9, 1), pay=Amount(18_050), n=3
    )
    assert str(said) == "从 2026-09-01 起，每天 ¥180.50，还差 3 人"


def test_a_text_may_stand_inside_a_text() -> None:
    assert str(text("原因：{why}", why=text("差 {n} 天", n=2))) == "原因：差 2 天"


def test_braces_typed_by_people_are_words_and_fill_nothing() -> None:
    assert str(text("您填的是 {typed}", typed="{0} {day}")) == "您填的是 {0} {day}"


def test_equal_words_are_equal_texts() -> None:
    assert text("还差 {n} 人", n=3) == text("还差 {n} 人", n=3)
    assert text("还差 {n} 人", n=3) != text("还差 {n} 人", n=4)


# --- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (DomainError, "这一步没有办成。"),
        (NotFound, "没有找到您要看的内容。"),
        (NotAllowed, "您没有权限做这件事。"),
        (Invalid, "填写的内容不符合要求。"),
        (Conflict, "情况已经变化，请刷新后再看。"),
    ],
)
def test_each_refusal_has_words_of_its_own(kind: type[DomainError], said: str) -> None:
    error = kind()
    assert str(error) == said
    assert error.field is None


def test_a_refusal_says_what_it_was_given_and_of_which_field() -> None:
    error = Invalid(text("请填写姓名。"), field="name")
    assert str(error) == "请填写姓名。"
    assert error.field == "name"


def test_several_faults_are_kept_by_field_and_the_first_speaks() -> None:
    error = FieldErrors({"name": text("请填写姓名。"), "phone": text("请填写手机号。")})
    assert str(error) == "请填写姓名。"
    assert error.field == "name"
    assert str(error.errors["phone"]) == "请填写手机号。"
    assert str(FieldErrors({})) == "填写的内容不符合要求。"


# --- actors -------------------------------------------------------------------------------------


def test_a_scope_covers_itself_and_all_below_it() -> None:
    officer = Actor(UserId(1), (Grant(Role.OFFICER, place_code="150525"),))
    assert officer.covers(Role.OFFICER, "150525")
    assert officer.covers(Role.OFFICER, "150525102222")
    assert not officer.covers(Role.OFFICER, "1505")
    assert not officer.covers(Role.OFFICER, "150526")
    assert not officer.covers(Role.STATION, "150525102222")


def test_a_grant_without_a_place_covers_nothing() -> None:
    officer = Actor(UserId(1), (Grant(Role.OFFICER), Grant(Role.OFFICER, place_code="")))
    assert officer.has(Role.OFFICER)
    assert officer.scopes(Role.OFFICER) == ()
    assert not officer.covers(Role.OFFICER, "150525")


def test_one_person_holds_several_roles_each_for_its_own_subject() -> None:
    person = Actor(
        UserId(1),
        (
            Grant(Role.WORKER, subject_id=7),
            Grant(Role.EMPLOYER, subject_id=3),
            Grant(Role.EMPLOYER, subject_id=4),
            Grant(Role.ORGANIZER, subject_id=9),
        ),
    )
    assert person.worker_id == 7
    assert person.employer_ids == {3, 4}
    assert person.brand_ids == {9}
    assert person.subjects(Role.STATION) == frozenset()


def test_nobody_holds_nothing_and_the_system_is_no_person() -> None:
    assert NOBODY.user_id is None
    assert NOBODY.worker_id is None
    assert not any(NOBODY.has(role) for role in Role)
    assert SYSTEM.user_id is None
    assert SYSTEM.has(Role.ADMIN)


# --- pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "total", "pages", "has_previous", "has_next"),
    [
        (1, 0, 1, False, False),
        (1, 50, 1, False, False),
        (1, 51, 2, False, True),
        (2, 51, 2, True, False),
        (2, 150, 3, True, True),
    ],
)
def test_a_list_has_a_page_for_each_fifty_rows(
    number: int, total: int, pages: int, has_previous: bool, has_next: bool
) -> None:
    page: Page[int] = Page([], number, total)
    assert (page.pages, page.has_previous, page.has_next) == (pages, has_previous, has_next)


def test_a_page_past_the_end_is_the_last_one() -> None:
    page = cut(list(range(7)), 9, 3)
    assert (page.number, list(page.rows), page.total) == (3, [6], 7)
    assert list(cut([], 1, 3).rows) == []


def test_a_page_holds_what_is_made_of_its_rows() -> None:
    page = cut([1, 2, 3, 4, 5], 2, 2).holding(["three", "four"])
    assert (list(page.rows), page.number, page.total, page.size) == (["three", "four"], 2, 5, 2)


def test_hours_are_shown_to_the_tenth_and_whole_ones_whole() -> None:
    assert [as_hours(minutes) for minutes in (480, 450, 0, 500)] == ["8", "7.5", "0", "8.3"]
