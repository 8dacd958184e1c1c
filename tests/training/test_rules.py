from datetime import date

import pytest

from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.periods import Days
from jobmatch.training import rules
from jobmatch.training.rules import EnrolmentState, SessionState

D = date
MONDAY = D(2026, 8, 10)
WEEK = Days(D(2026, 8, 10), D(2026, 8, 14))


@pytest.mark.parametrize(
    ("state", "today", "said"),
    [
        (SessionState.OPEN, D(2026, 8, 9), "可报名"),
        (SessionState.OPEN, D(2026, 8, 10), "正在上课"),
        (SessionState.OPEN, D(2026, 8, 15), "等登记结果"),
        (SessionState.DONE, D(2026, 8, 9), "已结业"),
        (SessionState.CANCELLED, D(2026, 8, 9), "已取消"),
    ],
)
def test_a_session_says_how_it_stands(state, today, said):
    assert str(rules.phase(state, WEEK, today)) == said


def test_seats_are_given_until_the_first_day_is_over():
    rules.check_open(SessionState.OPEN, D(2026, 8, 10), D(2026, 8, 10))
    with pytest.raises(rules.NotOpen):
        rules.check_open(SessionState.OPEN, D(2026, 8, 10), D(2026, 8, 11))
    with pytest.raises(rules.NotOpen):
        rules.check_open(SessionState.CANCELLED, D(2026, 8, 10), D(2026, 8, 1))


def test_nobody_sits_in_two_sessions_on_one_day():
    rules.check_free(WEEK, [Days(D(2026, 8, 15), D(2026, 8, 16))])
    with pytest.raises(rules.OtherTraining):
        rules.check_free(WEEK, [Days(D(2026, 8, 14), D(2026, 8, 16))])


def test_only_an_enrolment_without_a_result_is_given_back():
    rules.check_leave(EnrolmentState.ENROLLED)
    with pytest.raises(rules.AlreadyDecided):
        rules.check_leave(EnrolmentState.FAILED)


def test_presence_is_marked_on_days_of_the_session_that_have_come():
    rules.check_presence_day(WEEK, SessionState.OPEN, D(2026, 8, 10), D(2026, 8, 10))
    with pytest.raises(Invalid):
        rules.check_presence_day(WEEK, SessionState.OPEN, D(2026, 8, 15), D(2026, 8, 20))
    with pytest.raises(Invalid):
        rules.check_presence_day(WEEK, SessionState.OPEN, D(2026, 8, 12), D(2026, 8, 11))
    with pytest.raises(rules.NotOpen):
        rules.check_presence_day(WEEK, SessionState.CANCELLED, D(2026, 8, 10), D(2026, 8, 10))


def result(state=EnrolmentState.ENROLLED, passed=True, today=MONDAY, days=1):
    return rules.decide(state, passed, first_day=D(2026, 8, 10), today=today, days_present=days)


def test_results_come_after_the_session_has_begun():
    assert result() is EnrolmentState.PASSED
    assert result(passed=False, days=0) is EnrolmentState.FAILED
    with pytest.raises(rules.NotBegun):
        result(today=D(2026, 8, 9))


def test_who_never_came_cannot_pass():
    with pytest.raises(rules.NeverPresent):
        result(days=0)


def test_a_fail_may_become_a_pass_but_a_pass_stands():
    assert result(EnrolmentState.FAILED) is EnrolmentState.PASSED
    with pytest.raises(rules.AlreadyDecided):
        result(EnrolmentState.PASSED, passed=False)
    with pytest.raises(rules.AlreadyDecided):
        result(EnrolmentState.CANCELLED)


def test_a_session_is_done_when_its_last_day_has_come_and_all_have_a_result():
    rules.check_finish(SessionState.OPEN, D(2026, 8, 14), D(2026, 8, 14), 0)
    with pytest.raises(rules.NotBegun):
        rules.check_finish(SessionState.OPEN, D(2026, 8, 14), D(2026, 8, 13), 0)
    with pytest.raises(rules.Undecided):
        rules.check_finish(SessionState.OPEN, D(2026, 8, 14), D(2026, 8, 14), 3)
    with pytest.raises(rules.AlreadyDecided):
        rules.check_finish(SessionState.DONE, D(2026, 8, 14), D(2026, 8, 14), 0)


@pytest.mark.parametrize(
    ("first", "last", "seats", "starts", "field"),
    [
        (D(2026, 8, 1), D(2026, 8, 10), 30, 510, "first_day"),
        (D(2026, 8, 10), D(2026, 8, 9), 30, 510, "last_day"),
        (D(2026, 8, 10), D(2026, 10, 9), 30, 510, "last_day"),
        (D(2026, 8, 10), D(2026, 8, 10), 0, 510, "seats"),
        (D(2026, 8, 10), D(2026, 8, 10), 501, 510, "seats"),
        (D(2026, 8, 10), D(2026, 8, 10), 30, 1440, "starts_at"),
    ],
)
def test_terms_out_of_bounds_are_named(first, last, seats, starts, field):
    with pytest.raises(Invalid) as caught:
        rules.check_terms(first, last, D(2026, 8, 2), seats, starts)
    assert caught.value.field == field


def test_terms_within_bounds_pass():
    rules.check_terms(D(2026, 8, 2), D(2026, 9, 30), D(2026, 8, 2), 500, 0)


def test_work_counts_for_sixty_days_after_the_last_day():
    assert rules.worked_until(D(2026, 8, 14)) == D(2026, 10, 13)
