"""Which sessions help a worker next, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from jobmatch.infra.db import reading
from jobmatch.kernel.text import Text, text
from jobmatch.matching.rules.change import Course
from jobmatch.postings.models import Posting
from jobmatch.training.models import Enrolment
from jobmatch.training.queries import SessionRow, next_sessions
from jobmatch.training.queries import session as find
from jobmatch.training.rules import EnrolmentState, SessionState
from jobmatch.workers.models import Credential, Worker, WorkerSkill

MOST = 20
# Digits of a place code that name its league: postings as far as that are worth a course.
LEAGUE = 4


@dataclass(frozen=True, slots=True)
class Offer:
    session: SessionRow
    why: Text


def offers_for(worker_id: int, on: date, asked: int | None = None) -> list[Offer]:
    """Open sessions for skills of the worker, or of open postings near the home that want proof.

    Left out: what the worker can prove already at this level, and sessions already enrolled in.
    Those that open most postings come first, then the soonest; at most MOST. `asked` names a
    session that the worker came to see: it comes before all.
    """
    session = reading()
    home = session.scalar(select(Worker.home_code).where(Worker.id == worker_id)) or ""
    held = set(
        session.scalars(select(WorkerSkill.skill_id).where(WorkerSkill.worker_id == worker_id))
    )
    proven: dict[str, int] = dict(
        session.execute(
            select(Credential.skill_id, func.max(Credential.level))
            .where(Credential.worker_id == worker_id)
            .group_by(Credential.skill_id)
        ).all()
    )
    opened: dict[str, int] = dict(
        session.execute(
            select(Posting.skill_id, func.count())
            .where(
                Posting.state == "open",
                Posting.last_day >= on,
                Posting.needs_credential,
                Posting.place_code.startswith(home[:LEAGUE], autoescape=True),
            )
            .group_by(Posting.skill_id)
        ).all()
    )
    mine = set(
        session.scalars(
            select(Enrolment.session_id).where(
                Enrolment.worker_id == worker_id,
                Enrolment.state != EnrolmentState.CANCELLED.value,
            )
        )
    )
    found = [
        Offer(row, _why(opened.get(row.skill.id, 0)))
        for rows in next_sessions(held | opened.keys(), on).values()
        for row in rows
        if row.id not in mine and proven.get(row.skill.id, 0) < row.level
    ]
    found.sort(
        key=lambda o: (-opened.get(o.session.skill.id, 0), o.session.first_day, o.session.id)
    )
    row = find(asked) if asked is not None and asked not in mine else None
    if row is None or row.state is not SessionState.OPEN or row.first_day < on or row.left < 1:
        return found[:MOST]
    others = [offer for offer in found if offer.session.id != row.id]
    return [Offer(row, _why(opened.get(row.skill.id, 0))), *others][:MOST]


def _why(postings: int) -> Text:
    if postings:
        return text("附近有 {n} 个招工要这个证书。", n=postings)
    return text("合格后有证书，记在您名下。")


def courses(skill_ids: Collection[str], on: date) -> list[Course]:
    """The courses in these skills that can still be joined, the soonest first, for matching."""
    rows = [row for sessions in next_sessions(skill_ids, on).values() for row in sessions]
    return [
        Course(row.skill.id, row.level, row.first_day, row.last_day, ref=row.id)
        for row in sorted(rows, key=lambda row: (row.first_day, row.id))
    ]
