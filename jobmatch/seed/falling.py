"""Households of the demonstration that slip: illness that cost more than the year brings, so that
the officers of the village, too, have somebody to look after; and income entered by hand.
"""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from jobmatch.accounts import service as accounts
from jobmatch.households import service as households
from jobmatch.households.models import Household, HouseholdMember
from jobmatch.households.rules.kinds import Source
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import DomainError
from jobmatch.kernel.ids import HouseholdId, UserId
from jobmatch.monitoring import service as monitoring
from jobmatch.monitoring.models import LineWatch
from jobmatch.workers.models import Worker

# i18n: data module

# So many fen a head below the line (or above it, by a hair): work closes it, may, does not.
GAPS = (62_000, -3_000, 260_000)
COSTS = ("住院自付", "慢性病买药", "大病手术自付")
ENTERED = (
    (Source.BUSINESS, "卖羊羔 3 只", 216_000, 24, "收购单"),
    (Source.PROPERTY, "村集体分红", 40_000, 38, "分红表第 12 号"),
    (Source.TRANSFER, "孩子的助学金", 100_000, 52, "一卡通明细"),
)


def let_some_fall(users: dict[str, int], officer: int) -> None:
    """After a first watch; officer: the user who looks after the village.

    users   keys of the accounts that the demonstration prints, by role
    """
    actor = accounts.actor_of(UserId(officer))
    worker = accounts.actor_of(UserId(users["worker"])).worker_id
    own = reading().scalar(
        select(HouseholdMember.household_id)
        .join(Worker, Worker.member_id == HouseholdMember.id)
        .where(Worker.id == worker)
    )
    _enter(own, accounts.actor_of(UserId(users["county"])))
    village = actor.scopes(Role.OFFICER)[0]
    rows = reading().execute(
        select(LineWatch.household_id, LineWatch.members, LineWatch.line_fen, LineWatch.likely_fen)
        .join(Household, Household.id == LineWatch.household_id)
        .where(Household.village_code == village, LineWatch.level == 0, LineWatch.hands > 0)
        .where(Household.id != own)
        .order_by(LineWatch.likely_fen / LineWatch.members, LineWatch.household_id)
        .limit(len(GAPS))
    ).all()  # fmt: skip
    for n, (key, members, line, likely) in enumerate(rows):
        fen = likely - line * members + GAPS[n] * members
        day = clock.today() - timedelta(days=20 + 9 * n)
        with suppress(DomainError):
            households.add_income(
                HouseholdId(key), Source.COST, fen // 100 * 100, day, actor=actor,
                detail=COSTS[n], proof="医院收据和医保结算单",
            )  # fmt: skip
    monitoring.watch_all(clock.today() - timedelta(days=1))


def _enter(household_id: int | None, actor: Actor) -> None:
    """What the officer entered after a visit to the demonstration's worker."""
    for source, detail, fen, ago, proof in ENTERED:
        if household_id is not None:
            with suppress(DomainError):
                households.add_income(
                    HouseholdId(household_id), source, fen, clock.today() - timedelta(days=ago),
                    actor=actor, detail=detail, proof=proof,
                )  # fmt: skip
