"""A household's net income to the end of the year: low, likely, high. In whole fen.

docs/rules/line-watch.md tells the method, its worked table and how it did on made-up households.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isqrt

from jobmatch.households.rules.income import net_income
from jobmatch.households.rules.kinds import Source
from jobmatch.kernel.money import share_of
from jobmatch.kernel.periods import Days, add_months, month_of

Months = Mapping[date, Mapping[Source, int]]

OTHERS = (Source.BUSINESS, Source.PROPERTY, Source.TRANSFER, Source.COST)
# This year against last: half to twice, drawn towards the same by so many usual months.
LEAST_TREND, MOST_TREND, DRAWN = 50, 200, 9
# With fewer months to compare than this, what a household's wages vary by is taken from the rule.
LEAST_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Params:
    """Dated numbers, all in percent unless said.

    kept     so much of agreed work comes to pay; the rest rains out or is given back
    spread   how wide low and high stand: so many per cent of the deviation to each side
    wage     deviation of wages that are expected from history, where the own months tell too little
    other    deviation of what other sources bring yet
    season   by month (1 to 12): work of that month where 100 is an average one
    """

    kept: int = 90
    spread: int = 170
    wage: int = 40
    other: int = 30
    season: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a household on a day.

    booked   fen by month (its first day) and source: as far back as it goes, the present month too
    agreed   fen by month from work that is done and not booked, or agreed and to come
    """

    booked: Months
    agreed: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Net income of the whole household in the year, in fen.

    so_far    booked; rest: expected on top by source, costs positive
    agreed    that part of the rest's wages which is done or agreed already
    has_last_year   whether the books reach back to what is left of last year
    """

    so_far: int
    rest: Mapping[Source, int]
    agreed: int
    low: int
    likely: int
    high: int
    has_last_year: bool


def left_of(today: date, year: Days) -> list[tuple[date, int, int]]:
    """The months left of a year from tomorrow on: first day, days left of it, days in it."""
    found = []
    first = today.replace(day=1)
    while first <= year.last:
        month = month_of(first)
        days = (month.last - max(today, date.fromordinal(first.toordinal() - 1))).days
        if days:
            found.append((first, days, len(month)))
        first = add_months(first, 1)
    return found


def forecast(known: Known, today: date, year: Days, params: Params) -> Forecast:
    """What the year comes to. raises ValueError for a day outside the year."""
    if today not in year:
        raise ValueError("the day is not in the year")
    left = left_of(today, year)
    so_far = {source: _sum(known.booked, source, year.first, today) for source in Source}
    since = min((month for month, sums in known.booked.items() if any(sums.values())), default=None)
    has_last_year = since is not None and since <= add_months(today.replace(day=1), -12)
    wages, agreed, wage_square = _wages(known, today, year, left, params, since)
    rest, square = {Source.WAGE: wages}, wage_square
    for source in OTHERS:
        rest[source], one = _other(known.booked, source, so_far[source], today, year, left, params)
        square += one
    net = net_income(so_far)
    likely = net + net_income(rest)
    spread = share_of(isqrt(square), params.spread, 100)
    return Forecast(net, rest, agreed, likely - spread, likely, likely + spread, has_last_year)


def _sum(booked: Months, source: Source, first: date, last: date) -> int:
    return sum(sums.get(source, 0) for month, sums in booked.items() if first <= month <= last)


def _wages(
    known: Known, today: date, year: Days, left: Sequence[tuple[date, int, int]], params: Params,
    since: date | None,
) -> tuple[int, int, int]:  # fmt: skip
    """Wages yet to come, those that are agreed of them, and the square of their deviation.

    Month by month the greater of what is agreed and what history expects: agreed work is part of
    what history would have brought, not on top of it.
    """
    expected, agreed, unsure = 0, 0, 0
    trend = _trend(known.booked, today, year)
    for month, days, whole in left:
        usual = max(0, share_of(_usual_month(known.booked, month, today, params, since, trend),
                                days, whole))  # fmt: skip
        sure = share_of(known.agreed.get(month, 0), params.kept, 100)
        agreed += sure
        expected += max(sure, usual)
        unsure += max(0, usual - sure)
    own = _own_deviation(known.booked, today, trend, since)
    if own is None:
        deviation = share_of(unsure, params.wage, 100)
    else:
        # Months vary apart from each other: of n of them the deviations add as squares.
        deviation = isqrt(own * own * len(left) * (len(left) + 1) // 2) if unsure else 0
    rained_out = agreed * (100 - params.kept) // 100
    return expected, agreed, deviation * deviation + rained_out * rained_out


def _usual_month(
    booked: Months, month: date, today: date, params: Params, since: date | None, trend: int
) -> int:
    """What wages history expects of a whole month."""
    recent = [
        m
        for n in range(1, 13)
        if since is not None and (m := add_months(today.replace(day=1), -n)) >= since
    ]
    season = sum(params.season.get(m.month, 100) for m in recent)
    wages = sum(booked.get(m, {}).get(Source.WAGE, 0) for m in recent)
    mean = share_of(wages, params.season.get(month.month, 100), season) if season else 0
    before = add_months(month, -12)
    if since is None or since > before:
        return mean
    then = share_of(booked.get(before, {}).get(Source.WAGE, 0), trend, 100)
    return (then + mean) // 2


def _trend(booked: Months, today: date, year: Days) -> int:
    """This year's full months against the same of last year, in per cent, drawn towards 100."""
    months = [m for n in range(12) if (m := add_months(year.first, n)) < today.replace(day=1)]
    ours = sum(booked.get(m, {}).get(Source.WAGE, 0) for m in months)
    then = sum(booked.get(add_months(m, -12), {}).get(Source.WAGE, 0) for m in months)
    whole = sum(
        booked.get(add_months(year.first, n - 12), {}).get(Source.WAGE, 0) for n in range(12)
    )
    drawn = DRAWN * whole // 12
    if then + drawn <= 0:
        return 100
    return min(MOST_TREND, max(LEAST_TREND, share_of(100, ours + drawn, then + drawn)))


def _own_deviation(booked: Months, today: date, trend: int, since: date | None) -> int | None:
    """How far a month's wages stand from the same month of last year, on average; None for too
    few months to tell.
    """
    first = today.replace(day=1)
    gaps = []
    for n in range(1, 13):
        month, before = add_months(first, -n), add_months(first, -n - 12)
        if since is not None and since <= before:
            then = share_of(booked.get(before, {}).get(Source.WAGE, 0), trend, 100)
            gaps.append(abs(booked.get(month, {}).get(Source.WAGE, 0) - then))
    return sum(gaps) // len(gaps) if len(gaps) >= LEAST_PAIRS else None


def _other(
    booked: Months, source: Source, so_far: int, today: date, year: Days,
    left: Sequence[tuple[date, int, int]], params: Params,
) -> tuple[int, int]:  # fmt: skip
    """What a source brings yet, and the square of its deviation.

    Harvests are sold once, some years earlier than others: between what the same months brought
    last year and what lacks to last year's whole, half way.
    """
    same = sum(
        share_of(booked.get(add_months(month, -12), {}).get(source, 0), days, whole)
        for month, days, whole in left
    )
    then = _sum(booked, source, add_months(year.first, -12), add_months(year.first, -1))
    lacking = max(0, then - so_far)
    expected = max(0, (same + lacking) // 2)
    apart, varies = (same - lacking) // 2, share_of(expected, params.other, 100)
    return expected, apart * apart + varies * varies
