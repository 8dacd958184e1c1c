"""Lower houses tell, upper houses hear, in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch import listeners
from jobmatch.accounts.models import User
from jobmatch.infra import clock, events
from jobmatch.infra.db import reading, transaction
from jobmatch.infra.events import Event, publish, subscribe


@dataclass(frozen=True, slots=True)
class Happened(Event):
    n: int


@dataclass(frozen=True, slots=True)
class OtherHappened(Event):
    n: int


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    for kind in (Happened, OtherHappened):
        events._handlers.pop(kind, None)


def test_handlers_hear_the_kind_they_asked_for_in_the_tellers_session(app: Flask) -> None:
    heard: list[tuple[str, Session, int]] = []
    subscribe(Happened, lambda session, event: heard.append(("a", session, event.n)))
    subscribe(Happened, lambda session, event: heard.append(("b", session, event.n)))
    subscribe(OtherHappened, lambda session, event: heard.append(("c", session, event.n)))
    with transaction() as session:
        publish(session, Happened(7))
        assert heard == [("a", session, 7), ("b", session, 7)]


def test_a_handler_listed_twice_hears_once(app: Flask) -> None:
    heard = []

    def handler(session: Session, event: Happened) -> None:
        heard.append(event.n)

    subscribe(Happened, handler)
    subscribe(Happened, handler)
    with transaction() as session:
        publish(session, Happened(1))
    assert heard == [1]


def test_what_a_handler_raises_undoes_what_the_teller_wrote(app: Flask) -> None:
    def refuse(session: Session, event: Happened) -> None:
        raise LookupError

    subscribe(Happened, refuse)

    def tell() -> None:
        with transaction() as session:
            session.add(
                User(phone="13800000001", name="王", password_hash="x", created_at=clock.now())
            )
            session.flush()
            publish(session, Happened(1))

    with pytest.raises(LookupError):
        tell()
    assert reading().scalar(select(User.id)) is None


def test_nobody_has_to_listen(app: Flask) -> None:
    with transaction() as session:
        publish(session, Happened(1))


def test_making_a_second_application_subscribes_nobody_twice(app: Flask) -> None:
    before = {kind: list(handlers) for kind, handlers in events._handlers.items() if handlers}
    listeners.connect()
    assert {kind: list(h) for kind, h in events._handlers.items() if h} == before
    assert before
