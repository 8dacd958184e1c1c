"""What a page that follows a deed says of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import flash

from jobmatch.kernel.errors import Conflict
from jobmatch.web.texts import say


@contextmanager
def telling(done: str) -> Iterator[None]:
    """Around a deed: afterwards the next page says what was done, or what stood against it."""
    try:
        yield
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        flash(done, "success")
