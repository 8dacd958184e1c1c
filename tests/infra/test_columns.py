"""Instants keep their zone and money its fen, on every database."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import case, func, select
from sqlalchemy.exc import StatementError

from jobmatch.accounts.models import User
from jobmatch.households.models import Household, IncomeEntry
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from tests.support import World


def test_an_instant_of_any_zone_comes_back_the_same_in_utc(app: Flask) -> None:
    given = datetime(2026, 9, 1, 12, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=8)))
    with transaction() as session:
        session.add(User(phone="13800000001", name="王", password_hash="x", created_at=given))
    found = reading().scalars(select(User.created_at)).one()
    assert found == given
    assert found.tzinfo is UTC
    assert found.isoformat() == "2026-09-01T04:00:00.250000+00:00"


def test_an_instant_without_a_zone_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="needs a zone"), transaction() as session:
        session.add(
            User(
                phone="13800000001", name="王", password_hash="x",
                created_at=datetime(2026, 9, 1, 12, 0),
            )
        )  # fmt: skip
    assert reading().scalar(select(User.id)) is None


def test_an_empty_instant_stays_empty(world: World) -> None:
    posting = world.posting(world.employer()[0], state="draft")
    from jobmatch.postings.models import Posting

    assert reading().get_one(Posting, posting).published_at is None


def test_instants_are_compared_by_the_database_as_instants(app: Flask, noon: datetime) -> None:
    with transaction() as session:
        session.add(User(phone="13800000001", name="王", password_hash="x", created_at=noon))
    in_shanghai = noon.astimezone(timezone(timedelta(hours=8)))
    assert reading().scalar(select(User.phone).where(User.created_at >= in_shanghai))
    assert not reading().scalar(select(User.phone).where(User.created_at > in_shanghai))


def income(world: World, amount: Any, ref: str = "r") -> None:
    household, _ = world.household()
    with transaction() as session:
        session.add(
            IncomeEntry(
                household_id=household, source="wage", amount_fen=amount, earned_on=clock.today(),
                origin="entry", ref=ref, created_at=clock.now(),
            )
        )  # fmt: skip


@pytest.mark.parametrize("fen", [0, 1, -1, 2**31, 10**13, -(10**13)])
def test_money_comes_back_to_the_fen(world: World, fen: int) -> None:
    income(world, fen)
    found = reading().scalars(select(IncomeEntry.amount_fen)).one()
    assert found == fen
    assert type(found) is int


@pytest.mark.parametrize("amount", [180.0, Decimal(180), "180", True])
def test_money_that_is_not_whole_fen_is_refused_not_rounded(world: World, amount: Any) -> None:
    with pytest.raises(StatementError, match="whole fen"):
        income(world, amount)
    assert reading().scalar(select(IncomeEntry.id)) is None
    assert reading().scalar(select(Household.id)) is not None  # the control: only it was refused


def test_the_clock_can_be_held_and_goes_on_afterwards(noon: datetime) -> None:
    with clock.at(noon):
        assert clock.now() == noon
        assert clock.today().isoformat() == "2026-09-01"
        with clock.at(noon + timedelta(hours=12)):
            assert clock.today().isoformat() == "2026-09-02"
        assert clock.now() == noon
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_sums_of_money_are_whole_fen_too(world: World) -> None:
    income(world, 2**40)
    income(world, 5, "s")
    amount = func.sum(IncomeEntry.amount_fen)
    some = func.sum(case((IncomeEntry.amount_fen > 5, IncomeEntry.amount_fen), else_=0))
    found = reading().execute(select(amount, some)).one()
    assert tuple(found) == (2**40 + 5, 2**40)
    assert [type(one) for one in found] == [int, int]
    assert reading().scalar(select(amount).where(IncomeEntry.id < 0)) is None
