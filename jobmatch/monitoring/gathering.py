"""What the books know of many households at once, as the rules of line watch want it.

So many questions however many households; the caller keeps the number of households in bounds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session

from jobmatch.attendance.models import WorkDay
from jobmatch.brands.models import CrewMember
from jobmatch.dispatch.models import EngagementDay
from jobmatch.earnings import usual
from jobmatch.households.models import Household, HouseholdMember, IncomeEntry
from jobmatch.households.queries import Lines
from jobmatch.households.rules.kinds import Source
from jobmatch.infra import dated
from jobmatch.kernel.periods import Days, add_months
from jobmatch.monitoring.rules.forecast import Known, Params
from jobmatch.monitoring.rules.gap import Paid
from jobmatch.places.queries import CODE_DIGITS, COUNTY
from jobmatch.postings.checking import LEAST_HOUR, least_hour_in
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.postings.rules.pay import day_pay
from jobmatch.workers.models import Worker

PREFIX = "watch."
MONTHS_BACK = 24
DIGITS = CODE_DIGITS[COUNTY]


@dataclass(frozen=True, slots=True)
class Facts:
    """One household: village, people, its books, the days of its workers."""

    household_id: int
    village_code: str
    members: int
    hands: int
    known: Known
    agreed_days: int
    last_day: date | None
    own: Paid
    crew: Paid


class Rules:
    """The dated rules of line watch on a day, by place; read once."""

    def __init__(self, session: Session, today: date, places: Iterable[str]) -> None:
        self.today = today
        counties = {code[:DIGITS] for code in places}
        self.books = dated.books(session, (PREFIX, *LEAST_HOUR), counties)
        self.lines = Lines(session, today)

    def number(self, name: str, village: str, otherwise: int) -> int:
        try:
            return int(self.books[village[:DIGITS]].value(PREFIX + name, self.today))
        except dated.NoRule:
            return otherwise

    def params(self, village: str) -> Params:
        usual = Params()
        return Params(
            self.number("kept_percent", village, usual.kept),
            self.number("spread_percent", village, usual.spread),
            usual.wage,
            usual.other,
            {month: self.number(f"season.{month}", village, 100) for month in range(1, 13)},
        )

    def least_day_fen(self, village: str) -> int:
        """Eight hours at the least that law asks for there; 1 where no rule is known."""
        return max(1, 8 * (least_hour_in(self.books[village[:DIGITS]], self.today) or 0))


def usual_of_places(session: Session, today: date) -> dict[str, Paid]:
    """What days paid in each county over the last year."""
    found = usual.of_places(session, today, DIGITS)
    return {code: Paid(one.days, one.fen) for code, one in found.items()}


def gather(
    session: Session, household_ids: Collection[int], today: date, year: Days
) -> list[Facts]:
    """The facts of these households; those where nobody lives are left out."""
    villages = dict(
        session.execute(
            select(Household.id, Household.village_code).where(Household.id.in_(household_ids))
        ).all()
    )
    living = or_(HouseholdMember.left_on.is_(None), HouseholdMember.left_on > today)
    members = dict(
        session.execute(
            select(HouseholdMember.household_id, func.count())
            .where(HouseholdMember.household_id.in_(household_ids), living)
            .group_by(HouseholdMember.household_id)
        ).all()
    )
    home_of: dict[int, int] = dict(
        session.execute(
            select(Worker.id, HouseholdMember.household_id)
            .join(HouseholdMember, HouseholdMember.id == Worker.member_id)
            .where(
                HouseholdMember.household_id.in_(household_ids), living, Worker.is_active.is_(True)
            )
        ).all()
    )
    booked = _booked(session, household_ids, today, year)
    coming, agreed_days = _coming(session, home_of, today, year)
    own, crews, last = (
        _own(session, home_of, today),
        _crews(session, home_of, today),
        _last(session, home_of),
    )
    hands: dict[int, int] = defaultdict(int)
    for household_id in home_of.values():
        hands[household_id] += 1
    return [
        Facts(
            key, villages[key], members[key], hands[key], Known(booked[key], coming[key]),
            agreed_days[key], last.get(key), own.get(key, Paid()), crews.get(key, Paid()),
        )
        for key in sorted(villages)
        if members.get(key)
    ]  # fmt: skip


def _booked(
    session: Session, household_ids: Collection[int], today: date, year: Days
) -> dict[int, dict[date, dict[Source, int]]]:
    """Fen by household, month and source, two years back."""
    month = func.substr(cast(IncomeEntry.earned_on, String), 1, 7)
    found: dict[int, dict[date, dict[Source, int]]] = defaultdict(dict)
    for key, written, source, fen in session.execute(
        select(
            IncomeEntry.household_id, month, IncomeEntry.source, func.sum(IncomeEntry.amount_fen)
        )
        .where(
            IncomeEntry.household_id.in_(household_ids),
            IncomeEntry.earned_on.between(add_months(year.first, -MONTHS_BACK), today),
        )
        .group_by(IncomeEntry.household_id, month, IncomeEntry.source)
    ):
        first = date.fromisoformat(f"{written}-01")
        found[key].setdefault(first, {})[Source(source)] = int(fen)
    return found


def _coming(
    session: Session, home_of: Mapping[int, int], today: date, year: Days
) -> tuple[dict[int, dict[date, int]], dict[int, int]]:
    """Pay that is not in the books yet, by household and month: of slips that nobody confirmed,
    of days on no slip, of days agreed and to come; and how many of these last there are.
    """
    soon = min(today + timedelta(days=1), year.last).replace(day=1)
    fen: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    days: dict[int, int] = defaultdict(int)
    for worker_id, amount in usual.unconfirmed(session, home_of).items():
        fen[home_of[worker_id]][soon] += amount
    pay = (
        Posting.pay_kind, Posting.rate_fen, Posting.piece_lot, Posting.usual_day_pieces,
        Posting.day_minutes,
    )  # fmt: skip
    open_days = usual.open_days(session, home_of)
    worth = {
        row.id: _usual(row)
        for row in session.execute(
            select(Posting.id, *pay).where(Posting.id.in_({posting for _, posting, _ in open_days}))
        )
    }
    for worker_id, posting_id, n in open_days:
        fen[home_of[worker_id]][soon] += worth[posting_id] * n
    for row in session.execute(
        select(EngagementDay.worker_id, EngagementDay.work_date, *pay)
        .join(PostingDay, PostingDay.id == EngagementDay.posting_day_id)
        .join(Posting, Posting.id == PostingDay.posting_id)
        .where(
            EngagementDay.worker_id.in_(home_of),
            EngagementDay.work_date > today,
            EngagementDay.work_date <= year.last,
        )
    ):
        fen[home_of[row.worker_id]][row.work_date.replace(day=1)] += _usual(row)
        days[home_of[row.worker_id]] += 1
    return fen, days


def _usual(row: Any) -> int:
    """What an ordinary day of this work pays; 0 where only the pieces tell."""
    return day_pay(row) or 0


def _own(session: Session, home_of: Mapping[int, int], today: date) -> dict[int, Paid]:
    found = usual.of_workers(session, today, home_of)
    return _by_home(home_of, ((worker, one.days, one.fen) for worker, one in found.items()))


def _crews(session: Session, home_of: Mapping[int, int], today: date) -> dict[int, Paid]:
    """What days paid in the crews that the household's people are in."""
    crew_of = session.execute(
        select(CrewMember.worker_id, CrewMember.crew_id).where(CrewMember.worker_id.in_(home_of))
    ).all()
    paid = usual.of_crews(session, today, {crew for _, crew in crew_of})
    rows = ((worker, paid[crew].days, paid[crew].fen) for worker, crew in crew_of if crew in paid)
    return _by_home(home_of, rows)


def _by_home(home_of: Mapping[int, int], rows: Any) -> dict[int, Paid]:
    days: dict[int, int] = defaultdict(int)
    fen: dict[int, int] = defaultdict(int)
    for worker_id, n, amount in rows:
        days[home_of[worker_id]] += n
        fen[home_of[worker_id]] += int(amount)
    return {key: Paid(days[key], fen[key]) for key in days}


def _last(session: Session, home_of: Mapping[int, int]) -> dict[int, date]:
    found: dict[int, date] = {}
    for worker_id, day in session.execute(
        select(WorkDay.worker_id, func.max(WorkDay.work_date))
        .where(WorkDay.worker_id.in_(home_of))
        .group_by(WorkDay.worker_id)
    ):
        home = home_of[worker_id]
        found[home] = max(day, found.get(home, day))
    return found
