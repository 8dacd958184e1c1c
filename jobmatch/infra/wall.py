"""The second wall: PostgreSQL itself shows a transaction only the rows that its person may see.

The first wall are the policies and scopes of the houses. This one stands behind it for the day on
which a query forgets its scope: each transaction says at its begin for whom it runs, and row-level
security on the tables with personal data (wall_rows.py) holds it to that. It holds for a role that
does not own the tables; on SQLite there is none (docs/decisions/0017-a-second-wall.md).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass

from jobmatch.kernel.actor import NOBODY, Actor, Role


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose rows are shown. is_all: everybody's, for what the machine does by itself."""

    actor: Actor = NOBODY
    is_all: bool = False

    def said(self) -> tuple[str, ...]:
        """The values of SETTINGS, in their order."""
        actor = self.actor
        return (
            "all" if self.is_all else ("person" if actor.user_id else "nothing"),
            str(actor.user_id or 0),
            _array(actor.subjects(Role.WORKER)),
            _array(actor.subjects(Role.EMPLOYER)),
            _array(actor.subjects(Role.ORGANIZER)),
            _patterns(actor.scopes(Role.OFFICER)),
            _patterns(actor.scopes(Role.STATION)),
        )


# What a transaction says at its begin; the values end with it.
SETTINGS = ("scope", "person", "workers", "employers", "brands", "officer", "station")
SAY = ", ".join(f"set_config('jobmatch.{name}', %s, true)" for name in SETTINGS)
NOTHING = Sight()
ALL = Sight(is_all=True)
_sight: ContextVar[Sight] = ContextVar("sight", default=NOTHING)


def sight() -> Sight:
    return _sight.get()


def _array(keys: Iterable[int]) -> str:
    return "{" + ",".join(str(key) for key in sorted(keys)) + "}"


def _patterns(codes: Iterable[str]) -> str:
    """Patterns of the codes below: a scope covers all codes that begin with it."""
    return "{" + ",".join(f"{int(code)}%" for code in sorted(codes)) + "}"


def set_sight(sight: Sight) -> Token[Sight]:
    """From now on in this thread; transactions that are under way follow."""
    from jobmatch.infra import db

    token = _sight.set(sight)
    db.tell_sight()
    return token


def see_as(actor: Actor) -> None:
    """For a request whose person is known now."""
    set_sight(Sight(actor))


def reset_sight(token: Token[Sight]) -> None:
    from jobmatch.infra import db

    _sight.reset(token)
    db.tell_sight()


@contextmanager
def lifted(why: str) -> Iterator[None]:
    """See everybody's rows inside: for what the machine does by itself, and for what serves a
    person without being shown to them (matching, booking income, linking).

    why   for the reader; tests/architecture/test_wall.py lists who may
    """
    assert why
    if _sight.get() is ALL:
        yield
        return
    from jobmatch.infra import db

    token = set_sight(ALL)
    try:
        yield
        db.flush_writes()
    finally:
        reset_sight(token)
