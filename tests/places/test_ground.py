"""The ground data that every installation loads."""

from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import func, select

from jobmatch.infra.db import transaction
from jobmatch.places.models import Place
from jobmatch.seed import ground
from jobmatch.skills.models import Skill, SkillAlias


class TakenBack(Exception):
    """Undoes what a test has loaded."""


@pytest.fixture(scope="module")
def places() -> dict:
    return {row["code"]: row for row in ground.place_rows()}


def test_all_places_of_the_region_are_there(places):
    levels = [row["level"] for row in places.values()]
    assert [levels.count(level) for level in (1, 2, 3, 4, 5)] == [1, 12, 108, 1225, 14592]


def test_parents_come_before_their_children(places):
    seen: set[str | None] = {None}
    for row in places.values():
        assert row["parent_code"] in seen
        seen.add(row["code"])


def test_a_village_carries_names_pinyin_and_the_point_above(places):
    row = places["150525102222"]
    assert (row["short_name"], row["pinyin"], row["initials"]) == (
        "卧龙泉子村", "wolongquanzicun", "wlqzc",
    )  # fmt: skip
    assert row["full_name"] == "内蒙古自治区通辽市奈曼旗青龙山镇卧龙泉子村委会"
    assert (row["lon"], row["lat"]) == (places["150525102"]["lon"], places["150525102"]["lat"])


def test_every_value_fits_its_column(places):
    for row in places.values():
        assert len(row["full_name"]) <= 160
        assert len(row["initials"]) <= 40
        assert 97 < row["lon"] < 127
        assert 37 < row["lat"] < 54


def test_every_skill_has_both_names_and_its_aliases():
    rows = ground.skill_rows()
    assert len(rows) == 423
    assert all(row["name_zh"] and row["name_en"] for row in rows)
    assert all(1 <= month <= 12 for row in rows for month in row["months"])
    assert {row["skill_id"] for row in ground.alias_rows()} <= {row["id"] for row in rows}


def test_every_dated_rule_is_a_value_from_a_day_on():
    names = {row["name"] for row in ground.rule_rows()}
    assert {"work.least_age", "employer.verified_months", "monitoring.line_fen"} <= names


def test_loading_again_changes_nothing_and_a_changed_row_comes_back(app: Flask):
    told: list[str] = []
    with suppress(TakenBack), transaction() as session:
        ground.load_ground(lambda what, count: told.append(what))
        assert session.scalar(select(func.count()).select_from(Place)) >= 15_938
        assert session.scalar(select(func.count()).select_from(Skill)) >= 423
        aliases = session.scalar(select(func.count()).select_from(SkillAlias))
        assert set(ground.load_ground().values()) == {0}
        session.get_one(Place, "150525").name = "别的旗"
        session.flush()
        assert ground.load_ground()["place"] == 1
        session.expire_all()
        assert session.get_one(Place, "150525").name == "奈曼旗"
        assert session.scalar(select(func.count()).select_from(SkillAlias)) == aliases
        raise TakenBack
    assert told == ["place", "skill", "dated_rule", "skill_alias"]
