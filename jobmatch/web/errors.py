"""One table from what went wrong to status and page."""

import logging
from http import HTTPStatus

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from jobmatch.infra.db import DatabaseError, DatabaseUnavailable, forget_reads
from jobmatch.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from jobmatch.web.texts import say

log = logging.getLogger("jobmatch.web")

STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (Conflict, 409),
    (Invalid, 422),
    (DomainError, 400),
)
PAGES = {400, 403, 404, 409, 413, 422, 429, 500, 503}


def init_errors(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DatabaseUnavailable, _database)
    app.register_error_handler(Exception, _unforeseen)


def page(status: int, said: str = "", **more: object) -> tuple[str, int]:
    shown = status if status in PAGES else (500 if status >= 500 else 400)
    return render_template(f"errors/{shown}.html", status=status, said=said, **more), status


def _domain(error: DomainError) -> tuple[str, int]:
    status = next(code for kind, code in STATUS if isinstance(error, kind))
    log.info("refused", extra={"status": status, "kind": type(error).__name__})
    return page(status, say(error.text))


def _expired(error: CSRFError) -> tuple[str, int]:
    """The form was open for too long: explain, and give the typed text back to copy."""
    typed = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {"csrf_token", "password", "old", "new", "id_number"} and value.strip()
    ]
    return page(400, typed=typed, expired=True)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < HTTPStatus.BAD_REQUEST:
        return error
    return page(code)


def _database(error: DatabaseUnavailable) -> tuple[str, int]:
    forget_reads()
    log.error("database unavailable", extra={"kind": type(error.orig).__name__})
    return page(503)


def _unforeseen(error: Exception) -> tuple[str, int]:
    """Log where it happened and what kind it was: a message may hold personal data, a traceback
    does not.
    """
    if isinstance(error, DatabaseError):
        forget_reads()
    frames = []
    at = error.__traceback__
    while at is not None:
        frames.append(f"{at.tb_frame.f_code.co_filename.rpartition('jobmatch/')[2]}:{at.tb_lineno}")
        at = at.tb_next
    log.error("unforeseen", extra={"kind": type(error).__name__, "frames": frames[-8:]})
    return page(500)
