"""Words that no posting may use, and those that only look like them."""

import pytest

from jobmatch.postings.rules.words import Found, WordRule, find, fold
from jobmatch.postings.words import read, word_rules

REAL = [
    ("只要男工", "sex", "只要男工"),
    ("料理大棚蔬菜的女工", "sex", "女工"),
    ("女士优先", "sex", "女士优先"),
    ("招女工30名", "sex", "招女工"),
    ("地块机器挖完人工捡装袋，男170女150，要能弯腰的", "sex_pay", "男170女150"),
    ("男女普工18—43岁,300元/天", "age", "18—43岁"),
    ("小件分拣包装 16-50岁", "age", "16-50岁"),
    ("５０岁以下", "age", "５０岁以下"),
    ("年轻人优先", "age", "年轻人优先"),
    ("60岁以上勿扰", "age", "60岁以上勿扰"),
    ("15岁以上", "child", "15岁以上"),
    ("暑假工", "student", "暑假工"),
    ("汉族优先", "ethnicity", "汉族优先"),
    ("不要信教的", "religion", "不要信教"),
    ("限本地户口", "origin", "限本地户口"),
    ("外地人勿扰", "origin", "外地人勿扰"),
    ("无乙肝", "health", "无乙肝"),
    ("残疾人勿扰", "disability", "残疾人勿扰"),
    ("身高165以上", "looks", "身高1"),
    ("押金200元", "fee", "押金"),
    ("先交100元", "fee", "先交100元"),
    ("身份证押下", "paper", "身份证押下"),
    ("已婚已育优先", "family", "已婚已育优先"),
]


@pytest.mark.parametrize(("typed", "kind", "words"), REAL)
def test_the_very_words_are_marked(typed, kind, words):
    found = find(typed, word_rules())
    assert [(hit.rule.kind, hit.words[0]) for hit in found] == [(kind, words)]


@pytest.mark.parametrize(
    "typed",
    [
        "男女不限，年龄不限",
        "刨地瓜男女工",
        "年满16周岁",
        "18岁以上",
        "不收押金，免费培训",
        "工期40天左右，一天170",
        "各民族都欢迎",
        "带身份证登记",
        "有女宿舍",
        "坐着挑，分大中小三级，手脚麻利就行",
        "外地人也行，包吃住",
        "装卸50公斤以下的袋子，每天20-30袋",
        "收费用工资发放",
        "会说蒙古语更好",
        "照顾老人，做三顿饭",
        "清真食堂",
    ],
)
def test_harmless_words_are_left_alone(typed):
    assert find(typed, word_rules()) == []


def test_words_are_given_once_and_in_the_order_of_the_text():
    hits = find("只要男工，不要女的，只要男工", word_rules())
    assert hits[0].words == ("只要男工", "不要女的")


def test_an_allowed_phrase_shields_only_itself():
    rules = [WordRule("allowed", "男女不限", "", ""), WordRule("sex", "男|女", "refuse", "x")]
    assert find("男女不限，女", rules) == [Found(rules[1], ("女",))]


def test_an_empty_match_is_no_hit():
    assert find("abc", [WordRule("sex", "x*", "refuse", "x")]) == []


def test_folding_keeps_every_sign_in_its_place():
    assert fold("１８－４５岁　好") == "18-45岁 好"


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "sex", "pattern": "男", "level": "shout", "article": "promotion.27"},
        {"kind": "sex", "pattern": "男", "level": "warn", "article": "nowhere"},
        {"kind": "sex", "pattern": "(", "level": "warn", "article": "promotion.27"},
    ],
)
def test_a_broken_row_of_the_list_is_refused(row):
    with pytest.raises(ValueError):
        read(row)
