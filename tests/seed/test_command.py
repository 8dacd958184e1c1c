"""`flask seed`: what it makes, makes once, and refuses."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.places.models import Place
from jobmatch.seed.scale import REGION_POSTINGS, REGION_WORKERS, county_plan, region_plans
from jobmatch.workers.models import Worker
from tests.filling import seed

pytestmark = pytest.mark.xdist_group("seed")  # one database serves them all


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """The day of the demonstration in the same database."""
    with clock.at(datetime(2026, 10, 1, 4, 0, tzinfo=UTC)):
        yield


def test_a_county_is_made_once_for_its_size_and_seed(grounded: Flask) -> None:
    arguments = ("--county", "150430", "--workers", "30", "--postings", "4", "--seed", "9")
    first, second = seed(grounded, *arguments), seed(grounded, *arguments)
    assert "150430: 30 workers, 4 postings" in first.output
    assert "150430: there already" in second.output
    other = seed(grounded, *arguments[:-1], "10")
    assert "150430: 30 workers, 4 postings" in other.output
    with grounded.app_context():
        there = select(func.count()).where(Worker.home_code.startswith("150430"))
        assert reading().scalar(there) == 60


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what to load"),
        (("--county", "159999"), "no banner or county has the code 159999"),
        (("--county", "1505"), "no banner or county has the code 1505"),
        (("--county", "150525", "--workers", "0"), "must be 1 or more"),
        (("--county", "150525", "--postings", "-1"), "must be 1 or more"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(
    grounded: Flask, arguments: tuple[str, ...], said: str
) -> None:
    done = seed(grounded, *arguments)
    assert done.exit_code == 2
    assert said in done.output


def test_no_generated_person_enters_a_production_database(
    grounded: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(grounded.config, "NAME", "production")
    done = seed(grounded, "--county", "150526", "--workers", "5", "--postings", "1")
    assert done.exit_code == 1
    assert "no place in a production database" in done.output
    assert seed(grounded, "--ground").exit_code == 0


def test_the_region_is_shared_out_over_all_counties_with_villages(grounded: Flask) -> None:
    with grounded.app_context():
        plans = list(region_plans(7))
        counties = set(
            reading().scalars(
                select(func.substr(Place.code, 1, 6)).where(Place.level == 5).distinct()
            )
        )
        assert {plan.county for plan in plans} == counties
        assert county_plan("150525", 20_000, 500, 7).households == 6_666
    assert sum(plan.workers for plan in plans) == REGION_WORKERS
    assert REGION_POSTINGS <= sum(plan.postings for plan in plans) <= REGION_POSTINGS + 10
    assert min(plan.workers for plan in plans) > 0
