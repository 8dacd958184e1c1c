"""People and postings for the index, read by column: everybody, or those with some ids.

What `sides` reads person by person is read here for a million at once; a test holds both to the
same matches. Bookings are read from their table: dispatch stands above, and its answers are made
for a few people.
"""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    String,
    case,
    cast,
    column,
    func,
    literal,
    select,
    table,
)
from sqlalchemy.orm import Session

from jobmatch.brands.models import BrandMember
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.households.rules.kinds import Kind
from jobmatch.infra.dated import RuleRow
from jobmatch.matching import sides
from jobmatch.matching.laws import Laws
from jobmatch.matching.outside import known
from jobmatch.matching.rules.index.asking import OutOfSpan
from jobmatch.matching.rules.index.columns import (
    FOR_EVER,
    Frame,
    OffersIn,
    PeopleIn,
    frame_of,
)
from jobmatch.postings.models import Posting, PostingDay, PostingSkill
from jobmatch.postings.rules.pay import day_pay
from jobmatch.skills.models import Skill
from jobmatch.workers.models import Availability, Credential, Worker, WorkerSkill

_DAYS_TAKEN = table("engagement_day", column("worker_id", Integer), column("work_date", Date))
NONE = -1


def frame(session: Session, today: date) -> Frame:
    """A frame from today to the last day of any posting, for all skills of the catalogue."""
    last = session.scalar(select(func.max(PostingDay.work_date))) or today
    names = session.scalars(select(Skill.id).order_by(Skill.id)).all()
    return frame_of(today, max(today, last), names)


def people(session: Session, frame: Frame, ids: Collection[int] | None = None) -> PeopleIn:
    """Those whom matching may show to employers and to whom it may show work.

    ids   only these; whoever is not active or opted out is not among them
    """
    who = [Worker.is_active.is_(True)]
    if ids is not None:
        who.append(Worker.id.in_(ids))
    by_kind = case(
        {kind.value: sides.need_of(kind.value) for kind in Kind}, value=Household.kind, else_=0
    )
    need = func.coalesce(Household.priority, by_kind)
    rows = _numbers(
        session,
        select(
            Worker.id, Worker.lon, Worker.lat, *_code(session, Worker.home_code),
            _born(session), Worker.max_km, cast(Worker.stays_away, Integer),
            func.coalesce(Worker.home_by, NONE), Worker.least_day_fen,
            cast(Worker.no_heavy, Integer), func.coalesce(need, 0),
            cast(Worker.matching_opt_out, Integer), func.coalesce(Worker.most_minutes, NONE),
        )
        .outerjoin(HouseholdMember, HouseholdMember.id == Worker.member_id)
        .outerjoin(Household, Household.id == HouseholdMember.household_id)
        .where(*who)
        .order_by(Worker.id),
        14,
    )  # fmt: skip
    keys = rows[:, 0].astype(np.int64)
    names = (
        "id", "", "", "", "", "born", "max_km", "stays", "home_by", "least", "no_heavy", "need",
        "hidden", "wanted",
    )  # fmt: skip
    rec = {name: rows[:, n].astype(np.int64) for n, name in enumerate(names) if name}
    records = known.kept(ids)
    known_ids = np.array(sorted(records), dtype=np.int64)
    rec["kept"], rec["missed"] = np.zeros_like(keys), np.zeros_like(keys)
    _put(rec["kept"], keys, known_ids, [records[int(key)][0] for key in known_ids])
    _put(rec["missed"], keys, known_ids, [records[int(key)][1] for key in known_ids])
    some = _some(ids)
    start = literal(frame.first)
    return PeopleIn(
        rec, rows[:, 1].copy(), rows[:, 2].copy(), rows[:, 3].astype(np.int64),
        rows[:, 4].astype(np.int64),
        _held(session, frame, keys, some),
        _proofs(session, frame, keys, some),
        _of(keys, _numbers(session, select(BrandMember.worker_id, BrandMember.brand_id).where(
            BrandMember.state == "member", *some(BrandMember.worker_id)
        ).order_by(BrandMember.worker_id, BrandMember.brand_id), 2)),
        _days(session, frame, keys, select(
            Availability.worker_id, _number(session, Availability.first_day),
            _number(session, Availability.last_day),
        ).where(Availability.last_day >= start, *some(Availability.worker_id))),
        _days(session, frame, keys, select(
            _DAYS_TAKEN.c.worker_id, _number(session, _DAYS_TAKEN.c.work_date),
            _number(session, _DAYS_TAKEN.c.work_date),
        ).where(_DAYS_TAKEN.c.work_date >= start, *some(_DAYS_TAKEN.c.worker_id))),
    )  # fmt: skip


