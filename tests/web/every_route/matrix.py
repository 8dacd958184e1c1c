"""The matrix of who may open what: one row for each address, method and kind of object, one column
for each role, in matrix/<door>.csv. docs/rules/who-may.md says how to read it and how to change it.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from werkzeug.test import TestResponse

from jobmatch.accounts.queries import signed_in
from jobmatch.kernel.actor import NOBODY, Actor
from tests.web.every_route.filling import FORMS, WORDS
from tests.web.every_route.place import address, values
from tests.web.every_route.two_sides import Side

FOLDER = Path(__file__).with_name("matrix")
COLUMNS = (
    "nobody", "worker", "leader", "employer", "organizer", "village", "township", "county",
    "station", "admin",
)  # fmt: skip
HEAD = ("method", "page", "object", *COLUMNS)
# An answer in words: led to sign in. Else its status.
IN = "in"
# Pages that name their object behind the question mark, as their form does.
ASKED = {"worker.speak": "worker.speak_post", "station.worker_speak": "station.worker_speak_post"}
# More that a form must say, so that a person whose own object it is gets on.
SAID: dict[str, dict[str, Any]] = {
    "officer.member_reveal": {"reason": "核对身份"},
    "employer.ask_brand": {"brand_id": "brand_id"},
    "employer.wage_book": {"first": "2026-09-01", "last": "2026-09-26"},
    "employer.wage_book_file": {"first": "2026-09-01", "last": "2026-09-26"},
}

Key = tuple[str, str, str]
Table = dict[Key, dict[str, str]]


@dataclass(frozen=True)
class Ask:
    """A row to be asked: path is an address with objects of this kind in it.

    kind   "-": the address names no object; "own"; "next": the own side's objects, asked for by
           people from next door; else the name of the parameter that holds another banner's object
    """

    key: Key
    path: str
    said: dict[str, Any]

    @property
    def endpoint(self) -> str:
        return self.key[1]

    @property
    def kind(self) -> str:
        return self.key[2]


def asks(app: Flask, own: Side, foreign: Side) -> Iterator[Ask]:
    """Every row that the product's own map of addresses demands."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: (r.rule, r.endpoint)):
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        mine, theirs = values(rule, own), values(rule, foreign)
        objects = [n for n in sorted(rule.arguments) if is_object(n, mine, theirs)]
        data, path = form_of(rule.endpoint, own), address(app, rule, mine)
        yield Ask((method, rule.endpoint, "own" if objects else "-"), path, data)
        if objects:
            yield Ask((method, rule.endpoint, "next"), path, data)
        for name in objects:
            there = address(app, rule, mine | {name: theirs[name]})
            yield Ask((method, rule.endpoint, name), there, data)


def is_object(name: str, mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    return mine[name] != theirs[name] and name not in WORDS


def form_of(endpoint: str, side: Side) -> dict[str, Any]:
    """What a form says that is sent there: keys of one's own side, and what no browser fills in."""
    name = ASKED.get(endpoint, endpoint)
    more = {key: side.of.get(value, value) for key, value in SAID.get(endpoint, {}).items()}
    found = FORMS.get(name, {}) | side.forms.get(name, {}) | more
    return {key: value for key, value in found.items() if value is not None}


class Caller:
    """Sends requests as somebody, each with a session of its own: nothing is carried over."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client(use_cookies=False)
        sessions = app.session_interface
        assert isinstance(sessions, SecureCookieSessionInterface)
        signer = sessions.get_signing_serializer(app)
        assert signer is not None
        self.signer = signer

    def cookie(self, actor: Actor) -> dict[str, str]:
        if actor == NOBODY:
            return {}
        user = signed_in(int(actor.user_id or 0))
        assert user is not None
        said = {"_user_id": f"{user.id}:{user.session_version}", "_fresh": True}
        return {"Cookie": f"{self.app.config['SESSION_COOKIE_NAME']}={self.signer.dumps(said)}"}

    def ask(self, ask: Ask, cookie: dict[str, str]) -> TestResponse:
        sent: dict[str, Any] = {"query_string" if ask.key[0] == "GET" else "data": ask.said}
        return self.client.open(ask.path, method=ask.key[0], headers=cookie, **sent)


def cell(answer: TestResponse) -> str:
    """What stands in the table for this answer."""
    where = urlsplit(answer.headers.get("Location", "")).path
    return IN if where == "/sign-in" else str(answer.status_code)


# --- the table ----------------------------------------------------------------------------------


def read(folder: Path = FOLDER) -> Table:
    found: Table = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = (row["method"], row["page"], row["object"])
                assert key not in found, f"{key} stands twice"
                assert key[1].partition(".")[0] == path.stem, f"{key} stands in {path.name}"
                found[key] = {column: row[column] for column in COLUMNS}
    return found


def write(rows: Table, order: Iterable[Key]) -> None:
    files: dict[Path, list[Key]] = {}
    for key in order:
        files.setdefault(FOLDER / f"{key[1].partition('.')[0]}.csv", []).append(key)
    for path, keys in files.items():
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(HEAD)
            out.writerows([*key, *(rows[key][column] for column in COLUMNS)] for key in keys)


def differences(table: Table, found: Table) -> list[str]:
    """Rows that only one of the two has, and cells that differ; empty when they are the same."""
    faults = [f"{key}: not in the table" for key in found.keys() - table.keys()]
    faults += [f"{key}: in the table, but no such address" for key in table.keys() - found.keys()]
    for key in table.keys() & found.keys():
        faults += [
            f"{key} {column}: {found[key][column]}, the table says {table[key][column]}"
            for column in COLUMNS
            if found[key][column] != table[key][column]
        ]
    return sorted(faults)
