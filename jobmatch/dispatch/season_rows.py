"""What pages see of season plans: frozen rows. Filled by season_queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from jobmatch.kernel.ids import BrandId, CrewId, EmployerId, PostingId, UserId, WorkerId
from jobmatch.kernel.paging import Page
from jobmatch.kernel.text import Text


class PlanState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"
    PUBLISHED = "published"


class SpellState(StrEnum):
    PLANNED = "planned"
    ENGAGED = "engaged"
    ASKED = "asked"
    REFUSED = "refused"


# Plans that are still being made; plans that can be changed by hand and published.
IN_WORK = frozenset({PlanState.QUEUED, PlanState.RUNNING})
DRAFT = frozenset({PlanState.STOPPED, PlanState.DONE})


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose season: one brand's, or that of all brands of a place that agreed. One of the two."""

    brand_id: int | None = None
    place_code: str | None = None

    def __post_init__(self) -> None:
        if (self.brand_id is None) == (self.place_code is None):
            raise ValueError("a season is that of a brand or of a place")


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    """value: None before there was a first plan; points."""

    seconds: float
    value: int | None
    bound: int | None

    @property
    def gap(self) -> float | None:
        return gap_of(self.value, self.bound)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan. value, bound: points (100 = a well-fitting day of a person); filled, demanded:
    places; gap, gap_wanted: 0 to 1; message: why it failed, or what is to be known.
    base_plan_id: the plan that it changes as little as possible. is_sending: it is being published.
    """

    id: int
    scope: Scope
    scope_name: str
    first_day: date
    last_day: date
    state: PlanState
    asked_by: UserId | None
    asked_by_name: str
    asked_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    published_at: datetime | None
    seed: int
    most_seconds: int
    gap_wanted: float
    value: int | None
    bound: int | None
    filled: int | None
    demanded: int | None
    message: Text | None
    base_plan_id: int | None
    stop_asked: bool
    is_sending: bool = False

    @property
    def gap(self) -> float | None:
        return gap_of(self.value, self.bound)

    @property
    def empty(self) -> int | None:
        """Places that nobody fills."""
        if self.filled is None or self.demanded is None:
            return None
        return self.demanded - self.filled

    @property
    def is_in_work(self) -> bool:
        return self.state in IN_WORK

    @property
    def is_draft(self) -> bool:
        """Whether it can be changed by hand and published."""
        return self.state in DRAFT and not self.is_sending


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan with its progress and what it holds."""

    row: PlanRow
    progress: tuple[ProgressPoint, ...]
    spells: int
    workers: int
    postings: int
    engaged: int
    asked: int
    refused: int
    to_send: int = 0

    @property
    def sent(self) -> int:
        """Of what is being published: stays that are through."""
        planned = self.spells - self.engaged - self.asked - self.refused
        return max(0, self.to_send - planned)


