"""The season: which work is when, by the crop calendar, moved so that today is in its middle."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jobmatch.kernel.periods import Days, month_of

FOLDER = Path(__file__).resolve().parent.parent / "data" / "season"
# The day of the real season that today stands for: sorting at its height, potatoes ending.
PEAK = (9, 28)


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of seasonal work: what a posting of it says, and when it is in season."""

    skill_id: str
    title: str
    work_text: str
    pay_kind: str
    rate_fen: int
    piece_unit: str
    piece_lot: int
    usual_day_pieces: int | None
    day_minutes: int
    starts_at: int
    ends_at: int
    meals: bool
    lodging: bool
    transport: bool
    load: str
    lift_kg: int
    weight: int
    season: Days


def dekad(text: str, year: int, *, end: bool) -> date:
    """The first or last day of a month-dekad: "9-2" is the middle of September."""
    month, _, part = text.partition("-")
    first = date(year, int(month), (int(part) - 1) * 10 + 1)
    if not end:
        return first
    return month_of(first).last if part == "3" else first + timedelta(days=9)


def load_works(today: date) -> list[Work]:
    """The works of the season around the peak, their windows moved to stand around today."""
    shift = today - date(today.year, *PEAK)
    windows = _windows(today.year)
    works = []
    with (FOLDER / "works.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            region, _, other = row["calendar_region"].partition("|")
            window = windows[other or row["skill_id"], region]
            works.append(_work(row, Days(window.first + shift, window.last + shift)))
    return works


def _windows(year: int) -> dict[tuple[str, str], Days]:
    windows = {}
    with (FOLDER / "crop_calendar.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first = dekad(row["start_month_dekad"], year, end=False)
            last = dekad(row["end_month_dekad"], year, end=True)
            if last < first:
                last = last.replace(year=year + 1)
            windows[row["skill_id"], row["region"]] = Days(first, last)
    return windows


def _work(row: dict[str, str], season: Days) -> Work:
    return Work(
        skill_id=row["skill_id"],
        title=row["title"],
        work_text=row["work_text"],
        pay_kind=row["pay_kind"],
        rate_fen=int(row["rate_fen"]),
        piece_unit=row["piece_unit"],
        piece_lot=int(row["piece_lot"]),
        usual_day_pieces=int(row["usual_day_pieces"]) if row["usual_day_pieces"] else None,
        day_minutes=int(row["day_minutes"]),
        starts_at=int(row["starts_at"]),
        ends_at=int(row["ends_at"]),
        meals=row["meals"] == "1",
        lodging=row["lodging"] == "1",
        transport=row["transport"] == "1",
        load=row["load"],
        lift_kg=int(row["lift_kg"]),
        weight=int(row["weight"]),
        season=season,
    )
