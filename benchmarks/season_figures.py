"""The figures that a season plan is held against: which runs each needs, and what they must say."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from benchmarks.season_runs import Job, Row, gap_of

SEEDS = (1, 2, 3, 4, 5)
# Two seats: as many pairs and places as the county's season that the figures were set for.
COUNTY = Job("ours", 20_000, 500, 300, counties=2)
REGION = Job("ours", 240_000, 5_000, 900, counties=12)
# From county to region: workers, postings, seats.
SIZES = ((20_000, 500, 2), (40_000, 1_000, 3), (80_000, 2_000, 5), (240_000, 5_000, 12))
GROWTH_GAP = 0.02
Rows = Sequence[Row]


@dataclass(frozen=True, slots=True)
class Said:
    """by_clock, by_work: what was measured, in words, in seconds of the clock or the processor."""

    by_clock: str
    by_work: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """asks: the figure in words; jobs: the runs it needs; judge: reads their rows."""

    name: str
    asks: str
    jobs: tuple[Job, ...]
    judge: Callable[[Rows], Said]
    is_long: bool = False


def seeded(job: Job, seeds: Sequence[int]) -> tuple[Job, ...]:
    return tuple(replace(job, seed=seed) for seed in seeds)


def figures(seeds: Sequence[int], by: str) -> list[Figure]:
    """All but the days (season_days), replanning and the cluster, which have their own commands."""
    clock = 0 if by == "clock" else 1
    county = seeded(replace(COUNTY, by=by), seeds)

    def at(seconds: float, most: float) -> Callable[[Rows], Said]:
        return gap_at(seconds, most, clock)

    greedy = seeded(Job("greedy", 20_000, 500, 300, counties=2), seeds)
    rest = seeded(Job("ours", 20_000, 500, 120, counties=2, max_run=6, by=by), seeds)
    some = seeded(Job("ours", 1_000, 25, 30, by=by), seeds)
    few = seeded(Job("ours", 300, 8, 30, by=by), seeds)
    region = (replace(REGION, by=by),)
    grown = tuple(
        Job("ours", workers, postings, 600, counties=counties, by=by, gap=GROWTH_GAP)
        for workers, postings, counties in SIZES
    )
    # Few skills, so that crews want the same places.
    crew = Job("ours", 230, 12, 120, days=45, crewed=1.0, whole=1.0, skills=4, by=by)
    crews = seeded(crew, seeds)
    more = seeded(replace(crew, workers=2_300, postings=120), seeds)
    size = "20,000 x 500"
    return [
        Figure("first", f"{size}: a plan with a bound within 10 s, gap 5 %", county,
               at(10, 0.05)),
        Figure("45", f"{size}: 1.0 % at 45 s", county, at(45, 0.01)),
        Figure("120", f"{size}: 0.5 % at 120 s", county, at(120, 0.005)),
        Figure("300", f"{size}: 0.2 % at 300 s", county, at(300, 0.002)),
        Figure("memory", f"{size}: memory under 1 GB", county, memory(1024)),
        Figure("greedy", f"{size}: 14 % more value than greedy", (*county, *greedy), over_greedy),
        Figure("rest", f"{size}, rest after 6 days: 2 % at 120 s", rest, at(120, 0.02)),
        Figure("some", "1,000 x 25: 0.1 % at 30 s", some, at(30, 0.001)),
        Figure("few", "300 x 8: the optimum, proven", few, at(30, 0.0)),
        Figure("crews", "20 whole crews x 45 days x 12 postings: 5 %", crews, by_places(0.05)),
        Figure("crews200", "200 whole crews x 45 days x 120 postings: 3 %", more, by_places(0.03)),
        Figure("growth", "time to a 2 % gap from county to region: at most pairs^1.1", grown,
               growth(clock), True),
        Figure("region", "240,000 x 5,000: 1.3 % at 15 minutes", region, at(900, 0.013), True),
        Figure("region_memory", "240,000 x 5,000: memory under 3 GB", region, memory(3072), True),
    ]  # fmt: skip


def curve(row: Row) -> list[tuple[float, float, int, int]]:
    """(seconds of the clock, of the processor, value, bound) of a run, since the search began."""
    at, work = row.get("built", 0.0), row.get("built_cpu", 0.0)
    points = [(c - at, w - work, v, b) for c, w, v, b in row["curve"]]
    # What is found at one blow has no way there.
    points.append((row.get("search", math.inf), row.get("search_cpu", math.inf), row["value"],
                   row["bound"]))  # fmt: skip
    return [point for point in points if gap_of(point[2], point[3]) is not None]


def gap_by(row: Row, seconds: float, clock: int) -> float | None:
    """The gap of a run so long after its beginning; clock: 0 by the clock, 1 by the processor."""
    known = [point for point in curve(row) if point[clock] <= seconds * 1.02]
    return min((gap_of(v, b) for _, _, v, b in known), default=None)  # type: ignore[type-var]


def gap_at(seconds: float, most: float, by: int = 0) -> Callable[[Rows], Said]:
    """by: whose seconds decide, 0 the clock's, 1 the processor's; both are told."""

    def judge(rows: Rows) -> Said:
        words = []
        for clock in (0, 1):
            gaps = [gap_by(row, seconds, clock) for row in rows]
            is_met = all(gap is not None and gap <= most for gap in gaps)
            words.append((spread(gaps), is_met))
        return Said(words[0][0], words[1][0], words[by][1])

    return judge


def spread(gaps: Sequence[float | None]) -> str:
    """ "0.20 to 0.31 %", or one figure where all are the same."""
    known = [f"{gap * 100:.3f}" for gap in sorted(gap for gap in gaps if gap is not None)]
    missing = f", {len(gaps) - len(known)} without" if len(known) < len(gaps) else ""
    if not known:
        return "-"
    return (known[0] if known[0] == known[-1] else f"{known[0]} to {known[-1]}") + " %" + missing


def memory(most: int) -> Callable[[Rows], Said]:
    def judge(rows: Rows) -> Said:
        peak = max(row["mb"] for row in rows)
        return Said(f"{peak:,} MB", "", peak < most)

    return judge


def over_greedy(rows: Rows) -> Said:
    """Also told: how much more than greedy's any plan could be worth, by the bound."""
    half = len(rows) // 2
    both = [(mine, theirs["value"]) for mine, theirs in zip(rows[:half], rows[half:], strict=True)
            if mine["value"] and theirs["value"]]  # fmt: skip
    more = [mine["value"] / theirs - 1 for mine, theirs in both]
    most = [mine["bound"] / theirs - 1 for mine, theirs in both]
    is_met = len(more) == half and min(more) >= 0.14
    return Said(f"{spread(more)}; no plan more than {spread(most)}", "", is_met)


