"""Disputes as frozen rows, for each side that may see them. Amounts in fen."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from jobmatch.accounts.models import User
from jobmatch.attendance import disputes as day_disputes
from jobmatch.attendance.disputes import DisputeRow
from jobmatch.disputes import law, policy
from jobmatch.disputes.models import DisputeCase, DisputeFile, DisputeParty, DisputeStep
from jobmatch.disputes.policy import Person
from jobmatch.disputes.reminders import known_of
from jobmatch.disputes.rules.clock import Deadline, deadlines
from jobmatch.disputes.rules.states import LIVE, Deed, Kind, Side, State, deeds
from jobmatch.employers.models import Employer
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A dispute in a list. people: who joined; fen: what they claim together, or 0."""

    id: int
    kind: Kind
    state: State
    employer_id: int
    employer_name: str
    posting_id: int
    title: str
    who: str
    people: int
    fen: int
    words: str
    opened_at: datetime
    deadlines: tuple[Deadline, ...]

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class PartyRow:
    """state: asked, joined or declined. votes: how many want this one as representative."""

    worker_id: int
    name: str
    state: str
    slip_id: int | None
    day_id: int | None
    fen: int | None
    votes_for: int | None
    votes: int


@dataclass(frozen=True, slots=True)
class StepRow:
    deed: Deed
    side: Side
    state: State
    words: str
    fen: int | None
    on_day: date | None
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    id: int
    name: str
    kind: str
    size: int
    sha256: str
    side: Side
    at: datetime


@dataclass(frozen=True, slots=True)
class Detail:
    """A dispute with all that its page shows.

    deeds   what the reader's side may do now; spoken_for: the workers for whom they may
    theirs, ours   the last words of each side, for both versions side by side
    """

    row: CaseRow
    employer_phone: str
    place_code: str
    known_on: date
    referred_on: date | None
    offer_by: str
    offer_fen: int | None
    offer_on: date | None
    is_group: bool
    starter_id: int
    representative_id: int | None
    group_least: int
    parties: tuple[PartyRow, ...]
    steps: tuple[StepRow, ...]
    files: tuple[FileRow, ...]
    versions: tuple[DisputeRow, ...]
    deeds: tuple[Deed, ...]
    spoken_for: frozenset[int]
    worker_words: str
    employer_words: str

    @property
    def joined(self) -> tuple[PartyRow, ...]:
        return tuple(one for one in self.parties if one.state == "joined")

    def name_of(self, worker_id: int | None) -> str:
        return next((one.name for one in self.parties if one.worker_id == worker_id), "")


# --- lists ---------------------------------------------------------------------------------------


def of_worker(worker_id: int) -> list[CaseRow]:
    """Everything the worker is in or was asked to join, living ones first."""
    return _rows(_with_worker(DisputeParty.worker_id == worker_id))


def of_employers(employer_ids: Collection[int], page: int = 1) -> Page[CaseRow]:
    return _page(DisputeCase.employer_id.in_(employer_ids), page)


def in_place(place: str, page: int = 1, *, actor: Actor) -> Page[CaseRow]:
    """Disputes about work in a place or of people who live there. raises NotFound."""
    if not actor.covers(Role.OFFICER, place):
        raise NotFound
    return _page(_near([place], with_site=True), page)


def of_station(page: int = 1, *, actor: Actor) -> Page[CaseRow]:
    return _page(_near(actor.scopes(Role.STATION), with_site=False), page)


def count_live(
    *,
    employer_ids: Collection[int] | None = None,
    place: str | None = None,
    worker_id: int | None = None,
) -> int:
    """Living disputes of employers, of a place (site or home), or of a worker."""
    if employer_ids is not None:
        where: ColumnElement[bool] = DisputeCase.employer_id.in_(employer_ids)
    elif place is not None:
        where = _near([place], with_site=True)
    else:
        where = _with_worker(DisputeParty.worker_id == worker_id)
    return (
        reading().scalar(
            select(func.count()).select_from(DisputeCase).where(where, DisputeCase.state.in_(_LIVE))
        )
        or 0
    )


def live_of(keys: Iterable[str]) -> dict[str, int]:
    """The living dispute about each of these ("slip:17", "day:33", "pay:<posting>:<worker>")."""
    rows = reading().execute(
        select(DisputeParty.live_key, DisputeParty.case_id).where(
            DisputeParty.live_key.in_(list(keys))
        )
    )
    return {key: case_id for key, case_id in rows if key is not None}


# --- one -----------------------------------------------------------------------------------------


