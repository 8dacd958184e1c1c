"""Structured logs: one JSON object a line; what looks like a person's number is struck out."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# ID and mobile numbers as they are typed: with 86 before them, with blanks or dashes inside.
_NUMBERS = re.compile(
    r"(?<!\d)(?:\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx]|(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)"
)


def strike_numbers(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Replace ID and phone numbers in every value, however deep."""
    return {key: _struck(value) for key, value in entry.items()}


def _struck(value: Any) -> Any:
    if isinstance(value, str):
        return _NUMBERS.sub("[number]", value)
    if isinstance(value, Mapping):
        return {_struck(key): _struck(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_struck(item) for item in value]
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return _struck(str(value)) if _NUMBERS.fullmatch(str(value)) else value
    return _struck(str(value))  # an exception, a row: what it says of itself


def security(event: str, **what: Any) -> None:
    """A deed that somebody may want to count: a refused proof, a forged form, a foreign page."""
    logging.getLogger("jobmatch.security").warning(event, extra=what)


def begin_request(**where: Any) -> None:
    """What each line says of the request it belongs to, until the next one begins."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**where)


def note_user(user_id: int | None) -> None:
    structlog.contextvars.bind_contextvars(user=user_id)


def init_logs(level: str) -> None:
    """Send all logs through one formatter to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                strike_numbers,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logger = logging.getLogger("jobmatch")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
    logger.propagate = False
