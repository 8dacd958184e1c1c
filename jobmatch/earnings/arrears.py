"""Overdue pay, read by the desks of all who can do something about it. All amounts in fen.

Who sees it: the worker, the employer, a station of the worker's home, and officers of the work
site's place as well as of the worker's home.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings.arrears_models import WageArrears
from jobmatch.earnings.models import PaySlip
from jobmatch.earnings.rules.arrears import days_overdue
from jobmatch.earnings.rules.slips import PAYABLE
from jobmatch.employers.models import Employer
from jobmatch.infra import clock
from jobmatch.infra.db import fetch, reading
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.paging import PEOPLE_SIZE, Page
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker
from jobmatch.workers.queries import home_of, named


@dataclass(frozen=True, slots=True)
class ArrearsRow:
    """Overdue pay of one worker. slip_id: none for days that were not settled yet."""

    id: int
    slip_id: int | None
    worker_id: int
    worker_name: str
    employer_id: int
    employer_name: str
    posting_id: int
    title: str
    place_code: str
    home_code: str
    first_day: date
    last_day: date
    days: int
    amount_fen: int
    due_on: date
    days_overdue: int


@dataclass(frozen=True, slots=True)
class Sum:
    """How much is overdue: people, employers, fen, and the longest in days."""

    rows: int
    people: int
    employers: int
    fen: int
    longest: int


def of_worker(worker_id: int, *, actor: Actor) -> list[ArrearsRow]:
    """Overdue pay of a worker: for them, a station or an officer of the home. raises NotFound."""
    home = home_of(worker_id)
    if home is None or not (
        worker_id in actor.subjects(Role.WORKER)
        or actor.covers(Role.STATION, home)
        or actor.covers(Role.OFFICER, home)
    ):
        raise NotFound
    # Most people are owed nothing: to learn that takes a tenth of listing it.
    return _rows(WageArrears.worker_id == worker_id) if fetch(_ANY, worker=worker_id) else []


_ANY = (
    select(WageArrears.id)
    .where(WageArrears.worker_id == bindparam("worker"), WageArrears.cleared_on.is_(None))
    .limit(1)
)


def of_employers(
    employer_ids: Collection[int], page: int = 1, *, name: str = ""
) -> Page[ArrearsRow]:
    """Overdue pay of these employers. name: only of people whose name holds it"""
    where: ColumnElement[bool] = WageArrears.employer_id.in_(employer_ids)
    if name:
        where = and_(where, WageArrears.worker_id.in_(select(Worker.id).where(named(name))))
    return _page(where, page)


def sum_of_employers(employer_ids: Collection[int]) -> Sum:
    return _sum(WageArrears.employer_id.in_(employer_ids))


def in_place(place: str, page: int = 1, *, actor: Actor) -> Page[ArrearsRow]:
    """Overdue pay of work in a place, or of people who live there. raises NotFound."""
    return _page(_where_place(place, actor), page)


def sum_in_place(place: str, *, actor: Actor) -> Sum:
    return _sum(_where_place(place, actor))


def of_station(page: int = 1, *, actor: Actor) -> Page[ArrearsRow]:
    """Overdue pay of people who live near the clerk's stations."""
    return _page(_under(WageArrears.home_code, actor.scopes(Role.STATION)), page)


def sum_of_station(*, actor: Actor) -> Sum:
    return _sum(_under(WageArrears.home_code, actor.scopes(Role.STATION)))


def one(arrears_id: int) -> ArrearsRow | None:
    """One of them while it is owed; the caller asks who may see it."""
    return next(iter(_rows(WageArrears.id == arrears_id)), None)


def _where_place(place: str, actor: Actor) -> ColumnElement[bool]:
    if not actor.covers(Role.OFFICER, place):
        raise NotFound
    return or_(_under(WageArrears.place_code, [place]), _under(WageArrears.home_code, [place]))


def _under(column: Any, scopes: Iterable[str]) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = [
        column.startswith(scope, autoescape=True) for scope in scopes
    ]
    return or_(*found) if found else WageArrears.id < 0


def owed() -> ColumnElement[bool]:
    """Whether it is still owed: at once, not only after the next night."""
    slip = exists().where(
        PaySlip.id == WageArrears.pay_slip_id,
        PaySlip.state.in_([state.value for state in PAYABLE]),
    )
    days = exists().where(
        WorkDay.posting_id == WageArrears.posting_id,
        WorkDay.worker_id == WageArrears.worker_id,
        WorkDay.work_date.between(WageArrears.first_day, WageArrears.last_day),
        WorkDay.state == "open",
    )
    return or_(slip, and_(WageArrears.pay_slip_id.is_(None), days))


def _live(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(where, WageArrears.cleared_on.is_(None), owed())


def _sum(where: ColumnElement[bool]) -> Sum:
    rows, people, employers, fen, due = reading().execute(
        select(
            func.count(),
            func.count(WageArrears.worker_id.distinct()),
            func.count(WageArrears.employer_id.distinct()),
            func.coalesce(func.sum(WageArrears.amount_fen), 0),
            func.min(WageArrears.due_on),
        ).where(_live(where))
    ).one()  # fmt: skip
    longest = days_overdue(due, clock.today()) if due else 0
    return Sum(int(rows), int(people), int(employers), int(fen), longest)


def _page(where: ColumnElement[bool], page: int) -> Page[ArrearsRow]:
    total = reading().scalar(select(func.count()).select_from(WageArrears).where(_live(where))) or 0
    rows = _rows(where, PEOPLE_SIZE, (page - 1) * PEOPLE_SIZE)
    return Page(rows, page, total, PEOPLE_SIZE)


def _rows(where: ColumnElement[bool], most: int | None = None, skip: int = 0) -> list[ArrearsRow]:
    rows = reading().execute(
        select(WageArrears, Worker.name, Employer.name, Posting.title)
        .join(Worker, Worker.id == WageArrears.worker_id)
        .join(Employer, Employer.id == WageArrears.employer_id)
        .join(Posting, Posting.id == WageArrears.posting_id)
        .where(_live(where))
        .order_by(WageArrears.due_on, WageArrears.id)
        .limit(most)
        .offset(skip)
    )
    today = clock.today()
    return [
        ArrearsRow(
            a.id, a.pay_slip_id, a.worker_id, name, a.employer_id, employer, a.posting_id, title,
            a.place_code, a.home_code, a.first_day, a.last_day, a.days, a.amount_fen, a.due_on,
            days_overdue(a.due_on, today),
        )
        for a, name, employer, title in rows
    ]  # fmt: skip
