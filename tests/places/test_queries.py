import pytest
from flask import Flask

from jobmatch.places import queries

pytestmark = pytest.mark.usefixtures("app")


def test_a_place_is_found_by_its_code():
    found = queries.place("150525102")
    assert found is not None
    assert (found.level, found.short_name, found.parent_code) == (4, "青龙山", "150525")


def test_an_unknown_code_is_no_place():
    assert queries.place("999999") is None
    assert queries.place("") is None


def test_children_stand_in_the_order_of_their_codes():
    assert [row.code for row in queries.children("150525")] == ["150525100", "150525102"]


@pytest.mark.parametrize(
    "typed", ["wolongquanzi", "wlqz", "卧龙泉", "WoLong", "奈曼 卧龙", "nmq wlq"]
)
def test_a_village_is_found_by_pinyin_initials_or_characters(typed):
    assert [row.code for row in queries.search(typed)] == ["150525102222"]


def test_higher_places_come_first_among_equals():
    assert [row.code for row in queries.search("青龙山")] == ["150525102", "150525102201"]


def test_search_keeps_to_the_level_and_the_bounds():
    assert [row.code for row in queries.search("青龙山", level=5)] == ["150525102201"]
    assert queries.search("青龙山", within="1504") == []


def test_signs_of_the_pattern_language_find_nothing():
    assert queries.search("%") == []
    assert queries.search("_") == []


def test_no_words_find_nothing():
    assert queries.search("  ") == []


def test_a_search_below_something_unknown_finds_nothing():
    assert queries.search("月球 青龙山") == []


def test_chain_leads_from_the_region_down():
    codes = [row.code for row in queries.chain("150525102222")]
    assert codes == ["15", "1505", "150525", "150525102", "150525102222"]
    assert queries.chain("150525999") == []


def test_names_by_code_leave_out_what_is_unknown():
    assert queries.names(["150525", "999"]) == {"150525": "奈曼"}
    assert queries.full_names(["1505"]) == {"1505": "内蒙古自治区通辽市"}
    assert queries.names([]) == {}


def test_neighbours_name_the_township_and_the_village():
    assert queries.local_names(["150525102222", "150525", "1"]) == {
        "150525102222": "青龙山卧龙泉子村",
        "150525": "奈曼",
    }


def test_the_picker_asks_for_children_as_json(app: Flask):
    answer = app.test_client().get("/places/children?parent=150525102")
    assert answer.json == {
        "label": "嘎查村",
        "items": [
            {"code": "150525102201", "name": "青龙山村"},
            {"code": "150525102222", "name": "卧龙泉子村"},
        ],
    }


def test_below_a_village_there_is_nothing(app: Flask):
    answer = app.test_client().get("/places/children?parent=150525102222")
    assert answer.json == {"label": "", "items": []}


def test_the_picker_finds_places_with_their_path(app: Flask):
    answer = app.test_client().get("/places/search?q=wlq&top=1505&level=")
    assert answer.json == {
        "items": [{"code": "150525102222", "name": "卧龙泉子村", "path": "奈曼 青龙山"}]
    }


def test_the_picker_gets_the_selects_that_lead_to_a_place(app: Flask):
    chain = app.test_client().get("/places/search?code=150525102&top=1505").json["chain"]
    assert [(level["label"], level["chosen"]) for level in chain] == [
        ("旗县", "150525"),
        ("苏木乡镇", "150525102"),
    ]
    assert chain[0]["items"] == [{"code": "150525", "name": "奈曼"}]
