"""What comes off pay: wages paid ahead (借支) and deductions (扣款), recorded, agreed to, taken."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.attendance.models import WorkDay
from jobmatch.dispatch.models import EngagementDay
from jobmatch.earnings import booking, policy, telling
from jobmatch.earnings.booking import Booking
from jobmatch.earnings.errors import ChargeClosed
from jobmatch.earnings.expected import expected, promised
from jobmatch.earnings.rules import ledger
from jobmatch.earnings.rules.taking import Bound, Charge, Kind, Taken
from jobmatch.earnings.run_models import PaySlipCharge, WageCharge
from jobmatch.employers.models import Employer
from jobmatch.infra import audit, clock, dated
from jobmatch.infra.db import fetch, reading, retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.text import Amount, text
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.workers.models import Worker

MOST_WORDS, MOST_PROOF = 200, 80
# The oldest day that a charge may be of, counted back from today.
LOOK_BACK = timedelta(days=365)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge with whose it is. left_fen: what has not come off yet."""

    id: int
    employer_id: int
    employer_name: str
    worker_id: int
    worker_name: str
    kind: Kind
    happened_on: date
    amount_fen: int
    taken_fen: int
    reason: str
    proof: str
    state: str
    recorded_at: datetime
    recorded_by: str

    @property
    def left_fen(self) -> int:
        return self.amount_fen - self.taken_fen


@dataclass(frozen=True, slots=True)
class SlipCharge:
    """What came off a slip, and for what."""

    charge_id: int
    kind: Kind
    happened_on: date
    reason: str
    amount_fen: int


def bounds(session: Session, places: Iterable[str], on: date) -> dict[str, dict[Kind, Bound]]:
    """What each kind may take, by place; kinds that are not allowed there are left out."""
    found: dict[str, dict[Kind, Bound]] = {}
    for place, book in dated.books(session, ["pay.charge."], places).items():
        found[place] = {}
        for kind in Kind:
            name = f"pay.charge.{kind.value}"
            try:
                percent = int(book.value(f"{name}.percent", on))
                bound = Bound(
                    percent, bool(book.value(f"{name}.consent", on)),
                    bool(book.value(f"{name}.keeps_minimum", on)),
                )  # fmt: skip
            except dated.NoRule:
                continue
            if percent:
                found[place][kind] = bound
    return found


