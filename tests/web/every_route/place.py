"""The ground of the walk: the application with two sides in it, and a browser for each role."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.web.every_route.filling import FILL, FORMS, HUGE, MAD, UNKNOWN, WIDE, WORDS
from tests.web.every_route.snapshot import Snapshot
from tests.web.every_route.two_sides import ROLES, Side
from tests.web.every_route.walk import Form, read_page

WHOLE = bool(os.environ.get("EVERY_VALUE"))


@dataclass
class Place:
    app: Flask
    own: Side
    foreign: Side
    snapshot: Snapshot
    written: list[str]
    numbers: set[str]
    phones: dict[str, int]
    hidden: set[str]
    browsers: dict[str, FlaskClient]
    faults: list[str] = field(default_factory=list)
    is_changed: bool = False
    forms: dict[str, dict[str, Form]] = field(default_factory=dict)  # by role, once they were read

    def go(self, browser: FlaskClient, method: str, path: str, **more: Any) -> TestResponse:
        """One request; whatever it wrote is noted in `written`."""
        self.written.clear()
        answer = browser.open(path, method=method, **more)
        self.is_changed |= bool(self.written)
        return answer

    def put_back(self) -> None:
        """The database as it was before anything was written."""
        if self.is_changed:
            self.snapshot.restore()
            self.written.clear()
            self.is_changed = False

    def check(self) -> None:
        found, self.faults = sorted(set(self.faults)), []
        assert not found, f"{len(found)} faults:\n" + "\n".join(found)


def rules(app: Flask, method: str) -> list[Rule]:
    return sorted(
        (r for r in app.url_map.iter_rules() if method in (r.methods or ())), key=lambda r: r.rule
    )


def address(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    """The path, built by hand: numbers that no converter would build are wanted too."""
    path = rule.rule
    for name in rule.arguments:
        path = re.sub(rf"<(?:[^<>]*:)?{name}>", str(values[name]), path)
    return path


def values(rule: Rule, side: Side, *, good: bool = True) -> dict[str, Any]:
    found = {}
    for name in rule.arguments:
        given = side.value(rule.endpoint, name)
        if name in WORDS and given is None:
            given = WORDS[name][0 if good else 1]
        if "kind" in name and "check_in" in rule.rule:
            given = "check_in"
        found[name] = given
    assert None not in found.values(), f"{rule.rule}: fill it in two_sides.py: {found}"
    return found


def strangers(rule: Rule, own: Side, foreign: Side) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address with unknown and impossible objects; those of others stand in the matrix."""
    mine, theirs = values(rule, own), values(rule, foreign)
    objects = [n for n in rule.arguments if n not in WORDS and mine[n] != theirs[n]]
    for name in objects:
        yield f"unknown {name}", mine | {name: UNKNOWN}
        yield f"huge {name}", mine | {name: HUGE}
        yield f"wide {name}", mine | {name: WIDE}
    for name in rule.arguments:
        if name in WORDS:
            for odd in (WORDS[name][1], "9999-12-31", "%00", "x" * 3000):
                yield f"odd {name}", mine | {name: odd}


def roles_of(place: Place, rule: Rule) -> list[str]:
    """Who holds this address, by its own policy."""
    policy = place.app.extensions["jobmatch.policies"][rule.endpoint]
    return [role for role in ROLES if policy.admits(place.own.actors[role])]


def held(place: Place, role: str, method: str) -> list[Rule]:
    return [r for r in rules(place.app, method) if role in roles_of(place, r)]


def forms_of(place: Place, role: str) -> dict[str, Form]:
    """The form behind each endpoint that takes posts, as this role's own pages show it."""
    if role in place.forms:
        return place.forms[role]
    found = place.forms[role] = {}
    adapter = place.app.url_map.bind("localhost")
    for rule in held(place, role, "GET"):
        path = address(place.app, rule, values(rule, place.own))
        answer = place.go(place.browsers[role], "GET", path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in read_page(answer.get_data(as_text=True))[0]:
            if form.method != "post":
                continue
            form.path = form.path or path
            try:
                endpoint, given = adapter.match(urlsplit(form.path).path, method="POST")
            except HTTPException:
                place.faults.append(f"{path}: a form leads to {form.path}, which is nowhere")
                continue
            target = next(r for r in rules(place.app, "POST") if r.endpoint == endpoint)
            mine = values(target, place.own)
            if endpoint not in found or all(str(mine[k]) == str(v) for k, v in given.items()):
                found[endpoint] = form
    place.put_back()
    return found


def good(form: Form | None, rule: Rule, side: Side) -> dict[str, Any]:
    found = form.filled(FILL) if form else {}
    found |= {name: FILL[name] for name in ("home_code", "place_code") if name in found}
    found |= FORMS.get(rule.endpoint, {}) | side.forms.get(rule.endpoint, {})
    return {name: value for name, value in found.items() if value is not None}


def once(place: Place) -> Iterator[tuple[str, Rule, dict[str, Any], list[str]]]:
    """Each address that takes posts, with one role that holds it, a good form, and its fields."""
    seen: set[str] = set()
    for role in ROLES:
        forms = forms_of(place, role)
        for rule in held(place, role, "POST"):
            if rule.endpoint in seen:
                continue
            seen.add(rule.endpoint)
            form = forms.get(rule.endpoint)
            base = good(form, rule, place.own)
            yield role, rule, base, list(dict.fromkeys([*(form.typed if form else ()), *base]))


def some(n: int, of: int) -> list[str]:
    """A few mad values, others for each n."""
    return list(MAD) if WHOLE else [MAD[(n * of + k * 5) % len(MAD)] for k in range(of)]
