"""What is done to what: words, the grid, and what aliases teach."""

import pytest

from jobmatch.skills.rules.lexicon import Knowledge, lexicon_of, split_up
from jobmatch.skills.rules.normalise import catalogue_of, ranked, read
from tests.skills.reading import NAMES, SMALL, small, whole

CATALOGUE = small()


def ids(text: str) -> list[str]:
    return [one.skill_id for one in read(text, CATALOGUE)]


def test_any_word_for_an_act_on_any_word_for_an_object_is_the_skill():
    assert ids("刨地瓜") == ["sw.dig"]
    assert ids("红薯挖三天") == ["sw.dig"]


def test_an_act_stands_for_those_above_it_and_an_object_too():
    assert ids("摘地瓜") == ["sw.dig"]
    assert ids("摘辣椒") == ["gen.pick"]


def test_the_object_of_the_clause_before_is_still_meant():
    assert set(ids("刨地瓜，装箱")) == {"sw.dig", "sw.pack"}
    assert set(ids("装箱，刨地瓜")) == {"sw.dig", "sw.pack"}


def test_a_concept_may_stand_under_two_that_stand_under_one():
    known = Knowledge(
        words=(
            ("o.crop", (), ("庄稼",)), ("o.veg", ("o.crop",), ("菜",)),
            ("o.root", ("o.crop",), ("根茎",)), ("o.carrot", ("o.veg", "o.root"), ("胡萝卜",)),
            ("a.weed", (), ("除草",)),
        ),
        grid=(("weed", ("a.weed",), ("o.crop",)),),
    )  # fmt: skip
    catalogue = catalogue_of([("weed", "田间除草")], (), known)
    assert [one.skill_id for one in read("胡萝卜除草", catalogue)] == ["weed"]


def test_an_act_without_any_object_says_what_it_says_alone():
    assert ids("打包") == ["pack"]
    assert ranked("装箱", CATALOGUE)[0].skill_id == "pack"


def test_objects_side_by_side_share_their_act():
    assert set(ids("小麦、燕麦收割")) == {"oat", "wheat"}
    assert set(ids("收小麦燕麦")) == {"oat", "wheat"}


def test_an_object_alone_is_no_skill_where_nothing_says_so():
    assert ids("地瓜") == []
    assert ids("辣椒") == []
    assert ranked("叉车", CATALOGUE)[0].skill_id == "lift"


def test_a_letter_alone_is_hardly_an_act():
    (found,) = ranked("挖", CATALOGUE)
    assert found.confidence < 0.1


def test_an_act_far_from_its_object_counts_less():
    near, far = ranked("挖地瓜", CATALOGUE)[0], ranked("挖某某某某某某地瓜", CATALOGUE)[0]
    assert far.confidence < near.confidence


def test_words_of_a_firm_count_less_than_what_it_wants():
    assert ranked("地瓜采摘公司招聘打包工", CATALOGUE)[0].skill_id == "pack"
    assert ranked("采摘公司招聘", CATALOGUE)[0].skill_id == "gen.pick"


def test_who_is_busy_and_where_counts_less_than_what_is_done():
    assert ranked("打包工正在刨地瓜", CATALOGUE)[0].skill_id == "sw.dig"
    assert ranked("叉车里挖地瓜", CATALOGUE)[0].skill_id == "sw.dig"


def test_work_that_is_none_of_ours_is_not_accepted():
    assert ids("叉车工程师") == []


def test_skills_that_the_catalogue_lacks_are_not_read():
    assert "unknown" not in ids("挖辣椒")


def test_a_homophone_is_heard():
    assert ids("插车司机") == ["lift"]
    assert ids("电悍工") == ["weld"]


def test_regional_words_are_tried_where_nothing_is_read():
    catalogue = catalogue_of([("dig", "甘薯采挖")], [("山芋疙瘩", "甘薯")])
    assert [one.skill_id for one in read("山芋疙瘩采挖", catalogue)] == ["dig"]
    assert read("什么也不像", catalogue) == []


def test_an_alias_teaches_its_act_for_all_words_of_its_object():
    taught = catalogue_of([*NAMES, ("sw.pack", "码地瓜")], (), Knowledge(
        words=(*SMALL.words, ("a.pile", (), ("码", "摞"))), grid=SMALL.grid,
    ))  # fmt: skip
    assert [one.skill_id for one in read("码红薯", taught)] == ["sw.pack"]
    assert [one.skill_id for one in read("摞红薯", taught)] == ["sw.pack"]


def test_the_grid_goes_before_what_an_alias_teaches():
    taught = catalogue_of([*NAMES, ("weld", "刨红薯")], (), SMALL)
    assert read("刨红薯", taught)[0].skill_id == "weld"
    assert read("刨地瓜", taught)[0].skill_id == "sw.dig"


def test_a_workers_word_teaches_nothing():
    taught = catalogue_of([*NAMES, ("weld", "地瓜工")], (), SMALL)
    assert "weld" not in [one.skill_id for one in ranked("红薯师傅", taught)]


def test_a_word_that_is_act_and_object_is_split_both_ways():
    both = Knowledge(words=(("o.bag", (), ("袋", "装")), ("a.fill", (), ("装",))))
    taught = catalogue_of([("bag", "装袋"), ("bag", "袋装")], (), both)
    assert read("装袋", taught)[0].skill_id == "bag"
    assert read("袋装", taught)[0].skill_id == "bag"


def test_a_term_with_letters_left_over_teaches_nothing():
    words = lexicon_of(CATALOGUE.terms, SMALL).words
    assert split_up("刨大地瓜", words, 4) is None
    found = split_up("会刨地瓜", words, 4)
    assert found is not None
    assert [word.text for word in found] == ["刨", "地瓜"]


@pytest.mark.parametrize(
    ("text", "skill_id"),
    [
        ("刨地瓜男女工", "ag.swpotato.dig"),
        ("會開叉車 能熬夜", "dr.forklift"),
        ("山药蛋挑拣", "ag.potato.sort"),
        ("赤峰某某农牧有限公司急招装卸工20名 日结200", "lo.load"),
    ],
)
def test_people_are_read_as_they_speak(text, skill_id):
    assert read(text, whole())[0].skill_id == skill_id


@pytest.mark.parametrize(
    "text", ["科左后旗 红薯", "奈曼旗的土豆", "宏达商贸有限公司", "家里有老人"]
)
def test_a_place_a_crop_or_a_firm_is_no_skill(text):
    assert read(text, whole()) == []


def test_several_skills_stand_in_one_phrase():
    assert {one.skill_id for one in read("起土豆装袋", whole())} >= {
        "ag.potato.dig", "ag.potato.bag",
    }  # fmt: skip
    assert {one.skill_id for one in read("装卸 搬运 会开叉车", whole())} == {
        "lo.load", "lo.carry", "dr.forklift",
    }  # fmt: skip
