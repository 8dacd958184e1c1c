"""Forms that book money: the same one sent twenty times at once is done once."""

import re
import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from jobmatch.earnings.models import JournalEntry, PaySlip, Settlement
from jobmatch.infra import clock
from jobmatch.infra.db import forget_reads, reading
from jobmatch.infra.once import IdempotencyKey
from jobmatch.web import once as web_once
from tests.earnings.conftest import field as field
from tests.earnings.support import FIRST, SECOND, Pay, all_present, settle
from tests.support import World, instant

SENDERS = 20


@pytest.fixture(autouse=True)
def _without_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


def count(table: type[Settlement] | type[JournalEntry]) -> int:
    return reading().scalar(select(func.count(table.id))) or 0


def key_of(html: str) -> str:
    found = re.findall(r'name="once" value="([0-9a-f]{32})"', html)
    assert found
    return str(found[0])


def seen_of(html: str) -> str:
    """The sum that the page shows, carried along."""
    found = re.findall(r'name="seen" value="(\d+)"', html)
    assert found
    return str(found[0])


def sent_at_once(
    world: World, field: Pay, path: str, data: dict[str, object]
) -> list[tuple[int, str]]:
    gate, came = threading.Barrier(SENDERS), []
    browsers = [world.sign_in(field.employer) for _ in range(SENDERS)]

    def run(n: int) -> None:
        with clock.at(instant(2026, 9, 27, 18)):
            gate.wait()
            answer = browsers[n].post(path, data=data)
            came.append((answer.status_code, answer.headers.get("Location", "")))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(SENDERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    forget_reads()
    return came


@pytest.mark.race
def test_one_settlement_form_sent_twenty_times_at_once_settles_once(
    world: World, field: Pay
) -> None:
    all_present(field)
    path = f"/employer/postings/{field.posting_id}/pay"
    shown = world.sign_in(field.employer).get(path).get_data(as_text=True)
    data: dict[str, object] = {
        "first": FIRST.isoformat(), "last": SECOND.isoformat(), "once": key_of(shown),
        "seen": seen_of(shown),
    }  # fmt: skip
    came = sent_at_once(world, field, path, data)
    run = reading().scalar(select(Settlement.id))
    assert came == [(303, f"/employer/settlements/{run}")] * SENDERS
    assert (count(Settlement), count(JournalEntry)) == (1, 2)


def test_the_same_payment_again_is_taken_and_another_under_its_key_is_refused(
    world: World, field: Pay
) -> None:
    all_present(field)
    path = f"/employer/settlements/{settle(field)}"
    browser = world.sign_in(field.employer)
    one, other = reading().scalars(select(PaySlip.id).order_by(PaySlip.id))
    key = key_of(browser.get(path).get_data(as_text=True))
    data = {"slip": str(one), "paid_on": "2026-09-27", "how": "cash", "proof": "7", "once": key}
    statuses = [browser.post(f"{path}/pay", data=data).status_code for _ in range(3)]
    assert statuses == [303] * 3
    refused = browser.post(f"{path}/pay", data=data | {"slip": str(other)})
    assert refused.status_code == 422
    assert "这次的内容不一样" in refused.get_data(as_text=True)
    assert key_of(refused.get_data(as_text=True)) != key
    assert count(JournalEntry) == 3


def test_a_form_without_a_proper_key_is_done_as_it_comes(world: World, field: Pay) -> None:
    all_present(field)
    path = f"/employer/postings/{field.posting_id}/pay"
    browser = world.sign_in(field.employer)
    seen = seen_of(browser.get(path).get_data(as_text=True))
    data = {"first": FIRST.isoformat(), "last": SECOND.isoformat(), "once": "x", "seen": seen}
    assert [browser.post(path, data=data).status_code for _ in range(2)] == [303, 422]
    assert reading().scalar(select(func.count(IdempotencyKey.id))) == 0


@pytest.mark.same_everywhere
def test_the_body_is_the_same_in_any_order_and_differs_by_any_part(app: Flask) -> None:
    def body(path: str = "/x", **data: object) -> str:
        with app.test_request_context(path, method="POST", data=data):
            return web_once.body_hash()

    same = body(a="1", b="2")
    assert body(b="2", a="1", once="k", csrf_token="t", password="p") == same
    others = {body(a="1", b="3"), body("/y", a="1", b="2"), body(a="1"), body(a="12", b="")}
    assert same not in others
    assert len(others) == 4
