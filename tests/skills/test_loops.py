"""The compiled loops say what the plain reader says, to everything that may be typed.

NUMBA_DISABLE_JIT=1 runs the same loops as they are written (test_as_written.py does).
"""

import os
import random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reading_phrases import labelled, perturbed, raw, without_skill
from jobmatch.skills.rules import bulk, compiled
from jobmatch.skills.rules.bulk import rank_many, read_many
from jobmatch.skills.rules.loops import form, jit, meaning, near
from jobmatch.skills.rules.normalise import catalogue_of, judged_features, ranked, read
from tests.skills.plain.reader import Reader
from tests.skills.reading import NAMES, SMALL, plain, small, whole

SLOWLY = os.environ.get("NUMBA_DISABLE_JIT") == "1"
FEW = 15 if SLOWLY else 150
TYPED = (
    "刨挖地瓜红薯招聘正在里会我工师傅打包 ，、1元天23.-~到每/斤块钱毛分小时k+a9\x00😀開土豆"
    "山药蛋還會以及还能并且也_İΣ￥¥５٣公里平米周岁叉插车焊悍袋装"
)
SPELT = [("山药蛋蛋", "土豆"), ("红苕子", "红薯"), ("疙瘩", "刨地瓜装箱打包刨地瓜装箱打包")]

SMALLER = small(spellings=SPELT)
SMALLER_PLAIN = Reader(SMALLER, SPELT, SMALL)


@pytest.fixture(autouse=True)
def _wrapping():
    with np.errstate(all="ignore"):  # machine words wrap
        yield


def agree(text, catalogue, reader):
    assert ranked(text, catalogue) == reader.ranked(text)
    assert read(text, catalogue) == reader.read(text)


def drawn(count, most, seed):
    draw = random.Random(seed)
    return ["".join(draw.choices(TYPED, k=draw.randrange(most))) for _ in range(count)]


def phrases():
    """Labelled ones, ones without a skill, made-up ones, and ones joined with and without a sign."""
    labels = labelled("skills_public.csv") + labelled("heldout.csv")
    found = [phrase.text for phrase in labels]
    found += [one.text for worse in perturbed(labels, 7).values() for one in worse][::5]
    found += [text for texts in without_skill().values() for text in texts][::3]
    made_up = raw(2_000, 5)
    found += made_up
    found += ["，".join(made_up[at : at + 3]) for at in range(0, 600, 3)]
    found += ["".join(made_up[at : at + 2]) for at in range(600, 1_000, 2)]
    found += drawn(600, 60, 3) + drawn(40, 480, 4)
    return found[::60] if SLOWLY else found


def test_many_phrases_are_read_as_the_plain_reader_reads_each():
    # One in five: the plain reader is slow. READ_ALL=1 takes them all.
    texts, reader = phrases()[:: 1 if os.environ.get("READ_ALL") else 5], plain()
    assert rank_many(texts, whole(), 2) == [reader.ranked(text) for text in texts]
    assert read_many(texts, whole(), 2) == [reader.read(text) for text in texts]


def test_one_phrase_is_read_as_among_many(monkeypatch):
    monkeypatch.setattr(bulk, "PAGE", 70)
    texts = phrases()[::4]
    assert rank_many(texts, whole(), 2) == [ranked(text, whole()) for text in texts]


@settings(max_examples=FEW * 3, deadline=None)
@given(st.text(TYPED, max_size=90))
def test_whatever_is_typed_of_work(text):
    agree(text, SMALLER, SMALLER_PLAIN)


