"""Skills read again out of postings: the employer is told, and changes the posting or not."""

from collections.abc import Sequence

from sqlalchemy import exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from jobmatch.accounts.models import RoleGrant
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Role
from jobmatch.kernel.text import text
from jobmatch.notify import service as notify
from jobmatch.postings.models import Posting, PostingProposal, PostingSkill
from jobmatch.skills import queries as skills
from jobmatch.skills.models import SkillAlias
from jobmatch.skills.rereading import Found, NewAlias, texts_that_say
from jobmatch.skills.rules.unread import pattern


def open_of(posting_id: int) -> list[tuple[str, str]]:
    """(skill, words) of what was read later on and the posting asks not for yet."""
    asked = exists().where(
        PostingSkill.posting_id == PostingProposal.posting_id,
        PostingSkill.skill_id == PostingProposal.skill_id,
    )
    found = reading().execute(
        select(PostingProposal.skill_id, PostingProposal.words)
        .join(Posting, Posting.id == PostingProposal.posting_id)
        .join(SkillAlias, SkillAlias.id == PostingProposal.alias_id)
        .where(
            Posting.id == posting_id,
            Posting.skill_id != PostingProposal.skill_id,
            SkillAlias.removed_at.is_(None),
            ~asked,
        )
        .order_by(PostingProposal.id)
    )
    return [(skill_id, words) for skill_id, words in found]


def find(alias: NewAlias, after: int, most: int) -> Found:
    """Drafts and open postings with days to come that hold the words and ask not for the skill."""
    asked = exists().where(
        PostingSkill.posting_id == Posting.id, PostingSkill.skill_id == alias.skill_id
    )
    rows = reading().execute(
        select(Posting.id, Posting.title, Posting.work_text)
        .where(
            Posting.id > after,
            Posting.state.in_(("draft", "open")),
            Posting.last_day >= clock.today(),
            Posting.skill_id != alias.skill_id,
            or_(
                func.lower(Posting.work_text).like(pattern(alias.words), escape="\\"),
                func.lower(Posting.title).like(pattern(alias.words), escape="\\"),
            ),
            ~asked,
        )
        .order_by(Posting.id)
        .limit(most)
    )
    return texts_that_say([(row.id, f"{row.title}\n{row.work_text}") for row in rows], alias, most)


def texts(after: int, most: int) -> list[tuple[int, str]]:
    """What postings say, by their keys."""
    found = reading().execute(
        select(Posting.id, Posting.title, Posting.work_text)
        .where(Posting.id > after)
        .order_by(Posting.id)
        .limit(most)
    )
    return [(row.id, f"{row.title}\n{row.work_text}") for row in found]


def settle(session: Session, alias: NewAlias, keys: Sequence[int]) -> int:
    """Tell each employer, once for a posting and a skill."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    new = session.scalars(
        (postgresql if is_postgres else sqlite)
        .insert(PostingProposal)
        .values(
            [
                {
                    "posting_id": key, "skill_id": alias.skill_id, "alias_id": alias.id,
                    "words": alias.words, "created_at": clock.now(),
                }
                for key in keys
            ]
        )
        .on_conflict_do_nothing(index_elements=["posting_id", "skill_id"])
        .returning(PostingProposal.posting_id)
    ).all()  # fmt: skip
    named = skills.skill(alias.skill_id)
    for posting_id, title, user_ids in _to_tell(session, new):
        said = text(
            "您的招工“{title}”写了“{words}”，我们现在知道这是{skill}，要加到工种里吗？",
            title=title, words=alias.words, skill=named.name_zh if named else "",
        )  # fmt: skip
        notify.tell(session, user_ids, said, link=f"/employer/postings/{posting_id}/edit")
    return len(new)


def _to_tell(session: Session, keys: Sequence[int]) -> list[tuple[int, str, list[int]]]:
    """(posting, title, users who act for its employer), in two queries."""
    rows = session.execute(
        select(Posting.id, Posting.title, Posting.employer_id).where(Posting.id.in_(keys))
    ).all()
    members: dict[int, list[int]] = {}
    for employer_id, user_id in session.execute(
        select(RoleGrant.subject_id, RoleGrant.user_id).where(
            RoleGrant.role == Role.EMPLOYER.value,
            RoleGrant.subject_id.in_({row.employer_id for row in rows}),
            RoleGrant.revoked_at.is_(None),
        )
    ):
        members.setdefault(employer_id or 0, []).append(user_id)
    return [(row.id, row.title, members.get(row.employer_id, [])) for row in rows]
