"""What upper houses may want to hear of a posting; told inside the transaction of the deed."""

from dataclasses import dataclass

from jobmatch.infra.events import Event
from jobmatch.kernel.ids import PostingId


@dataclass(frozen=True, slots=True)
class PostingOpened(Event):
    """A draft went on the board."""

    posting_id: PostingId


@dataclass(frozen=True, slots=True)
class PostingCancelled(Event):
    """The work will not take place: whoever is engaged must be freed and told. words:
    the reason.
    """

    posting_id: PostingId
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class PostingClosed(Event):
    """No more sign-ups; those engaged keep their days."""

    posting_id: PostingId


@dataclass(frozen=True, slots=True)
class PlacesAdded(Event):
    """A day of an open posting got more places: a waiting list may move."""

    posting_id: PostingId
