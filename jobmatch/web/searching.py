"""Searching for people by words that never stand in an address.

Names and phone numbers in an address end up in histories and in the logs of whatever lies between.
So the form posts what is looked for; `lead` answers with 303 to the list, and the words travel
there sealed, as `find=...`: for the same person and the same list only, and not for longer than
two hours. Nothing is kept on the server: paging, going back and two tabs each have their own words.

    @door.get("/members")
    def members(): form = MembersForm(sought("brand.members")) ...

    @door.post("/members/search")
    def members_search(): return lead("brand.members", keep=("crew", "skill"))

In the template `people_search` of components/form.html makes the form. Links that keep the search
(exports) pass `find=request.args.get("find")` on, and their views open it with the list's name.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response

from jobmatch.infra import clock
from jobmatch.infra.crypto import CannotOpen, ring
from jobmatch.web.incoming import Parameters

SEALED = ("q", "phone")
NAME = "find"
SECONDS = 2 * 60 * 60
MOST_LETTERS = 100
MOST_NAME = 60


def lead(endpoint: str, *, keep: Sequence[str] = (), **view_args: Any) -> Response:
    """To the list of what the posted form asks for. keep: fields that may be read by anyone."""
    typed = request.form
    plain: dict[str, Any] = {name: typed[name] for name in keep if typed.get(name)}
    words = {name: typed.get(name, "").strip()[:MOST_LETTERS] for name in SEALED}
    if any(words.values()):
        plain[NAME] = _seal(endpoint, words)
    return redirect(url_for(endpoint, **plain, **view_args), 303)


def sought(endpoint: str) -> Parameters:
    """What the address asks of this list, with the sealed words opened where they can be."""
    given = [(n, v) for n, v in request.args.items(multi=True) if n not in SEALED]
    return Parameters([*given, *_open(endpoint, request.args.get(NAME, "")).items()])


def name_sought(endpoint: str) -> str:
    """The part of a name that this list is narrowed to; empty for all."""
    return str(sought(endpoint).get("q", "")).strip()[:MOST_NAME]


def _place(endpoint: str) -> str:
    return f"search.{endpoint}:{g.actor.user_id}"


def _seal(endpoint: str, words: dict[str, str]) -> str:
    plain = json.dumps([int(clock.now().timestamp()), words], ensure_ascii=False)
    return base64.urlsafe_b64encode(ring().seal(plain, place=_place(endpoint))).decode()


def _open(endpoint: str, sealed: str) -> dict[str, str]:
    try:
        at, words = json.loads(
            ring().open(base64.urlsafe_b64decode(sealed), place=_place(endpoint))
        )
    except (CannotOpen, ValueError):
        return {}
    return words if clock.now().timestamp() - at <= SECONDS else {}
