"""Forms and scripts of other sites write nothing here."""

import pytest
from flask.testing import FlaskClient

from jobmatch.web.origins import is_ours
from tests.support import World
from tests.web.browser import token_of


@pytest.mark.same_everywhere
@pytest.mark.parametrize(
    ("site", "origin", "host", "is_secure", "ours"),
    [
        ("same-origin", None, "jobs.example", True, True),
        ("none", None, "jobs.example", True, True),
        ("same-site", "https://jobs.example", "jobs.example", True, False),
        ("cross-site", "https://jobs.example", "jobs.example", True, False),
        ("", "https://jobs.example", "jobs.example", True, False),
        (None, None, "jobs.example", True, True),
        (None, "https://jobs.example", "jobs.example", True, True),
        (None, "https://JOBS.example", "jobs.example", True, True),
        (None, "http://jobs.example", "jobs.example", True, False),
        (None, "http://jobs.example", "jobs.example", False, True),
        (None, "https://jobs.example", "jobs.example", False, True),
        (None, "https://jobs.example:8443", "jobs.example", True, False),
        (None, "http://127.0.0.1:5000", "127.0.0.1:5000", False, True),
        (None, "https://jobs.example.evil.example", "jobs.example", True, False),
        (None, "https://evil.example", "jobs.example", True, False),
        (None, "ftp://jobs.example", "jobs.example", False, False),
        (None, "null", "jobs.example", False, False),
        (None, "", "jobs.example", False, False),
    ],
)
def test_a_request_is_ours_when_the_browser_says_so(
    site: str | None, origin: str | None, host: str, is_secure: bool, ours: bool
) -> None:
    assert is_ours(site, origin, host, is_secure=is_secure) is ours


def test_a_form_of_another_site_is_refused_in_words_even_with_a_token(
    world: World, client: FlaskClient
) -> None:
    world.sign_in(world.officer(), client)
    fields = {"csrf_token": token_of(client.get("/account").text)}
    answer = client.post("/notices/read", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "来自别的网站" in answer.text
    ours = client.post("/notices/read", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert ours.status_code == 303


def test_taps_kept_on_a_phone_are_still_sent_in_by_our_own_script(
    world: World, client: FlaskClient
) -> None:
    _worker_id, worker = world.worker()
    world.sign_in(worker, client)
    key = client.get("/attendance/key", headers={"Sec-Fetch-Site": "same-origin"}).get_json()
    said = {"X-CSRFToken": key["csrf"], "Sec-Fetch-Site": "same-origin"}
    body = {"sent": "2026-09-26T10:00:00Z", "items": []}
    # Nothing is in it: the page itself says so, it was reached.
    assert client.post("/attendance/sync", json=body, headers=said).status_code == 422
    said["Sec-Fetch-Site"] = "cross-site"
    assert client.post("/attendance/sync", json=body, headers=said).status_code == 403
    del said["X-CSRFToken"], said["Sec-Fetch-Site"]
    assert client.post("/attendance/sync", json=body, headers=said).status_code == 400


def test_a_link_on_another_site_may_lead_to_us(client: FlaskClient) -> None:
    answer = client.get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
