import pytest

from jobmatch.skills.rules.normalise import catalogue_of, read
from jobmatch.skills.rules.text import normal

NAMES = [
    ("ag.swpotato.sort", "甘薯分拣"),
    ("ag.swpotato.sort", "挑地瓜"),
    ("ag.swpotato.dig", "甘薯采挖"),
    ("ag.potato.dig", "马铃薯采挖"),
    ("ag.potato.dig", "起土豆"),
    ("ag.gen.pick", "采摘"),
    ("ag.gen.sort", "分拣"),
    ("dr.lathe", "车工"),
    ("dr.forklift", "叉车工"),
    ("hh.cook", "做饭"),
    ("cn.cook", "做饭"),
    ("lv.sheep.shear", "剪羊毛"),
]
CATALOGUE = catalogue_of(NAMES, [("地瓜", "甘薯"), ("土豆", "马铃薯"), ("土豆", "马铃薯")])


def ids(text: str) -> list[str]:
    return [found.skill_id for found in read(text, CATALOGUE)]


def test_a_name_that_stands_in_the_text_is_read_with_its_words():
    (found,) = read("要甘薯分拣的", CATALOGUE)
    assert (found.skill_id, found.words) == ("ag.swpotato.sort", "甘薯分拣")
    assert found.confidence > 0.9


def test_several_skills_are_read_from_one_sentence():
    assert ids("挑地瓜、起土豆，还会剪羊毛") == [
        "ag.swpotato.sort",
        "ag.potato.dig",
        "lv.sheep.shear",
    ]


def test_the_longest_name_wins_over_those_inside_it():
    assert ids("叉车工") == ["dr.forklift"]


def test_a_longer_name_comes_before_a_shorter_one_said_earlier():
    assert ids("采摘和起土豆") == ["ag.potato.dig", "ag.gen.pick"]


def test_a_skill_named_twice_is_read_once():
    for text in ("挑地瓜，甘薯分拣", "甘薯分拣，挑地瓜"):
        assert ids(text) == ["ag.swpotato.sort"]


def test_one_term_may_name_two_skills_the_first_is_likelier():
    assert ids("做饭") == ["hh.cook", "cn.cook"]


def test_regional_words_are_read_as_the_standard_ones():
    assert ids("土豆采挖") == ["ag.potato.dig"]


def test_a_near_name_is_read_below_full_score():
    (found,) = read("剪绵羊毛", CATALOGUE)
    assert found.skill_id == "lv.sheep.shear"
    assert found.score < 90
    assert found.confidence < 0.9
    assert found.words == "剪绵羊毛"


@pytest.mark.parametrize("text", ["", "   ", "，。、", "我会", "证券经纪人", "项目经理", "工"])
def test_a_text_without_a_known_skill_reads_as_nothing(text):
    assert ids(text) == []


def test_full_width_letters_and_blanks_do_not_matter():
    assert normal("Ａ b　C") == "abc"
    assert ids("剪 羊 毛") == ["lv.sheep.shear"]
    assert ids("甘薯分拣！") == ["ag.swpotato.sort"]


def test_only_the_first_400_characters_are_read():
    assert ids("，" * 397 + "剪羊毛") == ["lv.sheep.shear"]
    assert ids("，" * 399 + "剪羊毛") == []


def test_a_part_is_cut_at_64_characters():
    assert ids("啊" * 61 + "剪羊毛") == ["lv.sheep.shear"]
    assert ids("啊" * 63 + "剪羊毛") == []


def test_an_empty_catalogue_reads_nothing():
    assert read("剪羊毛", catalogue_of([])) == []


def test_empty_names_and_repeated_pairs_are_left_out_of_the_catalogue():
    found = catalogue_of([("a", " "), ("b", "采摘"), ("b", "采 摘"), ("c", "采摘")])
    assert found.terms == {"采摘": ("b", "c")}
