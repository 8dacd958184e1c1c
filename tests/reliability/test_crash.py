"""Some rounds of the campaign of benchmarks/reliability.py, on the database of this run."""

import os
import sys

import pytest
from flask import Flask

from jobmatch.infra.db import db, writing_engine
from tests.conftest import _empty
from tests.reliability.crash import Campaign

pytestmark = [
    pytest.mark.race,
    pytest.mark.skipif(sys.platform == "win32", reason="no fork and no kill -9 there"),
]
ROUNDS = int(os.environ.get("CRASH_ROUNDS", "2"))


@pytest.fixture
def outside(whole_app: Flask):
    """The application without a context held open: each process opens connections of its own."""
    yield whole_app
    with whole_app.app_context():
        db.session.remove()
        writing_engine().dispose()
        _empty()


def test_what_was_answered_is_there_once_whenever_the_process_is_killed(outside: Flask) -> None:
    run = Campaign(outside, seed=7)
    for _ in range(ROUNDS):
        run.round()
    assert run.tally.damage == 0, run.tally
    assert run.tally.kills >= 1
    assert dict(run.tally.operations) == dict.fromkeys(
        ("sync", "settle", "pay", "import"), 8 * ROUNDS
    )


@pytest.mark.parametrize("broken", ["transaction", "key"])
def test_without_the_transaction_or_the_key_there_is_damage(outside: Flask, broken: str) -> None:
    """The control."""
    run = Campaign(outside, seed=3, broken=broken)
    for _ in range(8):
        run.round()
        if run.tally.damage:
            break
    assert run.tally.damage > 0
