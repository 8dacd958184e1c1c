"""Whatever is typed, reading answers soon and harmlessly."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobmatch.skills.rules.normalise import LEAST_CONFIDENCE, ranked, read
from jobmatch.skills.rules.unread import unread
from tests.skills.reading import small, whole

# Seconds; the usual is a thousandth. Another program may hold the processor for a while.
MOST_SECONDS = 2.0


@pytest.mark.parametrize(
    "text",
    [
        "", " \n\t", "😀😀😀", "。，、！", "\x00\x01\x7f\u202e", "a" * 10_000, "９" * 10_000,
        "'; DROP TABLE skill;--", "<script>alert(1)</script>", "%s%n{}{0}", "\ud800", "NULL",
        "()" * 5_000, "\u0300" * 500,
    ],
)  # fmt: skip
def test_what_says_nothing_is_answered_with_nothing(text):
    assert read(text, whole()) == []


@pytest.mark.parametrize(
    "text", ["刨地瓜" * 4_000, "刨 地 瓜 " * 3_000, "挖" * 10_000, "、挖薯" * 3_000]
)
def test_a_long_text_is_read_as_far_as_it_is_read_at_all(text):
    begun = time.perf_counter()
    ranked(text, whole())
    assert time.perf_counter() - begun < MOST_SECONDS


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.text("刨挖地瓜红薯招聘正在里会我工师傅打包 ，、1元天\x00😀開", max_size=200),
    )
)
def test_anything_typed_is_answered_soon(text):
    begun = time.perf_counter()
    for catalogue in (small(), whole()):
        for one in ranked(text, catalogue):
            assert 0.0 <= one.confidence <= 1.0
            assert 0.0 <= one.score <= 100.0
        assert read(text, catalogue) == [
            one for one in ranked(text, catalogue) if one.confidence >= LEAST_CONFIDENCE
        ]
    unread(text, whole())
    assert time.perf_counter() - begun < 4 * MOST_SECONDS
