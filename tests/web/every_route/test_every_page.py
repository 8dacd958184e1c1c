"""Every page of the product, taken from its own map: with objects of nobody, at any page number, with
any words behind the question mark.

Nothing may end in a server error, show what belongs to others, or write. An address that this walk
cannot fill fails it: add its object to two_sides.py. Who may open what stands in test_matrix.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import request
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from jobmatch.web.incoming import Parameters
from tests.web.every_route.leaks import KINDS, OPEN_CALLS, words_of
from tests.web.every_route.place import Place, address, held, rules, some, strangers, values
from tests.web.every_route.two_sides import ROLES
from tests.web.every_route.walk import read_page

pytestmark = [
    pytest.mark.timeout(1800), pytest.mark.slow, pytest.mark.xdist_group("every page"),
]  # fmt: skip
# Typed words that lists take by GET. None is about a person: those go by POST (web/searching.py).
TYPED_IN_ADDRESSES = {
    ("public.home", "q"), ("public.board", "q"), ("public.board", "least"),
    ("public.brands", "q"), ("worker.brands", "q"), ("officer.brands", "q"),
    ("admin.words", "q"), ("worker.why", "q"),
}  # fmt: skip
PAGES = ("0", "-1", "2147483647", "9" * 3000, "9" * 5000, "²")


@dataclass
class Opened:
    """A page as one role sees it. names: what it takes behind the question mark: what its view
    looks for there, and what its own forms and links give it.
    """

    role: str
    rule: Rule
    path: str
    html: str
    names: set[str]


@contextmanager
def looked_for() -> Iterator[set[str]]:
    """The names that views look for behind the question mark, since the set was last cleared."""
    found: set[str] = set()

    def noting(method: str) -> Any:
        whole = getattr(Parameters, method)

        def note(self: Parameters, name: str, *args: Any, **more: Any) -> Any:
            if request and self is request.args:
                found.add(name)
            return whole(self, name, *args, **more)

        return note

    names = ("get", "getlist", "__getitem__", "__contains__")
    with mock.patch.multiple(Parameters, **{name: noting(name) for name in names}):
        yield found


@pytest.fixture(scope="module")
def opened(place: Place) -> list[Opened]:
    """Every page and file that opens, as each role that holds it; public ones as the first."""
    found: list[Opened] = []
    public: set[str] = set()
    with looked_for() as names:
        for role in ROLES:
            for rule in held(place, role, "GET"):
                if rule.endpoint in public or rule.endpoint == "static":
                    continue
                if rule.endpoint.startswith("public."):
                    public.add(rule.endpoint)
                path = address(place.app, rule, values(rule, place.own))
                names.clear()
                answer = place.go(place.browsers[role], "GET", path)
                if answer.status_code == 200 or names:
                    html = words_of(answer) if answer.mimetype == "text/html" else ""
                    found.append(Opened(role, rule, path, html, names | given_in(html, path)))
    place.put_back()
    return found


def given_in(html: str, path: str) -> set[str]:
    """The parameters that a page's own forms and links give it."""
    forms, links = read_page(html)
    found = {name for form in forms if form.method == "get" for name in form.typed}
    for link in map(urlsplit, links):
        found |= {name for name, _ in parse_qsl(link.query) if link.path in ("", path)}
    return found


def first_of(opened: list[Opened]) -> Iterator[tuple[int, Opened]]:
    """Each page once."""
    seen: set[str] = set()
    for n, one in enumerate(opened):
        if one.rule.endpoint not in seen:
            seen.add(one.rule.endpoint)
            yield n, one


@pytest.mark.same_everywhere
def test_the_walk_knows_what_pages_take(opened: list[Opened]) -> None:
    """Were nothing noted, nothing would be tried."""
    names = {one.rule.endpoint: one.names for one in opened}
    assert {"q", "page"} <= names["public.board"]
    assert {"first", "last"} <= names["employer.wage_book_file"]
    assert sum("page" in found for found in names.values()) > 20
    assert sum("place" in found for found in names.values()) > 10


