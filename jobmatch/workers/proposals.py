"""Skills read again out of what workers once said: proposed, then confirmed by a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from jobmatch.infra import audit, clock, wall
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, NotFound
from jobmatch.kernel.ids import SkillId
from jobmatch.kernel.text import text
from jobmatch.notify import service as notify
from jobmatch.skills import queries as skills
from jobmatch.skills.events import AliasTakenBack
from jobmatch.skills.rereading import Found, NewAlias, texts_that_say
from jobmatch.skills.rules.unread import pattern
from jobmatch.workers import policy
from jobmatch.workers.models import SkillProposal, Worker, WorkerSkill

PAGE_OF_WORKER = "/my/me/words"


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A question to the worker: you said these words; does that mean this skill?"""

    id: int
    skill_id: SkillId
    words: str


class AnsweredMeanwhile(Conflict):
    default = text("这一条已经答过了。")


def open_of(worker_id: int) -> list[ProposalRow]:
    """What the worker has not answered yet, the oldest first."""
    found = reading().execute(
        select(SkillProposal.id, SkillProposal.skill_id, SkillProposal.words)
        .where(SkillProposal.worker_id == worker_id, SkillProposal.state == "open")
        .order_by(SkillProposal.id)
    )
    return [ProposalRow(row.id, SkillId(row.skill_id), row.words) for row in found]


def is_of(proposal_id: int, worker_id: int) -> bool:
    """Whether the question is this worker's, answered or not."""
    asked = select(SkillProposal.worker_id).where(SkillProposal.id == proposal_id)
    return reading().scalar(asked) == worker_id


def answer(proposal_id: int, yes: bool, *, actor: Actor) -> None:
    """The worker, or the desk for them, confirms the skill or declines it.

    raises   NotFound, AnsweredMeanwhile
    """
    with transaction() as session:
        row = session.get(SkillProposal, proposal_id)
        if row is None:
            raise NotFound
        policy.require_change(actor, session.get(Worker, row.worker_id))
        state = "confirmed" if yes else "declined"
        taken = session.scalar(
            update(SkillProposal)
            .where(SkillProposal.id == proposal_id, SkillProposal.state == "open")
            .values(state=state, answered_at=clock.now(), answered_by=actor.user_id)
            .returning(SkillProposal.id)
            .execution_options(synchronize_session=False)
        )
        if taken is None:
            raise AnsweredMeanwhile
        if yes and session.get(WorkerSkill, (row.worker_id, row.skill_id)) is None:
            session.add(
                WorkerSkill(
                    worker_id=row.worker_id, skill_id=row.skill_id, level=1,
                    words=row.words[:60], confirmed_at=clock.now(),
                )
            )  # fmt: skip
        audit.record(
            session, actor, "worker.proposal", "worker", row.worker_id,
            skill=row.skill_id, answer=state,
        )  # fmt: skip


# Reading again


@wall.lifted("earlier texts of everybody are searched for new words")
def find(alias: NewAlias, after: int, most: int) -> Found:
    """Workers who said the words and have not the skill."""
    held = exists().where(
        WorkerSkill.worker_id == Worker.id, WorkerSkill.skill_id == alias.skill_id
    )
    rows = reading().execute(
        select(Worker.id, Worker.said)
        .where(
            Worker.id > after,
            func.lower(Worker.said).like(pattern(alias.words), escape="\\"),
            ~held,
        )
        .order_by(Worker.id)
        .limit(most)
    )
    return texts_that_say([(row.id, row.said) for row in rows], alias, most)


@wall.lifted("earlier texts of everybody are searched for new words")
def texts(after: int, most: int) -> list[tuple[int, str]]:
    """What workers said, by their keys."""
    found = reading().execute(
        select(Worker.id, Worker.said)
        .where(Worker.id > after, Worker.said != "")
        .order_by(Worker.id)
        .limit(most)
    )
    return [(row.id, row.said) for row in found]


@wall.lifted("earlier texts of everybody are searched for new words")
def settle(session: Session, alias: NewAlias, keys: Sequence[int]) -> int:
    """Propose the skill; each worker is asked and told once, whatever is read again."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    now = clock.now()
    again = session.scalars(
        update(SkillProposal)
        .where(
            SkillProposal.worker_id.in_(keys),
            SkillProposal.skill_id == alias.skill_id,
            SkillProposal.state == "withdrawn",
        )
        .values(state="open", alias_id=alias.id, words=alias.words)
        .returning(SkillProposal.worker_id)
        .execution_options(synchronize_session=False)
    ).all()
    new = session.scalars(
        (postgresql if is_postgres else sqlite)
        .insert(SkillProposal)
        .values(
            [
                {
                    "worker_id": key, "skill_id": alias.skill_id, "alias_id": alias.id,
                    "words": alias.words, "state": "open", "created_at": now,
                }
                for key in keys
            ]
        )
        .on_conflict_do_nothing(index_elements=["worker_id", "skill_id"])
        .returning(SkillProposal.worker_id)
    ).all()  # fmt: skip
    if new:
        users = session.scalars(
            select(Worker.user_id).where(Worker.id.in_(new), Worker.is_active)
        ).all()
        named = skills.skill(alias.skill_id)
        said = text(
            "您说过“{words}”，我们现在知道这是{skill}，要加到您的手艺里吗？",
            words=alias.words, skill=named.name_zh if named else "",
        )  # fmt: skip
        notify.tell(session, users, said, link=PAGE_OF_WORKER)
    return len(new) + len(again)


@wall.lifted("earlier texts of everybody are searched for new words")
def withdraw(session: Session, told: AliasTakenBack) -> None:
    """The alias holds no longer: questions without an answer fall."""
    session.execute(
        update(SkillProposal)
        .where(SkillProposal.alias_id == told.alias_id, SkillProposal.state == "open")
        .values(state="withdrawn")
        .execution_options(synchronize_session=False)
    )
