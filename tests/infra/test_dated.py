"""Rule tables: the value for the most exact place, then the latest that has begun."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from jobmatch.infra import audit, dated
from jobmatch.infra.dated import AlreadySet, DatedRule, NoRule, RuleRow
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotAllowed
from tests.support import World

ROWS = [
    ("fare", "", date(2020, 1, 1), 100),
    ("fare", "", date(2026, 1, 1), 120),
    ("fare", "1505", date(2021, 1, 1), 130),
    ("fare", "150525", date(2024, 1, 1), 140),
    ("fare", "150525", date(2026, 9, 1), 150),
    ("list", "", date(2020, 1, 1), ["a", "b"]),
]


@pytest.fixture(autouse=True)
def _rules(app: Flask) -> Iterator[None]:
    with transaction() as session:
        session.add_all(
            DatedRule(name=f"test.{n}", place_code=p, valid_from=d, value=v, source="here")
            for n, p, d, v in ROWS
        )
    yield
    with transaction() as session:
        session.execute(delete(DatedRule).where(DatedRule.name.startswith("test.")))


def value(place: str, on: date, name: str = "test.fare") -> Any:
    return dated.value(reading(), name, on=on, place=place)


@pytest.mark.parametrize(
    ("place", "on", "found"),
    [
        ("", date(2025, 12, 31), 100),
        ("", date(2026, 1, 1), 120),
        ("1504", date(2026, 5, 5), 120),
        ("1505", date(2026, 5, 5), 130),
        ("150526", date(2026, 5, 5), 130),
        ("150525", date(2026, 8, 31), 140),
        ("150525", date(2026, 9, 1), 150),
        ("150525102222", date(2026, 9, 1), 150),
        ("150525102222", date(2022, 1, 1), 130),
        ("150525102222", date(2020, 6, 1), 100),
    ],
)
def test_the_most_exact_place_counts_before_the_later_date(
    place: str, on: date, found: int
) -> None:
    assert value(place, on) == found


def test_before_the_first_date_there_is_no_rule() -> None:
    with pytest.raises(NoRule, match=r"test\.fare at anywhere on 2019-12-31"):
        value("", date(2019, 12, 31))


def test_a_name_that_nobody_set_has_no_rule() -> None:
    with pytest.raises(NoRule):
        value("150525", date(2026, 9, 1), "test.fares")


def test_a_value_may_be_whatever_json_holds() -> None:
    assert value("", date(2026, 9, 1), "test.list") == ["a", "b"]


def test_values_are_listed_by_place_and_the_latest_first() -> None:
    found = [(row.place_code, row.valid_from.year, row.value) for row in dated.rows("test.fare")]
    assert found == [
        ("", 2026, 120), ("", 2020, 100), ("1505", 2021, 130), ("150525", 2026, 150),
        ("150525", 2024, 140),
    ]  # fmt: skip
    assert dated.rows("test.%") == []


# --- adding -------------------------------------------------------------------------------------

TODAY = date(2026, 9, 10)


def add(actor: Actor, **changed: Any) -> None:
    given: dict[str, Any] = {
        "name": "test.fare", "place_code": "150525", "valid_from": date(2026, 10, 1),
        "value": 160, "source": "旗政府 2026 年 5 号文",
    }  # fmt: skip
    dated.add(**(given | changed), today=TODAY, actor=actor)


def test_an_administrator_adds_a_value_and_the_log_says_so(world: World) -> None:
    admin = world.admin()
    add(admin)
    assert value("150525", date(2026, 9, 30)) == 150
    assert value("150525", date(2026, 10, 1)) == 160
    (line,) = audit.lines(action="rule.add").rows
    assert line.actor_user_id == admin.user_id
    assert line.detail["value"] == 160


def test_nobody_else_adds_a_value(world: World) -> None:
    with pytest.raises(NotAllowed):
        add(world.officer("15"))
    assert value("150525", date(2026, 10, 1)) == 150


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"source": " "}, "source"),
        ({"source": "x" * 301}, "source"),
        ({"name": "test.fares"}, "name"),
        ({"value": "160"}, "value"),
        ({"value": 160.5}, "value"),
        ({"value": True}, "value"),
        ({"valid_from": date(2026, 9, 9)}, "valid_from"),
    ],
)
def test_a_value_that_breaks_a_rule_is_refused_at_its_field(
    world: World, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add(world.admin(), **changed)
    assert refused.value.field == field
    assert len(dated.rows("test.fare")) == 5


def test_a_value_is_never_set_twice_for_a_day(world: World) -> None:
    with pytest.raises(AlreadySet):
        add(world.admin(), valid_from=date(2026, 9, 1))


def test_the_past_of_a_place_without_values_may_still_be_told(world: World) -> None:
    add(world.admin(), place_code="1507", valid_from=date(2025, 1, 1))
    assert value("150721", date(2025, 6, 1)) == 160


# --- ground files -------------------------------------------------------------------------------


def test_a_ground_file_is_loaded_once_and_never_changes_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    file.write_text(
        "name,place_code,valid_from,value,source\n"
        'test.fare,,2026-01-01,999,"other"\n'
        'test.fare,150525,2027-01-01,170,"later"\n'
        'test.words,,2020-01-01,"[""男"", ""女""]","law"\n',
        encoding="utf-8",
    )
    read = dated.read_csv(file)
    assert read[2] == RuleRow("test.words", "", date(2020, 1, 1), ["男", "女"], "law")
    with transaction() as session:
        assert dated.load(session, read) == 2
    with transaction() as session:
        assert dated.load(session, read) == 0
    assert value("", date(2026, 9, 1)) == 120
    assert value("150525", date(2027, 1, 1)) == 170
