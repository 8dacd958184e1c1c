"""Figures for officers, of places that they cover, with the shares of lifted and monitored.

The figures themselves are those of figures.py; the shares go by the household's kind as it is now
(docs/rules/figures.md). Periods are whole months.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from jobmatch.brands.models import LaborBrand
from jobmatch.employers.models import Employer
from jobmatch.households.models import Household
from jobmatch.households.rules.kinds import MONITORED, Kind
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotAllowed, NotFound
from jobmatch.kernel.periods import Days
from jobmatch.places.models import Place
from jobmatch.reports import figures as all_figures
from jobmatch.reports.figures import (
    NO_BRAND,
    By,
    Scope,
    Sums,
    month_first,
    months,
    per_worker,
    sums_of,
    totals,
    whole_months,
    with_kind,
)
from jobmatch.workers.models import Worker

__all__ = ["By", "Group", "Report", "Scope", "Sums", "figures", "trend", "whole_months"]

CODE_LENGTH = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}


class Group(StrEnum):
    """Whom a figure counts: everyone, or by the kind of the household."""

    ALL = "all"
    LIFTED = "lifted"
    MONITORED = "monitored"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of a report. key: place code, month (YYYY-MM), kind, or the number of a brand or an
    employer ("0" for work for no brand); name: of a place, brand or employer, else "".
    """

    key: str
    name: str
    all: Sums
    lifted: Sums
    monitored: Sums


@dataclass
class _Folding:
    all: Sums = field(default_factory=Sums)
    lifted: Sums = field(default_factory=Sums)
    monitored: Sums = field(default_factory=Sums)

    def add(self, kind: str | None, sums: Sums) -> None:
        self.all = self.all.plus(sums)
        if kind == Kind.LIFTED:
            self.lifted = self.lifted.plus(sums)
        elif kind in MONITORED:
            self.monitored = self.monitored.plus(sums)

    def row(self, key: str, name: str = "") -> FigureRow:
        return FigureRow(key, name, self.all, self.lifted, self.monitored)


@dataclass(frozen=True, slots=True)
class Report:
    """scope: what was counted; place: its name."""

    scope: Scope
    place: str
    level: int
    period: Days
    total: FigureRow
    rows: tuple[FigureRow, ...]

    @property
    def place_code(self) -> str:
        return self.scope.place


def require_place(actor: Actor, code: str) -> Place:
    """The place, when the officer's scope covers it. raises NotAllowed, NotFound."""
    if not actor.has(Role.OFFICER):
        raise NotAllowed
    place = reading().get(Place, code)
    if place is None or not actor.covers(Role.OFFICER, code):
        raise NotFound
    return place


def figures(
    actor: Actor,
    place: str,
    first: date,
    last: date,
    by: By = By.PLACE,
    *,
    brand_id: int | None = None,
    employer_id: int | None = None,
) -> Report:
    """People in work of a place and what they did, all of it or for one brand or employer.

    By the places below it, by month or by kind: without work lines of zeros. By brand or employer:
    the most person-times first. raises NotAllowed, NotFound.
    """
    here = require_place(actor, place)
    period = whole_months(first, last)
    scope = Scope(place, brand_id, employer_id, None, period.first, period.last)
    total, rows = folded(scope, by)
    return Report(scope, here.name, here.level, period, total, tuple(rows))


def trend(
    actor: Actor,
    place: str,
    first: date,
    last: date,
    *,
    brand_id: int | None = None,
    employer_id: int | None = None,
) -> list[tuple[date, Sums]]:
    """Everyone's sums month by month, months without work included. raises NotAllowed, NotFound."""
    require_place(actor, place)
    period = whole_months(first, last)
    return all_figures.every_month(
        Scope(place, brand_id, employer_id, None, period.first, period.last)
    )


@dataclass(frozen=True, slots=True)
class Party:
    """A brand or an employer for which people of a place worked."""

    id: int
    name: str


def parties(actor: Actor, place: str, first: date, last: date) -> dict[By, list[Party]]:
    """The brands (By.BRAND) and employers for which people of a place worked, by name.

    raises  NotAllowed, NotFound
    """
    require_place(actor, place)
    period = whole_months(first, last)
    brands, employers = all_figures.worked_for(Scope(place, first=period.first, last=period.last))
    return {By.BRAND: _named(LaborBrand, brands), By.EMPLOYER: _named(Employer, employers)}


