"""Races: many threads after the same seats, each with a connection of its own, as phones are.

Used by the tests (some rounds) and by benchmarks/races.py (a campaign of hundreds).
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import func, select

from jobmatch.dispatch import service
from jobmatch.dispatch.models import Engagement, EngagementDay, Signup
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.errors import DomainError
from jobmatch.postings.models import PostingDay
from tests.support import World

THREADS, PLACES = 32, 10
SignUp = Callable[[int, int], object]


@dataclass
class Tally:
    """What went wrong, summed over rounds; refused: threads that were told no in words."""

    rounds: int = 0
    oversold: int = 0
    double: int = 0
    left_empty: int = 0
    miscounted: int = 0
    errors: list[str] = field(default_factory=list)
    refused: int = 0

    @property
    def is_clean(self) -> bool:
        wrong = self.oversold + self.double + self.left_empty + self.miscounted
        return wrong == 0 and not self.errors


class Race:
    """A ground on which rounds are run: 32 workers and an employer; each round has days of its own."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app = app
        self.world = world
        self.first = clock.today() + timedelta(days=1)
        free = (self.first, self.first + timedelta(days=2000))
        self.employer, _ = world.employer()
        self.workers = [
            world.worker(f"赛{n}", free=free, with_account=False)[0] for n in range(THREADS)
        ]
        self.tally = Tally()

    def next_days(self, n: int) -> tuple[date, date]:
        first = self.first
        self.first += timedelta(days=n)
        return first, first + timedelta(days=n - 1)

    def posting(self, days: tuple[date, date], headcount: int = PLACES) -> int:
        first, last = days
        return self.world.posting(
            self.employer, first=first, last=last, headcount=headcount, is_instant=True
        )

    def together(self, deeds: Sequence[Callable[[], object]]) -> None:
        """Start all deeds at one moment, each in a thread; wait for all."""
        gate = threading.Barrier(len(deeds))

        def run(deed: Callable[[], object]) -> None:
            with self.app.app_context():
                gate.wait()
                try:
                    deed()
                except DomainError:
                    self.tally.refused += 1
                except Exception as error:
                    self.tally.errors.append(f"{type(error).__name__}: {error}"[:300])

        threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    # the rounds

    def last_places(self, sign_up: SignUp | None = None) -> None:
        """32 people after the last 10 places of one day."""
        posting, deed = self.posting(self.next_days(1)), sign_up or ask
        self.together([lambda w=w: deed(posting, w) for w in self.workers])  # type: ignore[misc]
        self._check([posting], expect_full=True)

    def two_at_once(self) -> None:
        """16 people who tap two postings of the same three days at the same moment."""
        days = self.next_days(3)
        one, other = self.posting(days, 16), self.posting(days, 16)
        half = self.workers[: THREADS // 2]
        self.together(
            [lambda w=w, p=p: ask(p, w) for w in half for p in (one, other)]  # type: ignore[misc]
        )
        self._check([one, other])
        with self.app.app_context():
            booked = select(func.count()).where(
                EngagementDay.work_date.between(*days), EngagementDay.worker_id.in_(half)
            )
            lost = 3 * len(half) - (reading().scalar(booked) or 0)
        self.tally.left_empty += abs(lost)

    def cancel_and_come(self) -> None:
        """10 who hold the places give them up while 12 newcomers tap and 10 wait in line."""
        posting = self.posting(self.next_days(2))
        with self.app.app_context():
            held = [ask(posting, w) for w in self.workers[:PLACES]]
            for w in self.workers[PLACES : 2 * PLACES]:
                ask(posting, w)
        comers = self.workers[2 * PLACES :]
        leave = [lambda s=s: service.withdraw(s, actor=SYSTEM) for s in held]  # type: ignore[misc]
        come = [lambda w=w: ask(posting, w) for w in comers]  # type: ignore[misc]
        self.together([*leave, *come])
        self._check([posting], expect_full=True)

    def leave_and_come(self) -> None:
        """10 who hold the places give them up while 22 newcomers tap; nobody waits yet.

        Who finds the posting full and goes to wait just then must not be forgotten.
        """
        posting = self.posting(self.next_days(1))
        with self.app.app_context():
            held = [ask(posting, w) for w in self.workers[:PLACES]]
        leave = [lambda s=s: service.withdraw(s, actor=SYSTEM) for s in held]  # type: ignore[misc]
        come = [lambda w=w: ask(posting, w) for w in self.workers[PLACES:]]  # type: ignore[misc]
        self.together([*come, *leave])
        self._check([posting], expect_full=True)

    def _check(self, postings: Sequence[int], *, expect_full: bool = False) -> None:
        self.tally.rounds += 1
        with self.app.app_context():
            session = reading()
            seats = (
                select(func.count())
                .where(EngagementDay.posting_day_id == PostingDay.id)
                .scalar_subquery()
            )
            for headcount, taken, rows in session.execute(
                select(PostingDay.headcount, PostingDay.taken, seats).where(
                    PostingDay.posting_id.in_(postings)
                )
            ):
                self.tally.oversold += max(0, rows - headcount)
                self.tally.miscounted += abs(rows - taken)
                if expect_full:
                    self.tally.left_empty += max(0, headcount - rows)
            twice = (
                select(EngagementDay.worker_id)
                .group_by(EngagementDay.worker_id, EngagementDay.work_date)
                .having(func.count() > 1)
            )
            self.tally.double += len(session.execute(twice).all())


def ask(posting_id: int, worker_id: int) -> int:
    return service.sign_up(posting_id, actor=SYSTEM, worker_id=worker_id)


def count_then_insert(posting_id: int, worker_id: int) -> None:
    """The same deed without the guard: count the places, then take one. It oversells."""
    day = reading().scalars(select(PostingDay).where(PostingDay.posting_id == posting_id)).one()
    taken = select(func.count()).where(EngagementDay.posting_day_id == day.id)
    if (reading().scalar(taken) or 0) >= day.headcount:
        return
    now = clock.now()
    with transaction() as session:
        signup = Signup(
            worker_id=worker_id, posting_id=posting_id, first_day=day.work_date,
            last_day=day.work_date, state="accepted", via="self", created_at=now,
        )  # fmt: skip
        session.add(signup)
        session.flush()
        engagement = Engagement(
            signup_id=signup.id, worker_id=worker_id, posting_id=posting_id, created_at=now
        )
        session.add(engagement)
        session.flush()
        session.add(
            EngagementDay(
                engagement_id=engagement.id, posting_day_id=day.id, worker_id=worker_id,
                work_date=day.work_date,
            )
        )  # fmt: skip