@retried
def record(
    employer_id: int, worker_id: int, kind: Kind, happened_on: date, amount_fen: int,
    reason: str, proof: str = "", *, actor: Actor,
) -> int:  # fmt: skip
    """The employer puts a charge on record; the worker is asked where the kind needs a yes.

    raises   NotFound for strangers; Invalid (field kind, happened_on, amount_fen, reason or proof)
    """
    reason, proof = reason.strip(), proof.strip()
    policy.require_employer(actor, employer_id)
    _check(happened_on, amount_fen, reason, proof)
    with transaction() as session:
        worker = session.get(Worker, worker_id)
        if worker is None or not _has_worked(session, employer_id, worker_id):
            raise NotFound
        place = session.get_one(Employer, employer_id).place_code
        bound = bounds(session, [place], happened_on)[place].get(kind)
        if bound is None:
            raise Invalid(text("这种扣款在当地不允许。"), field="kind")
        if kind is Kind.ADVANCE:
            most = _most_ahead(session, employer_id, worker_id)
            if amount_fen > most:
                raise Invalid(
                    text("借支不能超过还没结的和已经约好的工钱：现在最多 {most}。",
                         most=Amount(most)), field="amount_fen",
                )  # fmt: skip
        row = WageCharge(
            employer_id=employer_id, worker_id=worker_id, kind=kind.value,
            happened_on=happened_on, amount_fen=amount_fen, taken_fen=0, reason=reason,
            proof=proof, state="asked" if bound.needs_consent else "agreed",
            recorded_by=actor.user_id, recorded_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        _book_advance(session, row, actor)
        audit.record(
            session, actor, "charge.record", "wage_charge", row.id, what=kind.value, fen=amount_fen
        )
        telling.charged(session, worker.user_id, row.id, kind, amount_fen, row.state == "asked")
        return row.id


@retried
def answer(charge_id: int, yes: bool, *, actor: Actor) -> None:
    """The worker (or the desk, for a visitor) says whether it is right.

    raises   NotFound, ChargeClosed
    """
    with transaction() as session:
        row = session.get(WageCharge, charge_id)
        worker = session.get(Worker, row.worker_id) if row else None
        if row is None or worker is None:
            raise NotFound
        policy.require_worker(actor, worker.id, worker.home_code)
        _move(session, row, "asked", "agreed" if yes else "refused", actor)
        _book_advance(session, row, actor)
        audit.record(session, actor, "charge.answer", "wage_charge", charge_id, yes=yes)
        telling.charge_answered(session, row.employer_id, worker.name, row.amount_fen, yes)


@retried
def withdraw(charge_id: int, *, actor: Actor) -> None:
    """The employer takes a charge back of which nothing came off. raises NotFound, ChargeClosed"""
    with transaction() as session:
        row = session.get(WageCharge, charge_id)
        policy.require_employer(actor, row.employer_id if row else None)
        assert row is not None
        was = row.state
        if row.taken_fen or was not in ("asked", "agreed"):
            raise ChargeClosed
        _move(session, row, was, "withdrawn", actor)
        if was == "agreed" and row.kind == Kind.ADVANCE:
            booking.reverse(session, [_ref(charge_id)], actor)
        audit.record(session, actor, "charge.withdraw", "wage_charge", charge_id)


def charges(employer_id: int, *, actor: Actor, worker_id: int | None = None) -> list[ChargeRow]:
    """An employer's charges, those that wait first, then the latest. raises NotFound."""
    policy.require_employer(actor, employer_id)
    where = [WageCharge.employer_id == employer_id]
    return _rows(*where, *([WageCharge.worker_id == worker_id] if worker_id else []))


def of_worker(worker_id: int, *, actor: Actor) -> list[ChargeRow]:
    """A worker's charges at all employers, those that wait for an answer first. raises NotFound."""
    worker = reading().get(Worker, worker_id)
    if worker is None:
        raise NotFound
    policy.require_worker(actor, worker.id, worker.home_code)
    return _rows(WageCharge.worker_id == worker_id)


def asked(worker_id: int) -> int:
    """How many charges wait for this worker's answer."""
    return int(fetch(_ASKED, worker=worker_id)[0][0])


_ASKED = (
    select(func.count())
    .select_from(WageCharge)
    .where(WageCharge.worker_id == bindparam("worker"), WageCharge.state == "asked")
)


def workers_of(employer_id: int, *, actor: Actor) -> list[tuple[int, str]]:
    """Who may be charged: people with days at the employer, key and name."""
    policy.require_employer(actor, employer_id)
    rows = reading().execute(
        select(Worker.id, Worker.name)
        .where(Worker.id.in_(_days_of(employer_id)))
        .order_by(Worker.name, Worker.id)
    )
    return [(key, name) for key, name in rows]


def of_slip(slip_id: int) -> tuple[SlipCharge, ...]:
    """What came off a slip, in the order of the charges' days."""
    rows = reading().execute(
        select(PaySlipCharge, WageCharge.happened_on, WageCharge.reason)
        .join(WageCharge, WageCharge.id == PaySlipCharge.wage_charge_id)
        .where(PaySlipCharge.pay_slip_id == slip_id)
        .order_by(WageCharge.happened_on, WageCharge.id)
    )
    return tuple(
        SlipCharge(c.wage_charge_id, Kind(c.kind), day, reason, c.amount_fen)
        for c, day, reason in rows
    )


def still_open(
    session: Session, employer_id: int, workers: Collection[int], last: date
) -> dict[int, list[Charge]]:
    """What is still to come off these people's pay, of charges up to a day, by worker."""
    found: dict[int, list[Charge]] = defaultdict(list)
    ids = sorted(workers)
    for start in range(0, len(ids), AT_ONCE):
        for row in session.execute(
            select(
                WageCharge.worker_id, WageCharge.id, WageCharge.kind, WageCharge.happened_on,
                WageCharge.amount_fen - WageCharge.taken_fen,
            ).where(
                WageCharge.employer_id == employer_id,
                WageCharge.worker_id.in_(ids[start : start + AT_ONCE]),
                WageCharge.state == "agreed", WageCharge.happened_on <= last,
                WageCharge.taken_fen < WageCharge.amount_fen,
            )
        ):  # fmt: skip
            worker_id, key, kind, day, left = row
            found[worker_id].append(Charge(key, Kind(kind), day, int(left)))
    return dict(found)


def take(session: Session, taken: Sequence[tuple[int, Taken]]) -> None:
    """Write what comes off slips (key and what), in the caller's transaction.

    raises   ChargeClosed
    """
    for slip_id, each in taken:
        session.execute(
            insert(PaySlipCharge).values(
                pay_slip_id=slip_id, wage_charge_id=each.charge.key,
                kind=each.charge.kind.value, amount_fen=each.fen,
            )
        )  # fmt: skip
        done = session.scalar(
            update(WageCharge)
            .where(
                WageCharge.id == each.charge.key, WageCharge.state == "agreed",
                WageCharge.taken_fen + each.fen <= WageCharge.amount_fen,
            )
            .values(taken_fen=WageCharge.taken_fen + each.fen)
            .returning(WageCharge.id)
        )  # fmt: skip
        if done is None:
            raise ChargeClosed


def give_back(session: Session, slip_ids: Sequence[int]) -> None:
    """What came off slips that are reversed is open again; the slips go on showing it."""
    for start in range(0, len(slip_ids), AT_ONCE):
        rows = session.execute(
            select(PaySlipCharge.wage_charge_id, func.sum(PaySlipCharge.amount_fen))
            .where(PaySlipCharge.pay_slip_id.in_(slip_ids[start : start + AT_ONCE]))
            .group_by(PaySlipCharge.wage_charge_id)
        ).all()
        for key, fen in rows:
            session.execute(
                update(WageCharge)
                .where(WageCharge.id == key)
                .values(taken_fen=WageCharge.taken_fen - int(fen))
            )


def _check(happened_on: date, amount_fen: int, reason: str, proof: str) -> None:
    if not clock.today() - LOOK_BACK <= happened_on <= clock.today():
        raise Invalid(text("日期只能是一年以内到今天。"), field="happened_on")
    if amount_fen < 1:
        raise Invalid(text("请填写大于零的金额。"), field="amount_fen")
    if not 2 <= len(reason) <= MOST_WORDS:
        raise Invalid(text("请写明事由，2 到 {most} 个字。", most=MOST_WORDS), field="reason")
    if len(proof) > MOST_PROOF:
        raise Invalid(text("凭证最多 {most} 个字。", most=MOST_PROOF), field="proof")


def _move(session: Session, row: WageCharge, was: str, now: str, actor: Actor) -> None:
    done = session.scalar(
        update(WageCharge)
        .where(WageCharge.id == row.id, WageCharge.state == was, WageCharge.taken_fen == 0)
        .values(state=now, answered_by=actor.user_id, answered_at=clock.now())
        .returning(WageCharge.id)
    )
    if done is None:
        raise ChargeClosed
    session.refresh(row)


def _book_advance(session: Session, row: WageCharge, actor: Actor) -> None:
    if row.kind == Kind.ADVANCE and row.state == "agreed":
        lines = ledger.advanced(row.worker_id, row.amount_fen)
        booking.book(session, [Booking(_ref(row.id), row.employer_id, "advance", lines)], actor)


def _ref(charge_id: int) -> str:
    return f"wage_charge:{charge_id}:advanced"


def _days_of(employer_id: int) -> Select[int]:
    return (
        select(EngagementDay.worker_id)
        .join(PostingDay, PostingDay.id == EngagementDay.posting_day_id)
        .join(Posting, Posting.id == PostingDay.posting_id)
        .where(Posting.employer_id == employer_id)
        .distinct()
    )


def _has_worked(session: Session, employer_id: int, worker_id: int) -> bool:
    found = _days_of(employer_id).where(EngagementDay.worker_id == worker_id)
    return session.scalar(found.limit(1)) is not None


def _most_ahead(session: Session, employer_id: int, worker_id: int) -> int:
    """Fen of pay not on a slip yet, of days worked and days agreed, less what was paid ahead."""
    days = session.execute(
        select(EngagementDay.id, Posting)
        .join(PostingDay, PostingDay.id == EngagementDay.posting_day_id)
        .join(Posting, Posting.id == PostingDay.posting_id)
        .outerjoin(WorkDay, WorkDay.engagement_day_id == EngagementDay.id)
        .where(
            Posting.employer_id == employer_id, EngagementDay.worker_id == worker_id,
            and_(
                func.coalesce(WorkDay.state, "open") == "open",
                (WorkDay.id.is_not(None)) | (EngagementDay.work_date >= clock.today()),
            ),
        )
    ).all()  # fmt: skip
    worked = expected([key for key, _posting in days])
    coming = sum(promised(posting) for key, posting in days if key not in worked)
    ahead = session.scalar(
        select(func.coalesce(func.sum(WageCharge.amount_fen - WageCharge.taken_fen), 0)).where(
            WageCharge.employer_id == employer_id, WageCharge.worker_id == worker_id,
            WageCharge.kind == Kind.ADVANCE.value, WageCharge.state.in_(("asked", "agreed")),
        )
    )  # fmt: skip
    return max(0, sum(worked.values()) + coming - int(ahead or 0))


def _rows(*where: object) -> list[ChargeRow]:
    rows = reading().execute(
        select(WageCharge, Employer.name, Worker.name, func.coalesce(User.name, ""))
        .join(Employer, Employer.id == WageCharge.employer_id)
        .join(Worker, Worker.id == WageCharge.worker_id)
        .outerjoin(User, User.id == WageCharge.recorded_by)
        .where(*where)  # type: ignore[arg-type]
        .order_by(WageCharge.state != "asked", WageCharge.happened_on.desc(), WageCharge.id.desc())
    )
    return [
        ChargeRow(
            c.id, c.employer_id, employer, c.worker_id, name, Kind(c.kind), c.happened_on,
            c.amount_fen, c.taken_fen, c.reason, c.proof, c.state, c.recorded_at, by,
        )
        for c, employer, name, by in rows
    ]  # fmt: skip
