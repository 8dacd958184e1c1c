"""One table from what went wrong to status and page."""

import logging
import re
from http import HTTPStatus

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from jobmatch.infra import logs
from jobmatch.infra.db import DatabaseError, DatabaseUnavailable, RowMissing, forget_reads
from jobmatch.kernel.actor import NOBODY
from jobmatch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from jobmatch.kernel.identity import normalise
from jobmatch.web.texts import say

log = logging.getLogger("jobmatch.web")

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (Invalid, 422),
    (DomainError, 400),
)
WATCHED = {403, 413, 429}
PAGES = {400, 403, 404, 409, 413, 422, 429, 500, 503}
# What an expired form does not give back: secrets, ID numbers, and what nobody typed.
NOT_SHOWN = re.compile(r"csrf_token|next|old|new|again|_.*|.*password.*|.*id_number.*")
# What a choice sends ("unpaid", "pay_slip") tells whoever chose it nothing.
CODE = re.compile(r"[a-z]+(?:[_.][a-z]+)*")
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")


def init_errors(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DatabaseUnavailable, _database)
    app.register_error_handler(RowMissing, _missing)
    app.register_error_handler(Exception, _unforeseen)


def page(status: int, said: str = "", **more: object) -> tuple[str, int]:
    shown = status if status in PAGES else (500 if status >= 500 else 400)
    try:
        return render_template(f"errors/{shown}.html", status=status, said=said, **more), status
    except Exception as error:
        # The frame around the page failed too: without a person it asks for nothing.
        _log(error)
        forget_reads()
        g.actor = NOBODY
        return render_template("errors/500.html", status=500, said=""), 500


def _domain(error: DomainError) -> tuple[str, int]:
    status = next(code for kind, code in STATUS if isinstance(error, kind))
    _refused(status, type(error).__name__)
    return page(status, say(error.text))


def _refused(status: int, kind: str) -> None:
    """Rights that are not there, forged forms and floods are for whoever watches; the rest is not
    worth a warning.
    """
    if status in WATCHED or kind == "CSRFError":
        logs.security("refused", status=status, kind=kind)
    else:
        log.info("refused", extra={"status": status, "kind": kind})


def _expired(error: CSRFError) -> tuple[str, int]:
    """The form was open for too long: explain, and give the typed text back to copy."""
    _refused(400, "CSRFError")
    typed = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if value.strip()
        and not NOT_SHOWN.fullmatch(name)
        and not CODE.fullmatch(value)
        and not ID_NUMBER.fullmatch(normalise(value))
    ]
    return page(400, typed=typed, expired=True)


def _http(error: HTTPException) -> ResponseReturnValue | HTTPException:
    code = error.code or 500
    if code < HTTPStatus.BAD_REQUEST:
        return error
    _refused(code, type(error).__name__)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        return *page(code), {"Allow": ", ".join(sorted(error.valid_methods))}
    return page(code)


def _database(error: DatabaseUnavailable) -> tuple[str, int]:
    forget_reads()
    g.actor = NOBODY  # the page must not ask the database for the frame around it
    log.error("database unavailable", extra={"kind": type(error.orig).__name__})
    return page(503)


def _missing(error: RowMissing) -> tuple[str, int]:
    """A row that had to be there is not, for this person: the second wall hides it (wall.py)."""
    _log(error)
    return page(404)


def _unforeseen(error: Exception) -> tuple[str, int]:
    if isinstance(error, DatabaseError):
        forget_reads()
    g.actor = NOBODY
    _log(error)
    return page(500)


def _log(error: Exception) -> None:
    """Where it happened and what kind it was: a message may hold personal data, a traceback does
    not.
    """
    frames = []
    at = error.__traceback__
    while at is not None:
        frames.append(f"{at.tb_frame.f_code.co_filename.rpartition('jobmatch/')[2]}:{at.tb_lineno}")
        at = at.tb_next
    log.error("unforeseen", extra={"kind": type(error).__name__, "frames": frames[-8:]})