def _named(table: Any, ids: Collection[int]) -> list[Party]:
    rows = reading().execute(
        select(table.id, table.name).where(table.id.in_(ids)).order_by(table.name)
    )
    return [Party(key, name) for key, name in rows]


def folded(scope: Scope, by: By) -> tuple[FigureRow, list[FigureRow]]:
    """The total and its lines by place below, month or kind; by brand and employer the largest
    first. Months and places without work are lines of zeros. A person counts once in each line.
    """
    if by is By.KIND:
        return _by_kind(scope)
    if by is By.PLACE:
        return _by_place(scope)
    found = _lines(scope, by)
    if by is By.MONTH:
        assert scope.first is not None
        assert scope.last is not None
        rows = [
            found.get(f"{month:%Y-%m}", _Folding()).row(f"{month:%Y-%m}")
            for month in months(Days(scope.first, scope.last))
        ]
    else:
        names = _names(by, found)
        rows = [one.row(key, names.get(key, "")) for key, one in found.items()]
        rows.sort(key=lambda row: (-row.all.person_times, row.key))
    # People are counted once in the total, so the lines' headcounts need not add up to it.
    return _by_kind(scope)[0], rows


def _by_kind(scope: Scope) -> tuple[FigureRow, list[FigureRow]]:
    people = per_worker(scope).c
    statement = (
        select(Household.kind, *totals(people))
        .select_from(people.worker_id.table)
        .join(Worker, Worker.id == people.worker_id)
    )
    whole, other = _Folding(), _Folding()
    for kind, *numbers in reading().execute(with_kind(statement).group_by(Household.kind)):
        sums = sums_of(numbers)
        whole.add(kind, sums)
        if kind != Kind.LIFTED and kind not in MONITORED:
            other.add(None, sums)
    rows = [
        FigureRow("lifted", "", whole.lifted, whole.lifted, Sums()),
        FigureRow("monitored", "", whole.monitored, Sums(), whole.monitored),
        other.row("other"),
    ]
    return whole.row(scope.place), rows


def _by_place(scope: Scope) -> tuple[FigureRow, list[FigureRow]]:
    session = reading()
    here = session.get_one(Place, scope.place)
    people = per_worker(scope).c
    below = func.substr(Worker.home_code, 1, CODE_LENGTH[min(here.level + 1, 5)])
    statement = (
        select(below, Household.kind, *totals(people))
        .select_from(people.worker_id.table)
        .join(Worker, Worker.id == people.worker_id)
    )
    found: dict[str, _Folding] = {}
    whole = _Folding()
    for code, kind, *numbers in session.execute(
        with_kind(statement).group_by(below, Household.kind)
    ):
        sums = sums_of(numbers)
        found.setdefault(code, _Folding()).add(kind, sums)
        whole.add(kind, sums)
    children = session.execute(
        select(Place.code, Place.short_name)
        .where(Place.parent_code == here.code)
        .order_by(Place.code)
    ).all()
    names = {code: name for code, name in children}  # noqa: C416
    if here.code in found or not names:
        names[here.code] = here.short_name
    rows = [found.get(code, _Folding()).row(code, name) for code, name in names.items()]
    return whole.row(here.code, here.short_name), rows


def _lines(scope: Scope, by: By) -> dict[str, _Folding]:
    people = per_worker(scope, by).c
    statement = (
        select(people.key, Household.kind, *totals(people))
        .select_from(people.worker_id.table)
        .join(Worker, Worker.id == people.worker_id)
    )
    found: dict[str, _Folding] = {}
    for key, kind, *numbers in reading().execute(
        with_kind(statement).group_by(people.key, Household.kind)
    ):
        name = f"{month_first(key):%Y-%m}" if by is By.MONTH else str(key or NO_BRAND)
        found.setdefault(name, _Folding()).add(kind, sums_of(numbers))
    return found


def _names(by: By, keys: Iterable[str]) -> dict[str, str]:
    table: Any = LaborBrand if by is By.BRAND else Employer
    wanted = [int(key) for key in keys]
    rows = reading().execute(select(table.id, table.name).where(table.id.in_(wanted)))
    return {str(key): name for key, name in rows}
