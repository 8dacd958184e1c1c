"""The life of a posting: draft > open > closed or cancelled."""

from enum import StrEnum

from jobmatch.kernel.errors import Conflict
from jobmatch.kernel.text import text


class State(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Deed(StrEnum):
    EDIT = "edit"
    PUBLISH = "publish"
    CLOSE = "close"
    CANCEL = "cancel"


AFTER = {
    (State.DRAFT, Deed.EDIT): State.DRAFT,
    (State.OPEN, Deed.EDIT): State.OPEN,
    (State.DRAFT, Deed.PUBLISH): State.OPEN,
    (State.CLOSED, Deed.PUBLISH): State.OPEN,
    (State.OPEN, Deed.CLOSE): State.CLOSED,
    (State.DRAFT, Deed.CANCEL): State.CANCELLED,
    (State.OPEN, Deed.CANCEL): State.CANCELLED,
    (State.CLOSED, Deed.CANCEL): State.CANCELLED,
}


class WrongState(Conflict):
    default = text("这条用工需求现在的状态不能这样做，请刷新后再看。")


def after(state: str, deed: Deed) -> State:
    """The state that a deed leads to. raises WrongState."""
    try:
        return AFTER[State(state), deed]
    except KeyError:
        raise WrongState from None
