"""How near the line watch comes to what a year really brought, on made-up households.

    python3 manage.py benchmark forecast [--households 4000] [--seed 1] [--calibrate]

Households are drawn by a process of its own that knows nothing of the method: people who work by
the day, by season and in spells, away or at home; harvests sold sooner or later at the year's
price; leases, pensions, costs; illness, lost work, records that begin late. On days of the third
year each is forecast from what is on record then and compared with what the whole year brought,
beside two naive ways: last year's same months for the rest, and the year so far as a straight
line. Half the households (even) set the spread with --calibrate; figures are of the other half.
"""

import argparse
from collections import defaultdict
from dataclasses import replace
from datetime import date
from random import Random

from jobmatch.households.rules.income import net_income
from jobmatch.households.rules.kinds import Source
from jobmatch.kernel.periods import Days, add_months, month_of
from jobmatch.monitoring.rules.forecast import Known, Params, forecast

YEAR = 2026
FIRST = date(YEAR - 2, 1, 1)
WHEN = tuple(date(YEAR, m, d) for m, d in ((3, 31), (6, 30), (8, 31), (9, 30), (10, 31), (11, 22)))
SEASON = dict(zip(range(1, 13), (21, 42, 81, 106, 134, 106, 91, 88, 204, 190, 91, 46), strict=True))
LINE = 880_000
WHOLE_YEAR = Days(date(YEAR, 1, 1), date(YEAR, 12, 31))

Flows = dict[date, dict[Source, int]]  # by day


def household(rng: Random, shocks: dict[tuple[str, int], float]) -> tuple[int, Flows, date]:
    """Members, what came and went by day, and the first day on record."""
    members = rng.choice((1, 2, 2, 3, 3, 4, 5))
    flows: Flows = defaultdict(lambda: defaultdict(int))
    for _ in range(min(members, rng.choice((0, 1, 1, 1, 2)))):
        _hand(rng, flows, shocks)
    if rng.random() < 0.7:
        _harvest(rng, flows, shocks)
    _regular(rng, flows, members)
    since = FIRST if rng.random() < 0.8 else add_months(FIRST, rng.randrange(10, 21))
    return members, flows, since


def _hand(rng: Random, flows: Flows, shocks: dict[tuple[str, int], float]) -> None:
    """Somebody who works: by the day near home, or away in spells of months."""
    away, busy = rng.random() < 0.3, rng.uniform(0.15, 0.75)
    pay, peak = rng.uniform(13_000, 22_000), rng.randrange(-1, 2)
    ill_from = FIRST if rng.random() > 0.08 else add_months(FIRST, rng.randrange(36))
    ill = rng.randrange(3, 8) if ill_from > FIRST else 0
    state, spell = 0.0, rng.random() < 0.6
    month = FIRST
    while month.year <= YEAR:
        state = 0.6 * state + rng.gauss(0, 0.35)
        if rng.random() < 0.12:
            spell = not spell
        if away:
            share = (0.85 if spell else 0.1) * (0.4 if month.month in (1, 2) else 1.0)
        else:
            season = SEASON[(month.month - 1 + peak) % 12 + 1] / 100
            share = busy * season * 2.718 ** (state - 0.1) * shocks["work", month.year]
        if ill_from <= month < add_months(ill_from, ill):
            share = 0.0
        grown = pay * 1.05 ** (month.year - FIRST.year)
        for day in month_of(month):
            if rng.random() < min(0.95, share) * 26 / 30:
                flows[day][Source.WAGE] += int(grown)
        month = add_months(month, 1)


def _harvest(rng: Random, flows: Flows, shocks: dict[tuple[str, int], float]) -> None:
    """A farm: sold once or twice a year, earlier or later, at the year's price; sown in spring."""
    whole, usual = rng.uniform(300_000, 2_500_000), rng.choice((9, 10, 10, 11))
    for year in range(FIRST.year, YEAR + 1):
        got = whole * shocks["price", year] * 2.718 ** rng.gauss(0, 0.25)
        for part in (0.6, 0.4) if rng.random() < 0.5 else (1.0,):
            month = min(12, max(7, usual + rng.randrange(-1, 3)))
            flows[date(year, month, rng.randrange(1, 29))][Source.BUSINESS] += int(got * part)
        for month in (4, 7):
            spent = whole * rng.uniform(0.12, 0.22)
            flows[date(year, month, rng.randrange(1, 29))][Source.COST] += int(spent)


