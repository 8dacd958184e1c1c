"""What settling some days would pay, people by people: for the preview and for the slips alike.

People who share an amount are computed together, the others in portions, so that memory stays the
same however many there are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import DayCopy, Dispute, WorkDay
from jobmatch.earnings import charging, law, sharing
from jobmatch.earnings.rules import taking
from jobmatch.earnings.rules.grouping import ties, together
from jobmatch.earnings.rules.lump import part_of
from jobmatch.earnings.rules.taking import Taken, least_for
from jobmatch.earnings.rules.wage import DayPay, Setting, Terms, Worked, pay, payable
from jobmatch.earnings.terms import terms_of
from jobmatch.kernel.periods import Days
from jobmatch.postings.models import Posting

PORTION = 500
DISPUTE, PIECES, LUMP = "dispute", "pieces", "lump"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose days are settled. posting_id None: all postings of the employer.

    frozen_at   days recorded later are left for the next run; None: all that is there
    """

    employer_id: int
    posting_id: int | None
    days: Days
    frozen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person would get at one posting. fens: gross, what comes off, and net."""

    posting_id: int
    worker_id: int
    days: tuple[DayPay, ...]
    taken: tuple[Taken, ...]

    @property
    def gross_fen(self) -> int:
        return sum(paid.amount_fen for paid in self.days)

    @property
    def advance_fen(self) -> int:
        return sum(t.fen for t in self.taken if t.charge.kind is taking.Kind.ADVANCE)

    @property
    def deduction_fen(self) -> int:
        return sum(t.fen for t in self.taken) - self.advance_fen

    @property
    def net_fen(self) -> int:
        return self.gross_fen - sum(t.fen for t in self.taken)


@dataclass(frozen=True, slots=True)
class Held:
    """Days that wait, and for what: dispute, pieces or lump."""

    posting_id: int
    worker_id: int
    why: str
    days: tuple[Worked, ...]


@dataclass(frozen=True, slots=True)
class Portion:
    """What some people get; settings: by posting, to keep with the settlement."""

    slips: tuple[Slip, ...]
    held: tuple[Held, ...]
    settings: dict[int, Setting]


def postings_of(session: Session, scope: Scope) -> dict[int, Posting]:
    """The postings with unsettled days in the scope, by key in order."""
    found = select(Posting).where(
        Posting.employer_id == scope.employer_id,
        Posting.id.in_(select(WorkDay.posting_id).where(*_open(scope)).distinct()),
    )
    return {row.id: row for row in session.scalars(found.order_by(Posting.id))}


def portions(
    session: Session, scope: Scope, postings: dict[int, Posting], most: int = PORTION
) -> list[list[int]]:
    """Worker ids in portions of about `most`; whoever shares with somebody is in one with them."""
    lumps = sharing.lumps_of(session, list(postings))
    tied = [key for key, row in postings.items() if row.crew_share or key in lumps]
    ids = list(
        session.scalars(
            select(WorkDay.worker_id).where(*_open(scope)).distinct().order_by(WorkDay.worker_id)
        )
    )
    if not tied:
        return together(ids, (), most)
    days = (
        select(WorkDay.posting_id, WorkDay.worker_id, WorkDay.crew_id)
        .where(*_open(scope), WorkDay.posting_id.in_(tied))
        .distinct()
    )
    return together(ids, ties(session.execute(days), lumps).values(), most)


def count(session: Session, scope: Scope) -> int:
    """Unsettled days in the scope."""
    return session.scalar(select(func.count()).select_from(WorkDay).where(*_open(scope))) or 0


def computed(
    session: Session, scope: Scope, postings: dict[int, Posting], workers: Collection[int]
) -> Portion:
    """What these people get, in the order of posting and worker."""
    days = _days(session, scope, postings, workers)
    disputed = _disputed(session, scope, workers)
    settings = law.settings(
        session, {postings[key]: worked for key, worked in days.items()}, scope.days
    )
    paid: dict[tuple[int, int], list[DayPay]] = defaultdict(list)
    held: dict[tuple[int, int, str], list[Worked]] = defaultdict(list)
    for key, worked in days.items():
        terms, setting = terms_of(postings[key]), settings[key]
        waiting = with_companions(terms, setting, worked, disputed)
        for each in worked:
            if each.key in waiting:
                held[key, each.worker_id, DISPUTE].append(each)
        free = [each for each in worked if each.key not in waiting]
        ready, open_ = payable(pay(terms, free, setting))
        for one in ready:
            paid[key, one.worked.worker_id].append(one)
        for one in open_:
            under = any(lump.covers(one.worked.crew_id, one.worked.day) for lump in setting.lumps)
            held[key, one.worked.worker_id, LUMP if under else PIECES].append(one.worked)
    taken = _taken(session, scope, postings, paid, settings)
    return Portion(
        tuple(Slip(*key, tuple(paid[key]), tuple(taken.get(key, ()))) for key in sorted(paid)),
        tuple(Held(p, w, why, tuple(each)) for (p, w, why), each in sorted(held.items())),
        settings,
    )


def with_companions(
    terms: Terms, setting: Setting, days: Iterable[Worked], disputed: Set[int]
) -> set[int]:
    """The keys of days that wait: disputed ones, and those who share an amount with them."""
    given = list(days)
    units: dict[object, list[int]] = defaultdict(list)
    for worked in given:
        for n, lump in enumerate(setting.lumps):
            if lump.covers(worked.crew_id, worked.day):
                units["lump", n, part_of(lump, worked.day)].append(worked.key)
                break
        else:
            is_tied = terms.shares_in_crews and worked.crew_id is not None
            units[("crew", worked.crew_id, worked.day) if is_tied else worked.key].append(
                worked.key
            )
    return {key for keys in units.values() if not disputed.isdisjoint(keys) for key in keys}


def copied(session: Session, scope: Scope, slips: Sequence[Slip]) -> dict[tuple[int, int], int]:
    """What the workers' own copies of the days say, by posting and worker, for days that have one.

    A day without a copy counts as it is paid; nobody without any copy is in it.
    """
    workers = {slip.worker_id for slip in slips}
    latest = {
        key: fen or 0
        for key, fen in session.execute(
            select(WorkDay.id, DayCopy.fen)
            .join(DayCopy, DayCopy.engagement_day_id == WorkDay.engagement_day_id)
            .where(
                *_of(scope), WorkDay.worker_id.in_(workers), DayCopy.side == "worker",
                DayCopy.fen.is_not(None),
            )
            .order_by(DayCopy.id)
        )
    }  # fmt: skip
    found: dict[tuple[int, int], int] = {}
    for slip in slips if latest else ():
        off = [
            latest[paid.worked.key] - paid.amount_fen
            for paid in slip.days
            if paid.worked.key in latest
        ]
        if off:
            found[slip.posting_id, slip.worker_id] = slip.gross_fen + sum(off)
    return found


def _open(scope: Scope) -> list[ColumnElement[bool]]:
    return [
        WorkDay.state == "open",
        WorkDay.work_date.between(scope.days.first, scope.days.last),
        # By posting or employer: that is what work days are indexed by.
        WorkDay.posting_id == scope.posting_id
        if scope.posting_id is not None
        else WorkDay.employer_id == scope.employer_id,
    ]


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    """The same for some workers: a portion must not look through all the others' days again."""
    return [
        WorkDay.state == "open",
        WorkDay.work_date.between(scope.days.first, scope.days.last),
        # Added to, a column has no index: the workers' is taken.
        WorkDay.posting_id + 0 == scope.posting_id
        if scope.posting_id is not None
        else WorkDay.employer_id + 0 == scope.employer_id,
    ]