def offers(
    session: Session, frame: Frame, rules: Iterable[RuleRow], ids: Collection[int] | None = None
) -> OffersIn:
    """The open postings that are not over. ids: only these. raises OutOfSpan"""
    some = _some(ids)
    rows = session.execute(
        select(*sides.WORK, func.length(Posting.place_code).label("digits"))
        .where(Posting.state == "open", Posting.last_day >= frame.first, *some(Posting.id))
        .order_by(Posting.id)
    ).all()
    keys = np.array([row.id for row in rows], dtype=np.int64)
    laws = Laws(rules, frame.first)
    rec: list[tuple[int, ...]] = []
    for row in rows:
        law, pay = laws.at(row.place_code), day_pay(row)
        if row.skill_id not in frame.skills:
            raise OutOfSpan(f"no such skill here: {row.skill_id}")
        rec.append((
            row.id, frame.skills[row.skill_id], row.min_level, row.needs_credential, row.lodging,
            row.ends_at, row.day_minutes, law.usual_minutes, law.law_minutes,
            NONE if pay is None else pay, row.load == "heavy",
            law.heavy_age if row.load == "heavy" else law.least_age,
            NONE if row.brand_id is None else row.brand_id, row.min_stay,
        ))  # fmt: skip
    names = (
        "id", "skill", "level", "needs_proof", "lodging", "ends_at", "minutes", "usual", "law",
        "pay", "heavy", "least_age", "brand", "stay",
    )  # fmt: skip
    whole = np.array(rec, dtype=np.int64).reshape(len(rec), len(names))
    also = _named(
        session, frame,
        select(PostingSkill.posting_id, PostingSkill.skill_id)
        .join(Posting, Posting.id == PostingSkill.posting_id)
        .where(Posting.state == "open", *some(PostingSkill.posting_id))
        .order_by(PostingSkill.posting_id, PostingSkill.skill_id),
        2,
    )  # fmt: skip
    day = _number(session, PostingDay.work_date)
    has_place = PostingDay.taken < PostingDay.headcount
    days = _numbers(
        session,
        select(PostingDay.posting_id, day, day, cast(has_place, Integer))
        .join(Posting, Posting.id == PostingDay.posting_id)
        .where(
            Posting.state == "open", PostingDay.work_date >= frame.first,
            PostingDay.headcount > 0, *some(PostingDay.posting_id),
        ),
        4,
    )  # fmt: skip
    days[:, 1:3] -= frame.number
    if days.shape[0] and days[:, 2].max() >= frame.words * 64:
        raise OutOfSpan("a day beyond the frame")
    codes = np.array(
        [(int(row.place_code.ljust(12, "0")[:12]), row.digits) for row in rows], dtype=np.int64
    ).reshape(len(rows), 2)
    every = _of(keys, days)
    return OffersIn(
        {name: whole[:, n] for n, name in enumerate(names)},
        np.array([row.lon for row in rows], dtype=np.float64),
        np.array([row.lat for row in rows], dtype=np.float64),
        codes[:, 0], codes[:, 1], _of(keys, also), every[every[:, 3] == 1, :3], every[:, :3],
    )  # fmt: skip


def _some(ids: Collection[int] | None) -> Any:
    """Conditions that narrow a query to the ids; none when everybody is read."""

    def narrowed(key: Any) -> tuple[ColumnElement[bool], ...]:
        return () if ids is None else (key.in_(ids),)

    return narrowed


def _code(session: Session, code: Any) -> tuple[Any, Any]:
    """A place code filled up with noughts to 12 digits, as a number; its length."""
    kind = Integer if session.get_bind().dialect.name == "sqlite" else BigInteger
    return cast(func.substr(code + "0" * 12, 1, 12), kind), func.length(code)


def _number(session: Session, day: Any) -> Any:
    """A day as days since 1970-01-01."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.julianday(day) - 2440587.5, Integer)
    return cast(day - date(1970, 1, 1), Integer)


def _born(session: Session) -> Any:
    """The day of birth as one number: 19720504."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.replace(cast(Worker.born, String), "-", ""), Integer)
    return cast(func.to_char(Worker.born, "YYYYMMDD"), Integer)


def _numbers(session: Session, rows: Any, width: int) -> Any:
    """The answer as one table of numbers; those without a fraction are exact up to 2^53."""
    flat = np.fromiter(chain.from_iterable(session.execute(rows)), dtype=np.float64)
    return flat.reshape(flat.shape[0] // width, width)


def _put(into: Any, keys: Any, ids: Any, values: Any) -> None:
    """Write values beside the keys that are among the ids."""
    at = np.searchsorted(keys, ids)
    there = (
        (at < keys.shape[0]) & (keys[np.minimum(at, keys.shape[0] - 1)] == ids)
        if len(keys)
        else np.zeros(len(ids), dtype=bool)
    )
    into[at[there]] = np.asarray(values, dtype=np.int64)[there]


def _of(keys: Any, rows: Any) -> Any:
    """A table whose ids have become row numbers; rows of others are left out."""
    rows = rows.astype(np.int64)
    if not keys.shape[0]:
        return rows[:0]
    at = np.minimum(np.searchsorted(keys, rows[:, 0]), keys.shape[0] - 1)
    mine = keys[at] == rows[:, 0]
    rows = rows[mine]
    rows[:, 0] = at[mine]
    return rows


def _named(session: Session, frame: Frame, rows: Any, width: int) -> Any:
    """A table whose second column names skills."""
    names = frame.skills
    try:
        found = [(row[0], names[row[1]], *row[2:]) for row in session.execute(rows)]
    except KeyError as error:
        raise OutOfSpan(f"no such skill here: {error}") from None
    return np.array(found, dtype=np.int64).reshape(len(found), width)


def _held(session: Session, frame: Frame, keys: Any, some: Any) -> Any:
    rows = (
        select(WorkerSkill.worker_id, WorkerSkill.skill_id, WorkerSkill.level)
        .where(*some(WorkerSkill.worker_id))
        .order_by(WorkerSkill.worker_id, WorkerSkill.skill_id)
    )
    return _of(keys, _named(session, frame, rows, 3))


def _proofs(session: Session, frame: Frame, keys: Any, some: Any) -> Any:
    rows = (
        select(
            Credential.worker_id, Credential.skill_id, Credential.level,
            _number(session, Credential.issued_on),
            func.coalesce(_number(session, Credential.expires_on), FOR_EVER),
        )
        .where(*some(Credential.worker_id))
        .order_by(Credential.worker_id, Credential.id)
    )  # fmt: skip
    return _of(keys, _named(session, frame, rows, 5))


def _days(session: Session, frame: Frame, keys: Any, rows: Any) -> Any:
    """Runs of days as offsets in the frame."""
    found = _of(keys, _numbers(session, rows, 3))
    found[:, 1:] -= frame.number
    return found
