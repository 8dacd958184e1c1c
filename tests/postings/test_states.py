"""The life of a posting."""

import pytest

from jobmatch.postings.rules.states import AFTER, Deed, State, WrongState, after

RIGHT = {
    ("draft", "edit"): "draft",
    ("open", "edit"): "open",
    ("draft", "publish"): "open",
    ("closed", "publish"): "open",
    ("open", "close"): "closed",
    ("draft", "cancel"): "cancelled",
    ("open", "cancel"): "cancelled",
    ("closed", "cancel"): "cancelled",
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("deed", list(Deed))
def test_only_these_deeds_are_possible(state, deed):
    target = RIGHT.get((state.value, deed.value))
    if target is None:
        with pytest.raises(WrongState):
            after(state, deed)
    else:
        assert after(state, deed) == target


def test_the_table_is_whole():
    assert len(AFTER) == 8
