"""The catalogue's keeper: words that could not be read become aliases, or are set aside."""

from contextlib import AbstractContextManager

from sqlalchemy import update
from sqlalchemy.orm import Session

from jobmatch.infra import audit, clock, events
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.kernel.text import text
from jobmatch.skills import rereading
from jobmatch.skills.events import AliasTakenBack
from jobmatch.skills.models import Skill, SkillAlias, UnreadWords
from jobmatch.skills.rules.unread import form

LEAST_ALIAS, MOST_ALIAS = 2, 30


class DecidedMeanwhile(Conflict):
    default = text("这几个字已经有人处理过了。")


def accept(words_id: int, skill_id: str, *, actor: Actor, alias: str = "") -> int:
    """The words, or the part of them given as alias, name the skill from now on.

    Earlier texts, and the other words of the list, are queued to be read again (rereading.run).
    Returns the alias's key.
    raises   NotAllowed, NotFound, DecidedMeanwhile, Invalid (field alias or skill_id)
    """
    with _keeping(actor) as session:
        row = _row(session, words_id)
        short = form(alias) or row.normal
        if not LEAST_ALIAS <= len(short) <= MOST_ALIAS or short not in row.normal:
            raise Invalid(
                text(
                    "别名要有 {least} 到 {most} 个字，并且是原话里连着的几个字。",
                    least=LEAST_ALIAS, most=MOST_ALIAS,
                ),
                field="alias",
            )  # fmt: skip
        skill = session.get(Skill, skill_id)
        if skill is None or not skill.is_active:
            raise Invalid(text("请从列表里选择技能。"), field="skill_id")
        _decide(session, words_id, "aliased", actor)
        made = SkillAlias(skill_id=skill_id, alias=short, is_dialect=True, is_keepers=True)
        session.add(made)
        session.flush()
        session.execute(
            update(UnreadWords)
            .where(UnreadWords.id == words_id)
            .values(skill_id=skill_id, alias_id=made.id)
            .execution_options(synchronize_session=False)
        )
        rereading.queue(session, made.id)
        audit.record(
            session, actor, "skill.alias", "unread_words", words_id, skill=skill_id, alias=made.id
        )
        return made.id


def dismiss(words_id: int, *, actor: Actor) -> None:
    """The words name no work. raises NotAllowed, NotFound, DecidedMeanwhile."""
    with _keeping(actor) as session:
        _row(session, words_id)
        _decide(session, words_id, "dismissed", actor)
        audit.record(session, actor, "skill.words_dismiss", "unread_words", words_id)


def reopen(words_id: int, *, actor: Actor) -> None:
    """Undo: the words are open again; their alias is taken back, and so is what it proposed.

    Skills that people have confirmed meanwhile stay theirs.
    raises   NotAllowed, NotFound, DecidedMeanwhile (open already)
    """
    with _keeping(actor) as session:
        row = _row(session, words_id)
        alias_id = row.alias_id
        changed = session.scalar(
            update(UnreadWords)
            .where(UnreadWords.id == words_id, UnreadWords.state != "open")
            .values(state="open", skill_id=None, alias_id=None, decided_by=None, decided_at=None)
            .returning(UnreadWords.id)
            .execution_options(synchronize_session=False)
        )
        if changed is None:
            raise DecidedMeanwhile
        if alias_id is not None:
            _take_back(session, alias_id)
        audit.record(
            session, actor, "skill.words_reopen", "unread_words", words_id, alias=alias_id
        )  # fmt: skip


# Parts


def _keeping(actor: Actor) -> AbstractContextManager[Session]:
    if not actor.has(Role.ADMIN):
        raise NotAllowed
    return transaction()


def _row(session: Session, words_id: int) -> UnreadWords:
    row = session.get(UnreadWords, words_id)
    if row is None:
        raise NotFound
    return row


def _decide(session: Session, words_id: int, state: str, actor: Actor) -> None:
    """Take the words, if they are still open: of two keepers one is first."""
    taken = session.scalar(
        update(UnreadWords)
        .where(UnreadWords.id == words_id, UnreadWords.state == "open")
        .values(state=state, decided_by=actor.user_id, decided_at=clock.now())
        .returning(UnreadWords.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise DecidedMeanwhile


def _take_back(session: Session, alias_id: int) -> None:
    """Everything that stood on the alias opens again. Its row stays: see SkillAlias."""
    session.execute(
        update(UnreadWords)
        .where(UnreadWords.alias_id == alias_id)
        .values(state="open", skill_id=None, alias_id=None, decided_by=None, decided_at=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(SkillAlias).where(SkillAlias.id == alias_id).values(removed_at=clock.now())
    )
    rereading.forget(session, alias_id)
    events.publish(session, AliasTakenBack(alias_id))
