"""Writing about households: kind, members, income. Importing stands in importing.py."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.households import policy
from jobmatch.households.events import MembersSaved
from jobmatch.households.models import (
    Household,
    HouseholdConsent,
    HouseholdMember,
    IncomeEntry,
)
from jobmatch.households.rules.kinds import Kind, Source
from jobmatch.infra import audit, clock, crypto, events
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.identity import parse_id_number
from jobmatch.kernel.ids import HouseholdId, MemberId
from jobmatch.kernel.text import text

MOST_FEN = 10**10
MOST_PROOF = 80
EARLIEST = date(1990, 1, 1)


class PersonKnown(Conflict):
    default = text("这个身份证号已经登记在一户家庭里。")


class AlreadyReversed(Conflict):
    default = text("这一笔已经冲销过了。")


@dataclass(frozen=True, slots=True)
class NewMember:
    name: str
    id_number: str
    relation: str


def note_read(household_id: HouseholdId, *, actor: Actor) -> None:
    """Leave a line in the log before a household's page is shown. raises NotFound, NotAllowed."""
    with transaction() as session:
        _household(session, household_id, actor)
        audit.record(session, actor, "household.read", "household", household_id)


def note_list(
    place: str, *, actor: Actor, of_watch: bool = False, as_file: bool = False, **shown: Any
) -> None:
    """Leave one line in the log before a list of households is shown or saved.

    shown    which of them: page, filters, how many; never names. raises NotAllowed
    """
    policy.require_officer(actor)
    said = "watch.export" if as_file else ("watch.list" if of_watch else "household.list")
    with transaction() as session:
        audit.record(session, actor, said, "place", place, **shown)


def reveal_id(household_id: HouseholdId, member_id: MemberId, reason: str, *, actor: Actor) -> str:
    """The member's ID number in full; each look leaves a line with its reason in the log.

    raises   NotFound; Invalid (field reason) without a reason of 2 to 100 letters
    """
    reason = " ".join(reason.split())
    with transaction() as session:
        member = _member(session, household_id, member_id, actor)
        if not 2 <= len(reason) <= 100:
            raise Invalid(text("请写明为什么要看，2 到 100 个字。"), field="reason")
        audit.record(
            session, actor, "member.reveal_id", "household_member", member_id, reason=reason
        )
        place = f"household_member.id_number:{member.uid}"
        return crypto.ring().open(member.id_sealed, place=place)


def change_kind(household_id: HouseholdId, kind: Kind, reason: str, *, actor: Actor) -> None:
    """raises NotFound; Invalid (field reason) without a reason of 2 to 100 letters."""
    reason = " ".join(reason.split())
    if not 2 <= len(reason) <= 100:
        raise Invalid(text("请写明依据，2 到 100 个字。"), field="reason")
    with transaction() as session:
        row = _household(session, household_id, actor)
        if row.kind == kind.value:
            return
        before, row.kind, row.updated_at = row.kind, kind.value, clock.now()
        audit.record(
            session, actor, "household.kind", "household", household_id,
            before=before, after=kind.value, reason=reason,
        )  # fmt: skip


def consent(
    session: Session, household_id: int, is_given: bool, day: date, proof: str, *, actor: Actor
) -> None:
    """Record a household's yes or no to line watch, in the caller's transaction; rows stay.

    The caller has judged who may say so. raises NotFound; Invalid (field day or proof)
    """
    proof = " ".join(proof.split())
    if not EARLIEST <= day <= clock.today():
        raise Invalid(text("日期不能晚于今天。"), field="day")
    if not 2 <= len(proof) <= MOST_PROOF:
        raise Invalid(text("请写明凭什么，2 到 80 个字。"), field="proof")
    row = session.get(Household, household_id)
    if row is None:
        raise NotFound
    session.add(
        HouseholdConsent(
            household_id=household_id, is_given=is_given, day=day, proof=proof,
            recorded_by=actor.user_id, recorded_at=clock.now(),
        )
    )  # fmt: skip
    row.watched_since, row.updated_at = (day if is_given else None), clock.now()
    if not is_given:
        row.priority = None
    audit.record(session, actor, "household.consent", "household", household_id, given=is_given)


