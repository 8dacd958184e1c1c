"""The board of a plan, how demand is covered, and how two plans differ."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from jobmatch.brands.models import Crew
from jobmatch.dispatch import season_blobs
from jobmatch.dispatch.models import SeasonPlan, SeasonSpell
from jobmatch.dispatch.season_rows import (
    Block,
    BoardRow,
    CoverageDay,
    CoverageRow,
    Difference,
    SpellState,
)
from jobmatch.dispatch.season_spells import Pins, pin_of, pins_by_worker, row_of
from jobmatch.employers.models import Employer
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.ids import CrewId, EmployerId, PostingId, WorkerId
from jobmatch.kernel.paging import PAGE_SIZE, Page
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

DAY = timedelta(days=1)


class _View(NamedTuple):
    first: date
    last: date
    titles: dict[int, tuple[str, str]]
    pinned: Pins


def board(
    plan_id: int,
    first: date,
    last: date,
    *,
    actor: Actor,
    page: int = 1,
    crew_id: int | None = None,
    posting_id: int | None = None,
) -> Page[BoardRow]:
    """Who is where from first to last: crews by name, each followed by its members, then people of
    no crew. A page holds so many people; the rows of their crews come on top.

    crew_id, posting_id   only those of this crew, or with a stay there
    raises  NotFound
    """
    of = row_of(plan_id, actor)
    session = reading()
    mine: list[ColumnElement[bool]] = [
        SeasonSpell.plan_id == plan_id,
        SeasonSpell.first_day <= last,
        SeasonSpell.last_day >= first,
    ]
    narrow = list(mine)
    if crew_id is not None:
        narrow.append(SeasonSpell.crew_id == crew_id)
    if posting_id is not None:
        narrow.append(SeasonSpell.posting_id == posting_id)
    total = session.scalar(select(func.count(SeasonSpell.worker_id.distinct())).where(*narrow)) or 0
    people: Sequence[Any] = session.execute(
        select(Worker.id, Worker.name, Crew.id, Crew.name, Crew.is_whole)
        .join(SeasonSpell, SeasonSpell.worker_id == Worker.id)
        .outerjoin(Crew, Crew.id == SeasonSpell.crew_id)
        .where(*narrow)
        .group_by(Worker.id, Worker.name, Crew.id, Crew.name, Crew.is_whole)
        .order_by(Crew.name.is_(None), Crew.name, Crew.id, Worker.name, Worker.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    spells = _spells(*mine, SeasonSpell.worker_id.in_([row[0] for row in people]))
    crews = {row[2] for row in people if row[2] is not None}
    in_crews = _spells(*mine, SeasonSpell.crew_id.in_(crews))
    postings = {s.posting_id for s in (*spells, *in_crews)}
    view = _View(first, last, _titles(postings), pins_by_worker(of.scope))
    by_worker: dict[int, list[Any]] = defaultdict(list)
    for s in spells:
        by_worker[s.worker_id].append(s)
    by_crew: dict[int, list[Any]] = defaultdict(list)
    for s in in_crews:
        by_crew[s.crew_id].append(s)
    rows: list[BoardRow] = []
    shown: int | None = None
    for worker, name, crew, crew_name, is_whole in people:
        if crew is not None and crew != shown:
            shown = crew
            rows.append(
                BoardRow(
                    CrewId(crew), None, crew_name, "", bool(is_whole),
                    _crew_blocks(by_crew[crew], view),
                )
            )  # fmt: skip
        rows.append(
            BoardRow(
                None if crew is None else CrewId(crew), WorkerId(worker), name, crew_name or "",
                bool(is_whole), tuple(_block(s, view) for s in by_worker[worker]),
            )
        )  # fmt: skip
    return Page(rows, page, total)


def coverage(
    plan_id: int, first: date, last: date, *, actor: Actor, employer_id: int | None = None
) -> list[CoverageRow]:
    """How the plan fills the places that were to fill, by employer, posting and day.

    raises  NotFound
    """
    row_of(plan_id, actor)
    session = reading()
    packed = session.scalar(select(SeasonPlan.demand).where(SeasonPlan.id == plan_id))
    days = (last - first).days + 1
    filled: dict[int, list[int]] = defaultdict(lambda: [0] * days)
    for s in _spells(
        SeasonSpell.plan_id == plan_id,
        SeasonSpell.first_day <= last,
        SeasonSpell.last_day >= first,
    ):
        at = filled[s.posting_id]
        for day in worked(s.first_day, s.last_day, s.rest):
            if first <= day <= last:
                at[(day - first).days] += 1
    demand: dict[int, list[int]] = {}
    if packed is not None:
        table = season_blobs.unpack(packed)
        cells = season_blobs.moved(table, first, table.posting_ids, days)
        demand = {p: cells[row].tolist() for row, p in enumerate(table.posting_ids)}
    wanted = {p for p, counts in demand.items() if any(counts)} | set(filled)
    where: list[ColumnElement[bool]] = [Posting.id.in_(wanted)]
    if employer_id is not None:
        where.append(Posting.employer_id == employer_id)
    rows = session.execute(
        select(Posting.id, Posting.title, Employer.id, Employer.name)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(*where)
        .order_by(Employer.name, Employer.id, Posting.first_day, Posting.id)
    )
    nothing = [0] * days
    return [
        CoverageRow(
            PostingId(key), title, EmployerId(employer), name,
            tuple(
                CoverageDay(first + n * DAY, there, done)
                for n, (there, done) in enumerate(
                    zip(demand.get(key, nothing), filled.get(key, nothing), strict=True)
                )
            ),
        )
        for key, title, employer, name in rows
    ]  # fmt: skip


def differences(plan_a: int, plan_b: int, *, actor: Actor) -> list[Difference]:
    """The days on which two plans send people elsewhere, by person and day. raises NotFound"""
    row_of(plan_a, actor)
    row_of(plan_b, actor)
    old, new = _where_apart(plan_a, plan_b)
    found: list[tuple[int, date, date, int | None, int | None]] = []
    for worker, day in sorted(set(old) | set(new)):
        was, now = old.get((worker, day)), new.get((worker, day))
        if was == now:
            continue
        before = found[-1] if found else None
        if before and (before[0], before[2], *before[3:]) == (worker, day - DAY, was, now):
            found[-1] = (worker, before[1], day, was, now)
        else:
            found.append((worker, day, day, was, now))
    titles = _titles({p for row in found for p in row[3:] if p is not None})
    names = _names({row[0] for row in found}, (plan_a, plan_b))
    rows = [
        Difference(
            WorkerId(w), *names[w], first, last,
            None if was is None else PostingId(was), "" if was is None else titles[was][0],
            None if now is None else PostingId(now), "" if now is None else titles[now][0],
        )
        for w, first, last, was, now in found
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.worker_name, row.worker_id, row.first_day))


def worked(first: date, last: date, rest: Collection[str]) -> list[date]:
    """The days of a stay that are worked. rest: days off, ISO."""
    days = (first + n * DAY for n in range((last - first).days + 1))
    return [day for day in days if day.isoformat() not in rest]


def _spells(*where: ColumnElement[bool]) -> Sequence[Any]:
    return (
        reading()
        .execute(
            select(
                SeasonSpell.id, SeasonSpell.worker_id, SeasonSpell.crew_id, SeasonSpell.posting_id,
                SeasonSpell.first_day, SeasonSpell.last_day, SeasonSpell.rest, SeasonSpell.state,
            )
            .where(*where)
            .order_by(SeasonSpell.worker_id, SeasonSpell.first_day)
        )
        .all()
    )  # fmt: skip


def _titles(posting_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Title and employer's name by posting."""
    rows = reading().execute(
        select(Posting.id, Posting.title, Employer.name)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.id.in_(set(posting_ids)))
    )
    return {key: (title, employer) for key, title, employer in rows}


