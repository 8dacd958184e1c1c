"""What law says of work at many places, read once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jobmatch.infra.dated import NoRule, RuleRow

# The rule tables begin with this.
PREFIX = "work."
# What law allows where no row of the dated tables says otherwise (Labor Law art. 36, 41).
DAY_MINUTES, OVERTIME_MINUTES = 480, 180


@dataclass(frozen=True, slots=True)
class Law:
    """What holds at a place: least ages in full years, for heavy work too; minutes of a day."""

    least_age: int
    heavy_age: int
    usual_minutes: int
    law_minutes: int


class Laws:
    """What holds at any number of places on a day, from the rows of the rule tables."""

    def __init__(self, rows: Iterable[RuleRow], day: date) -> None:
        self._values: dict[tuple[str, str], tuple[date, int]] = {}
        self._found: dict[str, Law] = {}
        for row in rows:
            key = (row.name, row.place_code)
            if row.valid_from <= day and type(row.value) is int:
                newest = self._values.get(key)
                if newest is None or newest[0] < row.valid_from:
                    self._values[key] = (row.valid_from, row.value)

    def at(self, place: str) -> Law:
        """raises NoRule where no least age is known"""
        if place not in self._found:
            usual = self._value("work.day_minutes", place, DAY_MINUTES)
            more = self._value("work.overtime_day_minutes", place, OVERTIME_MINUTES)
            self._found[place] = Law(
                self._value("work.least_age", place), self._value("work.hazard_age", place),
                usual, usual + more,
            )  # fmt: skip
        return self._found[place]

    def _value(self, name: str, place: str, otherwise: int | None = None) -> int:
        for digits in range(len(place), -1, -1):
            if found := self._values.get((name, place[:digits])):
                return found[1]
        if otherwise is None:
            raise NoRule(f"{name} at {place or 'anywhere'}")
        return otherwise
