"""Each page asks the database as often, however many rows it shows (benchmarks/pages.py)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

import config
from benchmarks import pages
from jobmatch.infra import clock
from jobmatch.kernel.actor import Role
from jobmatch.seed.county import Plan
from jobmatch.seed.demo import seed_county
from tests.filling import grounded_app

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
FEW = Plan(
    county="150525", workers=40, employers=12, postings=12, households=16, brand_name="小队",
    members=24, accounts=0.5, seed=3,
)  # fmt: skip
MANY = replace(
    FEW, workers=200, postings=40, households=90, brand_name="大队", members=150,
    seed=4, variant=":many",
)  # fmt: skip


@pytest.fixture
def grounded(settings: config.Config, tmp_path: Path) -> Iterator[Flask]:
    with clock.at(NOON), grounded_app(settings, tmp_path) as app:
        yield app


def asked(app: Flask) -> dict[str, tuple[int, int]]:
    """Questions and bytes of each page: of the heaviest of its kind."""
    found = pages.measure(app, 1)
    return {name: (page.queries, page.size) for name, page in found.items()}


def lists(app: Flask) -> dict[str, int]:
    """Questions of each page of the desks that needs no key."""
    people = {
        address.split("/")[1]: browser
        for _, browser, address in pages.pages(app)
        if address.startswith(("/employer", "/brand/", "/officer"))
    }
    people |= {
        role.value: pages.signed_in(app, pages.make(app, role))
        for role in (Role.ADMIN, Role.STATION)
    }
    found = {}
    with pages.counting(app) as queries:
        for rule in app.url_map.iter_rules():
            browser = people.get(rule.endpoint.split(".")[0])
            if browser is None or rule.arguments or "GET" not in (rule.methods or ()):
                continue
            browser.get(rule.rule)  # what is kept in the process is read by the first
            before = queries()
            assert browser.get(rule.rule).status_code == 200, rule.rule
            found[rule.rule] = queries() - before
    return found


@pytest.mark.same_everywhere
def test_pages_ask_the_database_as_often_however_many_rows_they_show(grounded: Flask) -> None:
    with grounded.app_context():
        seed_county(FEW, "few", lambda n: None)
    few, few_lists = asked(grounded), lists(grounded)
    with grounded.app_context():
        seed_county(MANY, "many", lambda n: None)
    many, many_lists = asked(grounded), lists(grounded)
    assert {name: n for name, (n, _) in many.items()} == {name: n for name, (n, _) in few.items()}
    assert many_lists == few_lists
    assert len(many_lists) > 30
    longer = {name for name, (_, size) in many.items() if size > few[name][1] * 1.3}
    assert {"board", "roster of a day", "sign-ups of a posting", "brand members"} <= longer
