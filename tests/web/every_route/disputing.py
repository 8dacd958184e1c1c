"""Disputes and overdue pay of a side: one of a group, with a file; one that the leader is asked to join."""

from typing import Any

from sqlalchemy import select

from jobmatch.disputes import evidence, groups, opening
from jobmatch.disputes.opening import About
from jobmatch.disputes.rules.states import Kind, Side
from jobmatch.earnings import arrears_marking
from jobmatch.earnings.arrears_models import WageArrears
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from tests.disputes.test_rules import png


def disputed(
    posting_id: int, leader: Actor, member: Actor, slip_id: int, past: int
) -> dict[str, Any]:
    arrears_marking.mark(clock.today())
    me, other = leader.worker_id or 0, member.worker_id or 0
    about = About(posting_id=posting_id)
    case = opening.complain(Kind.OTHER, "住处没有水", about, worker_id=me, actor=leader)
    file = evidence.add(case, "水井.png", png(), side=Side.WORKER, actor=leader)
    groups.ask(case, [other], side=Side.WORKER, actor=leader)
    asked = opening.complain(Kind.OTHER, "没有热饭", about, worker_id=other, actor=member)
    groups.ask(asked, [me], side=Side.WORKER, actor=member)
    owed = select(WageArrears.id).where(WageArrears.worker_id == me)
    of = {"case_id": case, "file_id": file, "arrears_id": reading().scalars(owed).first()}
    return {"of": of, "asked": asked, "slip": slip_id, "past": past}


def addresses(argued: dict[str, Any]) -> dict[str, Any]:
    return {
        "worker.dispute_answer.case_id": argued["asked"],
        "worker.dispute_step.deed": "say", "station.dispute_step.deed": "say",
        "officer.dispute_step.deed": "say", "employer.dispute_step.deed": "answer",
    }  # fmt: skip


def forms(argued: dict[str, Any], member_id: int) -> dict[str, dict[str, Any]]:
    """A deed in the address has its fields under its own name."""
    said = {"say-words": "补充一句"}
    return {
        "worker.dispute_step": said, "station.dispute_step": said, "officer.dispute_step": said,
        "employer.dispute_step": {"answer-words": "货款没到"},
        "worker.dispute_answer": {"answer": "yes"},
        "station.dispute_answer": {"answer": "yes", "worker_id": member_id},
        "worker.speak_post": {"slip": argued["slip"], "kind": "unpaid", "words": "一直没给"},
        "station.worker_speak_post": {
            "posting": argued["past"], "kind": "other", "words": "没有热饭",
        },
    }  # fmt: skip
