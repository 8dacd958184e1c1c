"""Writing the slips of a run, portion by portion, always in one transaction of the caller's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.dispatch.models import EngagementDay
from jobmatch.earnings import booking, charging, telling
from jobmatch.earnings.booking import Booking, issued_ref
from jobmatch.earnings.computing import Portion, Scope, Slip
from jobmatch.earnings.errors import NothingToSettle
from jobmatch.earnings.models import PaySlip, PaySlipLine, Settlement
from jobmatch.earnings.rules import ledger
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.earnings.rules.wage import DayPay, Setting
from jobmatch.earnings.terms import kept_share, stored, terms_of
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor
from jobmatch.postings.models import Posting, PostingDay

AT_ONCE = 5_000


class Sums:
    """What was written so far."""

    def __init__(self) -> None:
        self.people: set[int] = set()
        self.slips = self.days = self.gross_fen = self.net_fen = 0

    def add(self, slips: Iterable[Slip]) -> None:
        for slip in slips:
            self.people.add(slip.worker_id)
            self.slips += 1
            self.days += len(slip.days)
            self.gross_fen += slip.gross_fen
            self.net_fen += slip.net_fen


def hold(
    session: Session, scope: Scope, postings: Mapping[int, Posting],
    workers: Sequence[int] | None = None,
) -> None:  # fmt: skip
    """Let recording wait: it takes the same locks (on SQLite the whole transaction is one).

    workers  only for their days; None: for everybody's
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    whose = [EngagementDay.worker_id.in_(workers)] if workers is not None else []
    session.execute(
        select(EngagementDay.id)
        .join(PostingDay, PostingDay.id == EngagementDay.posting_day_id)
        .where(
            PostingDay.posting_id.in_(list(postings)),
            EngagementDay.work_date.between(scope.days.first, scope.days.last),
            *whose,
        )
        .order_by(EngagementDay.id)
        .with_for_update(of=EngagementDay, key_share=True)
    ).all()


class Writer:
    """Issues the slips of a run. One settlement for each posting, made when it is first needed."""

    def __init__(
        self, session: Session, scope: Scope, postings: Mapping[int, Posting], run_id: int,
        actor: Actor,
    ) -> None:  # fmt: skip
        self.session, self.scope, self.postings = session, scope, postings
        self.run_id, self.actor, self.now = run_id, actor, clock.now()
        self.settlements: dict[int, int] = {}
        self.sums = Sums()

    def write(self, portion: Portion) -> None:
        """raises NothingToSettle when a day was settled by somebody else meanwhile, ChargeClosed"""
        if not portion.slips:
            return
        _close_days(self.session, [p.worked.key for slip in portion.slips for p in slip.days])
        rows = [self._slip(slip, portion.settings) for slip in portion.slips]
        keys = self.session.scalars(
            insert(PaySlip).returning(PaySlip.id, sort_by_parameter_order=True), rows
        ).all()
        made = list(zip(keys, portion.slips, strict=True))
        lines = [_line(key, paid) for key, slip in made for paid in slip.days]
        table: Any = PaySlipLine.__table__
        for start in range(0, len(lines), AT_ONCE):
            self.session.connection().execute(insert(table), lines[start : start + AT_ONCE])
        charging.take(self.session, [(key, t) for key, slip in made for t in slip.taken])
        booking.book(
            self.session,
            [
                Booking(
                    issued_ref(key), self.scope.employer_id, "wage",
                    ledger.issued(
                        slip.worker_id, slip.gross_fen, slip.deduction_fen, slip.advance_fen
                    ),
                )
                for key, slip in made
            ],
            self.actor,
        )  # fmt: skip
        titles: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for key, slip in made:
            titles[slip.posting_id].append((key, slip.worker_id, slip.net_fen))
        for posting_id, told in titles.items():
            telling.issued(self.session, told, self.postings[posting_id].title)
        self.sums.add(portion.slips)

    def _slip(self, slip: Slip, settings: Mapping[int, Setting]) -> dict[str, Any]:
        return {
            "settlement_id": self._settlement(slip.posting_id, settings[slip.posting_id]),
            "employer_id": self.scope.employer_id,
            "worker_id": slip.worker_id,
            "gross_fen": slip.gross_fen,
            "deduction_fen": slip.deduction_fen,
            "advance_fen": slip.advance_fen,
            "net_fen": slip.net_fen,
            "state": SlipState.ISSUED.value,
            "objection": "",
            "issued_at": self.now,
            "paid_how": "",
            "paid_proof": "",
        }

    def _settlement(self, posting_id: int, setting: Setting) -> int:
        if posting_id not in self.settlements:
            row = Settlement(
                employer_id=self.scope.employer_id, posting_id=posting_id, pay_run_id=self.run_id,
                first_day=self.scope.days.first, last_day=self.scope.days.last,
                terms=stored(terms_of(self.postings[posting_id]), setting.law),
                created_by=self.actor.user_id, created_at=self.now,
            )  # fmt: skip
            self.session.add(row)
            self.session.flush()
            self.settlements[posting_id] = row.id
        return self.settlements[posting_id]


def _close_days(session: Session, keys: Sequence[int]) -> None:
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        closed = session.execute(
            update(WorkDay)
            .where(WorkDay.id.in_(some), WorkDay.state == "open")
            .values(state="settled", updated_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        if closed.rowcount != len(some):  # type: ignore[attr-defined]
            raise NothingToSettle


def _line(slip_id: int, paid: DayPay) -> dict[str, Any]:
    worked, split = paid.worked, paid.split
    return {
        "pay_slip_id": slip_id,
        "work_day_id": worked.key,
        "live_day_id": worked.key,
        "work_date": worked.day,
        "minutes": worked.minutes,
        "pieces": worked.pieces,
        "amount_fen": paid.amount_fen,
        "over_minutes": split.over if split else 0,
        "rest_minutes": split.rest if split else 0,
        "holiday_minutes": split.holiday if split else 0,
        "overtime_fen": paid.overtime_fen,
        "top_up_fen": paid.top_up_fen,
        "share": kept_share(paid.whole),
    }
