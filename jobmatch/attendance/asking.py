"""Asking a worker anew: the figures of a day changed after their yes."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import DayCopy, WorkDay
from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.text import Text, as_hours, text
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

LINK = "/my/today?back=y"


def ask_anew(session: Session, engagement_day_ids: Collection[int], actor: Actor) -> None:
    """A notice to each worker who had said yes to other figures of these days; none to who changed
    them. In the caller's transaction.
    """
    if not engagement_day_ids:
        return
    said: dict[int, set[tuple[int, int]]] = defaultdict(set)
    agreed: set[int] = set()
    for day, minutes, pieces, answer in session.execute(
        select(DayCopy.engagement_day_id, DayCopy.minutes, DayCopy.pieces, DayCopy.answer).where(
            DayCopy.engagement_day_id.in_(engagement_day_ids), DayCopy.side == "worker"
        )
    ):
        said[day].add((minutes, pieces))
        if answer == "agreed":
            agreed.add(day)
    if not agreed:
        return
    rows = session.execute(
        select(
            EngagementDay.id, EngagementDay.work_date, Posting.title, Worker.user_id,
            WorkDay.minutes, WorkDay.pieces,
        )
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .join(Posting, Posting.id == Engagement.posting_id)
        .join(Worker, Worker.id == EngagementDay.worker_id)
        .outerjoin(WorkDay, WorkDay.engagement_day_id == EngagementDay.id)
        .where(EngagementDay.id.in_(agreed))
        .order_by(EngagementDay.id)
    )  # fmt: skip
    notify.tell_each(
        session,
        [
            (user_id, _words(day, title, minutes, pieces))
            for key, day, title, user_id, minutes, pieces in rows
            if user_id is not None
            and user_id != actor.user_id
            and (minutes, pieces) not in said[key]
        ],
        link=LINK,
    )


def _words(day: date, title: str, minutes: int | None, pieces: int | None) -> Text:
    if minutes is None:
        return text(
            "{day}“{title}”改记成了没到，您点过对。请看一看，不对就说不对。", day=day, title=title
        )
    hours = as_hours(minutes)
    if pieces:
        return text(
            "{day}“{title}”的数改了，和您点过对的不一样：现在是 {hours} 小时，件数 {pieces}。"
            "请再看一看。",
            day=day, title=title, hours=hours, pieces=pieces,
        )  # fmt: skip
    return text(
        "{day}“{title}”的数改了，和您点过对的不一样：现在是 {hours} 小时。请再看一看。",
        day=day, title=title, hours=hours,
    )  # fmt: skip