def _days(
    session: Session, scope: Scope, postings: dict[int, Posting], workers: Collection[int]
) -> dict[int, list[Worked]]:
    lumps = sharing.lumps_of(session, list(postings))
    tied = {key for key, row in postings.items() if row.crew_share or key in lumps}
    found: dict[int, list[Worked]] = defaultdict(list)
    for key, posting_id, updated_at, worker_id, day, minutes, pieces, crew_id in session.execute(
        select(
            WorkDay.id, WorkDay.posting_id, WorkDay.updated_at, WorkDay.worker_id,
            WorkDay.work_date, WorkDay.minutes, WorkDay.pieces, WorkDay.crew_id,
        )
        .where(*_of(scope), WorkDay.worker_id.in_(workers))
        .order_by(WorkDay.work_date, WorkDay.id)
    ):  # fmt: skip
        is_late = scope.frozen_at is not None and updated_at > scope.frozen_at
        # A late day of a crew changes what the others get: then the preview has to be opened again.
        if posting_id in postings and (not is_late or posting_id in tied):
            found[posting_id].append(Worked(key, worker_id, day, minutes, pieces, crew_id))
    return {key: found[key] for key in sorted(found)}


def _disputed(session: Session, scope: Scope, workers: Collection[int]) -> set[int]:
    return set(
        session.scalars(
            select(WorkDay.id)
            .join(Dispute, Dispute.open_day_id == WorkDay.engagement_day_id)
            .where(*_of(scope), WorkDay.worker_id.in_(workers))
        )
    )


def _taken(
    session: Session,
    scope: Scope,
    postings: dict[int, Posting],
    paid: dict[tuple[int, int], list[DayPay]],
    settings: dict[int, Setting],
) -> dict[tuple[int, int], list[Taken]]:
    charges = charging.still_open(
        session, scope.employer_id, {worker for _posting, worker in paid}, scope.days.last
    )
    if not charges:
        return {}
    bounds = charging.bounds(
        session, {postings[key].place_code for key, _worker in paid}, scope.days.last
    )
    found = {}
    for worker, of_worker in charges.items():
        pays = [
            taking.Pay(
                key, sum(p.amount_fen for p in days),
                sum(
                    least_for(p.worked.minutes, settings[key].least.get(p.worked.day))
                    for p in days
                ),
                bounds[postings[key].place_code],
            )
            for (key, whose), days in sorted(paid.items())
            if whose == worker
        ]  # fmt: skip
        for key, taken in taking.spread(pays, of_worker).items():
            found[key, worker] = taken
    return found


def all_portions(session: Session, scope: Scope) -> Iterator[Portion]:
    """Everything of the scope, portion by portion."""
    postings = postings_of(session, scope)
    for workers in portions(session, scope, postings):
        yield computed(session, scope, postings, workers)
