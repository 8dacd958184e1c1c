"""Rule tables: values that hold from a date on, for a place and all below it.

Law and county differ by date and place, so no such figure is a constant in code. A value is found
under its name for the most exact place, then the latest date that has begun.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Date,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from jobmatch.infra import audit
from jobmatch.infra.db import Base, fetch, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Conflict, Invalid, NotAllowed
from jobmatch.kernel.text import text


class DatedRule(Base):
    __tablename__ = "dated_rule"
    __table_args__ = (
        UniqueConstraint("name", "place_code", "valid_from"),
        Index(None, "name"),
    )
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    place_code: Mapped[str] = mapped_column(String(12), default="")
    valid_from: Mapped[date] = mapped_column(Date)
    value: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text, default="")


class NoRule(LookupError):
    """No value of this name holds at this place on this day."""


_IN_FORCE = (
    select(DatedRule.value)
    .where(
        DatedRule.name == bindparam("name"),
        DatedRule.place_code.in_(bindparam("places", expanding=True)),
        DatedRule.valid_from <= bindparam("day", type_=Date),
    )
    .order_by(DatedRule.place_code.desc(), DatedRule.valid_from.desc())
    .limit(1)
)


def value(session: Session, name: str, *, on: date, place: str = "") -> Any:
    """The value that holds at a place code on a day. raises NoRule when there is none."""
    prefixes = ["", *(place[:n] for n in range(1, len(place) + 1))]
    found = fetch(_IN_FORCE, session, name=name, places=prefixes, day=on)
    if not found:
        raise NoRule(f"{name} at {place or 'anywhere'} on {on}")
    return found[0].value


class Book:
    """All values of some tables at one place, read by one query; asked for as often as wanted."""

    def __init__(self, rows: Iterable[tuple[str, str, date, Any]]) -> None:
        """rows: name, place code, since, value; the most exact place first, then the latest."""
        self._rows: dict[str, list[tuple[date, Any]]] = defaultdict(list)
        for name, _code, since, held in rows:
            self._rows[name].append((since, held))

    def value(self, name: str, on: date) -> Any:
        """The value that holds on a day. raises NoRule when there is none."""
        for since, held in self._rows.get(name, ()):
            if since <= on:
                return held
        raise NoRule(f"{name} on {on}")


def book(session: Session, prefixes: Iterable[str], place: str) -> Book:
    """The book of one place."""
    return books(session, prefixes, [place])[place]


def books(session: Session, prefixes: Iterable[str], places: Iterable[str]) -> dict[str, Book]:
    """The books of several places, by one query."""
    wanted = set(places)
    above = {"", *(place[:n] for place in wanted for n in range(1, len(place) + 1))}
    found = session.execute(
        select(DatedRule.name, DatedRule.place_code, DatedRule.valid_from, DatedRule.value)
        .where(
            or_(*(DatedRule.name.startswith(each, autoescape=True) for each in prefixes)),
            DatedRule.place_code.in_(above),
        )
        .order_by(DatedRule.place_code.desc(), DatedRule.valid_from.desc())
    )
    rows = [(name, code, since, held) for name, code, since, held in found]
    return {place: Book(row for row in rows if place.startswith(row[1])) for place in wanted}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One value of a rule table; value is what JSON holds (a number, mostly)."""

    name: str
    place_code: str
    valid_from: date
    value: Any
    source: str


class AlreadySet(Conflict):
    default = text("这一天起的数值已经有了。规则只添新的，不改旧的。")


def rows(prefix: str = "") -> list[RuleRow]:
    """All values whose name begins with the prefix: by name and place, the latest first."""
    return [RuleRow(*row) for row in fetch(_BEGINNING, begin=_pattern(prefix))]


_BEGINNING = (
    select(
        DatedRule.name, DatedRule.place_code, DatedRule.valid_from, DatedRule.value,
        DatedRule.source,
    )
    .where(DatedRule.name.like(bindparam("begin"), escape="/"))
    .order_by(DatedRule.name, DatedRule.place_code, DatedRule.valid_from.desc())
)  # fmt: skip


def _pattern(prefix: str) -> str:
    """What LIKE takes for everything that begins so."""
    for sign in "/%_":
        prefix = prefix.replace(sign, "/" + sign)
    return prefix + "%"


def add(
    name: str,
    place_code: str,
    valid_from: date,
    value: Any,
    source: str,
    *,
    today: date,
    actor: Actor,
) -> None:
    """An administrator adds a value to a known table; older values stay for what they decided.

    raises   NotAllowed; Invalid (field name, valid_from, value or source); AlreadySet
    """
    if not actor.has(Role.ADMIN):
        raise NotAllowed
    source = source.strip()
    if not 2 <= len(source) <= 300:
        raise Invalid(text("请写明依据（文件名、文号、日期），2 到 300 个字。"), field="source")
    with transaction() as session:
        known = session.scalars(select(DatedRule).where(DatedRule.name == name)).all()
        if not known:
            raise Invalid(text("没有这张规则表。"), field="name")
        if type(known[0].value) is not type(value):
            raise Invalid(text("数值的写法和这张表里已有的不一样。"), field="value")
        here = [row for row in known if row.place_code == place_code]
        if any(row.valid_from == valid_from for row in here):
            raise AlreadySet(field="valid_from")
        if valid_from < today and any(row.valid_from < valid_from for row in here):
            raise Invalid(
                text("这一天已经按旧的数值办过事了，新的数值只能从今天或以后开始。"),
                field="valid_from",
            )
        session.add(
            DatedRule(
                name=name, place_code=place_code, valid_from=valid_from, value=value, source=source
            )
        )
        audit.record(
            session, actor, "rule.add", "dated_rule", f"{name}@{place_code}"[:40],
            name=name, place_code=place_code, valid_from=valid_from.isoformat(), value=value,
        )  # fmt: skip


def read_csv(path: Path) -> list[RuleRow]:
    """The rows of a ground file: name, place_code, valid_from, value (JSON), source."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            RuleRow(
                line["name"], line["place_code"], date.fromisoformat(line["valid_from"]),
                json.loads(line["value"]), line["source"],
            )
            for line in csv.DictReader(lines)
        ]  # fmt: skip


def load(session: Session, given: Iterable[RuleRow]) -> int:
    """Add the values that are not there yet, leave the others. Returns how many came."""
    there = {
        (name, place, day)
        for name, place, day in session.execute(
            select(DatedRule.name, DatedRule.place_code, DatedRule.valid_from)
        )
    }
    new = [row for row in given if (row.name, row.place_code, row.valid_from) not in there]
    session.add_all(
        DatedRule(
            name=row.name, place_code=row.place_code, valid_from=row.valid_from,
            value=row.value, source=row.source,
        )
        for row in new
    )  # fmt: skip
    return len(new)
