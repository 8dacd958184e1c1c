"""The same request however often: one effect, one answer. Another body under its key: refused."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from jobmatch.earnings import chain
from jobmatch.earnings.models import LedgerCheck
from jobmatch.infra import clock
from jobmatch.infra import once as keys
from jobmatch.infra.db import forget_reads, reading, transaction
from jobmatch.infra.once import IdempotencyKey, OtherBody
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict
from jobmatch.kernel.ids import UserId
from tests.support import instant

ME, OTHER = Actor(UserId(1)), Actor(UserId(2))
BODY, SENDERS = "b" * 64, 20


def effects() -> int:
    return reading().scalar(select(func.count(LedgerCheck.id))) or 0


def deed() -> int:
    """Any writing: it leaves a row, and says how many there are now."""
    with transaction() as session:
        chain.keep([])
        return session.scalar(select(func.count(LedgerCheck.id))) or 0


def send(key: str = "k", body: str = BODY, actor: Actor = ME, endpoint: str = "pay") -> int:
    return keys.once(key, endpoint, body, deed, actor=actor)


def test_the_same_request_again_gives_the_first_answer_and_does_nothing(app: Flask) -> None:
    assert [send(), send(), send()] == [1, 1, 1]
    assert effects() == 1
    assert send("another") == 2
    assert send(actor=OTHER) == 3


@pytest.mark.parametrize("other", [{"body": "c" * 64}, {"endpoint": "settle"}])
def test_another_request_under_the_same_key_is_refused(app: Flask, other: dict[str, str]) -> None:
    send()
    with pytest.raises(OtherBody):
        send(**other)
    assert effects() == 1


def test_what_was_refused_may_be_tried_again_under_its_key(app: Flask) -> None:
    def refuse() -> int:
        deed()
        raise Conflict

    with pytest.raises(Conflict):
        keys.once("k", "pay", BODY, refuse, actor=ME)
    assert effects() == 0
    assert send() == 1


def test_keys_are_forgotten_after_the_days_that_the_rule_says(app: Flask) -> None:
    with clock.at(instant(2026, 9, 1)):
        send("old")
    with clock.at(instant(2026, 9, 3)):
        send("new")
    assert keys.forget(date(2026, 9, 9)) == 1
    assert list(reading().scalars(select(IdempotencyKey.key))) == ["new"]


def at_once(app: Flask, act: Callable[[], object]) -> list[object]:
    gate, came = threading.Barrier(SENDERS), []

    def run() -> None:
        with app.app_context():
            gate.wait()
            try:
                came.append(act())
            except OtherBody:
                came.append("refused")
            finally:
                forget_reads()

    threads = [threading.Thread(target=run) for _ in range(SENDERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    forget_reads()
    return came


@pytest.mark.race
def test_twenty_at_once_have_one_effect_and_one_answer(app: Flask) -> None:
    assert at_once(app, send) == [1] * SENDERS
    assert effects() == 1


@pytest.mark.race
def test_of_twenty_bodies_under_one_key_one_is_done(app: Flask) -> None:
    bodies = iter(f"{n:064d}" for n in range(SENDERS))
    came = at_once(app, lambda: send(body=next(bodies)))
    assert sorted(came, key=str) == [1] + ["refused"] * (SENDERS - 1)
    assert effects() == 1


@pytest.mark.race
def test_without_the_key_twenty_have_twenty_effects(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: every sender takes its request for a new one."""
    monkeypatch.setattr(keys, "_claimed", lambda *_: 0)
    at_once(app, send)
    assert effects() == SENDERS
