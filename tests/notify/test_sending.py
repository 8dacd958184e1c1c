"""Messages by other channels: once, at a decent hour, tried again, never from a request."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from jobmatch.accounts import service as accounts
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import NOBODY
from jobmatch.kernel.errors import Invalid, NotAllowed
from jobmatch.kernel.text import text
from jobmatch.notify import queries, sending, service
from jobmatch.notify.channels import ByProvider, NotSent, OnPaper, channels
from jobmatch.notify.models import Outgoing
from jobmatch.notify.rules import not_before, try_again
from tests.support import instant

NOON = instant(2026, 9, 20)
KEY = "11112222-3333-4444"


class Phone:
    """A provider that remembers, and fails as often as it is told."""

    is_real = True

    def __init__(self, failing: int = 0) -> None:
        self.sent: list[tuple[str, str]] = []
        self.failing = failing

    def send(self, to: str, words: str) -> None:
        if self.failing:
            self.failing -= 1
            raise NotSent
        self.sent.append((to, words))


@pytest.fixture(autouse=True)
def _at_noon():
    with clock.at(NOON):
        yield


@pytest.fixture
def worker(world):
    _, actor = world.worker()
    return actor


def wish(actor, *, sms=True, wecom=False, key="", quiet=(21 * 60, 8 * 60)):
    sending.set_reach(
        actor=actor, sms=sms, wecom=wecom, wecom_key=key, quiet_from=quiet[0], quiet_to=quiet[1]
    )


def tell(actor) -> None:
    with transaction() as session:
        service.tell(session, [actor.user_id], text("有新活"))


def rows() -> list[tuple[str, str, int]]:
    with transaction() as session:
        found = session.scalars(select(Outgoing).order_by(Outgoing.id))
        return [(row.channel, row.state, row.tries) for row in found]


@pytest.mark.parametrize(
    ("hour", "due"), [(12, 12), (20, 20), (21, 32), (23, 32), (0, 8), (7, 8), (8, 8)]
)
def test_nothing_is_sent_between_21_and_8(hour, due):
    begin = instant(2026, 9, 20, 0)
    now = begin + timedelta(hours=hour)
    assert not_before(now, 21 * 60, 8 * 60) == begin + timedelta(hours=due)


@pytest.mark.parametrize(("hour", "due"), [(11, 11), (12, 14), (13, 14), (14, 14)])
def test_quiet_hours_of_the_day_end_on_the_same_day(hour, due):
    begin = instant(2026, 9, 20, 0)
    now = begin + timedelta(hours=hour)
    assert not_before(now, 12 * 60, 14 * 60) == begin + timedelta(hours=due)


def test_the_same_hour_twice_is_never_quiet():
    assert not_before(NOON, 600, 600) == NOON


def test_a_message_is_tried_five_times_with_growing_pauses():
    minutes = [try_again(n) for n in range(1, 6)]
    assert minutes == [timedelta(minutes=n) for n in (1, 5, 25, 125)] + [None]


def test_without_a_wish_nothing_goes_out(worker):
    tell(worker)
    assert rows() == []


def test_a_wish_sends_once_and_only_once(worker):
    wish(worker)
    tell(worker)
    phone = Phone()
    assert sending.send_due({"sms": phone, "wecom": phone}) == 1
    assert sending.send_due({"sms": phone, "wecom": phone}) == 0
    assert [words for _, words in phone.sent] == ["有新活"]
    assert rows() == [("sms", "sent", 1)]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("zh", "9月21日 有活：甘薯分拣工，07:30 在“一号窖”上工。"),
        ("en", 'Work on Sep 21: 甘薯分拣工, starting 07:30 at "一号窖".'),
    ],
)
def test_a_message_speaks_the_language_of_who_reads_it(worker, locale, words):
    accounts.set_locale(locale, actor=worker)
    wish(worker)
    said = text(
        "{day} 有活：{title}，{start} 在“{site}”上工。",
        day=date(2026, 9, 21), title="甘薯分拣工", start="07:30", site="一号窖",
    )  # fmt: skip
    with transaction() as session:
        service.tell(session, [worker.user_id], said)
    phone = Phone()
    sending.send_due({"sms": phone})
    assert [sent for _, sent in phone.sent] == [words]


def test_what_fails_is_tried_again_a_minute_later(worker):
    wish(worker)
    tell(worker)
    phone = Phone(failing=1)
    assert sending.send_due({"sms": phone}) == 0
    assert sending.send_due({"sms": phone}) == 0
    assert not sending.waits()
    with clock.at(NOON + timedelta(minutes=1)):
        assert sending.send_due({"sms": phone}) == 1
    assert rows() == [("sms", "sent", 2)]


def test_what_fails_five_times_is_given_up(worker):
    wish(worker)
    tell(worker)
    phone = Phone(failing=9)
    for hour in range(7):
        with clock.at(NOON + timedelta(hours=hour)):
            sending.send_due({"sms": phone})
    assert rows() == [("sms", "failed", 5)]


def test_at_night_it_waits_for_the_morning(worker):
    wish(worker)
    with clock.at(NOON + timedelta(hours=10)):
        tell(worker)
        assert not sending.waits()
    with clock.at(NOON + timedelta(hours=20)):
        assert sending.waits()


def test_a_message_left_by_a_process_that_died_is_not_sent_again(worker):
    """Nobody knows whether it went out: once too few is better than twice."""
    wish(worker)
    tell(worker)

    class Dead(Phone):
        def send(self, to, words):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sending.send_due({"sms": Dead()})
    phone = Phone()
    with clock.at(NOON + timedelta(minutes=6)):
        assert sending.waits()
        assert sending.send_due({"sms": phone}) == 0
    assert rows() == [("sms", "unsure", 1)]
    assert phone.sent == []


def test_who_takes_the_wish_back_gets_nothing_any_more(worker):
    wish(worker)
    tell(worker)
    wish(worker, sms=False)
    phone = Phone()
    assert sending.send_due({"sms": phone}) == 0
    assert rows() == [("sms", "failed", 1)]


def test_wecom_goes_to_the_key_that_is_kept_sealed(worker):
    wish(worker, sms=False, wecom=True, key=KEY)
    wish(worker, sms=False, wecom=True)
    tell(worker)
    robot = Phone()
    sending.send_due({"wecom": robot})
    assert [to for to, _ in robot.sent] == [KEY]
    assert queries.reach(worker.user_id) == queries.ReachRow(wecom=True, has_key=True)


@pytest.mark.parametrize(
    "wrong", [{"wecom": True}, {"key": "短"}, {"key": "a b c d e f"}, {"quiet": (1440, 0)}]
)
def test_a_wrong_wish_changes_nothing(worker, wrong):
    with pytest.raises(Invalid):
        wish(worker, **wrong)
    assert queries.reach(worker.user_id) == queries.ReachRow()


def test_nobody_has_no_wishes():
    with pytest.raises(NotAllowed):
        wish(NOBODY)


def test_without_a_provider_messages_stay_in_the_outbox(worker):
    wish(worker)
    tell(worker)
    ways = channels({"sms": "", "wecom": "wecombot://{to}"})
    assert isinstance(ways["sms"], OnPaper)
    assert ways["wecom"] == ByProvider("wecombot://{to}")
    assert sending.send_due(ways) == 1
    (row,) = queries.outgoing()
    assert (row.state, str(row.said)) == ("kept", "有新活")
    assert queries.outgoing_counts() == {"kept": 1}


def test_a_provider_that_does_not_answer_is_no_error_of_ours():
    with pytest.raises(NotSent):
        ByProvider("no-such-provider://{to}").send("13800000000", "有新活")
