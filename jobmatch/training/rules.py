"""What may happen in a training session. Pure; the day is an argument."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text, text

WORKED_WITHIN_DAYS = 60
MOST_SEATS = 500
MOST_DAYS = 60


class SessionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class EnrolmentState(StrEnum):
    ENROLLED = "enrolled"
    CANCELLED = "cancelled"
    PASSED = "passed"
    FAILED = "failed"


SESSION_STATE_NAMES: dict[SessionState, Text] = {
    SessionState.OPEN: text("可报名"),
    SessionState.DONE: text("已结业"),
    SessionState.CANCELLED: text("已取消"),
}
ENROLMENT_STATE_NAMES: dict[EnrolmentState, Text] = {
    EnrolmentState.ENROLLED: text("已报名"),
    EnrolmentState.CANCELLED: text("已退出"),
    EnrolmentState.PASSED: text("合格"),
    EnrolmentState.FAILED: text("不合格"),
}
LEVEL_NAMES: dict[int, Text] = {1: text("初级"), 2: text("中级"), 3: text("高级")}


class NoSeatLeft(Conflict):
    default = text("这一期已经报满了。")


class NotOpen(Conflict):
    default = text("这一期已经不能报名了。")


class AlreadyEnrolled(Conflict):
    default = text("已经报过这一期了。")


class OtherTraining(Conflict):
    default = text("这几天已经报了另一期培训。")


class NotBegun(Conflict):
    default = text("这一期还没有开课。")


class AlreadyDecided(Conflict):
    default = text("结果已经定了，不能再改。")


class NeverPresent(Conflict):
    default = text("一天都没有到课的人不能判合格。")


class Undecided(Conflict):
    default = text("还有人没有登记结果。")


def phase(state: SessionState, days: Days, today: date) -> Text:
    """How the session stands on a day, in words."""
    if state is not SessionState.OPEN:
        return SESSION_STATE_NAMES[state]
    if today < days.first:
        return text("可报名")
    return text("正在上课") if today in days else text("等登记结果")


def check_open(state: SessionState, first_day: date, today: date) -> None:
    """Seats are given until the first day is over. raises NotOpen."""
    if state is not SessionState.OPEN or today > first_day:
        raise NotOpen


def check_free(days: Days, others: Iterable[Days]) -> None:
    """Nobody sits in two sessions on one day. raises OtherTraining."""
    if any(days.common(other) for other in others):
        raise OtherTraining


def check_leave(state: EnrolmentState) -> None:
    """Only an enrolment without a result is given back. raises AlreadyDecided."""
    if state is not EnrolmentState.ENROLLED:
        raise AlreadyDecided


def check_presence_day(days: Days, state: SessionState, day: date, today: date) -> None:
    """Presence is marked on the session's days that have come. raises Invalid, NotOpen."""
    if state is SessionState.CANCELLED:
        raise NotOpen(text("这一期已经取消。"))
    if day not in days:
        raise Invalid(text("这一天不在这一期培训里。"), field="day")
    if day > today:
        raise Invalid(text("还没有到这一天。"), field="day")


def decide(
    state: EnrolmentState, passed: bool, *, first_day: date, today: date, days_present: int
) -> EnrolmentState:
    """The result of one person. A pass stands, for the credential may have opened work already.

    raises NotBegun before the first day, AlreadyDecided, NeverPresent for a pass without a day
    """
    if today < first_day:
        raise NotBegun
    if state in (EnrolmentState.CANCELLED, EnrolmentState.PASSED):
        raise AlreadyDecided
    if passed and days_present < 1:
        raise NeverPresent
    return EnrolmentState.PASSED if passed else EnrolmentState.FAILED


def check_finish(state: SessionState, last_day: date, today: date, undecided: int) -> None:
    """A session is done once its last day has come and all have a result. raises Conflict."""
    if state is not SessionState.OPEN:
        raise AlreadyDecided
    if today < last_day:
        raise NotBegun(text("最后一天还没有到。"))
    if undecided:
        raise Undecided(text("还有 {n} 人没有登记结果。", n=undecided))


def check_terms(first_day: date, last_day: date, today: date, seats: int, starts_at: int) -> None:
    """Dates, seats and time of a new session. raises Invalid with the field."""
    if first_day < today:
        raise Invalid(text("开课日期不能早于今天。"), field="first_day")
    if last_day < first_day:
        raise Invalid(text("结束日期不能早于开课日期。"), field="last_day")
    if len(Days(first_day, last_day)) > MOST_DAYS:
        raise Invalid(text("一期最多 {most} 天。", most=MOST_DAYS), field="last_day")
    check_seats(seats)
    check_start(starts_at)


def check_seats(seats: int) -> None:
    """raises Invalid (field seats)."""
    if not 1 <= seats <= MOST_SEATS:
        raise Invalid(text("名额为 1 到 {most} 人。", most=MOST_SEATS), field="seats")


def check_start(starts_at: int) -> None:
    """raises Invalid (field starts_at)."""
    if not 0 <= starts_at < 24 * 60:
        raise Invalid(text("请填写上课时间，例如 08:30。"), field="starts_at")


def worked_until(last_day: date) -> date:
    """The last day on which work counts as following from the training."""
    return last_day + timedelta(days=WORKED_WITHIN_DAYS)
