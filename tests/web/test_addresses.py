"""Addresses that are kept are those that Flask would build, whatever was asked before."""

import os
import time
from pathlib import Path

import pytest
from flask import Flask, url_for

from jobmatch.web.addresses import MOST_KEPT, Site

pytestmark = pytest.mark.same_everywhere


def test_an_address_is_that_of_its_key_and_of_where_the_site_stands(app: Flask) -> None:
    with app.test_request_context("/"):
        assert url_for("public.posting", posting_id=3) == "/p/3"
        assert url_for("public.posting", posting_id=4) == "/p/4"
    with app.test_request_context("/", base_url="http://localhost/jobs"):
        assert url_for("public.posting", posting_id=3) == "/jobs/p/3"
    with app.test_request_context("/"):
        assert url_for("public.posting", posting_id=3) == "/p/3"
        assert url_for("public.posting", posting_id=3, _external=True) == "http://localhost/p/3"


def test_words_in_an_address_are_not_kept(app: Flask) -> None:
    assert isinstance(app, Site)
    with app.test_request_context("/"):
        before = dict(app._addresses)
        assert url_for("public.board", q="a b") == "/board?q=a+b"
        assert app._addresses == before


def test_no_more_addresses_are_kept_than_fit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(app, Site)
    assert MOST_KEPT == 10_000
    monkeypatch.setattr("jobmatch.web.addresses.MOST_KEPT", 3)
    app._addresses.clear()
    with app.test_request_context("/"):
        for key in range(10):
            assert url_for("public.posting", posting_id=key) == f"/p/{key}"
            assert len(app._addresses) <= 3


def test_a_changed_file_has_another_address_after_a_second(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(app, Site)
    file = tmp_path / "a.css"
    file.write_text("a")
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    os.utime(file, (time.time() - 100, time.time() - 100))
    now = 1_000.0
    monkeypatch.setattr("jobmatch.web.addresses.monotonic", lambda: now)
    first = app.version("a.css")
    os.utime(file, (time.time() - 50, time.time() - 50))
    assert app.version("a.css") == first
    now = 1_001.0
    assert app.version("a.css") != first
