"""Writing postings: draft, publish with the linter's consent, change, close, cancel, copy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy import update as update_rows
from sqlalchemy.orm import Session

from jobmatch.employers import policy
from jobmatch.infra import audit, clock, events
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, FieldErrors, Invalid, NotFound
from jobmatch.kernel.ids import EmployerId, PostingId
from jobmatch.kernel.text import Text, text
from jobmatch.postings import checking
from jobmatch.postings.events import PlacesAdded, PostingCancelled, PostingClosed, PostingOpened
from jobmatch.postings.models import Posting, PostingDay, PostingSkill
from jobmatch.postings.rules.linter import Finding, refusals, warnings
from jobmatch.postings.rules.states import Deed, State, after
from jobmatch.postings.shape import PostingData as PostingData
from jobmatch.postings.shape import checked
from jobmatch.skills import noting


class Unpublishable(Invalid):
    """The linter refuses; `findings` say why."""

    default = text("有几处不合规定，改好才能发布。")

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__()


class Unconfirmed(Invalid):
    """The linter warns; the employer has not ticked all warnings in `findings`."""

    default = text("有几处要您确认：看过后打勾，才能发布。")

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__()


class ChangedMeanwhile(Conflict):
    default = text("有人刚改过这条用工需求。您填的还在，请核对后再保存。")


def create_draft(employer_id: EmployerId, data: PostingData, *, actor: Actor) -> PostingId:
    """A draft that only the employer sees. raises NotFound, FieldErrors."""
    policy.require_member(actor, employer_id)
    noting.ready()
    with transaction() as session:
        row = Posting(
            employer_id=employer_id,
            created_by=actor.user_id,
            created_at=clock.now(),
            **checked(session, employer_id, data),
        )
        session.add(row)
        session.flush()
        _set_skills(session, row.id, data)
        _set_days(session, row, data.headcounts)
        noting.note(session, _said(row), source="posting")
        audit.record(session, actor, "posting.draft", "posting", row.id, employer=employer_id)
        return PostingId(row.id)


def update(
    posting_id: PostingId,
    data: PostingData,
    *,
    actor: Actor,
    version: int,
    accepted: Collection[str] = (),
) -> None:
    """Change a draft, or an open posting within what its workers were promised.

    version    what the page was made from; accepted: codes of the warnings that were ticked (open
               only)
    raises     NotFound, WrongState, ChangedMeanwhile, FieldErrors, Unpublishable, Unconfirmed
    """
    today = clock.today()
    noting.ready()
    with transaction() as session:
        row = _mine(session, posting_id, actor)
        is_open = after(row.state, Deed.EDIT) is State.OPEN
        values = checked(session, EmployerId(row.employer_id), data)
        if _taken(session, posting_id):
            _keep_promises(row, values)
        _take_version(session, row, version)
        before = _said(row)
        for name, value in values.items():
            setattr(row, name, value)
        _set_skills(session, row.id, data)
        grown = _set_days(session, row, data.headcounts)
        session.flush()
        if is_open:
            _judge(
                checking.findings(session, row, data.headcounts, today=today, was_open=True),
                accepted,
            )
            if grown:
                events.publish(session, PlacesAdded(posting_id))
        noting.note(session, _said(row), before=before, source="posting")
        audit.record(session, actor, "posting.update", "posting", posting_id, state=row.state)


def publish(posting_id: PostingId, *, actor: Actor, accepted: Collection[str] = ()) -> None:
    """Put a draft, or a closed posting again, on the board.

    accepted   codes of the warnings that the employer has ticked
    raises     NotFound, WrongState, Unpublishable, Unconfirmed
    """
    with transaction() as session:
        row = _mine(session, posting_id, actor)
        before, state = row.state, after(row.state, Deed.PUBLISH)
        found = checking.findings(
            session,
            row,
            _headcounts(session, posting_id),
            today=clock.today(),
            was_open=before == State.CLOSED,
        )
        _judge(found, accepted)
        _change_state(session, row, before, state)
        row.published_at = clock.now()
        events.publish(session, PostingOpened(posting_id))
        audit.record(
            session, actor, "posting.publish", "posting", posting_id,
            confirmed=sorted(finding.code for finding in warnings(found)),
        )  # fmt: skip


def close(posting_id: PostingId, *, actor: Actor) -> None:
    """Take it off the board; whoever is engaged keeps the days. raises NotFound, WrongState."""
    with transaction() as session:
        row = _mine(session, posting_id, actor)
        _change_state(session, row, row.state, after(row.state, Deed.CLOSE))
        events.publish(session, PostingClosed(posting_id))
        audit.record(session, actor, "posting.close", "posting", posting_id)


def cancel(posting_id: PostingId, words: str, *, actor: Actor) -> None:
    """The work will not take place; whoever is engaged is freed and told why.

    raises   NotFound, WrongState, Invalid (field words) when people are engaged and no reason is
             given
    """
    said = " ".join(words.split())
    with transaction() as session:
        row = _mine(session, posting_id, actor)
        state = after(row.state, Deed.CANCEL)
        if len(said) > 200 or (not said and row.state != State.DRAFT):
            raise Invalid(text("请写明取消的原因，最多 200 个字。"), field="words")
        _change_state(session, row, row.state, state)
        events.publish(session, PostingCancelled(posting_id, row.title, said))
        audit.record(session, actor, "posting.cancel", "posting", posting_id)


def copy(posting_id: PostingId, *, actor: Actor) -> PostingId:
    """A new draft like this posting, moved to begin tomorrow when its days are past.
    raises NotFound.
    """
    with transaction() as session:
        row = _mine(session, posting_id, actor)
        tomorrow = clock.today() + timedelta(days=1)
        shift = max(timedelta(0), tomorrow - row.first_day)
        columns = {
            column.key: getattr(row, column.key)
            for column in Posting.__table__.columns
            if column.key not in {"id", "state", "published_at", "version"}
        }
        made = Posting(
            **columns
            | {
                "state": State.DRAFT,
                "first_day": row.first_day + shift,
                "last_day": row.last_day + shift,
                "created_by": actor.user_id,
                "created_at": clock.now(),
            }
        )
        session.add(made)
        session.flush()
        for skill_id in session.scalars(
            select(PostingSkill.skill_id).where(PostingSkill.posting_id == posting_id)
        ).all():
            session.add(PostingSkill(posting_id=made.id, skill_id=skill_id))
        wanted = _headcounts(session, posting_id)
        _set_days(session, made, {day + shift: people for day, people in wanted.items()})
        audit.record(session, actor, "posting.copy", "posting", made.id, of=posting_id)
        return PostingId(made.id)


def _mine(session: Session, posting_id: PostingId, actor: Actor) -> Posting:
    row = session.scalar(select(Posting).where(Posting.id == posting_id).with_for_update())
    if row is None:
        raise NotFound
    policy.require_member(actor, row.employer_id)
    return row


def _said(row: Posting) -> str:
    """All that a posting says of the work, in words."""
    return f"{row.title}\n{row.work_text}"


def _judge(found: Sequence[Finding], accepted: Collection[str]) -> None:
    if refusals(found):
        raise Unpublishable(found)
    if any(finding.code not in accepted for finding in warnings(found)):
        raise Unconfirmed(found)


def _take_version(session: Session, row: Posting, version: int) -> None:
    """Write only over what the writer has seen."""
    taken = session.scalar(
        update_rows(Posting)
        .where(Posting.id == row.id, Posting.version == version)
        .values(version=Posting.version + 1)
        .returning(Posting.version)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise ChangedMeanwhile
    row.version = taken


def _change_state(session: Session, row: Posting, before: str, state: State) -> None:
    changed = session.scalar(
        update_rows(Posting)
        .where(Posting.id == row.id, Posting.state == before)
        .values(state=state.value, version=Posting.version + 1)
        .returning(Posting.version)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise ChangedMeanwhile
    row.state, row.version = state.value, changed


def _headcounts(session: Session, posting_id: int) -> dict[date, int]:
    rows = session.execute(
        select(PostingDay.work_date, PostingDay.headcount)
        .where(PostingDay.posting_id == posting_id, PostingDay.headcount > 0)
        .order_by(PostingDay.work_date)
    )
    return {row.work_date: row.headcount for row in rows}


def _taken(session: Session, posting_id: int) -> int:
    total = select(func.sum(PostingDay.taken)).where(PostingDay.posting_id == posting_id)
    return session.scalar(total) or 0


def _keep_promises(row: Posting, values: Mapping[str, object]) -> None:
    """Whoever is engaged said yes to these terms: they may get better, never worse."""
    errors: dict[str, Text] = {}
    for name in ("pay_kind", "piece_unit", "piece_lot", "crew_share"):
        if values[name] != getattr(row, name):
            errors[name] = text("已经有人应了这份活，工钱的算法不能再改。")
    if row.footing == "full_time" and values["footing"] != "full_time":
        errors["footing"] = text("已经有人按全日制应了这份活，不能改成别的用工方式。")
    if int(str(values["rate_fen"])) < row.rate_fen:
        errors["rate_fen"] = text("已经有人应了这份活，工钱不能往下改。")
    if int(str(values["day_minutes"])) > row.day_minutes:
        errors["day_minutes"] = text("已经有人应了这份活，一天的时间不能往长改。")
    if values["place_code"] != row.place_code:
        errors["site_id"] = text("已经有人应了这份活，干活的地方不能再改。")
    if errors:
        raise FieldErrors(errors)


def _set_skills(session: Session, posting_id: int, data: PostingData) -> None:
    session.execute(delete(PostingSkill).where(PostingSkill.posting_id == posting_id))
    for skill_id in dict.fromkeys(data.also_skills):
        if skill_id != data.skill_id:
            session.add(PostingSkill(posting_id=posting_id, skill_id=skill_id))


def _set_days(session: Session, row: Posting, headcounts: Mapping[date, int]) -> bool:
    """Write the places of each day. Returns whether a day got more.

    raises   FieldErrors (headcounts) for a day that already has more people than that
    """
    have = {
        day.work_date: day
        for day in session.scalars(select(PostingDay).where(PostingDay.posting_id == row.id))
    }
    grown = False
    for day in sorted(headcounts.keys() - have.keys()):
        if headcounts[day]:
            session.add(
                PostingDay(posting_id=row.id, work_date=day, headcount=headcounts[day], taken=0)
            )
            grown = True
    for day, known in sorted(have.items()):
        people = headcounts.get(day, 0)
        if people == known.headcount:
            continue
        _set_day(session, known, day, people)
        grown = grown or people > known.headcount
    return grown


def _set_day(session: Session, known: PostingDay, day: date, people: int) -> None:
    # Test and write in one statement: a seat may be taken while the form is open.
    done = session.scalar(
        update_rows(PostingDay)
        .where(PostingDay.id == known.id, PostingDay.taken <= people)
        .values(headcount=people)
        .returning(PostingDay.id)
        .execution_options(synchronize_session=False)
    )
    if done is None:
        raise FieldErrors(
            {
                "headcounts": text(
                    "{day} 已经定下 {taken} 人，不能改成 {people} 人。",
                    day=day, taken=known.taken, people=people,
                )
            }
        )  # fmt: skip
