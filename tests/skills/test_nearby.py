"""The nearest terms: the compiled loop, the loop as it is written, and rapidfuzz agree."""

from array import array

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.skills.rules import compiled
from jobmatch.skills.rules.nearby import nearby_of

TERMS = ["刨地瓜", "刨红薯", "挖红薯", "红薯红薯", "电焊工", "焊工", "工", "剪羊毛", "羊毛剪羊毛"]
LETTERS = st.text("刨地瓜红薯挖电焊工剪羊毛x", max_size=12)


@pytest.fixture(autouse=True)
def _forget():
    compiled.forget()
    yield
    compiled.forget()


def rounded(found):
    return [(term, round(ratio, 9)) for term, ratio in found]


def written(terms, words):
    """The loop run by Python itself."""
    index = compiled.index_of(terms)
    with np.errstate(over="ignore"):  # machine words wrap
        places, ratios = compiled.search(
            index.letters, index.starts, index.listed, index.firsts,
            np.array([ord(c) for c in words], dtype=np.int32), 3, 0.55,
        )  # fmt: skip
    return [(terms[at], float(r)) for at, r in zip(places, ratios, strict=True) if at >= 0]


def test_the_nearest_come_first_and_far_ones_not_at_all():
    found = nearby_of(TERMS).best("刨红薯子")
    assert rounded(found)[0] == ("刨红薯", 0.857142857)
    assert nearby_of(TERMS).best("某某") == []
    assert nearby_of(TERMS).best("刨") == []
    assert nearby_of([]).best("刨红薯") == []


@settings(max_examples=150, deadline=None)
@given(LETTERS.filter(lambda words: len(words) > 1))
def test_the_loop_as_written_says_what_rapidfuzz_says(words):
    terms = [term for term in TERMS if len(term) > 1]
    assert rounded(written(terms, words)) == rounded(nearby_of(TERMS).best(words))


@settings(max_examples=150, deadline=None)
@given(LETTERS, st.lists(LETTERS, max_size=8))
def test_the_compiled_loop_says_what_rapidfuzz_says(words, terms):
    compiled.forget()
    plain = nearby_of(terms).best(words)
    compiled.prepare()
    assert compiled.is_ready()
    near = nearby_of(terms)
    assert rounded(near.best(words)) == rounded(plain)
    assert rounded(near.best(words)) == rounded(plain)


def test_the_compiled_loop_is_not_asked_before_it_is_ready():
    with pytest.raises(RuntimeError):
        compiled.nearest(compiled.index_of(TERMS), array("i", [1, 2]))
