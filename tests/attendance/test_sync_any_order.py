"""Whatever phones send, in whatever order and however often: the same days come of it, once.

The model is told in the test's own words: per person the last thing that the leader said by the
phone's clock, read at the end from the taps themselves, not from the product.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from jobmatch.attendance import syncing, writing
from jobmatch.attendance.models import AttendanceEvent, WorkDay
from jobmatch.attendance.rules.presence import in_order
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading
from tests.attendance.support import DAY, Field, crew_at_work, milliseconds
from tests.conftest import _empty
from tests.support import World, instant

BEGAN = instant(2026, 9, 25, 7)
SAYS = st.one_of(
    st.tuples(st.just("present"), st.none()),
    st.tuples(st.just("absent"), st.none()),
    st.tuples(st.just("minutes"), st.integers(1, 660)),
    st.tuples(st.just("pieces"), st.integers(0, 5000)),
)


EXAMPLES = int(os.environ.get("SYNC_EXAMPLES", "12"))
SEARCH = settings(
    max_examples=EXAMPLES, stateful_step_count=20, deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
)  # fmt: skip


class Phones(RuleBasedStateMachine):
    """The leader's phone taps; batches leave in any order, get lost on the way back, come twice."""

    app: Flask

    def __init__(self) -> None:
        super().__init__()
        self.tapped: list[dict[str, Any]] = []
        self.arrived: set[str] = set()

    @initialize()
    def begin(self) -> None:
        self.context = self.app.app_context()
        self.context.push()
        _empty()
        self.at_work = crew_at_work(World(self.app))
        self.field: Field = self.at_work.__enter__()

    def teardown(self) -> None:
        if hasattr(self, "at_work"):
            self.at_work.__exit__(None, None, None)
            forget_reads()
            _empty()
            self.context.pop()

    @rule(person=st.integers(0, 2), said=SAYS)
    def tap(self, person: int, said: tuple[str, int | None]) -> None:
        """The phone's clock moves on with each tap: no two are of the same instant."""
        at = BEGAN + timedelta(seconds=len(self.tapped))
        self.tapped.append(
            {
                "uid": str(uuid.uuid4()), "kind": said[0], "value": said[1],
                "posting_id": self.field.posting_id, "worker_id": self.field.people[person],
                "date": DAY.isoformat(), "at": milliseconds(at),
            }
        )  # fmt: skip

    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        """Any taps, known to the server or not, in any order, some of them twice."""
        if self.tapped:
            self.sync(data.draw(st.lists(st.sampled_from(self.tapped), min_size=1, max_size=12)))

    @rule()
    def send_the_newest_first(self) -> None:
        """What was tapped before it comes later, if at all."""
        if self.tapped:
            self.sync(self.tapped[-1:])

    def sync(self, batch: list[dict[str, Any]]) -> None:
        found = syncing.sync(batch, milliseconds(clock.now()), actor=self.field.leader)
        before: set[str] = set(self.arrived)
        for item, one in zip(batch, found, strict=True):
            assert one.answer in ({"had"} if item["uid"] in before else {"stored", "review"})
            before.add(item["uid"])
        self.arrived |= before

    @invariant()
    def each_tap_is_there_once_and_the_days_are_what_was_said_last(self) -> None:
        if not hasattr(self, "field"):
            return
        forget_reads()
        stored = list(reading().scalars(select(AttendanceEvent.uid)))
        assert sorted(stored) == sorted(self.arrived)
        days = {
            worker: (minutes, pieces)
            for worker, minutes, pieces in reading().execute(
                select(WorkDay.worker_id, WorkDay.minutes, WorkDay.pieces)
            )
        }
        assert days == {
            worker: meant
            for worker in self.field.people
            if (meant := self.meant(worker)) is not None
        }

    def meant(self, worker: int) -> tuple[int, int] | None:
        """Minutes and pieces of a person by the taps that arrived; None: not there."""
        mine = [t for t in self.tapped if t["worker_id"] == worker and t["uid"] in self.arrived]
        if not mine or mine[-1]["kind"] == "absent":
            return None
        minutes = [t["value"] for t in mine if t["kind"] == "minutes"]
        pieces = [t["value"] for t in mine if t["kind"] == "pieces"]
        return (minutes or [480])[-1], (pieces or [0])[-1]


@contextmanager
def machine(app: Flask) -> Iterator[type[Phones]]:
    yield type("PhonesHere", (Phones,), {"app": app})


@pytest.mark.slow
def test_taps_in_any_order_any_number_of_times_give_the_same_days(whole_app: Flask) -> None:
    with machine(whole_app) as kind:
        run_state_machine_as_test(kind, settings=SEARCH)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["order of arrival", "names forgotten"])
def test_the_machine_finds_a_planted_fault(
    whole_app: Flask, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The control: with the fault the same machine fails."""
    if fault == "order of arrival":
        # All at one instant: then only the order of arrival is left.
        monkeypatch.setattr(
            writing, "in_order", lambda events: in_order(replace(e, at=BEGAN) for e in events)
        )
    else:
        monkeypatch.setattr(syncing, "_known", lambda *_: {})
    with machine(whole_app) as kind, pytest.raises(AssertionError):
        # It ends with the first fault, mostly within a few dozen.
        run_state_machine_as_test(kind, settings=settings(SEARCH, max_examples=100))
