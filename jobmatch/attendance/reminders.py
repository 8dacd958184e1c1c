"""Telling people the evening before where they work tomorrow."""

from collections import defaultdict
from datetime import date

from sqlalchemy import select

from jobmatch.dispatch.models import Engagement, EngagementDay
from jobmatch.employers.models import Site
from jobmatch.infra.db import transaction
from jobmatch.kernel.text import text
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker


def remind_of(day: date) -> int:
    """Leave a notice for everybody engaged on a day who has an account; returns how many."""
    with transaction() as session:
        places: dict[tuple[str, str, int], list[int | None]] = defaultdict(list)
        for title, site, starts_at, user_id in session.execute(
            select(Posting.title, Site.name, Posting.starts_at, Worker.user_id)
            .select_from(EngagementDay)
            .join(Engagement, Engagement.id == EngagementDay.engagement_id)
            .join(Posting, Posting.id == Engagement.posting_id)
            .join(Site, Site.id == Posting.site_id)
            .join(Worker, Worker.id == EngagementDay.worker_id)
            .where(EngagementDay.work_date == day, Worker.user_id.is_not(None))
            .order_by(Posting.id, Worker.id)
        ):
            places[title, site, starts_at].append(user_id)
        for (title, site, starts_at), users in places.items():
            notify.tell(
                session,
                users,
                text(
                    "{day} 有活：{title}，{start} 在“{site}”上工。",
                    day=day,
                    title=title,
                    start=f"{starts_at // 60:02d}:{starts_at % 60:02d}",
                    site=site,
                ),
                link="/my/today",
            )
        return sum(len(users) for users in places.values())
