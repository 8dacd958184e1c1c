"""What of a text goes to the catalogue's keeper."""

import pytest

from jobmatch.skills.rules.nearest import nearest
from jobmatch.skills.rules.normalise import catalogue_of
from jobmatch.skills.rules.unread import form, says, segments, unread

CATALOGUE = catalogue_of([("dig", "甘薯采挖"), ("dig", "刨地瓜"), ("cook", "做饭")])


def test_words_of_work_that_no_alias_says_are_unread():
    assert unread("我会刨疙瘩，还能薅草", CATALOGUE) == ["刨疙瘩", "薅草"]


def test_words_that_are_read_are_not_in_the_list():
    assert unread("会刨地瓜、做饭", CATALOGUE) == []


@pytest.mark.parametrize(
    "said",
    [
        "工资200元一天", "日结包吃住", "男女不限", "电话13812345678", "加我微信 harvest88",
        "住在奈曼旗", "六十岁以下", "不会刨坑", "奈曼旗", "好", "abc def", "", "😀😀", "\0\x07",
    ],
)  # fmt: skip
def test_wages_ways_to_reach_somebody_and_chatter_are_left_out(said):
    assert unread(said, CATALOGUE) == []


@pytest.mark.parametrize("number", ["13812345678", "138 1234 5678", "15252519720504002X"])
def test_numbers_of_people_are_struck_out_before_anything_is_kept(number):
    assert segments(f"会刨疙瘩{number}会薅草") == ["刨疙瘩", "薅草"]


def test_the_same_words_are_told_once_however_wide_they_are_typed():
    assert segments("ＣＮＣ车床操作，cnc车床操作 CNC车床操作") == ["CNC车床操作"]
    assert form(" ＣＮＣ 车床\n操作") == "cnc车床操作"


def test_what_surrounds_the_words_is_taken_off():
    assert segments("急招刨疙瘩工人20名") == ["刨疙瘩"]
    assert segments("急招刨疙瘩两名") == ["刨疙瘩"]
    assert segments("主要会刨疙瘩什么的") == ["刨疙瘩"]


def test_a_part_is_cut_to_64_letters_and_a_text_to_forty_parts():
    assert [len(part) for part in segments("刨" * 90)] == [64]
    many = [f"刨{a}{b}" for a in "甲乙丙丁戊己庚辛壬" for b in "甲乙丙丁戊己庚辛壬癸"]
    assert len(segments("，".join(many))) == 40
    assert segments("，" * 2_000 + "刨疙瘩") == []


def test_a_text_says_a_skill_where_one_part_holds_the_words_and_reads_so():
    now = catalogue_of([("dig", "刨疙瘩"), ("cook", "做饭")])
    assert says("会做饭，会刨疙瘩", "刨疙瘩", "dig", now)
    assert not says("会做饭，会刨疙瘩", "刨疙瘩", "cook", now)
    assert not says("会做饭", "刨疙瘩", "dig", now)
    assert not says("", "刨疙瘩", "dig", now)


def test_words_far_behind_in_a_long_text_are_found_too():
    assert says("好，" * 900 + "刨疙瘩", "刨疙瘩", "dig", catalogue_of([("dig", "刨疙瘩")]))


# the nearest

TERMS = [
    ("dig", "甘薯采挖"), ("dig", "刨地瓜"), ("dig", "起红薯"), ("potato", "刨土豆"),
    ("cook", "做饭"), ("shear", "剪羊毛"),
]  # fmt: skip


def test_the_nearest_skills_come_first_each_once():
    assert nearest("刨疙瘩", TERMS) == ["dig", "potato"]
    assert nearest("剪羊绒", TERMS, 1) == ["shear"]


def test_skills_that_share_no_letter_are_not_offered():
    assert nearest("焊管子", TERMS) == []
    assert nearest("", TERMS) == []
    assert nearest("刨", []) == []
