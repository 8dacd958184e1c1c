"""What was agreed on sharing: how a crew shares its pieces, and lump sums with their parts."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import Crew, CrewMember
from jobmatch.earnings import lump_people, policy
from jobmatch.earnings.lump_people import sharing_of
from jobmatch.earnings.rules.lump import Lump, Part, rest_of
from jobmatch.earnings.rules.sharing import WHOLE, Agreement, Way, faults
from jobmatch.earnings.run_models import CrewSharing, LumpPart, LumpSum
from jobmatch.infra import audit, clock
from jobmatch.infra.db import fetch, reading, retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.money import MOST_FEN
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Amount, text
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker

MOST_LUMP_FEN = 100_000_000_00
ENDS_FIRST = text("结束日期不能早于开始日期。")


@dataclass(frozen=True, slots=True)
class SharingRow:
    """How a crew shares from a day on. shares: name and hundredths of a percent."""

    valid_from: date
    way: Way
    shares: tuple[tuple[str, int], ...]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PartRow:
    """is_settled: days of it are on slips, so it stands."""

    id: int
    days: Days
    amount_fen: int
    is_settled: bool


@dataclass(frozen=True, slots=True)
class LumpRow:
    """rest_fen: not declared done yet. shares: name and hundredths of a percent, where agreed."""

    id: int
    crew_name: str
    days: Days
    amount_fen: int
    way: Way
    parts: tuple[PartRow, ...]
    shares: tuple[tuple[str, int], ...] = ()

    @property
    def rest_fen(self) -> int:
        return self.amount_fen - sum(part.amount_fen for part in self.parts)


def ways_of(session: Session, crew_ids: Collection[int]) -> dict[int, list[Agreement]]:
    """How these crews agreed to share, by crew; none asked for, none looked for."""
    found: dict[int, list[Agreement]] = defaultdict(list)
    if not crew_ids:
        return found
    for row in session.scalars(select(CrewSharing).where(CrewSharing.crew_id.in_(crew_ids))):
        found[row.crew_id].append(Agreement(row.valid_from, sharing_of(row.way, row.shares)))
    return found


# Most postings have none.
_ANY_LUMP = (
    select(LumpSum.id).where(LumpSum.posting_id.in_(bindparam("ids", expanding=True))).limit(1)
)


def lumps_of(
    session: Session, posting_ids: Collection[int], span: Days | None = None
) -> dict[int, tuple[Lump, ...]]:
    """The lump sums of postings, by posting.

    span   only parts that lie in it whole and are not on slips yet: what is to be settled
    """
    if not fetch(_ANY_LUMP, session, ids=list(posting_ids)):
        return {}
    parts: dict[int, list[Part]] = defaultdict(list)
    rows = {}
    for lump, part in session.execute(
        select(LumpSum, LumpPart)
        .outerjoin(LumpPart, LumpPart.lump_sum_id == LumpSum.id)
        .where(LumpSum.posting_id.in_(posting_ids))
        .order_by(LumpSum.id, LumpPart.id)
    ):
        rows[lump.id] = lump
        if part and (span is None or _is_to_settle(session, lump, part, span)):
            parts[lump.id].append(Part(Days(part.first_day, part.last_day), part.amount_fen))
    found: dict[int, tuple[Lump, ...]] = defaultdict(tuple)
    for key, lump in rows.items():
        found[lump.posting_id] += (
            Lump(
                Days(lump.first_day, lump.last_day), lump.crew_id,
                sharing_of(lump.way, lump.shares), tuple(parts[key]),
            ),
        )  # fmt: skip
    return dict(found)


@retried
def agree_sharing(
    crew_id: int, valid_from: date, way: Way, shares: Mapping[int, int], *, actor: Actor
) -> None:
    """Put on record how the crew shares its pieces from a day on; never for days that have begun.

    shares   by worker, hundredths of a percent; each member has one, together WHOLE (only AGREED)
    raises   NotFound for other brands' crews; Invalid (field valid_from or shares); Conflict
    """
    if valid_from <= clock.today():
        raise Invalid(text("分法要在干活以前说好：只能从明天或以后开始。"), field="valid_from")
    with transaction() as session:
        crew = session.get(Crew, crew_id)
        if crew is None or not _may_share(actor, crew):
            raise NotFound
        members = set(
            session.scalars(select(CrewMember.worker_id).where(CrewMember.crew_id == crew_id))
        )
        kept = dict(shares) if way is Way.AGREED else {}
        if way is Way.AGREED:
            _check_shares(kept, members)
        taken = select(CrewSharing.id).where(
            CrewSharing.crew_id == crew_id, CrewSharing.valid_from == valid_from
        )
        if session.scalar(taken) is not None:
            raise Invalid(text("这一天起的分法已经记过了。"), field="valid_from")
        session.add(
            CrewSharing(
                crew_id=crew_id, valid_from=valid_from, way=way.value,
                shares={str(worker): share for worker, share in sorted(kept.items())},
                recorded_by=actor.user_id, recorded_at=clock.now(),
            )
        )  # fmt: skip
        audit.record(session, actor, "crew.share", "crew", crew_id, way=way.value)


@retried
def agree_lump(
    posting_id: int, days: Days, amount_fen: int, *, actor: Actor,
    crew_id: int | None = None, way: Way = Way.MINUTES, shares: Mapping[int, int] | None = None,
) -> int:  # fmt: skip
    """The employer puts a lump sum on record; days on slips already, or under another, are refused.

    shares   with AGREED, by worker in hundredths of a percent, together WHOLE; those that the crew
             has on record go before them
    raises   NotFound (a crew that is not engaged too), Invalid (field amount_fen, first, last or
             shares), Conflict
    """
    _check_amount(amount_fen)
    with transaction() as session:
        posting = _own_posting(session, posting_id, actor)
        lump_people.require_crew(session, posting_id, crew_id)
        if not (posting.first_day <= days.first and days.last <= posting.last_day):
            raise Invalid(
                text("只能是这份活的日子：{first} 到 {last}。",
                     first=posting.first_day, last=posting.last_day), field="first",
            )  # fmt: skip
        other = select(LumpSum.id).where(
            LumpSum.posting_id == posting_id, LumpSum.first_day <= days.last,
            LumpSum.last_day >= days.first,
        )  # fmt: skip
        if crew_id is not None:
            other = other.where(or_(LumpSum.crew_id == crew_id, LumpSum.crew_id.is_(None)))
        if session.scalar(other.limit(1)) is not None:
            raise Conflict(text("这些天已经有包工了。"))
        if _has_settled(session, posting_id, crew_id, days):
            raise Conflict(text("这些天里有的已经发了工资条，不能再改成包工。"))
        kept: dict[int, int] = {}
        if way is Way.AGREED:
            kept = lump_people.agreed(session, posting_id, crew_id, days.first, shares or {})
            _check_shares(kept, set(kept))
        row = LumpSum(
            posting_id=posting_id, crew_id=crew_id, first_day=days.first, last_day=days.last,
            amount_fen=amount_fen, way=way.value,
            shares={str(worker): share for worker, share in sorted(kept.items())},
            recorded_by=actor.user_id, recorded_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit.record(session, actor, "lump.agree", "posting", posting_id, fen=amount_fen)
        return row.id


@retried
def declare_done(lump_id: int, days: Days, amount_fen: int, *, actor: Actor) -> None:
    """The employer says that a part (or all) of a lump sum is done: now it can be settled.

    raises   NotFound, Invalid (field amount_fen, first or last)
    """
    _check_amount(amount_fen)
    with transaction() as session:
        row = session.scalar(select(LumpSum).where(LumpSum.id == lump_id).with_for_update())
        if row is None:
            raise NotFound
        _own_posting(session, row.posting_id, actor)
        if days.first < row.first_day or days.last > row.last_day:
            raise Invalid(
                text("只能是包工约定的日子：{first} 到 {last}。",
                     first=row.first_day, last=row.last_day), field="first",
            )  # fmt: skip
        if days.last > clock.today():
            raise Invalid(text("还没到的日子不能算做完。"), field="last")
        parts = _parts(session, lump_id)
        if any(part.days.common(days) for part in parts):
            raise Invalid(text("这些天里有的已经算做完了。"), field="first")
        rest = rest_of(row.amount_fen, parts)
        if amount_fen > rest:
            raise Invalid(
                text("包工总数还剩 {rest}，不能超过。", rest=Amount(rest)), field="amount_fen"
            )
        session.add(
            LumpPart(
                lump_sum_id=lump_id, first_day=days.first, last_day=days.last,
                amount_fen=amount_fen, recorded_by=actor.user_id, recorded_at=clock.now(),
            )
        )  # fmt: skip
        audit.record(session, actor, "lump.done", "posting", row.posting_id, fen=amount_fen)


@retried
def undo_part(part_id: int, *, actor: Actor) -> None:
    """A part was declared done by mistake. raises NotFound, Conflict when it is on slips."""
    with transaction() as session:
        part = session.get(LumpPart, part_id)
        lump = session.get(LumpSum, part.lump_sum_id) if part else None
        if part is None or lump is None:
            raise NotFound
        _own_posting(session, lump.posting_id, actor)
        if _has_settled(
            session, lump.posting_id, lump.crew_id, Days(part.first_day, part.last_day)
        ):
            raise Conflict(text("这一段已经发了工资条，请先冲销结算。"))
        session.delete(part)
        audit.record(session, actor, "lump.undo", "posting", lump.posting_id)


def sharings(crew_id: int, *, actor: Actor) -> list[SharingRow]:
    """How a crew shared and shares, the latest first. raises NotFound."""
    session = reading()
    crew = session.get(Crew, crew_id)
    if crew is None or not _may_share(actor, crew):
        raise NotFound
    rows = session.scalars(
        select(CrewSharing)
        .where(CrewSharing.crew_id == crew_id)
        .order_by(CrewSharing.valid_from.desc())
    ).all()
    ids = {int(key) for row in rows for key in row.shares}
    names = _names(session, ids)
    return [
        SharingRow(
            row.valid_from, Way(row.way),
            tuple((names.get(int(key), ""), share) for key, share in row.shares.items()),
            row.recorded_at,
        )
        for row in rows
    ]  # fmt: skip


def lumps(posting_id: int) -> list[LumpRow]:
    """The lump sums of a posting with their parts: three queries."""
    session = reading()
    rows = session.execute(
        select(LumpSum, Crew.name, LumpPart)
        .outerjoin(Crew, Crew.id == LumpSum.crew_id)
        .outerjoin(LumpPart, LumpPart.lump_sum_id == LumpSum.id)
        .where(LumpSum.posting_id == posting_id)
        .order_by(LumpSum.first_day, LumpSum.id, LumpPart.first_day)
    ).all()
    settled = set()
    if rows:
        settled = {
            (crew, day)
            for crew, day in session.execute(
                select(WorkDay.crew_id, WorkDay.work_date)
                .where(WorkDay.posting_id == posting_id, WorkDay.state == "settled")
                .distinct()
            )
        }
    found: dict[int, tuple[LumpSum, str, list[PartRow]]] = {}
    for lump, name, part in rows:
        _row, _name, parts = found.setdefault(lump.id, (lump, name or "", []))
        if part is not None:
            days = Days(part.first_day, part.last_day)
            is_settled = any(day in days and lump.crew_id in (None, crew) for crew, day in settled)
            parts.append(PartRow(part.id, days, part.amount_fen, is_settled))
    names = _names(session, {int(key) for lump, _, _ in found.values() for key in lump.shares})
    return [
        LumpRow(
            lump.id, name, Days(lump.first_day, lump.last_day), lump.amount_fen, Way(lump.way),
            tuple(parts), tuple((names.get(int(k), ""), each) for k, each in lump.shares.items()),
        )
        for lump, name, parts in found.values()
    ]  # fmt: skip


def _is_to_settle(session: Session, lump: LumpSum, part: LumpPart, span: Days) -> bool:
    if part.first_day < span.first or part.last_day > span.last:
        return False
    # Whoever is recorded after the part was paid waits: it is not paid a second time.
    days = Days(part.first_day, part.last_day)
    return not _has_settled(session, lump.posting_id, lump.crew_id, days)


def _check_shares(shares: Mapping[int, int], members: Collection[int]) -> None:
    try:
        off = faults(shares)
    except ValueError:
        raise Invalid(text("每个人都要有一份，不能是零或负数。"), field="shares") from None
    if set(shares) != set(members):
        raise Invalid(text("每个班组成员都要有一份，也只能有他们。"), field="shares")
    if off:
        raise Invalid(
            text(
                "各人的份额加起来是 {sum}%，要正好 100%。",
                sum=f"{(WHOLE + off) / 100:.2f}".rstrip("0").rstrip("."),
            ),
            field="shares",
        )


def _check_amount(amount_fen: int) -> None:
    if not 0 < amount_fen <= min(MOST_LUMP_FEN, MOST_FEN):
        raise Invalid(text("请填写正确的金额。"), field="amount_fen")


def _own_posting(session: Session, posting_id: int, actor: Actor) -> Posting:
    posting = session.get(Posting, posting_id)
    policy.require_employer(actor, posting.employer_id if posting else None)
    assert posting is not None
    return posting


def _may_share(actor: Actor, crew: Crew) -> bool:
    return crew.brand_id in actor.brand_ids or (
        actor.worker_id is not None and crew.leader_id == actor.worker_id
    )


def _has_settled(session: Session, posting_id: int, crew_id: int | None, days: Days) -> bool:
    found = select(WorkDay.id).where(
        WorkDay.posting_id == posting_id, WorkDay.work_date.between(days.first, days.last),
        WorkDay.state == "settled",
    )  # fmt: skip
    if crew_id is not None:
        found = found.where(WorkDay.crew_id == crew_id)
    return session.scalar(found.limit(1)) is not None


def _parts(session: Session, lump_id: int) -> list[Part]:
    rows = session.scalars(select(LumpPart).where(LumpPart.lump_sum_id == lump_id))
    return [Part(Days(row.first_day, row.last_day), row.amount_fen) for row in rows]


def _names(session: Session, ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(select(Worker.id, Worker.name).where(Worker.id.in_(ids)))
    return {key: name for key, name in rows}  # noqa: C416 (dict() loses the types)
