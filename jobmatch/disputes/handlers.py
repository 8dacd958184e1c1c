"""What disputes hear of lower houses: a day told differently, a slip objected to, pay that came."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.attendance.events import DayAgreed, DayDisputed
from jobmatch.disputes import opening, steps
from jobmatch.disputes.models import DisputeCase, DisputeParty
from jobmatch.disputes.rules.states import LIVE, Deed, Kind, Side, State
from jobmatch.earnings.events import SlipObjected, SlipsPaid
from jobmatch.earnings.models import PaySlip
from jobmatch.infra import events
from jobmatch.kernel.text import text
from jobmatch.workers.models import Worker


def connect() -> None:
    events.subscribe(DayDisputed, on_day_disputed)
    events.subscribe(DayAgreed, on_day_agreed)
    events.subscribe(SlipObjected, on_slip_objected)
    events.subscribe(SlipsPaid, on_slips_paid)


def on_day_disputed(session: Session, event: DayDisputed) -> None:
    """The two versions of a day become a dispute; both sides hear of it."""
    subject, row = opening.of_day_dispute(session, event.dispute_id)
    side = Side.SYSTEM if event.by_user is None else Side.WORKER
    living = session.scalars(
        select(DisputeParty).where(DisputeParty.live_key == subject.key)
    ).first()
    if living is not None:  # brought up in words before: now with both versions
        living.day_dispute_id = event.dispute_id
        return
    opening.open_case(
        session, Kind.DAY, subject, row.worker_id, row.words, side=side, user_id=event.by_user,
        day_dispute_id=event.dispute_id,
    )  # fmt: skip


def on_day_agreed(session: Session, event: DayAgreed) -> None:
    """One side took the other's version: that is an agreement."""
    for case in _of(session, DisputeParty.day_dispute_id == event.dispute_id):
        case.state = State.AGREED.value
        # Whoever took it is the other side.
        side = Side.EMPLOYER if event.side == "worker" else Side.WORKER
        steps.add(session, case, Deed.ACCEPT, side, user_id=event.by_user)
        steps.end(session, case)
        steps.tell(
            session, case, steps.people_of(session, case.id),
            text("那一天的出入说定了。"), to=(Side.EMPLOYER, Side.WORKER), but=event.by_user,
        )  # fmt: skip


def on_slip_objected(session: Session, event: SlipObjected) -> None:
    """The employer has been told of the objection itself."""
    slip = session.get_one(PaySlip, event.slip_id)
    user_id = session.scalar(select(Worker.user_id).where(Worker.id == slip.worker_id))
    subject = opening.of_slip(session, slip.id)
    living = select(DisputeParty.id).where(DisputeParty.live_key == subject.key)
    if session.scalar(living) is not None:
        return
    opening.open_case(
        session, Kind.SLIP, subject, slip.worker_id, slip.objection, side=Side.WORKER,
        user_id=user_id, tells=(),
    )  # fmt: skip


def on_slips_paid(session: Session, event: SlipsPaid) -> None:
    """The course of a dispute says so; whether it is settled by that, the worker says."""
    rows = session.execute(
        select(DisputeCase, PaySlip)
        .join(DisputeParty, DisputeParty.case_id == DisputeCase.id)
        .join(PaySlip, PaySlip.id == DisputeParty.pay_slip_id)
        .where(
            DisputeParty.pay_slip_id.in_(event.slip_ids),
            DisputeCase.state.in_([state.value for state in LIVE]),
        )
    ).all()
    for case, slip in rows:
        steps.add(
            session, case, Deed.PAID, Side.SYSTEM, user_id=None, fen=slip.net_fen,
            on_day=slip.paid_on,
        )  # fmt: skip


def _of(session: Session, where: object) -> list[DisputeCase]:
    return list(
        session.scalars(
            select(DisputeCase)
            .join(DisputeParty, DisputeParty.case_id == DisputeCase.id)
            .where(
                where,  # type: ignore[arg-type]
                DisputeCase.state.in_([state.value for state in LIVE]),
            )
        )
    )
