"""Posting a form as a browser does: with the token of a page that was opened before."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def tap(browser: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Post these fields with the session's token; redirects are not followed."""
    page = browser.get("/account").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, "the account page carries a form"
    return browser.post(path, data={"csrf_token": token[1], **fields})