@dataclass(frozen=True, slots=True)
class Block:
    """A stay on the board: start counts days from the first shown, length days in view.

    people     how many (of a crew) are there; 1 for a worker
    spell_id   None for a crew's row, where several spells lie together
    rest       days off in it, counted as start is
    """

    spell_id: int | None
    posting_id: PostingId
    title: str
    employer: str
    start: int
    length: int
    people: int
    rest: tuple[int, ...]
    first_day: date
    last_day: date
    state: SpellState
    is_pinned: bool


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A crew (worker_id None; its members' rows follow), or a worker, with crew_id if in one."""

    crew_id: CrewId | None
    worker_id: WorkerId | None
    name: str
    note: str
    is_whole: bool
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class SpellRow:
    """A spell by itself. pin_id: the pin that holds (part of) it, or None; said: why refused."""

    id: int
    plan_id: int
    worker_id: WorkerId
    worker_name: str
    crew_id: CrewId | None
    crew_name: str
    crew_is_whole: bool
    posting_id: PostingId
    title: str
    employer_id: EmployerId
    employer: str
    first_day: date
    last_day: date
    rest: tuple[date, ...]
    state: SpellState
    said: Text | None
    pin_id: int | None

    @property
    def worked(self) -> int:
        """Days worked."""
        return (self.last_day - self.first_day).days + 1 - len(self.rest)


@dataclass(frozen=True, slots=True)
class PinRow:
    id: int
    worker_id: WorkerId
    worker_name: str
    posting_id: PostingId
    title: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class CoverageDay:
    """demand: places that were to fill (all places, less those that others hold)."""

    day: date
    demand: int
    filled: int

    @property
    def missing(self) -> int:
        return max(0, self.demand - self.filled)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A posting of the plan; days: each day of the range, in order; demand 0 where none."""

    posting_id: PostingId
    title: str
    employer_id: EmployerId
    employer: str
    days: tuple[CoverageDay, ...]


class ConflictKind(StrEnum):
    """What changed in the world since the plan was made."""

    BOOKED = "booked"  # the worker has other work on some days
    NOT_FREE = "not_free"  # the worker took days out of their calendar
    LEFT = "left"  # no longer a member, or not active
    CLOSED = "closed"  # the posting takes nobody any more, or has not these days
    FULL = "full"  # others took the places
    SAID_NO = "said_no"  # the employer declined the worker, or the worker went back


@dataclass(frozen=True, slots=True)
class Conflict:
    spell: SpellRow
    kind: ConflictKind
    days: tuple[date, ...]
    said: Text


@dataclass(frozen=True, slots=True)
class Difference:
    """Days on which two plans send a worker elsewhere; old or new None: no work."""

    worker_id: WorkerId
    worker_name: str
    crew_name: str
    first_day: date
    last_day: date
    old_posting_id: PostingId | None
    old_title: str
    new_posting_id: PostingId | None
    new_title: str


class AnswerState(StrEnum):
    """What became of a published spell."""

    WAITS = "waits"  # the employer has not answered
    GOES = "goes"  # all days stand
    PARTLY = "partly"  # some days were given back or not taken
    IN_LINE = "in_line"  # accepted, but no place is free
    WORKER_NO = "worker_no"
    EMPLOYER_NO = "employer_no"
    BRAND_NO = "brand_no"  # taken back by the organizer


@dataclass(frozen=True, slots=True)
class Answer:
    """days: days that stand now; note: the employer's words."""

    spell: SpellRow
    state: AnswerState
    days: tuple[date, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Answers:
    """counts: spells by answer, all of them; page: a page of those that were asked for."""

    counts: Mapping[AnswerState, int]
    page: Page[Answer]


@dataclass(frozen=True, slots=True)
class NotPublished:
    spell: SpellRow
    said: Text


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A brand and whether it lets the officers of a place plan its people with other brands'."""

    brand_id: BrandId
    brand_name: str
    place_code: str
    place_name: str
    agreed_at: datetime | None
    members: int

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None


def gap_of(value: int | None, bound: int | None) -> float | None:
    """How far from the best a plan can be at most, 0 to 1; None while unknown."""
    if value is None or bound is None:
        return None
    return (bound - value) / bound if bound > 0 else 0.0


# --- what happened since a plan was made --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Closed:
    """Rain, a machine that broke: no work at a posting from first to last."""

    posting_id: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who does not come, ill or gone, from first to last."""

    worker_id: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class MorePlaces:
    """Another number of places a day from first to last (also fewer)."""

    posting_id: int
    first: date
    last: date
    places: int


News = Closed | Absent | MorePlaces


@dataclass(frozen=True, slots=True)
class EmptyRow:
    """A posting with empty places, and why.

    places   empty person-days on these days; eligible: people of ours who may work there at all
    why      what keeps them, in person-days; helps: what would fill places (people, places)
    """

    posting_id: PostingId
    title: str
    employer: str
    places: int
    days: tuple[date, ...]
    eligible: int
    why: tuple[tuple[Text, int], ...]
    helps: tuple[tuple[Text, int, int], ...]


@dataclass(frozen=True, slots=True)
class IdleRow:
    """Somebody for whom the plan has no work, and why."""

    worker_id: WorkerId
    name: str
    said: Text