def _names(worker_ids: Collection[int], plan_ids: tuple[int, int]) -> dict[int, tuple[str, str]]:
    """Name and crew's name by worker."""
    rows = reading().execute(
        select(Worker.id, Worker.name, func.max(Crew.name))
        .join(SeasonSpell, SeasonSpell.worker_id == Worker.id)
        .outerjoin(Crew, Crew.id == SeasonSpell.crew_id)
        .where(SeasonSpell.plan_id.in_(plan_ids))
        .group_by(Worker.id, Worker.name)
    )
    # Of two plans made apart these are most of a banner: too many to name one by one.
    return {key: (name, crew or "") for key, name, crew in rows if key in worker_ids}


def _where_apart(
    plan_a: int, plan_b: int
) -> tuple[dict[tuple[int, date], int], dict[tuple[int, date], int]]:
    """The posting by worker and day in each plan, of those alone whose stays differ at all: between
    two plans of a banner most stay where they are.
    """
    both: list[dict[int, list[tuple[int, date, date, list[str]]]]] = []
    for plan_id in (plan_a, plan_b):
        stays = defaultdict(list)
        for s in _spells(SeasonSpell.plan_id == plan_id):
            stays[s.worker_id].append((s.posting_id, s.first_day, s.last_day, s.rest))
        both.append(stays)
    people = {w for w in both[0].keys() | both[1].keys() if both[0].get(w) != both[1].get(w)}
    old, new = (
        {
            (w, day): posting
            for w in people
            for posting, first, last, rest in stays.get(w, ())
            for day in worked(first, last, rest)
        }
        for stays in both
    )
    return old, new


def _block(s: Any, view: _View) -> Block:
    title, employer = view.titles[s.posting_id]
    begins, ends = max(s.first_day, view.first), min(s.last_day, view.last)
    rest = [(date.fromisoformat(day) - view.first).days for day in s.rest]
    return Block(
        s.id, PostingId(s.posting_id), title, employer, (begins - view.first).days,
        (ends - begins).days + 1, 1,
        tuple(n for n in rest if 0 <= n <= (view.last - view.first).days), s.first_day, s.last_day,
        SpellState(s.state),
        pin_of(view.pinned, s.worker_id, s.posting_id, s.first_day, s.last_day) is not None,
    )  # fmt: skip


def _crew_blocks(spells: Sequence[Any], view: _View) -> tuple[Block, ...]:
    """Runs of days on which the same number of the crew is at a posting."""
    days: dict[int, dict[date, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for s in spells:
        for day in worked(s.first_day, s.last_day, s.rest):
            if view.first <= day <= view.last:
                days[s.posting_id][day].append(s)
    found: list[Block] = []
    for posting, there in days.items():
        title, employer = view.titles[posting]
        run: list[date] = []
        for day in [*sorted(there), date.max]:
            if run and not (day == run[-1] + DAY and len(there[day]) == len(there[run[-1]])):
                states = {SpellState(s.state) for d in run for s in there[d]}
                is_pinned = any(
                    pin_of(view.pinned, s.worker_id, posting, run[0], run[-1]) is not None
                    for s in there[run[0]]
                )
                found.append(
                    Block(
                        None, PostingId(posting), title, employer, (run[0] - view.first).days,
                        len(run), len(there[run[0]]), (), run[0], run[-1],
                        states.pop() if len(states) == 1 else SpellState.PLANNED, is_pinned,
                    )
                )  # fmt: skip
                run = []
            run.append(day)
    return tuple(sorted(found, key=lambda block: (block.start, block.posting_id)))
