"""One round through the matrix: every answer is put down, and read for what it must not hold."""

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

from flask import Flask, g
from werkzeug.test import TestResponse

from jobmatch.infra.db import writing_engine
from jobmatch.infra.logs import init_logs
from jobmatch.kernel.actor import NOBODY, Actor
from jobmatch.web import errors
from tests.support import World
from tests.web.every_route import baseline, leaks
from tests.web.every_route.leaks import words_of
from tests.web.every_route.matrix import COLUMNS, IN, Ask, Caller, Table, asks, cell
from tests.web.every_route.neighbours import give_phones, neighbours, own_people, phones_of
from tests.web.every_route.place import Place
from tests.web.every_route.snapshot import Snapshot, people_of

# The guard asks for the role alone and looks at no object. What it refuses is sent for one's own
# object, on the embedded database; EVERY_CELL=1 sends it for objects of others and on every one.
WHOLE = bool(os.environ.get("EVERY_CELL"))
# Who sees other people's data at work.
STAFF = frozenset({"employer", "organizer", "village", "township", "county", "station", "admin"})
# The same for everybody: a cache may keep it, but asks each time.
SHARED = {"public.service_worker"}


@dataclass
class Round:
    """What came of it. seen: all that the own side could read; log: every line of the log; unread: pages with people's data that staff saw and no line tells of; faults: what answers held that they must not."""

    found: Table = field(default_factory=dict)
    sent: int = 0
    faults: list[str] = field(default_factory=list)
    calls: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    revealed: set[tuple[str, str]] = field(default_factory=set)
    seen: str = ""
    log: str = ""


@dataclass
class Cast:
    """Who asks: one person a column, of the own side and from next door, with their cookies."""

    own: dict[str, Actor]
    next: dict[str, Actor]
    caller: Caller

    def __post_init__(self) -> None:
        self.cookies = {
            id(people): {column: self.caller.cookie(who) for column, who in people.items()}
            for people in (self.own, self.next)
        }
        self.phones = {id(people): phones_of(people) for people in (self.own, self.next)}

    def people(self, ask: Ask) -> dict[str, Actor]:
        return self.next if ask.kind == "next" else self.own


def cast_of(place: Place) -> Cast:
    """Neighbours move in; the place is put back to as it is with them from here on."""
    world = World(place.app)
    for _ in range(500):  # numbers of people that the two sides have not used
        next(world.number)
    cast = Cast(own_people(world, place.own), neighbours(world), Caller(place.app))
    give_phones()
    place.snapshot = Snapshot()
    return cast


@contextmanager
def logged(app: Flask) -> Iterator[io.StringIO]:
    """All that is logged meanwhile, as the product itself writes it."""
    out = io.StringIO()
    logger = logging.getLogger("jobmatch")
    kept = logger.handlers[:], logger.level, logger.propagate
    with mock.patch("sys.stderr", out):
        init_logs("DEBUG")
    (ours,) = logger.handlers
    roots = logging.getLogger()
    roots.addHandler(ours)
    try:
        yield out
    finally:
        roots.removeHandler(ours)
        logger.handlers[:], logger.level, logger.propagate = kept


@contextmanager
def brief_refusals() -> Iterator[None]:
    """A page that refuses is made once for each person and wording: it is the same each time."""
    whole, made = errors.page, set()

    def page(status: int, said: str = "", **more: object) -> tuple[str, int]:
        key = (status, said, getattr(g.get("actor"), "user_id", None))
        if status not in (403, 404) or key not in made:
            made.add(key)
            return whole(status, said, **more)
        return said, status

    with mock.patch.object(errors, "page", page):
        yield


def walk(place: Place, cast: Cast, only: frozenset[str]) -> Round:
    """Ask for every row of these endpoints as every column."""
    done = Round()
    policies = place.app.extensions["jobmatch.policies"]
    hidden = {"next": people_of(place.own)}
    is_embedded = writing_engine().dialect.name == "sqlite"
    with logged(place.app) as log, brief_refusals():
        for ask in asks(place.app, place.own, place.foreign):
            if ask.endpoint not in only:
                continue
            people = cast.people(ask)
            is_sent = WHOLE or (is_embedded and ask.kind in ("own", "-"))
            row = done.found[ask.key] = {}
            for column in COLUMNS:
                who = people.get(column, NOBODY)
                if not is_sent and not policies[ask.endpoint].admits(who):
                    row[column] = IN if who == NOBODY else "403"
                    continue
                place.written.clear()
                answer = cast.caller.ask(ask, cast.cookies[id(people)].get(column, {}))
                done.sent += 1
                row[column] = cell(answer)
                if ask.key[0] == "GET" and set(place.written) - {"audit_entry"}:
                    done.faults.append(f"{column} {ask.key}: reading wrote {set(place.written)}")
                if column in STAFF and ask.key[0] == "GET" and not place.written:
                    done.unread |= {ask.endpoint} if leaks.of_people(words_of(answer)) else set()
                place.is_changed |= bool(place.written)
                place.put_back()
                _read(place, cast, done, ask, column, answer, hidden.get(ask.kind, place.hidden))
    done.log = log.getvalue()
    return done


def _read(
    place: Place, cast: Cast, done: Round, ask: Ask, column: str, answer: TestResponse,
    hidden: set[str],
) -> None:  # fmt: skip
    said, endpoint = f"{column} {' '.join(ask.key)}", ask.endpoint
    body = words_of(answer)
    people = cast.people(ask)
    own = cast.phones[id(people)].get(column, set())
    is_kept = column != "nobody" and endpoint not in SHARED
    done.faults += [f"{said}: {fault}" for fault in baseline.faults(answer, is_kept)]
    if endpoint == "static":
        return
    if ask.kind in ("own", "-"):
        done.seen += body
    where = answer.headers.get("Location", "")
    if leaks.id_numbers(where) | leaks.phones(where):
        done.faults.append(f"{said}: a number in the address {where}")
    if leaks.id_numbers(body):
        done.revealed.add((endpoint, column))
    if leaks.phones(body) - own:
        done.calls.add(endpoint)
        if ask.kind not in ("own", "-") and endpoint not in leaks.OPEN_CALLS:
            done.faults.append(f"{said}: a phone of somebody of elsewhere")
    if column != "admin":
        done.faults += [f"{said}: speaks of {name}" for name in hidden if name in body]
    if column not in ("village", "township", "county"):
        done.faults += [f"{said}: {kind}" for kind in leaks.KINDS if kind in body]