def detail(case_id: int, *, side: Side, actor: Actor) -> Detail:
    """A dispute as this side sees it. raises NotFound."""
    session = reading()
    found = session.get(DisputeCase, case_id)
    if found is None:
        raise NotFound
    parties = session.execute(
        select(DisputeParty, Worker.name, Worker.home_code)
        .join(Worker, Worker.id == DisputeParty.worker_id)
        .where(DisputeParty.case_id == case_id)
        .order_by(DisputeParty.id)
    ).all()
    people = [Person(p.worker_id, home, p.state) for p, _, home in parties]
    policy.require(actor, found, people, side)
    (row,) = _rows(DisputeCase.id == case_id)
    steps = _steps(case_id)
    files = session.scalars(
        select(DisputeFile).where(DisputeFile.case_id == case_id).order_by(DisputeFile.id)
    )
    versions = day_disputes.versions(
        [p.day_dispute_id for p, _, _ in parties if p.day_dispute_id is not None]
    )
    spoken_for = policy.acting_for(actor, people, side)
    offered_by = Side(found.offer_by) if found.offer_by else None
    may = [
        deed for deed in deeds(row.state, side, offered_by=offered_by)
        if not policy.is_for_representative(found, side, deed, spoken_for)
    ]  # fmt: skip
    if side in (Side.WORKER, Side.DESK) and not spoken_for:
        may = []
    votes = [p.votes_for for p, _, _ in parties if p.state == "joined"]
    book = law.books(session, [found.place_code])[found.place_code]
    limits, _holidays = law.limits(book, clock.today())
    return Detail(
        row, session.get_one(Employer, found.employer_id).phone, found.place_code, found.known_on,
        found.referred_on, found.offer_by, found.offer_fen, found.offer_on, found.is_group,
        found.starter_id, found.representative_id, limits.group_least,
        tuple(
            PartyRow(
                p.worker_id, name, p.state, p.pay_slip_id, p.engagement_day_id, p.amount_fen,
                p.votes_for, votes.count(p.worker_id),
            )
            for p, name, _ in parties
        ),
        tuple(steps),
        tuple(
            FileRow(f.id, f.name, f.kind, f.size, f.sha256, Side(f.side), f.added_at)
            for f in files
        ),
        tuple(versions.values()), tuple(may), spoken_for,
        _last_words(steps, (Side.WORKER, Side.DESK)) or found.words,
        _last_words(steps, (Side.EMPLOYER,)),
    )  # fmt: skip


def _steps(case_id: int) -> list[StepRow]:
    rows = reading().execute(
        select(DisputeStep, User.name)
        .outerjoin(User, User.id == DisputeStep.done_by)
        .where(DisputeStep.case_id == case_id)
        .order_by(DisputeStep.id)
    )
    return [
        StepRow(
            Deed(s.deed), Side(s.side), State(s.state), s.words, s.fen, s.on_day, name or "",
            s.done_at,
        )
        for s, name in rows
    ]  # fmt: skip


def _last_words(steps: Sequence[StepRow], sides: Collection[Side]) -> str:
    """The last that a side said of the matter itself."""
    said = (Deed.OPEN, Deed.SAY, Deed.ANSWER)
    return next(
        (s.words for s in reversed(steps) if s.side in sides and s.deed in said and s.words), ""
    )


# --- rows ----------------------------------------------------------------------------------------

_LIVE = [state.value for state in LIVE]


def _with_worker(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return DisputeCase.id.in_(
        select(DisputeParty.case_id).where(where, DisputeParty.state != "declined")
    )


def _near(scopes: Iterable[str], *, with_site: bool) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = []
    for scope in scopes:
        homes = select(Worker.id).where(Worker.home_code.startswith(scope, autoescape=True))
        found.append(_with_worker(DisputeParty.worker_id.in_(homes)))
        if with_site:
            found.append(DisputeCase.place_code.startswith(scope, autoescape=True))
    return or_(*found) if found else DisputeCase.id < 0


def _page(where: ColumnElement[bool], page: int) -> Page[CaseRow]:
    total = reading().scalar(select(func.count()).select_from(DisputeCase).where(where)) or 0
    return Page(_rows(where, PAGE_SIZE, (page - 1) * PAGE_SIZE), page, total)


def _rows(where: ColumnElement[bool], most: int | None = None, skip: int = 0) -> list[CaseRow]:
    session = reading()
    is_over = case((DisputeCase.state.in_(_LIVE), 0), else_=1)
    found: Sequence[Any] = session.execute(
        select(DisputeCase, Employer.name, Posting.title)
        .join(Employer, Employer.id == DisputeCase.employer_id)
        .join(Posting, Posting.id == DisputeCase.posting_id)
        .where(where)
        .order_by(is_over, DisputeCase.id.desc())
        .limit(most)
        .offset(skip)
    ).all()
    people: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    for case_id, worker_id, name, fen in session.execute(
        select(DisputeParty.case_id, DisputeParty.worker_id, Worker.name, DisputeParty.amount_fen)
        .join(Worker, Worker.id == DisputeParty.worker_id)
        .where(
            DisputeParty.case_id.in_([one.id for one, _, _ in found]),
            DisputeParty.state == "joined",
        )
        .order_by(DisputeParty.id)
    ):
        people[case_id].append((worker_id, name, fen or 0))
    books = law.books(session, {one.place_code for one, _, _ in found})
    today = clock.today()
    return [
        CaseRow(
            one.id, Kind(one.kind), State(one.state), one.employer_id, employer, one.posting_id,
            title, next((name for key, name, _ in people[one.id] if key == one.starter_id), ""),
            len(people[one.id]), sum(fen for _, _, fen in people[one.id]), one.words, one.opened_at,
            deadlines(known_of(one), today, *law.limits(books[one.place_code], today)),
        )
        for one, employer, title in found
    ]  # fmt: skip
