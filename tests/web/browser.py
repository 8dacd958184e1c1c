"""What a person does in the browser to sign in, for tests of sessions."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support import PASSWORD

PHONE = "13847512345"


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def post(client: FlaskClient, path: str, *, page: str = "/sign-in", **fields: Any) -> TestResponse:
    """Post a form with the token of a page that was opened before."""
    token = token_of(client.get(page).text)
    return client.post(path, data={"csrf_token": token, **fields})


def sign_in(
    client: FlaskClient, phone: str = PHONE, password: str = PASSWORD, **more: Any
) -> TestResponse:
    return post(client, "/sign-in", phone=phone, password=password, **more)


def is_in(client: FlaskClient) -> bool:
    answer = client.get("/account")
    assert answer.status_code in (200, 303)
    return answer.status_code == 200
