"""The one place where time enters. Tests and the demonstration may set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from jobmatch.kernel.periods import business_day

_fixed: ContextVar[datetime | None] = ContextVar("fixed_clock", default=None)


def now() -> datetime:
    """The present instant, aware, UTC."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The present day of business in Asia/Shanghai."""
    return business_day(now())


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Hold the clock at an instant (tests, generators)."""
    token = _fixed.set(instant)
    try:
        yield
    finally:
        _fixed.reset(token)
