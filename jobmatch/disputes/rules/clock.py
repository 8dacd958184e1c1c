"""The legal limits of a dispute, in days and in words. The worked table: docs/rules/disputes.md.

source   Law on Mediation and Arbitration of Labor Disputes (2008) art. 27: one year from the day
         when the right was known to be infringed, counted anew when it is claimed from the other
         side or an authority, or the other side agrees; Regulation on Labor Security Inspection
         (2004) art. 17: 60 working days from the day of acceptance, art. 20: two years
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jobmatch.disputes.rules.states import LIVE, State
from jobmatch.earnings.rules.arrears import working_days_after, working_days_between
from jobmatch.kernel.periods import add_months
from jobmatch.kernel.text import Param, Text, text


class Limit(StrEnum):
    ARBITRATION = "arbitration"
    INSPECTION = "inspection"
    HANDLING = "handling"


@dataclass(frozen=True, slots=True)
class Limits:
    """Dated figures: months to go to arbitration and to the inspection, its working days, and how
    many people may name a representative.
    """

    arbitration_months: int = 12
    inspection_months: int = 24
    inspection_days: int = 60
    group_least: int = 10
    remind_days: tuple[int, ...] = (90, 30, 7)


@dataclass(frozen=True, slots=True)
class Known:
    """What the clock counts from.

    known_on     when the worker knew or should have known
    claimed_on   when it was last claimed or acknowledged; None: never
    referred_on  when the inspection or the arbitration took it
    """

    known_on: date
    state: State
    claimed_on: date | None = None
    referred_on: date | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a limit. days_left: below 0 when it is over; working days for HANDLING.

    anew   the last day counted anew from the last claim, where that is later: it has to be proved
    """

    limit: Limit
    last_day: date
    days_left: int
    anew: date | None = None


def deadlines(
    known: Known, today: date, limits: Limits, holidays: Collection[date] = ()
) -> tuple[Deadline, ...]:
    """The limits that still matter, the nearest first; none once the dispute is over.

    The count from the first knowledge is the one that is safe, so the days left are by it.
    """
    found: list[Deadline] = []
    if known.state not in LIVE:
        return ()
    if known.state is not State.ARBITRATION:
        last = add_months(known.known_on, limits.arbitration_months)
        anew = None
        if known.claimed_on is not None and known.claimed_on > known.known_on:
            anew = add_months(known.claimed_on, limits.arbitration_months)
        found.append(Deadline(Limit.ARBITRATION, last, (last - today).days, anew))
    if known.state is State.INSPECTION and known.referred_on is not None:
        last = working_days_after(known.referred_on, limits.inspection_days, holidays)
        left = (
            working_days_between(today, last, holidays)
            if today <= last
            else -working_days_between(last, today, holidays)
        )
        found.append(Deadline(Limit.HANDLING, last, left))
    elif known.state not in (State.INSPECTION, State.ARBITRATION):
        last = add_months(known.known_on, limits.inspection_months)
        found.append(Deadline(Limit.INSPECTION, last, (last - today).days))
    return tuple(sorted(found, key=lambda one: (one.last_day, one.limit)))


def said(one: Deadline) -> Text:
    """The limit in words."""
    values: dict[str, Param] = {"n": abs(one.days_left), "day": whole(one.last_day)}
    if one.limit is Limit.ARBITRATION:
        if one.days_left < 0:
            return text("申请劳动仲裁的一年已经过去 {n} 天（到 {day} 止）。", **values)
        return text("申请劳动仲裁还有 {n} 天，到 {day} 止。", **values)
    if one.limit is Limit.INSPECTION:
        if one.days_left < 0:
            return text("向劳动监察投诉的两年已经过去 {n} 天（到 {day} 止）。", **values)
        return text("向劳动监察投诉还有 {n} 天，到 {day} 止。", **values)
    if one.days_left < 0:
        return text("劳动监察应在 {day} 前办完，已经超过 {n} 个工作日。", **values)
    return text("劳动监察还有 {n} 个工作日办完，到 {day} 止。", **values)


def whole(day: date) -> Text:
    """A day with its year: limits lie years ahead."""
    return text("{y}年{m}月{d}日", y=str(day.year), m=str(day.month), d=str(day.day))


def threshold(one: Deadline, remind_days: Sequence[int]) -> int | None:
    """Which reminder is due: the smallest of the thresholds that the days left have come down to.

    None while it is farther away than all of them; -1 once it is over.
    """
    if one.days_left < 0:
        return -1
    return min((n for n in remind_days if one.days_left <= n), default=None)
