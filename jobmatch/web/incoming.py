"""What may come in at all: numbers that fit a key, and text without NUL.

Keys are 32 bits on PostgreSQL. A longer number finds nothing there but an error of the database,
and so does NUL in a text; both are turned away before any house sees them.
"""

import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Request, abort, g, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter, Map

from jobmatch.infra import audit, logs, wall
from jobmatch.kernel.addresses import network_of

MOST_KEY = 2**31 - 1


def key(typed: Any) -> int:
    """A whole number that fits a key. raises ValueError for any other."""
    if len(str(typed)) > len(str(-MOST_KEY)):
        raise ValueError("too long for a key")
    found = int(typed)
    if abs(found) > MOST_KEY:
        raise ValueError("too great for a key")
    return found


def key_or_none(typed: str | None) -> int | None:
    """The same for fields that carry a key unseen: what is none gives None."""
    try:
        return key(typed or "")
    except ValueError:
        return None


class KeyConverter(IntegerConverter):
    """`<int:...>` in an address; a number that fits no key matches no address."""

    regex = "[0-9]{1,10}"

    def __init__(self, rules: Map, **given: Any) -> None:
        super().__init__(rules, **{"max": MOST_KEY, **given})


class Parameters(ImmutableMultiDict[str, str]):
    """Of an address or a form; `type=int` takes numbers that fit a key, the others give nothing."""

    def get(  # type: ignore[override]
        self, name: str, default: Any = None, type: Callable[[str], Any] | None = None
    ) -> Any:
        read: Any = key if type is int else type
        return super().get(name, default, read)

    def getlist(self, name: str, type: Callable[[str], Any] | None = None) -> list[Any]:
        read: Any = key if type is int else type
        return super().getlist(name, read)


class Incoming(Request):
    parameter_storage_class = Parameters


def init_incoming(app: Flask) -> None:
    """Call before the doors are registered."""
    app.request_class = Incoming
    app.url_map.converters["int"] = KeyConverter

    @app.before_request
    def show_nothing() -> None:
        """Until the guard knows who asks (wall.py)."""
        g.sight_before = wall.set_sight(wall.NOTHING)

    @app.teardown_request
    def show_as_before(_error: BaseException | None) -> None:
        if (before := g.pop("sight_before", None)) is not None:
            wall.reset_sight(before)

    how = app.config["LOG_ADDRESS"]

    @app.before_request
    def note_source() -> None:
        address = request.remote_addr or ""
        known = {"network": network_of(address), "none": "", "full": address[:43]}
        audit.set_source(known[how])
        logs.begin_request(
            request=secrets.token_hex(6), network=known[how], method=request.method,
            endpoint=request.endpoint,
        )  # fmt: skip

    @app.teardown_request
    def forget_source(_error: BaseException | None) -> None:
        audit.set_source("")
        logs.begin_request()

    @app.before_request
    def refuse_nul() -> None:
        if request.endpoint == "static":
            return
        sent = (request.view_args or {}, request.args, request.form)
        for name, value in (pair for part in sent for pair in _pairs(part)):
            if "\0" in name or "\0" in str(value):
                abort(400)


def _pairs(part: Any) -> Any:
    return part.items(multi=True) if isinstance(part, ImmutableMultiDict) else part.items()


def page_number(name: str = "page") -> int:
    """The page of a long list that the address asks for; the first where it names none.

    name   of a second list on the page
    """
    return max(1, request.args.get(name, 1, type=int))


def asked(name: str, type: Callable[[str], Any] | None = None) -> Any:
    """A value that a form or the link to it carries; where both do, the form's counts."""
    part = request.form if name in request.form else request.args
    return part.get(name, type=type or str)
