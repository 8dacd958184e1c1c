"""Days of work told and asked about: one in dispute, one to confirm, a claim that waits, codes."""

from datetime import date
from typing import Any

from sqlalchemy import select

from jobmatch.accounts import sessions
from jobmatch.attendance import disputes, scanning
from jobmatch.attendance import service as attendance
from jobmatch.attendance.models import AttendanceEvent
from jobmatch.dispatch.models import EngagementDay
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from tests.attendance.support import engage
from tests.support import World


def told_days(
    world: World, name: str, employer_id: int, at_work: int, people: tuple[Actor, Actor]
) -> dict[str, Any]:
    """What addresses of attendance are filled with. at_work: the posting of today."""
    employer, leader = people
    leader_id = leader.worker_id or 0
    posting = world.posting(
        employer_id, first=date(2026, 9, 22), last=date(2026, 9, 24), title=f"{name}核对"
    )
    days = engage(posting, leader_id, *(date(2026, 9, n) for n in (22, 23, 24)))
    for n in (22, 23):
        attendance.mark_all_present(posting, date(2026, 9, n), actor=employer, uid=f"{name}-t{n}")
    version = disputes.Version(True, 540, 0)
    dispute = disputes.object_to(days[0], version, "干到六点", actor=leader)
    attendance.record(days[2], "check_in", actor=leader, uid=f"{name}-late")
    event = select(AttendanceEvent.id).where(AttendanceEvent.uid == f"{name}-late")
    today = reading().scalars(
        select(EngagementDay.id)
        .where(EngagementDay.worker_id == leader_id)
        .where(EngagementDay.work_date == date(2026, 9, 26))
    ).one()  # fmt: skip
    return {
        "device": device_of(leader), "posting": posting, "dispute": dispute, "event": reading().scalars(event).one(),
        "day": days[1], "own_code": scanning.own_code(today, actor=leader),
        "site_code": scanning.site_code(at_work, actor=employer),
        "paper": scanning.paper_codes([today])[today],
    }  # fmt: skip


def device_of(actor: Actor) -> int:
    """A device on which this person is signed in."""
    user_id = int(actor.user_id or 0)
    sessions.begin(user_id, 1, "Android · Chrome", "203.0.113.77")
    return sessions.of_user(user_id)[0].id


def addresses(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "worker.day_right.day_id": told["day"],
        "worker.day_wrong_post.day_id": told["day"],
        "public.device_end.device_id": told["device"],
        "public.here.token": told["own_code"],
        "public.here_take.token": told["site_code"],
        "employer.posting_day_confirm.posting_id": told["posting"],
    }


def forms(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        "worker.day_right": {"minutes": 480, "pieces": 0, "fen": 18000},
        "worker.day_wrong_post": {"came": "yes", "hours": "9", "minutes": "0", "pieces": ""},
        "worker.paper_post": {"code": told["paper"]},
        "station.paper_post": {"code": told["paper"]},
    }
