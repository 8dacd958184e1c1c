"""Telling employers that their verification runs out."""

from datetime import date, timedelta

from sqlalchemy import select

from jobmatch.accounts.models import RoleGrant
from jobmatch.employers.models import Employer
from jobmatch.employers.rules.verification import State
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Role
from jobmatch.kernel.text import text
from jobmatch.notify import service as notify

NOTICE_DAYS = 14


def remind(today: date) -> int:
    """Tell the users of employers whose verification ends in NOTICE_DAYS days; how many firms."""
    ends = today + timedelta(days=NOTICE_DAYS)
    with transaction() as session:
        rows = session.execute(
            select(Employer.id, Employer.name)
            .where(Employer.state == State.VERIFIED.value, Employer.verified_until == ends)
            .order_by(Employer.id)
        ).all()
        for employer_id, name in rows:
            users = session.scalars(
                select(RoleGrant.user_id)
                .where(
                    RoleGrant.role == Role.EMPLOYER.value,
                    RoleGrant.subject_id == employer_id,
                    RoleGrant.revoked_at.is_(None),
                )
                .distinct()
            ).all()
            notify.tell(
                session,
                users,
                text("“{name}”的核验到 {day} 为止，请提前准备材料重新核验。", name=name, day=ends),
                link="/employer/profile",
            )
        return len(rows)
