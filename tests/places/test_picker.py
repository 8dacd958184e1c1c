import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from jobmatch.places import queries
from jobmatch.web.forms import BaseForm
from jobmatch.web.places import PlaceField, deepest


@pytest.mark.parametrize(
    ("posted", "code"),
    [
        (["1505", "150525", "150525102", ""], "150525102"),
        (["1505", "150525", "150525102", "150525102222"], "150525102222"),
        (["1504", "150525", "150525102"], "1504"),
        (["", ""], ""),
        ([], ""),
        (["22"], ""),
    ],
)
def test_the_place_is_the_deepest_code_inside_the_one_before(posted, code):
    assert deepest(posted) == code


class Home(BaseForm):
    home = PlaceField("家", least=queries.TOWNSHIP, required="请选择。", top="1505")
    other = PlaceField("别处")


def check(app: Flask, *codes: str) -> list[str]:
    data = MultiDict([("home", code) for code in codes])
    with app.test_request_context(method="POST", data=data):
        form = Home(meta={"csrf": False})
        form.validate()
        return list(form.home.errors)


def test_a_place_deep_enough_passes(app: Flask):
    assert check(app, "150525", "150525102") == []


def test_nothing_chosen_is_refused_where_a_place_is_required(app: Flask):
    assert check(app, "") == ["请选择。"]


def test_a_place_that_is_not_deep_enough_is_refused(app: Flask):
    assert check(app, "150525") == ["请选到苏木乡镇。"]


def test_an_unknown_code_is_refused(app: Flask):
    assert check(app, "150525", "150525999") == ["请从列表里选择地方。"]


def test_the_levels_go_one_below_the_chosen_place(app: Flask):
    data = MultiDict([("home", "150525")])
    with app.test_request_context(method="POST", data=data):
        levels = Home(meta={"csrf": False}).home.levels
    assert [(level["label"], level["chosen"]) for level in levels] == [
        ("旗县", "150525"),
        ("苏木乡镇", ""),
    ]
    assert levels[1]["options"] == [("150525100", "大沁他拉"), ("150525102", "青龙山")]


def test_a_choice_bounded_by_a_village_offers_that_village(app: Flask):
    with app.test_request_context():
        form = Home(meta={"csrf": False})
        form.home.top = "150525102222"
        assert form.home.levels == [
            {
                "label": "嘎查村",
                "options": [("150525102222", "卧龙泉子村")],
                "chosen": "150525102222",
            }
        ]