@settings(max_examples=FEW, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_at_all(text):
    agree(text, SMALLER, SMALLER_PLAIN)


@settings(max_examples=FEW, deadline=None)
@given(
    st.lists(st.text("刨地瓜红薯挖电焊工剪羊毛x", min_size=1, max_size=12), max_size=8),
    st.text("刨地瓜红薯挖电焊工剪羊毛x,", max_size=70),
)
def test_whatever_terms_there_are(terms, text):
    catalogue = catalogue_of([(f"s{n % 5}", term) for n, term in enumerate(terms)])
    agree(text, catalogue, Reader(catalogue))


@pytest.mark.parametrize(
    "text",
    [
        "刨地瓜 200元/天", "200kg刨地瓜", "3块钱刨", "3块a", "5-8元+刨", "5-a刨", "￥300刨", "a￥3刨",
        "12周岁刨", "12小时b刨", "12公里", "3平米", "3平b", "每天3+b", "5+a刨", "5-12a刨", "5-1.2.a刨", "3+刨", "1.5-2.5万/年刨", "3分钱每斤刨",
        "刨以及挖", "刨还会挖也会打包并且装箱还能收", "挖 地 瓜", "挖 地 瓜 " * 60, "挖，" * 200,
        "挖地瓜" * 60, "_挖_地瓜_", "红苕子", "疙瘩" * 30, "山药蛋蛋收割，红苕子", "地瓜公司招聘打包",
        "打包工正在挖地瓜", "叉车里挖地瓜", "插车司机", "电悍工", "ＣＮＣ", "İ挖", "\ud800挖地瓜",
        "地瓜，挖，红薯", "地瓜，辣椒，燕麦，小麦，挖", "挖，地瓜", "收小麦燕麦地瓜辣椒地瓜小麦", "地瓜工程师",
        "挖地瓜挖红薯装箱打包收小麦" * 12, "某某工", "蔬菜采某", "",
    ],
)  # fmt: skip
def test_turns_of_the_reader(text):
    agree(text, SMALLER, SMALLER_PLAIN)


def test_what_judges_an_answer_is_the_same():
    for text in [*phrases()[::40], "刨地瓜", "地瓜工程师", ""]:
        assert judged_features(text, whole()) == [
            (skill_id, pytest.approx(found)) for skill_id, found in plain().features(text)
        ]


def test_a_term_names_at_most_eight_skills():
    names = [*NAMES, *[(f"x{n}", "编筐") for n in range(12)]]
    assert [one.skill_id for one in ranked("编筐", catalogue_of(names))] == [
        f"x{n}" for n in range(8)
    ]


def written(function):
    """A loop as it is written: inner ones cannot be called when they are compiled."""
    return getattr(function, "py_func", function)


def test_texts_whose_hashes_are_equal_are_told_apart_by_their_letters():
    texts = np.array([1, 0, 2, 0, 1, 0], dtype=np.int64)
    starts, ends = np.array([0, 1, 2, 3]), np.array([2, 4, 6])
    group, firsts = np.zeros(3, np.int64), np.zeros(3, np.int64)
    assert form.grouped(texts, starts, ends, np.zeros(3, np.int64), group, firsts) == 2
    assert group.tolist() == [0, 1, 0]
    assert firsts[:2].tolist() == [0, 1]


def test_words_that_do_nothing_mean_nothing_together():
    nothing = np.array([0], dtype=np.int64)
    skills, weights = meaning.most_meant(nothing, nothing, SMALLER.tables)
    assert (skills.tolist(), weights.tolist()) == ([-1], [0.0])


@pytest.mark.parametrize(("size", "least"), [(1, 1), (2, 1), (6, 3), (64, 25)])
def test_a_near_term_has_as_many_letters_in_common_at_least(size, least):
    assert written(near.least_common)(size) == least


def test_a_term_farther_than_all_of_a_full_list_is_not_among_the_nearest():
    terms, ratios = np.arange(near.MOST_NEAR), np.full(near.MOST_NEAR, 0.8)
    work = SimpleNamespace(near=terms, ratios=ratios)
    assert written(near.entered)(99, 0.7, near.MOST_NEAR, work) == near.MOST_NEAR
    assert 99 not in terms
    assert written(near.entered)(99, 0.9, near.MOST_NEAR, work) == near.MOST_NEAR
    assert terms[0] == 99


def test_loops_are_kept_where_they_are_kept_already_else_where_one_can_write(tmp_path):
    there, new = tmp_path / "there", tmp_path / "new"
    there.mkdir()
    (tmp_path / "file").touch()
    assert jit.chosen([new, there]) == there
    assert not new.exists()
    assert jit.chosen([tmp_path / "file" / "below", new]) == new
    assert new.is_dir()
    assert jit.chosen([tmp_path / "file" / "below"]) is None


def test_loops_are_kept_beside_the_sources_or_where_set_up_says(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(compiled, "_folder", None)
    assert [place.parent.name for place in jit.candidates()] == ["__pycache__"]
    compiled.keep_in(tmp_path / "kept")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "named"))
    parents = [place.parent.name for place in jit.candidates()]
    assert parents == ["named", "__pycache__", "kept"]


def test_too_many_skills_are_refused():
    with pytest.raises(ValueError, match="more skills"):
        catalogue_of([(f"s{n}", chr(0x4E00 + n)) for n in range(8_192)])
