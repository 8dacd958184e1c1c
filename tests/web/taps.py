"""Posting a form as a browser does: with the token of a page that was opened before."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from jobmatch.infra.db import db


def tap(browser: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Post these fields with the session's token; redirects are not followed."""
    page = browser.get("/account").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, "the account page carries a form"
    return browser.post(path, data={"csrf_token": token[1], **fields})


def selects(browser: FlaskClient, path: str) -> int:
    """How many times a page asks the database for rows."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(statement.startswith("SELECT") for statement in seen)
