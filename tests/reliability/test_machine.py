"""Deeds in any order leave what the model says; each planted fault is found by the same machine.

MACHINE_EXAMPLES and MACHINE_STEPS make it longer: `python3 manage.py reliability --properties`.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event, select

from jobmatch.attendance import service as attendance
from jobmatch.attendance import writing
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.attendance.service import Mark
from jobmatch.earnings import booking, income, payment, service
from jobmatch.earnings.models import PaySlip
from jobmatch.earnings.rules import ledger
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra import clock
from jobmatch.infra import once as keys
from jobmatch.infra.db import db, forget_reads, reading, writing_engine
from tests.attendance.support import engage
from tests.conftest import _empty
from tests.reliability.machine import DAYS, FIRST, NOW, Cast, Deeds, on
from tests.support import World

pytestmark = [pytest.mark.slow, pytest.mark.same_everywhere]
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "6"))
STEPS = int(os.environ.get("MACHINE_STEPS", "50"))
SEARCH = settings(
    max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=EXAMPLES < 100,
    database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    print_blob=False, report_multiple_bugs=False,
)  # fmt: skip


def cast_of(app: Flask) -> Cast:
    world = World(app)
    with app.app_context(), clock.at(NOW):
        employer_id, employer = world.employer()
        posting = world.posting(employer_id, first=FIRST, last=on(DAYS - 1))
        household, members = world.household()
        names = ("王秀兰", "李桂芳")
        one, one_actor = world.worker(names[0], member_id=members[0])
        other, other_actor = world.worker(names[1])
        days = [on(n) for n in range(DAYS)]
        seats = (tuple(engage(posting, one, *days)), tuple(engage(posting, other, *days)))
        for n, keys_ in enumerate(zip(*seats, strict=True)):
            marks = [Mark(key, Kind.MINUTES, 480) for key in keys_]
            attendance.record_crew(marks, actor=employer, uid=f"day {n}")
        run = int(service.settle(posting, on(0), on(1), actor=employer))
        slips = reading().execute(select(PaySlip.worker_id, PaySlip.id)).all()
        of = {worker: slip for worker, slip in slips}  # noqa: C416 (dict() loses the types)
        found = Cast(
            posting, employer_id, employer, (one, other), (one_actor, other_actor), names,
            household, run, (of[one], of[other]), seats,
        )  # fmt: skip
        forget_reads()
        return found


@pytest.fixture
def machine(whole_app: Flask) -> Iterator[type[Deeds]]:
    """The machine on a ground that each example finds as it was: copied back, not written anew."""
    with whole_app.app_context():
        engine = writing_engine()
    if engine.dialect.name != "sqlite":
        pytest.skip("says the same on every database")

    def hurry(raw: Any, _record: Any) -> None:
        """Nothing is to outlive the test."""
        raw.execute("PRAGMA synchronous=OFF")

    event.listen(engine, "connect", hurry)
    engine.dispose()
    cast = cast_of(whole_app)
    kept = sqlite3.connect(":memory:")
    file = str(engine.url.database)

    def copy(into: Callable[[sqlite3.Connection], None]) -> None:
        engine.dispose()
        raw = sqlite3.connect(file)
        into(raw)
        raw.close()

    copy(lambda raw: raw.backup(kept))
    kind = type(
        "DeedsHere",
        (Deeds,),
        {"app": whole_app, "cast": cast, "fresh": lambda: copy(lambda raw: kept.backup(raw))},
    )
    try:
        yield kind
    finally:
        event.remove(engine, "connect", hurry)
        with whole_app.app_context():
            db.session.remove()
            engine.dispose()
            _empty()
        kept.close()


def test_deeds_in_any_order_leave_what_the_model_says(machine: type[Deeds]) -> None:
    run_state_machine_as_test(machine, settings=SEARCH)


def _nothing(*_given: Any, **_named: Any) -> None:
    return None


MUTANTS: dict[str, tuple[object, str, Any]] = {
    "a settled day can be changed": (writing, "settled", lambda *_: set()),
    "a reversed settlement keeps its days": (service, "_free_days", _nothing),
    "a payment is no income": (income, "earn_all", _nothing),
    "what is taken back stays income": (booking, "unearn", _nothing),
    "balances are not kept": (booking, "_add_up", _nothing),
    "a reversal books the same once more": (booking, "reversed_", lambda lines: tuple(lines)),
    "what is paid can be paid again": (payment, "PAYABLE", frozenset(SlipState)),
    "a reversed slip can be confirmed": (service, "CONFIRMABLE", frozenset(SlipState)),
    "an answered slip is open to objection": (service, "OPEN_TO_OBJECTION", frozenset(SlipState)),
    "a paid slip can be reversed": (service, "REVERSIBLE", frozenset(SlipState)),
    "an objection is forgotten by paying": (payment, "unpaid_state", lambda *_: SlipState.ISSUED),
    "a request is done each time it is sent": (keys, "_claimed", lambda *_: 0),
    "a key stands for no answer": (keys, "_answered", _nothing),
    "a payment books a fen too much": (payment.ledger, "paid", None),
    "the chain begins anew each time": (booking, "linked", None),
}


# Those that take the machine longer are for the campaign alone.
RARE = {
    "what is taken back stays income", "a reversed slip can be confirmed",
    "an answered slip is open to objection", "a paid slip can be reversed",
    "an objection is forgotten by paying",
}  # fmt: skip
TRIED = [fault for fault in MUTANTS if EXAMPLES >= 100 or fault not in RARE]


@pytest.mark.parametrize("fault", TRIED)
def test_the_machine_finds_a_planted_fault(
    machine: type[Deeds], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The control. It ends with the first thing that differs, mostly within a few examples."""
    where, name, instead = MUTANTS[fault]
    if fault == "a payment books a fen too much":
        right = ledger.paid
        instead = lambda worker, fen: right(worker, fen + 1)  # noqa: E731
    elif fault == "the chain begins anew each time":
        instead = lambda _head, entry: ledger.linked(ledger.Head(), entry)  # noqa: E731
    monkeypatch.setattr(where, name, instead)
    with pytest.raises(Exception):  # noqa: B017 (the database's own guards may speak first)
        run_state_machine_as_test(machine, settings=settings(SEARCH, max_examples=60))
