"""The monthly summary made anew from the work days and slips, and whether it agrees with them."""

from datetime import date

from sqlalchemy import String, cast, delete, func, insert, literal, select, union_all
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.earnings.models import PaySlip, PaySlipLine
from jobmatch.infra.db import reading
from jobmatch.reports.models import WorkerMonth

Sums = dict[tuple[int, str], tuple[int, int, int]]


def rebuild(session: Session, above: int = 0) -> int:
    """Make the summary anew, after mass loading without triggers. Returns the number of rows.

    above   only of workers whose key is greater: those just loaded
    """
    rows = [
        {
            "worker_id": w,
            "month": date.fromisoformat(f"{m}-01"),
            "person_times": n,
            "minutes": t,
            "fen": f,
        }
        for (w, m), (n, t, f) in _true_sums(session, above).items()
    ]
    session.execute(delete(WorkerMonth).where(WorkerMonth.worker_id > above))
    for n in range(0, len(rows), 10_000):
        session.execute(insert(WorkerMonth), rows[n : n + 10_000])
    return len(rows)


def differences() -> int:
    """How many worker months disagree with the work days and slips behind them."""
    session = reading()
    kept: Sums = {
        (worker, month): (n, minutes, int(fen))
        for worker, month, n, minutes, fen in session.execute(
            select(
                WorkerMonth.worker_id, func.substr(cast(WorkerMonth.month, String), 1, 7),
                WorkerMonth.person_times, WorkerMonth.minutes, WorkerMonth.fen,
            )
        )
        if (n, minutes, fen) != (0, 0, 0)
    }  # fmt: skip
    true = {key: sums for key, sums in _true_sums(session).items() if sums != (0, 0, 0)}
    return sum(1 for key in kept.keys() | true.keys() if kept.get(key) != true.get(key))


def _true_sums(session: Session, above: int = 0) -> Sums:
    day = func.substr(cast(WorkDay.work_date, String), 1, 7)
    paid = func.substr(cast(PaySlipLine.work_date, String), 1, 7)
    both = union_all(
        select(
            WorkDay.worker_id.label("worker"), day.label("month"), func.count().label("n"),
            func.sum(WorkDay.minutes).label("minutes"), literal(0).label("fen"),
        )
        .where(WorkDay.worker_id > above)
        .group_by(WorkDay.worker_id, day),
        select(
            PaySlip.worker_id, paid, literal(0), literal(0), func.sum(PaySlipLine.amount_fen)
        )
        .join(PaySlip, PaySlip.id == PaySlipLine.pay_slip_id)
        .where(PaySlipLine.live_day_id.is_not(None), PaySlip.worker_id > above)
        .group_by(PaySlip.worker_id, paid),
    ).subquery()  # fmt: skip
    sums = select(
        both.c.worker,
        both.c.month,
        func.sum(both.c.n),
        func.sum(both.c.minutes),
        func.sum(both.c.fen),
    ).group_by(both.c.worker, both.c.month)
    return {
        (worker, month): (int(n), int(minutes), int(fen))
        for worker, month, n, minutes, fen in session.execute(sums)
    }
