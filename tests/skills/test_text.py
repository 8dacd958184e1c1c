"""How typed text is brought into one form and cut."""

import pytest

from jobmatch.skills.rules.text import normal, normals
from tests.skills.plain import text as plain
from tests.skills.reading import clauses


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("會開叉車", "会开叉车"),
        ("給黃瓜打叉、盤藤", "给黄瓜打叉、盘藤"),
        ("ＣＮＣ　车床", "cnc车床"),
        (" 起 土豆\n", "起土豆"),
        ("起\u200b土\x00豆\ufe0f", "起土豆"),
    ],
)
def test_width_case_blanks_traditional_and_unseen_signs_do_not_matter(typed, form):
    assert normal(typed) == form


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("起山药 装袋", ["起山药", "装袋"]),
        ("挑地瓜、起土豆，还会剪羊毛。", ["挑地瓜", "起土豆", "剪羊毛"]),
        ("剪 羊 毛", ["剪羊毛"]),
        ("捡山药蛋160元/天", ["捡山药蛋"]),
        ("日薪179-190元直招分拣员", ["日薪", "直招分拣员"]),
        ("男女普工18—43岁,300元/天", ["男女普工"]),
        ("B2本开大车", ["b2本开大车"]),
        ("", []),
        ("😀😀", []),
        ("12345", []),
    ],
)
def test_a_text_is_cut_at_signs_and_figures(typed, parts):
    assert clauses(typed) == parts
    assert plain.clauses(typed) == parts


def test_many_are_brought_into_one_form_as_each_alone():
    typed = ["會開叉車", "", " 起 土豆\n", "a\ue000b"]
    assert normals(typed) == ["会开叉车", "", "起土豆", "ab"]
    assert normals([]) == []


def test_a_long_text_is_cut():
    assert clauses("挖" * 10_000) == ["挖" * 64]
    assert len(clauses("挖土，" * 3_000)) == 24
