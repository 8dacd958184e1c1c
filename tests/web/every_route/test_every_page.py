"""Every page of the product, taken from its own map: as nobody, as each role, with objects of one's
own, of others and of nobody.

Nothing may end in a server error, show what belongs to others, or write. An address that this walk
cannot fill fails it: add its object to two_sides.py.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.web.every_route.place import (
    Place,
    address,
    held,
    roles_of,
    rules,
    some,
    strangers,
    values,
)  # fmt: skip
from tests.web.every_route.snapshot import people_of
from tests.web.every_route.two_sides import ROLES
from tests.web.every_route.walk import read_page

pytestmark = [pytest.mark.timeout(1800), pytest.mark.slow]
TAKEN = {200, 303, 400, 403, 404, 409, 422}
# Objects that any reader of the address may open, whoever's they are.
OPEN = {
    "public.brand": {"brand_id"},
    "public.brand_ask": {"brand_id"},
    "public.brand_invite": {"token"},  # who has the link may look, and join
    "public.brand_invite_join": {"token"},
    "public.posting": {"posting_id"},
    "public.posting_qr": {"posting_id"},
    "worker.posting": {"posting_id"},
    "brand.fitting": {"posting_id"},
    "worker.sign_up": {"posting_id"},
    "worker.brand_ask": {"brand_id"},
    "worker.training_enrol": {"session_id"},
    "station.sign_up": {"posting_id"},
    "station.enrol": {"session_id"},
    "employer.ask_brand": {"brand_id"},
}
# Known to all, but closed to those outside: 403 says so, where others are not found.
CLOSED = {"public.brand_days", "public.brand_days_file"}
# The pages that show whole phone numbers of one's own side, to people who must call.
CALLS = {
    "admin.user": "an account is a phone",
    "brand.member": "organizers call their members",
    "brand.members": "organizers call their members",
    "brand.training_session": "organizers call who comes to their course",
    "employer.signups": "employers call whom they take on",
    "employer.wage_list": "the wage ledger names its people",
    "employer.wage_book": "so does the ledger of any days",
    "employer.debt_note": "a debt note names both sides",
    "station.debt_note": "a debt note names both sides",
    "officer.brand": "officers call organizers of their place",
    "officer.training_session": "officers call who comes to their course",
    "public.brand": "whoever wants to join calls the organizers",
    "station.held_copy": "the visitor takes their own data home",
    "worker.crew": "a crew's leader calls its people",
}
# Typed words that lists take by GET. None is about a person: those go by POST (web/searching.py).
TYPED_IN_ADDRESSES = {
    ("public.home", "q"), ("public.board", "q"), ("public.board", "least"),
    ("public.brands", "q"), ("worker.brands", "q"), ("officer.brands", "q"),
    ("admin.words", "q"), ("worker.why", "q"),
}  # fmt: skip
# Filters of lists that come as files: a file has no form of its own to ask for them.
FILTERS = {"place", "worker", "brand", "employer", "crew", "member", "by"}
PAGES = ("0", "-1", "2147483647", "9" * 3000, "9" * 5000, "²")
KINDS = (
    "脱贫", "监测户", "监测对象", "易致贫", "严重困难", "lifted", "monitored", "marginal_at_risk",
    "sudden_hardship",
)  # fmt: skip


def words_of(answer: TestResponse) -> str:
    """The text of a page or of a file; what is packed in a workbook too."""
    if not answer.data.startswith(b"PK"):
        return answer.get_data(as_text=True) if "text" in (answer.mimetype or "") else ""
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


def leaks(place: Place, role: str, rule: Rule, answer: TestResponse) -> Iterator[str]:
    """What an answer shows that its reader must not see."""
    body, where = words_of(answer), unquote(answer.headers.get("Location", ""))
    for number in place.numbers:
        if number in body + where:
            yield f"{role} {rule.rule}: a whole ID number"
    own = {actor.user_id for actor in place.own.actors.values()}
    for phone, user in place.phones.items():
        if phone in where:
            yield f"{role} {rule.rule}: a phone number in the address"
        if phone not in body or user == place.own.actors[role].user_id:
            continue
        if user not in own or rule.endpoint.removesuffix("_file") not in CALLS:
            yield f"{role} {rule.rule}: a phone number of somebody else"
    if role != "admin":
        yield from (f"{role} {rule.rule}: {name}" for name in place.hidden if name in body)
    if role != "officer":
        yield from (f"{role} {rule.rule}: {kind}" for kind in KINDS if kind in body)


def test_every_page_opens_for_who_holds_its_door_and_for_nobody_else(place: Place) -> None:
    seen = ""
    for rule in rules(place.app, "GET"):
        path = address(place.app, rule, values(rule, place.own))
        for role in ROLES:
            answer = place.go(place.browsers[role], "GET", path)
            is_held = role in roles_of(place, rule)
            # Signed-in people's own steps lead on; drafts of others and closed ledgers do not open.
            fit = {200, 303, 403, 404} if is_held else {403}
            if answer.status_code not in fit:
                place.faults.append(f"{role} {path}: {answer.status_code}")
            if set(place.written) - {"audit_entry"}:
                place.faults.append(f"{role} {path}: reading wrote {set(place.written)}")
            place.faults += leaks(place, role, rule, answer)
            seen += words_of(answer)
            place.put_back()
    place.check()
    # What must not be seen of the other side can be seen of one's own: the search for it works.
    unseen = {name for name in people_of(place.own) if name not in seen}
    assert unseen == set()


def test_a_stranger_sees_public_pages_or_is_led_to_sign_in(place: Place) -> None:
    for method in ("GET", "POST"):
        for rule in rules(place.app, method):
            policy = place.app.extensions["jobmatch.policies"][rule.endpoint]
            path = address(place.app, rule, values(rule, place.own))
            answer = place.go(place.app.test_client(), method, path)
            where = answer.headers.get("Location", "")
            if answer.status_code not in TAKEN or place.written:
                place.faults.append(f"{method} {path}: {answer.status_code} {place.written}")
            if not policy.anyone and not where.startswith("/sign-in"):
                place.faults.append(f"{method} {path}: a stranger gets {answer.status_code}")
            if any(kind in answer.get_data(as_text=True) for kind in KINDS if policy.anyone) and (
                rule.endpoint != "static"
            ):
                place.faults.append(f"{method} {path}: speaks of households' kinds")
            place.put_back()
    place.check()


def is_open(place: Place, role: str, rule: Rule, given: dict[str, Any]) -> bool:
    """Whether this reader may open these objects, though some are not of their own side."""
    theirs = values(rule, place.foreign)
    mine = values(rule, place.own)
    foreign = {n for n in given if given[n] == theirs[n] != mine[n]}
    changed = {n for n in given if given[n] != mine[n]}
    if not foreign or foreign != changed:
        return False
    # An administrator keeps the accounts of every place.
    return role == "admin" or foreign <= OPEN.get(rule.endpoint, set())


def fitting(rule: Rule, said: str) -> set[int]:
    if rule.endpoint in CLOSED and "foreign" in said:
        return {403}
    if said.startswith("wide"):
        return {404, 405}  # 405: the same digits would be an address for reading
    if said.startswith("odd day"):
        return {200, 303, 400, 404, 405, 422}
    return {400, 403, 404, 405} if said.startswith("odd") else {404}


def test_what_is_foreign_unknown_or_impossible_is_not_found(place: Place) -> None:
    for method in ("GET", "POST"):
        for role in ROLES:
            for rule in held(place, role, method):
                for said, given in strangers(rule, place.own, place.foreign):
                    if is_open(place, role, rule, given):
                        continue
                    path = address(place.app, rule, given)
                    answer = place.go(place.browsers[role], method, path)
                    if answer.status_code not in fitting(rule, said) or place.written:
                        place.faults.append(
                            f"{role} {method} {rule.rule} {said}: {answer.status_code}"
                        )
                    place.put_back()
    place.check()


def opened(place: Place) -> Iterator[tuple[FlaskClient, Rule, str, str]]:
    """Every page that opens, once, as the first role that holds it; with its HTML."""
    seen: set[str] = set()
    for role in ROLES:
        for rule in held(place, role, "GET"):
            if rule.endpoint in seen:
                continue
            path = address(place.app, rule, values(rule, place.own))
            answer = place.go(place.browsers[role], "GET", path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                seen.add(rule.endpoint)
                yield place.browsers[role], rule, path, answer.get_data(as_text=True)
    place.put_back()


@pytest.mark.same_everywhere
def test_every_page_opens_at_any_page_number(place: Place) -> None:
    for browser, _rule, path, _html in opened(place):
        for number in PAGES:
            got = place.go(browser, "GET", path, query_string={"page": number})
            if got.status_code not in {200, 422}:
                place.faults.append(f"{path}?page={number[:20]}: {got.status_code}")
    place.check()


def test_no_words_about_people_are_typed_into_an_address(place: Place) -> None:
    typed = {"text", "search", "tel", "textarea", "number"}
    found = {
        (rule.endpoint, one.name)
        for _browser, rule, _path, html in opened(place)
        for form in read_page(html)[0]
        for one in form.fields
        if form.method == "get" and one.kind in typed
    }
    assert found == TYPED_IN_ADDRESSES


def theirs(place: Place, name: str) -> set[str]:
    """What a filter of this name could be set to, so that it shows what lies elsewhere."""
    of = place.foreign.of
    named = {str(of[key]) for key in of if key.removesuffix("_id") == name.removesuffix("_id")}
    return named or {"150430", "150430100201", "15"}


@pytest.mark.same_everywhere
def test_no_filter_shows_people_of_elsewhere(place: Place) -> None:
    for role in ROLES:
        if role == "admin":
            continue
        for rule in held(place, role, "GET"):
            if rule.endpoint.startswith("public.") or rule.endpoint == "static":
                continue
            path = address(place.app, rule, values(rule, place.own))
            answer = place.go(place.browsers[role], "GET", path)
            more = FILTERS if answer.mimetype != "text/html" else {"place"}
            for name in sorted(names_of(answer, path) | more):
                for value in sorted(theirs(place, name)):
                    asked = {name: value}
                    got = place.go(place.browsers[role], "GET", path, query_string=asked)
                    if got.status_code not in {200, 303, 400, 404, 422}:
                        place.faults.append(f"{role} {path}?{name}={value}: {got.status_code}")
                    place.faults += [f"{one} by {name}" for one in leaks(place, role, rule, got)]
        place.put_back()
    place.check()


def names_of(answer: TestResponse, path: str) -> set[str]:
    """The parameters that a page's own forms and links give it."""
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return set()
    forms, links = read_page(answer.get_data(as_text=True))
    found = {f for form in forms if form.method == "get" for f in form.typed}
    for link in map(urlsplit, links):
        found |= {k for k, _ in parse_qsl(link.query) if link.path in ("", path)}
    return found - {"page"}


@pytest.mark.same_everywhere
def test_filters_and_pages_take_anything(place: Place) -> None:
    for n, (browser, _rule, path, html) in enumerate(opened(place)):
        forms, links = read_page(html)
        names = {f for form in forms if form.method == "get" for f in form.typed}
        for link in map(urlsplit, links):
            names |= {k for k, _ in parse_qsl(link.query) if link.path in ("", path)}
        for m, name in enumerate(sorted(names)):
            for mad in some(n + m, 2):
                asked = {name: mad[:3000], "_scheme": "x", "endpoint": "x"}
                got = place.go(browser, "GET", path, query_string=asked)
                if got.status_code not in {200, 400, 404, 422}:
                    place.faults.append(f"{path}?{name}={mad[:20]!r}: {got.status_code}")
    place.check()
