"""Pay under way: runs in each state, charges that wait, a lump sum with a part."""

from datetime import date
from typing import Any

from sqlalchemy import select, update

from jobmatch.accounts import service as accounts
from jobmatch.earnings import charging, runs, sharing
from jobmatch.earnings.models import Settlement
from jobmatch.earnings.rules.taking import Kind
from jobmatch.earnings.run_models import LumpPart, PayRun
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.periods import Days
from tests.support import World

TODAY = date(2026, 9, 26)
DONE, REST = date(2026, 9, 10), date(2026, 9, 11)


def runs_under_way(
    world: World, side: Any, employer_id: int, second_user: int, posting_id: int, told: int
) -> None:
    """Add it to the side's addresses and forms. told: a posting with open days on 22 and 23."""
    employer, leader = side.actors["employer"], side.actors["worker"]
    leader_id = leader.worker_id or 0
    second = accounts.actor_of(second_user)
    day = date(2026, 9, 23)
    draft = runs.begin(employer_id, day, day, actor=employer, posting_id=told)
    day = date(2026, 9, 25)
    awaiting = runs.begin(employer_id, day, day, actor=second, posting_id=posting_id)
    with transaction() as session:
        session.execute(update(PayRun).where(PayRun.id == awaiting).values(state="awaiting"))
    issued = (
        reading()
        .scalars(select(Settlement.pay_run_id).where(Settlement.id == side.of["settlement_id"]))
        .one()
    )
    asked, other = (
        charging.record(
            employer_id, leader_id, Kind.ADVANCE, TODAY, fen, "看病先支", actor=employer
        )
        for fen in (5_000, 6_000)
    )
    under = world.posting(employer_id, first=DONE, last=date(2026, 9, 12), title=f"{side.name}包工")
    lump = sharing.agree_lump(under, Days(DONE, REST), 50_000, actor=employer)
    sharing.declare_done(lump, Days(DONE, DONE), 20_000, actor=employer)
    part = reading().scalars(select(LumpPart.id).where(LumpPart.lump_sum_id == lump)).one()
    net = {
        key: reading().scalars(select(PayRun.net_fen).where(PayRun.id == key)).one()
        for key in (draft, awaiting)
    }
    side.of |= {"run_id": draft, "charge_id": asked, "part_id": part}
    side.at |= {
        "employer.pay_run_approve.run_id": awaiting,
        "employer.pay_run_refuse.run_id": awaiting,
        "employer.pay_run_reverse.run_id": issued,
        "brand.pay_run.run_id": issued,
        "brand.pay_run_slip.run_id": issued,
        "employer.pay_charge_withdraw.charge_id": other,
        "employer.posting_lump.posting_id": under,
        "employer.posting_lump_post.posting_id": under,
        "employer.posting_lump_done.posting_id": under,
        "employer.posting_lump_undo.posting_id": under,
    }
    side.forms |= {
        "employer.posting_settle": {"seen": net[awaiting]},
        "employer.pay_run_begin": {"first": "2026-09-22", "last": "2026-09-22"},
        "employer.pay_run_issue": {"seen": net[draft]},
        "employer.pay_run_approve": {"seen": net[awaiting], "password": "harvest-2026"},
        "employer.pay_charge_post": {"worker": leader_id, "amount_fen": "50", "kind": "advance"},
        "employer.pay_run_refuse": {"words": "数不对"},
        "employer.posting_lump_post": {
            "first": "2026-09-12", "last": "2026-09-12", "amount_fen": "900", "way": "minutes",
            "crew": "",
        },
        "employer.posting_lump_done": {
            "lump": lump, "first": "2026-09-11", "last": "2026-09-11", "amount_fen": "100",
        },
    }  # fmt: skip
