import pytest
from sqlalchemy import delete

from jobmatch.infra.db import transaction
from jobmatch.skills import queries
from jobmatch.skills.models import SkillAlias

pytestmark = pytest.mark.usefixtures("app")


def test_names_are_in_both_languages():
    found = queries.names(["ag.swpotato.sort", "no.such"])
    assert list(found) == ["ag.swpotato.sort"]
    assert found["ag.swpotato.sort"].name_zh == "甘薯分拣"
    assert found["ag.swpotato.sort"].name_en == "Sweet potato sorting"
    assert found["ag.swpotato.sort"].months == (9, 10)


def test_no_ids_ask_nothing():
    assert queries.names([]) == {}
    assert queries.skill("no.such") is None


def test_skills_stand_under_their_categories_the_largest_first():
    found = queries.categories()
    assert [(row.id, [skill.id for skill in row.skills]) for row in found] == [
        ("ag", ["ag.potato.dig", "ag.swpotato.dig", "ag.swpotato.sort"]),
        ("lv", ["lv.sheep.shear"]),
    ]


def test_free_text_is_read_against_names_and_aliases():
    assert [row.skill_id for row in queries.recognise("会挑地瓜，也剪羊毛")] == [
        "ag.swpotato.sort",
        "lv.sheep.shear",
    ]


def test_a_new_alias_is_read_at_once():
    assert queries.recognise("给骆驼梳绒") == []
    with transaction() as session:
        session.add(SkillAlias(skill_id="lv.sheep.shear", alias="给骆驼梳绒"))
    try:
        assert [row.skill_id for row in queries.recognise("给骆驼梳绒")] == ["lv.sheep.shear"]
    finally:
        with transaction() as session:
            session.execute(delete(SkillAlias).where(SkillAlias.alias == "给骆驼梳绒"))
