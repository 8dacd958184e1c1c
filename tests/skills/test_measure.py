"""Measuring a reader."""

from jobmatch.skills.rules.lexicon import Knowledge
from jobmatch.skills.rules.measure import (
    Answer,
    Phrase,
    figures,
    folded,
    is_right,
    without,
    wrongly_accepted,
)  # fmt: skip

PHRASES = [
    Phrase("1", "刨地瓜装箱", ("dig", "pack"), source="a"),
    Phrase("2", "打包", ("pack",), ("load",), source="b"),
    Phrase("3", "焊", ("weld",), source="a"),
    Phrase("4", "看门", ("guard",), source="b"),
]
ANSWERS = [
    Answer(("dig", "x", "y", "pack"), 0.9), Answer(("load", "pack"), 0.4), Answer(()),
    Answer(("cook",), 0.9),
]  # fmt: skip


def test_figures_are_shares_of_all_phrases():
    found = figures(PHRASES, ANSWERS, 0.6)
    assert (found.count, found.accuracy, found.recall, found.accepted) == (4, 0.5, 0.375, 0.25)


def test_what_is_fair_is_right_as_the_first_answer_only():
    assert is_right(PHRASES[1], Answer(("load",)))
    assert not is_right(PHRASES[1], Answer(("dig", "load")))
    assert not is_right(PHRASES[2], Answer(()))


def test_answers_to_phrases_without_a_skill_are_counted_where_they_are_sure():
    assert wrongly_accepted(ANSWERS, 0.6) == 0.5
    assert wrongly_accepted(ANSWERS, 0.95) == 0.0


def test_words_that_only_these_phrases_say_are_hidden():
    known = Knowledge(
        words=(("o.x", (), ("地瓜", "番薯", "薯", "红薯")),), general=frozenset({"g"})
    )
    less = without(known, ["刨地瓜", "红薯", "薯"], elsewhere="卖红薯")
    assert less.words == (("o.x", (), ("番薯", "薯", "红薯")),)
    assert less.general == known.general


def test_each_source_is_read_by_a_reader_without_it():
    asked = []

    def reader(source):
        asked.append(source)
        return lambda text: Answer((source, text))

    found = folded(PHRASES, reader)
    assert asked == ["a", "b"]
    assert [answer.ranked for answer in found] == [
        ("a", "刨地瓜装箱"), ("b", "打包"), ("a", "焊"), ("b", "看门"),
    ]  # fmt: skip
