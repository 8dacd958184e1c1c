"""What each side has of instant hires: one that asks, work to ask for, a request for work; and a
slot of a task that is over.
"""

from datetime import date
from typing import Any

from sqlalchemy import select

from jobmatch.dispatch import instant, receipts
from jobmatch.dispatch.instant_models import InstantOffer
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.infra.task_runs import TaskRun
from jobmatch.matching.models import MatchPushed
from tests.support import World

TOMORROW = date(2026, 9, 27)


def called(world: World, side: Any, leader_id: int, worker_id: int, employer_id: int) -> None:
    """Add it to the side's addresses and forms."""

    def work(said: str) -> int:
        return world.posting(
            employer_id, first=TOMORROW, last=TOMORROW, title=f"{side.name}{said}", headcount=3
        )

    hire_id = instant.ask(work("快招"), TOMORROW, 3, actor=side.actors["employer"])
    found = select(InstantOffer).where(InstantOffer.hire_id == hire_id)
    offers = {offer.worker_id: offer.id for offer in reading().scalars(found)}
    request_id = receipts.request_work(worker_id, actor=side.actors["station"])
    side.of |= {"hire_id": hire_id, "offer_id": offers[worker_id], "request_id": request_id}
    side.at["worker.instant_answer.offer_id"] = offers[leader_id]
    with transaction() as session:
        session.add(MatchPushed(worker_id=leader_id, posting_id=side.of["posting_id"],
                                day=date(2026, 9, 25), value=500))  # fmt: skip
    side.forms["worker.seen"] = {"posting": side.of["posting_id"]}
    wish = {"posting": work("急活"), "day": TOMORROW.isoformat(), "wanted": "2"}
    new = {
        "day": TOMORROW.isoformat(), "wanted": "2", "skill_id": "ag.swpotato.sort",
        "work_text": "坐着挑，分大中小三级", "site_id": side.of["site_id"], "rate_fen": "190",
        "starts_at": "7:30", "ends_at": "17:00", "day_minutes": "8", "load": "light",
    }  # fmt: skip
    for door in ("employer", "station"):
        whose = {"employer": employer_id} if door == "station" else {}
        side.forms[f"{door}.instant_ask"] = wish | whose
        side.forms[f"{door}.instant_new_post"] = new | whose
    side.forms["station.instant_answer"] = {"answer": "yes"}
    side.forms["worker.instant_answer"] = {"answer": "yes"}
    side.at["admin.task_again.run_id"] = _task_run(side.name)
    # The visitor was here today: another one asks now. The slip is the leader's.
    side.at["station.request_work.worker_id"] = leader_id
    side.at["station.worker_slip.worker_id"] = leader_id


def _task_run(name: str) -> int:
    """A slot of a task that is over."""
    with transaction() as session:
        run = TaskRun(task=f"task of {name}", due=clock.now(), started_at=clock.now(),
                      ended_at=clock.now(), outcome="done")  # fmt: skip
        session.add(run)
        session.flush()
        return run.id