def _regular(rng: Random, flows: Flows, members: int) -> None:
    """Pensions by month, subsidies in summer, leases and dividends once a year."""
    pension = rng.choice((0, 0, 13_000, 16_000)) * rng.randrange(0, 3)
    lease, at = rng.choice((0, 0, rng.randrange(80_000, 400_000))), rng.choice((3, 4, 11, 12))
    for year in range(FIRST.year, YEAR + 1):
        for month in range(1, 13):
            flows[date(year, month, 10)][Source.TRANSFER] += pension
        flows[date(year, rng.choice((6, 6, 7)), 20)][Source.TRANSFER] += 30_000 * members
        if lease:
            month = min(12, at + rng.choice((0, 0, 1)))
            flows[date(year, month, 15)][Source.PROPERTY] += int(lease * rng.uniform(0.9, 1.1))
        if rng.random() < 0.3:
            flows[date(year, 12, 20)][Source.PROPERTY] += rng.randrange(20_000, 100_000)


def known_on(flows: Flows, since: date, today: date, rng: Random) -> Known:
    """What the books show on a day, and the work that is agreed for the next thirty days."""
    booked: dict[date, dict[Source, int]] = {}
    agreed: dict[date, int] = defaultdict(int)
    for day, sums in flows.items():
        if since <= day <= today:
            month = booked.setdefault(day.replace(day=1), {})
            for source, fen in sums.items():
                month[source] = month.get(source, 0) + fen
        elif today < day and (day - today).days <= 30:
            wage = sums.get(Source.WAGE, 0)
            if wage and rng.random() < 0.6:
                agreed[day.replace(day=1)] += wage
                if rng.random() < 0.1:  # agreed too, and will not be
                    agreed[day.replace(day=1)] += wage
    return Known(booked, agreed)


def net(flows: Flows, first: date, last: date) -> int:
    sums: dict[Source, int] = defaultdict(int)
    for day, found in flows.items():
        if first <= day <= last:
            for source, fen in found.items():
                sums[source] += fen
    return net_income(sums)


class Tally:
    """Errors per head and hits of one day of the year."""

    def __init__(self) -> None:
        self.n = self.inside = self.under = 0
        self.off: dict[str, float] = defaultdict(float)
        self.hit: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])  # said and is, said, is

    def add(self, members: int, truth: int, ways: dict[str, int], low: int, high: int) -> None:
        self.n += 1
        self.inside += low <= truth <= high
        is_under = truth < LINE * members
        for way, value in ways.items():
            self.off[way] += abs(value - truth) / members / 100
            says = value < LINE * members
            hit = self.hit[way]
            hit[0] += says and is_under
            hit[1] += says
            hit[2] += is_under


def run(households: int, seed: int, params: Params, *, odd: bool) -> dict[date, Tally]:
    rng = Random(seed)
    shocks = {("work", y): rng.uniform(0.85, 1.15) for y in range(FIRST.year, YEAR + 1)}
    shocks |= {("price", y): rng.uniform(0.8, 1.2) for y in range(FIRST.year, YEAR + 1)}
    tallies = {day: Tally() for day in WHEN}
    for order in range(households):
        one = Random(f"{seed}:{order}")
        members, flows, since = household(one, shocks)
        if (order % 2 == 1) is not odd:
            continue
        truth = net(flows, WHOLE_YEAR.first, WHOLE_YEAR.last)
        for day, tally in tallies.items():
            found = forecast(known_on(flows, since, day, one), day, WHOLE_YEAR, params)
            before = add_months(day, -12)
            gone = (day - WHOLE_YEAR.first).days + 1
            rest = net(
                {d: f for d, f in flows.items() if d >= since}, before, date(YEAR - 1, 12, 31)
            )
            ways = {
                "line watch": found.likely,
                "last year's same months": found.so_far + rest,
                "straight line": found.so_far * 365 // gone,
            }
            tally.add(members, truth, ways, found.low, found.high)
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--households", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calibrate", action="store_true")
    given = parser.parse_args()
    params = Params(season=SEASON)
    if given.calibrate:
        for spread in range(80, 241, 10):
            found = run(given.households, given.seed, replace(params, spread=spread), odd=False)
            inside = sum(t.inside for t in found.values()) / sum(t.n for t in found.values())
            print(f"spread {spread}: {inside:.1%} inside")
    print(
        "day         inside  | off, yuan a head: ours, ratio to last year, to straight line | "
        "found under the line: precision, recall; last year; straight"
    )
    for day, tally in run(given.households, given.seed, params, odd=True).items():
        ours, last, line = (tally.off[w] / tally.n for w in tally.off)
        told = [
            f"{both / max(1, said):.2f} {both / max(1, is_so):.2f}"
            for both, said, is_so in tally.hit.values()
        ]
        print(
            f"{day}  {tally.inside / tally.n:6.1%}  | {ours:7.0f}  {ours / last:.2f}  "
            f"{ours / line:.2f} | {'; '.join(told)}  (n {tally.n})"
        )


if __name__ == "__main__":
    main()
