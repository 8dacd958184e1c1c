"""What the evenings of the last weeks told the demonstration's people, and what came of it; and
what ran by the clock.

Most who signed up by themselves had been told the evening before; others were told of work of
their skill and did not take it up. Who signed up had seen it, of the others every second one.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.dispatch.models import Signup
from jobmatch.infra import clock
from jobmatch.infra.task_runs import FAILED, TaskRun
from jobmatch.kernel.periods import begin_of, business_day
from jobmatch.matching.models import MatchPush, MatchPushed
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker, WorkerSkill

WEEKS = 8
EVENING = timedelta(hours=19)
READ_AFTER = timedelta(hours=1, minutes=10)
# Worth of a posting that fits, as the index gives it.
VALUE = 28_500
# Postings named to one person who did not take them up.
MOST_IN_VAIN = 3


def let_the_evenings_be(session: Session) -> int:
    """Write the pushes of the last weeks; returns how many postings were named."""
    today = clock.today()
    first = today - timedelta(weeks=WEEKS)
    named: dict[tuple[int, date], dict[int, datetime | None]] = defaultdict(dict)
    asked: dict[int, set[int]] = defaultdict(set)
    for worker_id, posting_id, via, created in session.execute(
        select(Signup.worker_id, Signup.posting_id, Signup.via, Signup.created_at).order_by(
            Signup.id
        )
    ):
        asked[worker_id].add(posting_id)
        day = business_day(created) - timedelta(days=1)
        # Some find their work on the board.
        if via == "self" and day >= first and (worker_id + posting_id) % 3:
            named[worker_id, day][posting_id] = begin_of(day) + EVENING + READ_AFTER
    for worker_id, day, posting_id in _in_vain(session, first, today, asked):
        read = begin_of(day) + EVENING + READ_AFTER if (worker_id + posting_id) % 2 else None
        named[worker_id, day][posting_id] = read
    for (worker_id, day), postings in named.items():
        made = begin_of(day) + EVENING
        session.add(MatchPush(worker_id=worker_id, day=day, made_at=made))
        session.add_all(
            MatchPushed(worker_id=worker_id, posting_id=key, day=day, value=VALUE, seen_at=read)
            for key, read in postings.items()
        )
    session.flush()
    return sum(map(len, named.values()))


def _in_vain(
    session: Session, first: date, today: date, asked: dict[int, set[int]]
) -> list[tuple[int, date, int]]:
    """Work of people's own skill that they were told of two days before it began, and left."""
    found = []
    told: dict[int, int] = defaultdict(int)
    for worker_id, posting_id, begins in session.execute(
        select(Worker.id, Posting.id, Posting.first_day)
        .join(WorkerSkill, WorkerSkill.worker_id == Worker.id)
        .join(Posting, Posting.skill_id == WorkerSkill.skill_id)
        .where(
            Worker.user_id.is_not(None), Worker.matching_opt_out.is_(False),
            Posting.state.in_(["open", "closed"]),
            Posting.first_day.between(first + timedelta(days=2), today + timedelta(days=1)),
        )
        .order_by(Worker.id, Posting.id)
    ):  # fmt: skip
        if posting_id not in asked[worker_id] and told[worker_id] < MOST_IN_VAIN:
            told[worker_id] += 1
            found.append((worker_id, begins - timedelta(days=2), posting_id))
    return found


# Task, hour and minute, how many seconds it took, what came of it.
RAN = (
    ("close_postings", (0, 10), 0.1, "closed 0"),
    ("check_ledger", (2, 30), 1.4, "booked 0, faults 0"),
    ("check_figures", (2, 40), 0.6, "differences 0"),
    ("work_reminders", (18, 0), 0.9, "told 46 workers"),
    ("match_push", (19, 0), 3.2, "looked at 380, told 31"),
    ("day_copies", (20, 30), 1.1, "opened 0, granted 0, confirmed 22"),
)
FAILED_ONCE = ("match_push", 3)


def let_the_clock_have_run(session: Session, days: int = 5) -> None:
    """The slots of the last days as the scheduler keeps them; one failed three days ago."""
    today = clock.today()
    for n in range(1, days + 1):
        for task, (hour, minute), seconds, outcome in RAN:
            due = begin_of(today - timedelta(days=n)) + timedelta(hours=hour, minutes=minute)
            failed = (task, n) == FAILED_ONCE
            session.add(
                TaskRun(
                    task=task, due=due, started_at=due,
                    ended_at=due + timedelta(seconds=0.3 if failed else seconds),
                    outcome=f"{FAILED}: OperationalError" if failed else outcome,
                )
            )  # fmt: skip
    session.flush()