def fitting(said: str) -> set[int]:
    if said.startswith("wide"):
        return {404, 405}  # 405: the same digits would be an address for reading
    if said.startswith("odd day"):
        return {200, 303, 400, 404, 405, 422}
    return {400, 403, 404, 405} if said.startswith("odd") else {404}


def test_what_is_unknown_or_impossible_is_not_found(place: Place) -> None:
    seen: set[tuple[str, str]] = set()
    for method in ("GET", "POST"):
        for role in ROLES:
            for rule in held(place, role, method):
                if (method, rule.rule) in seen:
                    continue
                seen.add((method, rule.rule))
                for said, given in strangers(rule, place.own, place.foreign):
                    path = address(place.app, rule, given)
                    answer = place.go(place.browsers[role], method, path)
                    if answer.status_code not in fitting(said) or place.written:
                        place.faults.append(
                            f"{role} {method} {rule.rule} {said}: {answer.status_code}"
                        )
                    place.put_back()
    assert len(seen) == sum(len(rules(place.app, method)) for method in ("GET", "POST"))
    place.check()


@pytest.mark.same_everywhere
def test_every_page_opens_at_any_page_number(place: Place, opened: list[Opened]) -> None:
    for _n, one in first_of(opened):
        for number in PAGES if "page" in one.names else ():
            browser: FlaskClient = place.browsers[one.role]
            got = place.go(browser, "GET", one.path, query_string={"page": number})
            if got.status_code not in {200, 422}:
                place.faults.append(f"{one.path}?page={number[:20]}: {got.status_code}")
    place.check()


@pytest.mark.same_everywhere
def test_no_words_about_people_are_typed_into_an_address(opened: list[Opened]) -> None:
    typed = {"text", "search", "tel", "textarea", "number"}
    found = {
        (one.rule.endpoint, field.name)
        for one in opened
        for form in read_page(one.html)[0]
        for field in form.fields
        if form.method == "get" and field.kind in typed
    }
    assert found == TYPED_IN_ADDRESSES


def theirs(place: Place, name: str) -> set[str]:
    """What a filter of this name could be set to, so that it shows what lies elsewhere."""
    of = place.foreign.of
    named = {str(of[key]) for key in of if key.removesuffix("_id") == name.removesuffix("_id")}
    return named or {"150430", "150430100201", "15"}


def shown(place: Place, one: Opened, answer: TestResponse) -> Iterator[str]:
    """What an answer holds of people of elsewhere, or of kinds that are for officers alone."""
    body = words_of(answer)
    own = {actor.user_id for actor in place.own.actors.values()}
    strange = {phone for phone, user in place.phones.items() if user not in own}
    if one.rule.endpoint in OPEN_CALLS:
        strange = set()
    kinds = () if one.role == "officer" else KINDS
    yield from (part for part in (*place.numbers, *place.hidden, *strange, *kinds) if part in body)


@pytest.mark.same_everywhere
def test_no_filter_shows_people_of_elsewhere(place: Place, opened: list[Opened]) -> None:
    for one in opened:
        if one.role == "admin" or one.rule.endpoint.startswith("public."):
            continue
        for name in sorted(one.names - {"page", "lang"}):
            for value in sorted(theirs(place, name)):
                asked = f"{one.role} {one.path}?{name}={value}"
                got = place.go(
                    place.browsers[one.role], "GET", one.path, query_string={name: value}
                )
                if got.status_code not in {200, 303, 400, 404, 422}:
                    place.faults.append(f"{asked}: {got.status_code}")
                place.faults += [f"{asked}: {part}" for part in shown(place, one, got)]
    place.put_back()
    place.check()


@pytest.mark.same_everywhere
def test_filters_and_pages_take_anything(place: Place, opened: list[Opened]) -> None:
    for n, one in first_of(opened):
        for m, name in enumerate(sorted(one.names - {"page"})):
            for mad in some(n + m, 2):
                asked = {name: mad[:3000], "_scheme": "x", "endpoint": "x"}
                got = place.go(place.browsers[one.role], "GET", one.path, query_string=asked)
                if got.status_code not in {200, 303, 400, 404, 422}:
                    place.faults.append(f"{one.path}?{name}={mad[:20]!r}: {got.status_code}")
    place.put_back()
    place.check()
