"""Logs are one JSON object a line and hold no number of a person, however deep it hides."""

import io
import json
import logging
from typing import Any

import pytest

from jobmatch.infra.logs import init_logs, strike_numbers


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Reads what the application's logger wrote: a list of objects."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logger = logging.getLogger("jobmatch")
    before = logger.handlers[:], logger.level, logger.propagate
    init_logs("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.handlers[:], logger.level, logger.propagate = before


@pytest.mark.parametrize(
    ("said", "struck"),
    [
        ("11010519491231002X", "[number]"),
        ("ID 11010519491231002x ok", "ID [number] ok"),
        ("110105 19491231 002X", "[number]"),
        ("13847512345", "[number]"),
        ("手机13847512345。", "手机[number]。"),
        ("+8613847512345", "+[number]"),
        ("138-4751-2345", "[number]"),
        ("138 4751 2345,13847512346", "[number],[number]"),
        ("/sign-in?phone=13847512345&x=1", "/sign-in?phone=[number]&x=1"),
        ("posting 1384751234", "posting 1384751234"),
        ("0.13847512345678901", "0.13847512345678901"),
        ("2026-09-01T04:00:00.250000Z", "2026-09-01T04:00:00.250000Z"),
    ],
)
def test_numbers_of_people_are_struck_out_of_words(said: str, struck: str) -> None:
    assert strike_numbers(None, "info", {"event": said}) == {"event": struck}


def test_numbers_are_struck_at_every_depth_and_of_every_kind() -> None:
    class Row:
        def __str__(self) -> str:
            return "<Row 13847512345>"

    entry = {
        "a": [{"b": ("13847512345", {"c": {"11010519491231002X"}})}],
        "d": 13847512345,
        "e": ValueError("phone 13847512345"),
        "f": Row(),
        "g": {"13847512345": 1},
        "n": None,
        "t": True,
        "i": 42,
        "x": 1.5,
    }
    assert strike_numbers(None, "info", entry) == {
        "a": [{"b": ["[number]", {"c": ["[number]"]}]}],
        "d": "[number]",
        "e": "phone [number]",
        "f": "<Row [number]>",
        "g": {"[number]": 1},
        "n": None,
        "t": True,
        "i": 42,
        "x": 1.5,
    }


def test_a_line_is_one_object_with_its_extras_and_without_numbers(written: Any) -> None:
    logging.getLogger("jobmatch.web").info(
        "refused %s", "13847512345", extra={"status": 422, "typed": {"id": "11010519491231002X"}}
    )
    (line,) = written()
    assert line["event"] == "refused [number]"
    assert line["status"] == 422
    assert line["typed"] == {"id": "[number]"}
    assert (line["level"], line["logger"]) == ("info", "jobmatch.web")
    assert line["timestamp"].endswith("Z")


def test_not_even_a_traceback_lets_a_number_through(written: Any) -> None:
    try:
        raise ValueError("13847512345")
    except ValueError:
        logging.getLogger("jobmatch.web").exception("failed")
    assert len(written()) >= 1
    assert "13847512345" not in json.dumps(written())


def test_what_is_below_the_level_is_not_written(written: Any) -> None:
    logging.getLogger("jobmatch").debug("quiet")
    assert written() == []
