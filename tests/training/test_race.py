"""Many phones after the last seats of a session."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading
from jobmatch.kernel.errors import Conflict
from jobmatch.training import enrolling, queries, service
from jobmatch.training.models import Enrolment, TrainingSession
from tests.support import World, instant
from tests.training.support import session_of

THREADS, SEATS = 16, 5


def rush(app: Flask, world: World, look: Callable[[int], bool]) -> tuple[int, int]:
    """All look, then all tap at once for five seats: how many got one, how many count as taken."""
    with clock.at(instant(2026, 8, 1)):
        key = session_of(world.officer(), seats=SEATS)
        people = [world.worker(f"工人{n}", free=None) for n in range(THREADS)]
    gate = threading.Barrier(THREADS, timeout=60)
    crashed: list[BaseException] = []

    def tap(worker_id: int, actor: object) -> None:
        with app.app_context(), clock.at(instant(2026, 8, 1)):
            try:
                is_free = look(key)
                gate.wait()
                if is_free:
                    service.enrol(key, worker_id, actor=actor)
            except Conflict:
                pass
            except BaseException as error:
                crashed.append(error)

    threads = [threading.Thread(target=tap, args=person) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert crashed == []
    forget_reads()
    held = reading().scalars(select(Enrolment.id).where(Enrolment.session_id == key)).all()
    taken = reading().scalar(select(TrainingSession.taken).where(TrainingSession.id == key))
    return len(held), taken or 0


def has_a_seat(session_id: int) -> bool:
    row = queries.session(session_id)
    return row is not None and row.left > 0


@pytest.mark.race
@pytest.mark.parametrize("turn", range(3))
def test_seats_are_neither_oversold_nor_left_empty(app: Flask, world: World, turn: int) -> None:
    assert rush(app, world, has_a_seat) == (SEATS, SEATS)


@pytest.mark.race
def test_the_control_that_only_looks_first_oversells(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolling, "_take_seat", lambda session, session_id: None)
    held, _ = rush(app, world, has_a_seat)
    assert held > SEATS
