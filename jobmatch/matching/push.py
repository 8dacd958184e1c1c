"""The evening's notice: the best new work that fits, from tomorrow on, to everybody who wants it.

Each worker hears of a posting at most once, and gets at most one notice a day. The row (worker,
day) that stands for the notice is written with it in one transaction, a batch of people at a time:
whoever dies halfway has told some people and not the others, and beginning again tells the others.
Sign-ups are read from their table: dispatch stands above.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Integer,
    String,
    bindparam,
    column,
    exists,
    func,
    insert,
    select,
    table,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from jobmatch.infra import clock
from jobmatch.infra.db import fetch, forget_reads, reading, transaction
from jobmatch.kernel.text import Amount, Text, text
from jobmatch.matching.index import Match, Wanted, keeper
from jobmatch.matching.models import MatchPush, MatchPushed
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting
from jobmatch.postings.rules.pay import day_pay
from jobmatch.workers.models import Worker

# Postings in a notice, people in a transaction, threads that search.
MOST = 3
AT_ONCE = 1_000
THREADS = 2
# No posting lies farther ahead (days).
AHEAD = 3_660

Progress = Callable[[int], object]
_SIGNUPS = table(
    "signup", column("worker_id", Integer), column("posting_id", Integer), column("state", String)
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """People looked at, and people told."""

    looked_at: int
    told: int


@dataclass(frozen=True, slots=True)
class _Work:
    """What a notice says of a posting."""

    title: str
    first_day: date
    pay: int | None


def push(day: date, *, progress: Progress = lambda n: None, at_once: int = AT_ONCE) -> Outcome:
    """Tell everybody who has not been told on this day.

    day        the evening's; progress: called with the number of people of each batch
    returns    what came of this run
    """
    looked_at = told = 0
    works: dict[int, _Work] = {}
    with ThreadPoolExecutor(THREADS) as pool:
        people, search = _begin(pool, day, 0, at_once)
        while people:
            found = search()
            # While these are told, the next are searched for: the loops let go of the interpreter.
            after, search_after = _begin(pool, day, max(people), at_once)
            _learn(works, {match.id for matches in found.values() for match in matches})
            told += _tell(day, people, found, works)
            looked_at += len(people)
            progress(len(people))
            people, search = after, search_after
    return Outcome(looked_at, told)


def unseen(worker_id: int, posting_ids: Collection[int]) -> list[int]:
    """Those of these postings that were pushed to the worker and not seen yet."""
    return [key for (key,) in fetch(_UNSEEN, worker=worker_id, ids=list(set(posting_ids)))]


_UNSEEN = select(MatchPushed.posting_id).where(
    MatchPushed.worker_id == bindparam("worker"), MatchPushed.seen_at.is_(None),
    MatchPushed.posting_id.in_(bindparam("ids", expanding=True)),
)  # fmt: skip


def note_seen(worker_id: int, posting_ids: Collection[int] | None = None) -> None:
    """These stood before the worker now (None: all that were pushed)."""
    with transaction() as session:
        session.execute(
            update(MatchPushed).where(*_unseen(worker_id, posting_ids)).values(seen_at=clock.now())
        )


def _unseen(worker_id: int, posting_ids: Collection[int] | None) -> list[Any]:
    where: list[Any] = [MatchPushed.worker_id == worker_id, MatchPushed.seen_at.is_(None)]
    if posting_ids is not None:
        where.append(MatchPushed.posting_id.in_(set(posting_ids)))
    return where


def waiting(day: date) -> int:
    """How many people a push of this day has to look at."""
    return reading().scalar(select(func.count()).select_from(_people(day).subquery())) or 0


def _people(day: date) -> Any:
    """Who has an account, lets work be found for them, and was not told yet."""
    was_told = exists().where(MatchPush.worker_id == Worker.id, MatchPush.day == day)
    return select(Worker.id, Worker.user_id).where(
        Worker.is_active.is_(True), Worker.matching_opt_out.is_(False),
        Worker.user_id.is_not(None), ~was_told,
    )  # fmt: skip


def _next(day: date, last: int, most: int) -> dict[int, int]:
    """The next people and their accounts."""
    forget_reads()
    rows = _people(day).where(Worker.id > last).order_by(Worker.id).limit(most)
    return {key: user for key, user in reading().execute(rows) if user is not None}


Found = dict[int, Sequence[Match]]


def _begin(
    pool: ThreadPoolExecutor, day: date, last: int, at_once: int
) -> tuple[dict[int, int], Callable[[], Found]]:
    """The next people with their accounts, and the search for them, which has begun.

    Never begun while one goes on: the index takes changes in before.
    """
    people = _next(day, last, at_once)
    return people, _search(pool, people, day) if people else dict


def _search(pool: ThreadPoolExecutor, people: Collection[int], day: date) -> Callable[[], Found]:
    """The best for each, without what they were told of or asked for; call it to have them."""
    index = keeper().at_hand(day)
    without = _known_to(people)
    wanted = Wanted(first=day + timedelta(1), last=day + timedelta(AHEAD))

    def search(ids: Collection[int]) -> list[tuple[int, Sequence[Match]]]:
        return [
            (key, index.best_for_worker(key, day, MOST, without=without[key], wanted=wanted)[0])
            for key in ids
            if index.knows_worker(key)
        ]

    ids = sorted(people)
    parts = [ids[n::THREADS] for n in range(THREADS)]
    begun = [pool.submit(search, part) for part in parts]
    return lambda: {key: found for one in begun for key, found in one.result() if found}


def _known_to(people: Collection[int]) -> Mapping[int, set[int]]:
    """Postings that they were told of before, or asked for themselves."""
    found: dict[int, set[int]] = defaultdict(set)
    first, last = min(people), max(people)
    for rows in (
        select(MatchPushed.worker_id, MatchPushed.posting_id).where(
            MatchPushed.worker_id.between(first, last)
        ),
        select(_SIGNUPS.c.worker_id, _SIGNUPS.c.posting_id).where(
            _SIGNUPS.c.worker_id.between(first, last), _SIGNUPS.c.state != "withdrawn"
        ),
    ):
        for worker_id, posting_id in reading().execute(rows):
            found[worker_id].add(posting_id)
    return found


def _learn(works: dict[int, _Work], ids: set[int]) -> None:
    """Read what is said of postings that were not met before."""
    new = ids - works.keys()
    if new:
        for row in reading().scalars(select(Posting).where(Posting.id.in_(new))):
            works[row.id] = _Work(row.title, row.first_day, day_pay(row))


def _tell(
    day: date,
    users: Mapping[int, int],
    found: Mapping[int, Sequence[Match]],
    works: Mapping[int, _Work],
) -> int:
    """Write the notices of a batch and what stands for them, all or nothing."""
    with transaction() as session:
        mine = _take(session, day, found)
        rows = [
            {"worker_id": key, "posting_id": m.id, "day": day, "value": m.value}
            for key in mine
            for m in found[key]
        ]
        if rows:  # by the connection: nothing of the mapper is needed for a plain row
            pushed: Any = MatchPushed.__table__
            session.connection().execute(insert(pushed), rows)
        said = [(users[key], _words(found[key], works, day)) for key in mine]
        notify.tell_each(session, said, link="/my/")
    return len(mine)


def _take(session: Session, day: date, ids: Iterable[int]) -> list[int]:
    """Those whose row of the day is ours; somebody else may be at it too."""
    rows = [{"worker_id": key, "day": day, "made_at": clock.now()} for key in ids]
    if not rows:
        return []
    kind = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    table: Any = MatchPush.__table__
    statement = kind.insert(table).on_conflict_do_nothing(index_elements=["worker_id", "day"])
    return sorted(session.connection().scalars(statement.returning(table.c.worker_id), rows))


def _words(matches: Sequence[Match], works: Mapping[int, _Work], day: date) -> Text:
    best, work = matches[0], works[matches[0].id]
    first = max(work.first_day, day + timedelta(1))
    what = (
        text("{title}，{first}起，离家约 {km} 公里", title=work.title, first=first, km=best.km)
        if work.pay is None
        else text(
            "{title}，{first}起，离家约 {km} 公里，一天约 {pay}",
            title=work.title, first=first, km=best.km, pay=Amount(work.pay),
        )
    )  # fmt: skip
    if len(matches) == 1:
        return text("有一份新活适合您：{what}。", what=what)
    return text("有 {n} 份新活适合您，最合适的：{what}。", n=len(matches), what=what)
