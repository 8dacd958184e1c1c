"""The index of this process: built from the database, kept up to date by the feed, asked here.

Nobody waits for it: until it is built (and its loops are compiled), on a new day, and inside a
writing transaction the answer is None, and the caller asks the database. It is built in a thread of
its own. Before each answer the feed is read, so that an answer is never older than the reader's
view of the database. docs/rules/index.md tells the whole.
"""

import logging
import threading
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from jobmatch.infra import clock, dated, wall
from jobmatch.infra.db import is_writing, reading, writing_engine
from jobmatch.matching import feed, laws, sides
from jobmatch.matching.rules.index.asking import ANYTHING, Full, Judged, Match, OutOfSpan, Wanted

if TYPE_CHECKING:
    from jobmatch.matching.rules.index.index import Index

__all__ = [
    "Judged",
    "Match",
    "Wanted",
    "best_for_posting",
    "best_for_worker",
    "configure",
    "current",
]

log = logging.getLogger("jobmatch.matching")

# So many changes at once are more work than building anew.
MOST_AT_ONCE = 5_000
# After a building that failed the next waits so long (seconds).
PAUSE = 60.0


@dataclass
class Keeper:
    """The index of one database.

    context   opens what a thread needs to reach the database; folder: for compiled loops
    """

    context: Callable[[], AbstractContextManager[object]]
    folder: Path
    enabled: bool = True
    index: "Index | None" = None
    day: date | None = None
    position: feed.Position = field(default_factory=feed.Position)
    lock: threading.Lock = field(default_factory=threading.Lock)
    builder: threading.Thread | None = None
    failed_at: float | None = None

    def current(self, today: date) -> "Index | None":
        """The index as the reader sees the database, or None while there is none."""
        if not self.enabled or is_writing():
            return None
        with self.lock:
            index = self._ready(today)
            if index is None or index.crowded:
                self._begin(today)
            return index

    def at_hand(self, today: date) -> "Index":
        """The same for who can wait: built now, in this thread alone, while there is none."""
        with self.lock:
            index = self._ready(today)
        return self.build(today) if index is None else index

    def _ready(self, today: date) -> "Index | None":
        """What is built for this day, with what changed since; None where it must be built."""
        if self.index is None or self.day != today:
            return None
        if not self._follow(self.index):
            self.index = None
        return self.index

    def load(self) -> None:
        """Say where compiled loops are kept, before any module is loaded that has some.

        Only who builds loads them: it takes a second.
        """
        from jobmatch.matching.rules.index.jit import keep_in

        keep_in(self.folder)

    def build(self, today: date) -> "Index":
        """Build now, in this thread. The feed is read from where the building began."""
        self.load()
        from jobmatch.matching import loading
        from jobmatch.matching.rules.index.index import Index

        session = reading()
        position = feed.position(session)
        frame = loading.frame(session, today)
        rules = dated.rows(laws.PREFIX)
        index = Index(
            frame, loading.people(session, frame), loading.offers(session, frame, rules),
            sides.weights(session, today),
        )  # fmt: skip
        index.warm(today)
        with self.lock:
            self.index, self.day, self.position = index, today, position
        return index

    @wall.lifted("the index holds everybody")
    def _follow(self, index: "Index") -> bool:
        """Take in what changed; False when it is better to build anew."""
        from jobmatch.matching import loading

        session = reading()
        changes = feed.since(session, self.position)
        if changes.whole or len(changes) > MOST_AT_ONCE:
            return False
        try:
            if changes.workers:
                people = loading.people(session, index.frame, changes.workers)
                index.put_people(people)
                index.drop(people=changes.workers - set(people.rec["id"].tolist()))
            if changes.postings:
                rules = dated.rows(laws.PREFIX)
                offers = loading.offers(session, index.frame, rules, changes.postings)
                index.put_offers(offers)
                index.drop(offers=changes.postings - set(offers.rec["id"].tolist()))
        except (Full, OutOfSpan):
            return False
        self.position = changes.position
        return True

    def _begin(self, today: date) -> None:
        """Build in a thread, unless one is at it."""
        at_work = self.builder is not None and self.builder.is_alive()
        if at_work or (self.failed_at is not None and monotonic() - self.failed_at < PAUSE):
            return
        self.builder = threading.Thread(target=self._build_apart, args=(today,), daemon=True)
        self.builder.start()

    def _build_apart(self, today: date) -> None:
        begun = monotonic()
        try:
            with wall.lifted("the index holds everybody"), self.context():
                index = self.build(today)
        except Exception as error:
            # Matching goes on without it; the next question tries again.
            self.failed_at = monotonic()
            log.error("index not built", extra={"kind": type(error).__name__})
        else:
            self.failed_at = None
            log.info(
                "index built",
                extra={"workers": len(index), "seconds": round(monotonic() - begun, 1)},
            )


_keepers: dict[str, Keeper] = {}


def configure(
    context: Callable[[], AbstractContextManager[object]], *, folder: Path, enabled: bool
) -> None:
    """Called once by create_app. folder: where compiled loops are kept."""
    with context():
        _keepers[_name()] = Keeper(context, folder, enabled)


def keeper() -> Keeper:
    """The keeper of this application's database."""
    return _keepers[_name()]


def _name() -> str:
    return writing_engine().url.render_as_string(hide_password=False)


def current(today: date) -> "Index | None":
    """The index when it is ready for this day."""
    return keeper().current(today)


def begin() -> None:
    """Begin to build, if that has not begun: at the start of a web process."""
    current(clock.today())


def settled() -> bool:
    """Whether this process has begun to answer from its index, or goes on without one.

    False only while the first one is built; where that fails the database answers instead.
    """
    keeper_ = keeper()
    built = keeper_.index is not None or keeper_.failed_at is not None
    return built or not keeper_.enabled or keeper_.builder is None


def best_for_worker(
    worker_id: int,
    today: date,
    most: int = 20,
    *,
    nearly: int = 0,
    without: Collection[int] = (),
    wanted: Wanted = ANYTHING,
) -> tuple[list[Match], list[Match]] | None:
    """The best postings for a worker, and those that one thing stands against, best first.

    returns  None when the index is not ready or does not know the worker
    """
    index = current(today)
    if index is None or not index.knows_worker(worker_id):
        return None
    return index.best_for_worker(
        worker_id, today, most, nearly=nearly, without=without, wanted=wanted
    )


def best_for_posting(
    posting_id: int, today: date, most: int = 200, *, wanted: Wanted = ANYTHING
) -> list[Match] | None:
    """The best workers for a posting, best first; full days to come count too.

    returns  None when the index is not ready or does not know the posting
    """
    index = current(today)
    if index is None or not index.knows_posting(posting_id):
        return None
    return index.best_for_posting(posting_id, today, most, wanted=wanted)


def judged(posting_id: int, worker_ids: Collection[int], today: date) -> list[Judged] | None:
    """Those of the workers whom a posting fits; full days to come count too.

    returns  None when the index is not ready or does not know the posting
    """
    index = current(today)
    if index is None or not index.knows_posting(posting_id):
        return None
    return index.judged(posting_id, worker_ids, today)


def warm() -> None:
    """Compile the loops and keep them, without a database's people."""
    keeper().load()
    from jobmatch.matching.rules.index.trial import run

    run()
