"""Reading the feed of changes: what came since one read it last, in one indexed query.

On PostgreSQL ids are given before a transaction ends, so a smaller one may become visible after a
greater one. There the numbers of transactions tell: rows of transactions that were still open when
one read are read again, and those already seen are passed over.
"""

from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from jobmatch.infra.db import fetch, transaction
from jobmatch.matching.models import MatchChange

# A day's changes of a whole region; who has not read for longer builds anew.
KEPT = 200_000
# Kinds: a worker, a posting; rules (all is to be read anew); rows up to this id are gone.
WORKER, POSTING, RULES, PRUNED = "w", "p", "r", "k"


@dataclass(frozen=True, slots=True)
class Position:
    """How far one has read: the greatest id; open: transactions from this one on are read again,
    without these ids of theirs.
    """

    id: int = 0
    open: int = 0
    seen: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Changes:
    """whole: everything is to be read anew."""

    workers: frozenset[int]
    postings: frozenset[int]
    whole: bool
    position: Position

    def __len__(self) -> int:
        return len(self.workers) + len(self.postings) + self.whole


_LATER = (
    select(MatchChange.id, MatchChange.kind, MatchChange.key)
    .where(MatchChange.id > bindparam("last"))
    .order_by(MatchChange.id)
)
_NEWER = text(
    "SELECT s.low, m.id, m.kind, m.key, m.xid FROM (SELECT "
    "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS low) AS s "
    "LEFT JOIN match_change m ON m.xid >= :open ORDER BY m.id"
)


_NOW = text(
    "SELECT s.low, m.id FROM (SELECT "
    "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS low) AS s "
    "LEFT JOIN match_change m ON m.xid >= s.low"
)


def position(session: Session) -> Position:
    """Where one stands who reads everything now, in this session, after asking."""
    top = session.scalar(select(func.max(MatchChange.id))) or 0
    if session.get_bind().dialect.name == "sqlite":
        return Position(top)
    found = session.execute(_NOW).all()
    # What others have open may be anything on the same server: rows that are seen now are not read
    # again for it.
    return Position(top, found[0].low, frozenset(row.id for row in found if row.id is not None))


def since(session: Session, last: Position) -> Changes:
    """What changed since."""
    if session.get_bind().dialect.name == "sqlite":
        rows = [(key, kind, whose) for key, kind, whose in fetch(_LATER, session, last=last.id)]
        now = Position(rows[-1][0] if rows else last.id)
    else:
        found = session.execute(_NEWER, {"open": last.open}).all()
        low = found[0].low
        there = [row for row in found if row.id is not None]
        rows = [(row.id, row.kind, row.key) for row in there if row.id not in last.seen]
        again = frozenset(row.id for row in there if row.xid >= low)
        now = Position(max([last.id, *(row[0] for row in rows)]), low, again)
    return Changes(
        frozenset(whose for _, kind, whose in rows if kind == WORKER),
        frozenset(whose for _, kind, whose in rows if kind == POSTING),
        any(kind == RULES or (kind == PRUNED and whose > last.id) for _, kind, whose in rows),
        now,
    )


def prune(keep: int = KEPT) -> int:
    """Take the oldest rows away; who has not read them yet learns that they are gone.

    returns  how many rows went
    """
    with transaction() as session:
        top = session.scalar(select(func.max(MatchChange.id))) or 0
        gone = session.execute(delete(MatchChange).where(MatchChange.id <= top - keep)).rowcount  # type: ignore[attr-defined]
        if gone:
            session.add(MatchChange(kind=PRUNED, key=top - keep, xid=_xid(session)))
    return int(gone)


def _xid(session: Session) -> int:
    if session.get_bind().dialect.name == "sqlite":
        return 0
    return int(
        session.execute(
            text("SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint)")
        ).scalar_one()
    )
