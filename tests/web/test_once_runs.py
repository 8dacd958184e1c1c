"""Handing in and approving a pay run: the same form sent twenty times at once issues once."""

import re
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from jobmatch.accounts import service as accounts
from jobmatch.attendance.rules.kinds import Kind
from jobmatch.earnings import runs, settling
from jobmatch.earnings.models import JournalEntry, PaySlip
from jobmatch.earnings.run_models import PayRun
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.ids import UserId
from tests.attendance.support import mark
from tests.earnings.conftest import field as field
from tests.earnings.support import FIRST, SECOND, Pay, all_present
from tests.support import World, instant

SENDERS = 20


@pytest.fixture(autouse=True)
def _without_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def begun(field: Pay) -> int:
    all_present(field)
    (employer_id,) = field.employer.employer_ids
    return runs.begin(employer_id, FIRST, SECOND, actor=field.employer)


def state(run: int) -> str:
    forget_reads()
    return reading().scalars(select(PayRun.state).where(PayRun.id == run)).one()


def counted() -> tuple[int, int]:
    forget_reads()
    tables = (PaySlip.id, JournalEntry.id)
    slips, entries = (reading().scalar(select(func.count(key))) or 0 for key in tables)
    return slips, entries


def shown(browser: FlaskClient, path: str) -> dict[str, object]:
    """The key and the sum that the page's form carries along."""
    html = browser.get(path).get_data(as_text=True)
    form = html[html.index('name="once"') - 400 :]
    found = {name: re.search(rf'name="{name}" value="(\w+)"', form) for name in ("once", "seen")}
    return {name: each[1] for name, each in found.items() if each}


def sent(browser: FlaskClient, path: str, data: dict[str, object]) -> int:
    return browser.post(path, data=data).status_code


def sent_at_once(browsers: list[FlaskClient], path: str, data: dict[str, object]) -> list[int]:
    gate, came = threading.Barrier(len(browsers)), []

    def run(browser: FlaskClient) -> None:
        with clock.at(instant(2026, 9, 27, 18)):
            gate.wait()
            came.append(sent(browser, path, data))

    threads = [threading.Thread(target=run, args=(one,)) for one in browsers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return came


@pytest.mark.race
def test_a_run_handed_in_twenty_times_at_once_is_issued_once(world: World, field: Pay) -> None:
    run = begun(field)
    path = f"/employer/pay/runs/{run}"
    browsers = [world.sign_in(field.employer) for _ in range(SENDERS)]
    data = shown(browsers[0], path)
    assert sent_at_once(browsers, f"{path}/issue", data) == [303] * SENDERS
    assert (state(run), counted()) == ("issued", (2, 2))
    assert "状态已经变了" not in browsers[-1].get(path).get_data(as_text=True)


@pytest.mark.race
def test_a_run_approved_twenty_times_at_once_is_issued_once(
    world: World, field: Pay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "second_above", lambda _session, _employer_id: 10_000)
    # Twenty passwords at once are slow to check, and another test's.
    monkeypatch.setattr(accounts, "prove", lambda _password, *, actor: None)
    (employer_id,) = field.employer.employer_ids
    user = world.user("张会计")
    with transaction() as session:
        accounts.grant(session, UserId(user), Role.EMPLOYER, actor=Actor(), subject_id=employer_id)
    second = accounts.actor_of(user)
    run = begun(field)
    assert runs.hand_in(run, 72_000, actor=field.employer) == "awaiting"
    path = f"/employer/pay/runs/{run}"
    browsers = [world.sign_in(second) for _ in range(SENDERS)]
    data = shown(browsers[0], path) | {"password": "harvest-2026"}
    assert sent_at_once(browsers, f"{path}/approve", data) == [303] * SENDERS
    assert (state(run), counted()) == ("issued", (2, 2))


def test_another_sum_under_the_same_key_is_refused(world: World, field: Pay) -> None:
    run = begun(field)
    path = f"/employer/pay/runs/{run}"
    browser = world.sign_in(field.employer)
    data = shown(browser, path)
    assert sent(browser, f"{path}/issue", data) == 303
    refused = browser.post(f"{path}/issue", data=data | {"seen": "1"})
    assert refused.status_code == 422
    assert "这次的内容不一样" in refused.get_data(as_text=True)
    assert counted() == (2, 2)


def test_without_its_key_the_second_sending_is_told_that_the_run_moved_on(
    world: World, field: Pay
) -> None:
    run = begun(field)
    path = f"/employer/pay/runs/{run}"
    browser = world.sign_in(field.employer)
    data = {"seen": "72000"}
    assert [sent(browser, f"{path}/issue", data) for _ in range(2)] == [303, 303]
    assert "状态已经变了" in browser.get(path).get_data(as_text=True)
    assert counted() == (2, 2)


def test_a_run_that_was_opened_again_stays_so_for_whoever_sends_the_old_form_again(
    world: World, field: Pay
) -> None:
    run = begun(field)
    path = f"/employer/pay/runs/{run}"
    browser = world.sign_in(field.employer)
    data = shown(browser, path)
    with clock.at(instant(2026, 9, 27, 19)):
        mark(field.employer, field.days[1], Kind.MINUTES, 240)
    for _ in range(2):
        assert sent(browser, f"{path}/issue", data) == 303
        assert "有变动" in browser.get(path).get_data(as_text=True)
        assert (state(run), counted()) == ("draft", (0, 0))