def prioritise(session: Session, needs: Mapping[int, int]) -> int:
    """Store what matching reads, 0 to 2 by household, where it changed. Returns how many did."""
    changed = 0
    for need in sorted(set(needs.values())):
        keys = [key for key, value in needs.items() if value == need]
        done = session.scalars(
            update(Household)
            .where(
                Household.id.in_(keys),
                or_(Household.priority.is_(None), Household.priority != need),
            )
            .values(priority=need)
            .returning(Household.id)
            .execution_options(synchronize_session=False)
        ).all()
        changed += len(done)
    return changed


def add_member(household_id: HouseholdId, given: NewMember, *, actor: Actor) -> MemberId:
    """Somebody joined. raises NotFound; Invalid (field name, id_number, relation); PersonKnown."""
    name, relation = " ".join(given.name.split()), " ".join(given.relation.split())
    if not 2 <= len(name) <= 60:
        raise Invalid(text("请填写姓名，2 到 60 个字。"), field="name")
    if not 1 <= len(relation) <= 20:
        raise Invalid(text("请填与户主关系。"), field="relation")
    try:
        person = parse_id_number(given.id_number, today=clock.today())
    except ValueError:
        raise Invalid(
            text("身份证号不对：要 18 位，出生日期和最后一位要对得上。"), field="id_number"
        ) from None
    try:
        with transaction() as session:
            _household(session, household_id, actor)
            row = new_member(household_id, name, relation, person.number, person.born, person.sex)
            session.add(row)
            session.flush()
            audit.record(session, actor, "member.add", "household", household_id, member=row.id)
            events.publish(session, MembersSaved(((row.id, row.id_index),)))
            return MemberId(row.id)
    except IntegrityError as error:
        raise PersonKnown(field="id_number") from error


def new_member(
    household_id: int, name: str, relation: str, id_number: str, born: date, sex: str
) -> HouseholdMember:
    """A member row with the ID number sealed to it; not yet in a session."""
    uid = uuid.uuid4().hex
    ring = crypto.ring()
    return HouseholdMember(
        uid=uid, household_id=household_id, name=name, relation_to_head=relation, sex=sex,
        born=born, id_sealed=ring.seal(id_number, place=f"household_member.id_number:{uid}"),
        id_index=ring.blind_index(id_number), id_tail=id_number[-4:],
    )  # fmt: skip


def member_left(household_id: HouseholdId, member_id: MemberId, day: date, *, actor: Actor) -> None:
    """Moved away, married or died: from this day on they do not count. raises NotFound, Invalid."""
    if not EARLIEST <= day <= clock.today():
        raise Invalid(text("日期不能晚于今天。"), field="day")
    with transaction() as session:
        member = _member(session, household_id, member_id, actor)
        member.left_on = day
        audit.record(
            session, actor, "member.left", "household", member.household_id,
            member=member_id, day=day.isoformat(),
        )  # fmt: skip


def member_back(household_id: HouseholdId, member_id: MemberId, *, actor: Actor) -> None:
    """They live in the household again, or never left. raises NotFound."""
    with transaction() as session:
        member = _member(session, household_id, member_id, actor)
        member.left_on = None
        audit.record(
            session, actor, "member.back", "household", member.household_id, member=member_id
        )


def add_income(
    household_id: HouseholdId,
    source: Source,
    amount_fen: int,
    earned_on: date,
    *,
    actor: Actor,
    detail: str = "",
    member_id: MemberId | None = None,
    uid: str = "",
    proof: str = "",
) -> None:
    """Book an amount by hand; the same uid (of the form) books once.

    proof    what shows it: a contract, a receipt, a bank statement
    raises   NotFound; Invalid (field amount, day, detail, proof or member)
    """
    if not 0 < amount_fen <= MOST_FEN:
        raise Invalid(text("请填写金额，大于 0。"), field="amount")
    if not EARLIEST <= earned_on <= clock.today():
        raise Invalid(text("日期不能晚于今天。"), field="day")
    if len(detail) > 60:
        raise Invalid(text("说明最多 60 个字。"), field="detail")
    if len(proof) > MOST_PROOF:
        raise Invalid(text("凭据最多 80 个字。"), field="proof")
    with transaction() as session:
        _household(session, household_id, actor)
        if member_id is not None:
            member = session.get(HouseholdMember, member_id)
            if member is None or member.household_id != household_id:
                raise Invalid(text("请选这一户的人。"), field="member")
        _book(
            session, household_id, member_id, source, amount_fen, earned_on,
            origin="entry", ref=f"entry:{uid[:40] or uuid.uuid4().hex}", detail=detail, actor=actor,
            proof=proof,
        )  # fmt: skip