def by_places(most: float) -> Callable[[Rows], Said]:
    """Of whole crews the gap is asked for in places served: points between value and bound, by 100,
    to the places that the plan fills.
    """

    def judge(rows: Rows) -> Said:
        gaps = [gap_of(row["value"], row["bound"]) for row in rows]
        served = [(row["bound"] - row["value"]) / 100 / max(1, row["filled"]) for row in rows
                  if row["value"] is not None]  # fmt: skip
        is_met = len(served) == len(rows) and max(served) <= most
        return Said(f"{spread(served)} of places served ({spread(gaps)} of value)", "", is_met)

    return judge


def times_to_gap(rows: Rows, clock: int) -> list[tuple[float, float]]:
    """(pairs, seconds until the gap of the growth figure) of each run that came to it."""
    found = []
    for row in rows:
        spent = [point[clock] for point in curve(row) if (point[3] - point[2]) / point[3]
                 <= GROWTH_GAP]  # fmt: skip
        if spent:
            found.append((float(row["pairs"]), spent[0]))
    return found


def exponent(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """(a, e) of the line a x pairs^e through the points, by least squares of the logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(y) for _, y in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    wide = sum((one - x) ** 2 for one in xs)
    e = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / wide
    return math.exp(y - e * x), e


def growth(by: int) -> Callable[[Rows], Said]:
    def judge(rows: Rows) -> Said:
        words, is_met = [], []
        for clock in (0, 1):
            points = times_to_gap(rows, clock)
            if len(points) < 2:
                return Said("too few runs came to it", "", False)
            power = exponent(points)[1]
            times = ", ".join(f"{spent:.1f} s" for _, spent in points)
            words.append(f"pairs^{power:.2f} ({times})")
            is_met.append(power <= 1.1 and len(points) == len(rows))
        return Said(words[0], words[1], is_met[by])

    return judge


def jobs_of(wanted: Sequence[Figure]) -> list[Job]:
    """Each run once, in order."""
    return list(dict.fromkeys(chain.from_iterable(figure.jobs for figure in wanted)))
