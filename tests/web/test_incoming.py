"""What comes in at all: numbers that fit a key, and text without NUL."""

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from jobmatch.web.incoming import MOST_KEY, key, key_or_none
from tests.support import World

TOO_GREAT = ["2147483648", "-2147483648", "9" * 11, "9" * 400, "9" * 5000, "0" * 12 + "1"]
NO_NUMBER = ["", " ", "x", "1.0", "1e3", "²", "0x1", "1\0"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [("7", 7), (" 7 ", 7), ("-7", -7), ("2147483647", MOST_KEY), (12, 12), ("１２", 12)],
)
def test_a_number_that_fits_is_a_key(typed: str | int, number: int) -> None:
    assert key(typed) == number


@pytest.mark.parametrize("typed", TOO_GREAT + NO_NUMBER)
def test_what_fits_no_key_is_none(typed: str) -> None:
    with pytest.raises(ValueError):
        key(typed)
    assert key_or_none(typed) is None


def test_a_field_that_is_missing_carries_no_key() -> None:
    assert key_or_none(None) is None


@pytest.mark.parametrize("typed", [one for one in TOO_GREAT + NO_NUMBER if "\0" not in one])
def test_a_parameter_read_as_a_number_takes_keys_only(app: Flask, typed: str) -> None:
    sent = {"page": typed, "one": "5"}
    with app.test_request_context("/board", query_string=sent):
        assert request.args.get("page", 1, type=int) == 1
        assert request.args.get("one", 1, type=int) == 5
        assert request.args.getlist("page", type=int) == []
        assert request.args.get("page") == typed
    with app.test_request_context("/board", method="POST", data=sent):
        assert request.form.get("page", type=int) is None
        assert request.form.getlist("one", type=int) == [5]


@pytest.mark.parametrize(
    "number", ["2147483648", "9" * 11, "9" * 400, "9" * 5000, "-1", "1.0", "²"]
)
def test_an_address_of_no_key_is_not_found(client: FlaskClient, number: str) -> None:
    assert client.get(f"/p/{number}").status_code == 404


def test_an_address_of_a_key_finds_what_has_it(world: World, client: FlaskClient) -> None:
    posting = world.posting(world.employer()[0])
    assert client.get(f"/p/{posting}").status_code == 200
    assert client.get(f"/p/{MOST_KEY}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/board?q=a%00b", "/board?a%00b=1", "/board?q=x&q=%00", "/join/brand/%00"]
)
def test_nul_in_an_address_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("sent", [{"phone": "138\0"}, {"a\0b": "x"}, {"phone": ["1", "\0"]}])
def test_nul_in_a_form_is_refused(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, sent: dict[str, str]
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    assert client.post("/sign-in", data=sent).status_code == 400


def test_other_signs_are_let_in(client: FlaskClient) -> None:
    for sign in ("%07", "%1b", "%e2%80%ae", "%f0%9f%98%80", "%ff"):
        assert client.get(f"/board?q={sign}").status_code == 200