def book_wage(
    session: Session,
    member_id: int,
    amount_fen: int,
    earned_on: date,
    *,
    ref: str,
    actor: Actor,
    detail: str = "",
) -> bool:
    """Wage income of a member, from a pay slip, in the caller's transaction.

    ref      what it comes from ("pay_slip:17"); the same ref books once
    returns  whether it was booked now
    raises   NotFound for an unknown member
    """
    member = session.get(HouseholdMember, member_id)
    if member is None:
        raise NotFound
    return _book(
        session, member.household_id, member_id, Source.WAGE, amount_fen, earned_on,
        origin="pay_slip", ref=ref, detail=detail, actor=actor,
    )  # fmt: skip


def reverse_income(session: Session, ref: str, *, actor: Actor) -> bool:
    """Book the opposite of the entry with this ref, on its day, in the caller's transaction.

    returns  False when there is no such entry or it is reversed already: then nothing is written
    """
    entry = session.scalar(select(IncomeEntry).where(IncomeEntry.ref == ref))
    return entry is not None and _reverse(session, entry, actor)


def reverse_entry(
    household_id: HouseholdId, entry_id: int, *, actor: Actor, proof: str = ""
) -> None:
    """An officer takes back an amount that was imported or entered by hand; proof: why.

    raises   NotFound; AlreadyReversed; Invalid for wages from a pay slip (the slip is reversed)
    """
    with transaction() as session:
        _household(session, household_id, actor)
        entry = session.get(IncomeEntry, entry_id)
        if entry is None or entry.household_id != household_id or entry.reverses_id is not None:
            raise NotFound
        if entry.origin == "pay_slip":
            raise Invalid(text("这一笔来自工资条，要由用工主体冲销工资条。"))
        if not _reverse(session, entry, actor, proof[:MOST_PROOF]):
            raise AlreadyReversed


def _book(
    session: Session,
    household_id: int,
    member_id: int | None,
    source: Source,
    amount_fen: int,
    earned_on: date,
    *,
    origin: str,
    ref: str,
    detail: str,
    actor: Actor,
    proof: str = "",
) -> bool:
    if session.scalar(select(IncomeEntry.id).where(IncomeEntry.ref == ref)) is not None:
        return False
    session.add(
        IncomeEntry(
            household_id=household_id, member_id=member_id, source=source.value, detail=detail,
            amount_fen=amount_fen, earned_on=earned_on, origin=origin, ref=ref,
            created_at=clock.now(), recorded_by=actor.user_id, proof=proof,
        )
    )  # fmt: skip
    audit.record(
        session, actor, "income.book", "household", household_id,
        source=source.value, origin=origin, ref=ref,
    )  # fmt: skip
    return True


def _reverse(session: Session, entry: IncomeEntry, actor: Actor, proof: str = "") -> bool:
    done = select(IncomeEntry.id).where(IncomeEntry.reverses_id == entry.id)
    if session.scalar(done) is not None:
        return False
    session.add(
        IncomeEntry(
            household_id=entry.household_id, member_id=entry.member_id, source=entry.source,
            detail=entry.detail, amount_fen=-entry.amount_fen, earned_on=entry.earned_on,
            origin=entry.origin, ref=f"reverses:{entry.id}", reverses_id=entry.id,
            created_at=clock.now(), recorded_by=actor.user_id, proof=proof,
        )
    )  # fmt: skip
    audit.record(session, actor, "income.reverse", "household", entry.household_id, entry=entry.id)
    return True


def _household(session: Session, household_id: int, actor: Actor) -> Household:
    policy.require_officer(actor)
    row = session.get(Household, household_id)
    if row is None:
        raise NotFound
    policy.require_scope(actor, row.village_code)
    return row


def _member(session: Session, household_id: int, member_id: int, actor: Actor) -> HouseholdMember:
    """Somebody of this household. raises NotFound."""
    _household(session, household_id, actor)
    member = session.get(HouseholdMember, member_id)
    if member is None or member.household_id != household_id:
        raise NotFound
    return member
