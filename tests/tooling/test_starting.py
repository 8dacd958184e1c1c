"""What an installation does without is said when it starts, and only in production."""

from typing import Any

import pytest
from flask import Flask

from jobmatch import starting

pytestmark = pytest.mark.same_everywhere


def made(**more: Any) -> Flask:
    app = Flask("made")
    app.config.from_mapping({"NAME": "production", "SMS_URL": "sms://x", "CLAMD": "unix:/x"} | more)
    return app


@pytest.mark.parametrize(("name", "said"), [("SMS_URL", "codes"), ("CLAMD", "viruses")])
def test_what_is_not_set_is_said_in_production(name: str, said: str) -> None:
    (words,) = starting.missing(made(**{name: ""}))
    assert words.startswith(f"{name} is not set")
    assert said in words
    assert starting.missing(made(**{name: "", "NAME": "development"})) == []


def test_where_everything_is_set_nothing_is_said() -> None:
    assert starting.missing(made()) == []
