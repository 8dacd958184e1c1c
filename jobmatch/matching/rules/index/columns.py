"""What an index is built from and changed by: columns of numbers, one row a person or posting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.index.asking import OutOfSpan
from jobmatch.matching.rules.index.bits import BITS, words_for
from jobmatch.matching.rules.index.layout import Floats, Ints
from jobmatch.matching.rules.kinship import kinship
from jobmatch.matching.rules.parties import Offer, Seeker

EPOCH = date(1970, 1, 1).toordinal()
# Later than any day that a credential can end on.
FOR_EVER = 10_000_000
LEAST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Frame:
    """What all rows of an index share: its first day, its words of days, numbers for skills."""

    first: date
    words: int
    skills: Mapping[str, int]
    kin: Ints

    @property
    def number(self) -> int:
        """The first day, as days since 1970-01-01."""
        return self.first.toordinal() - EPOCH

    def offset(self, day: date) -> int:
        return day.toordinal() - self.first.toordinal()


def frame_of(first: date, last: date, skills: Sequence[str]) -> Frame:
    """A frame for postings from a first to a last day, with room for a year at least."""
    days = max(LEAST_DAYS, last.toordinal() - first.toordinal() + 1)
    kin = np.array([[kinship(held, wanted) for wanted in skills] for held in skills], np.int64)
    numbers = {name: n for n, name in enumerate(skills)}
    return Frame(first, words_for(days), numbers, kin.reshape(len(skills), len(skills)))


def calendar_of(frame: Frame) -> Ints:
    """Every day of the frame as one number: 20260925."""
    days = np.datetime64(frame.first) + np.arange(frame.words * BITS)
    return one_number(days)


def one_number(days: NDArray[np.datetime64]) -> Ints:
    """Days as year * 10000 + month * 100 + day."""
    months = days.astype("M8[M]")
    month = months.astype(np.int64)
    day = (days.astype("M8[D]") - months.astype("M8[D]")).astype(np.int64)
    found: Ints = (1970 + month // 12) * 10_000 + (month % 12 + 1) * 100 + day + 1
    return found


class PeopleIn(NamedTuple):
    """People by column. rec: the plain fields of layout.PERSON by name; tables begin with the row.

    skills (row, skill, level); proofs (row, skill, level, issued, last day: since 1970);
    brands (row, brand); runs and taken (row, first, last: offsets in the frame)
    """

    rec: Mapping[str, Ints]
    lon: Floats
    lat: Floats
    code: Ints
    digits: Ints
    skills: Ints
    proofs: Ints
    brands: Ints
    runs: Ints
    taken: Ints


class OffersIn(NamedTuple):
    """Postings by column. also (row, skill); days: those that have a place, whole: all that want
    people (row, first, last: offsets in the frame).
    """

    rec: Mapping[str, Ints]
    lon: Floats
    lat: Floats
    code: Ints
    digits: Ints
    also: Ints
    days: Ints
    whole: Ints


def place_numbers(code: str) -> tuple[int, int]:
    """A place code filled up with noughts to 12 digits, and its true length."""
    return int(code.ljust(12, "0")[:12] or "0"), min(12, len(code))


def table(rows: Sequence[Sequence[int]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def people_in(frame: Frame, given: Sequence[tuple[int, Seeker]]) -> PeopleIn:
    """People as the rules see them, by id."""
    rec: list[tuple[int, ...]] = []
    skills, proofs, brands, runs, taken = ([], [], [], [], [])
    for row, (key, who) in enumerate(given):
        born = who.born
        rec.append((
            key, born.year * 10_000 + born.month * 100 + born.day, who.max_km, who.stays_away,
            _or_none(who.home_by), who.least_day_fen, who.no_heavy, _or_none(who.most_minutes),
            who.kept, who.missed, who.need,
        ))  # fmt: skip
        skills += [(row, _skill(frame, s), level) for s, level in who.skills.items()]
        proofs += [
            (row, _skill(frame, p.skill_id), p.level, p.issued_on.toordinal() - EPOCH,
             FOR_EVER if p.expires_on is None else p.expires_on.toordinal() - EPOCH)
            for p in who.proofs
        ]  # fmt: skip
        brands += [(row, brand) for brand in sorted(who.brands)]
        runs += [(row, frame.offset(r.first), frame.offset(r.last)) for r in who.runs]
        taken += [(row, frame.offset(day), frame.offset(day)) for day in who.booked]
    names = (
        "id", "born", "max_km", "stays", "home_by", "least", "no_heavy", "wanted", "kept",
        "missed", "need",
    )  # fmt: skip
    places = [place_numbers(who.home_code) for _, who in given]
    return PeopleIn(
        _named(names, rec),
        np.array([who.lon for _, who in given], dtype=np.float64),
        np.array([who.lat for _, who in given], dtype=np.float64),
        table(places, 2)[:, 0], table(places, 2)[:, 1], table(skills, 3), table(proofs, 5),
        table(brands, 2), table(runs, 3), table(taken, 3),
    )  # fmt: skip


def offers_in(frame: Frame, given: Sequence[tuple[int, Offer, Sequence[date]]]) -> OffersIn:
    """Postings as the rules see them, by id, with all the days that want people, full or not.

    raises  OutOfSpan
    """
    rec: list[tuple[int, ...]] = []
    also, days, whole = ([], [], [])
    for row, (key, what, every_day) in enumerate(given):
        rec.append((
            key, _skill(frame, what.skill_id), what.min_level, what.needs_credential,
            what.lodging, what.ends_at, what.day_minutes, what.usual_minutes, what.law_minutes,
            _or_none(what.day_pay_fen), what.load == "heavy", what.least_age,
            _or_none(what.brand_id), what.min_stay,
        ))  # fmt: skip
        also += [(row, _skill(frame, s)) for s in sorted(what.also_skills)]
        days += [(row, frame.offset(day), frame.offset(day)) for day in what.days]
        whole += [(row, frame.offset(day), frame.offset(day)) for day in every_day]
    if any(last >= frame.words * BITS for _, _, last in (*days, *whole)):
        raise OutOfSpan("a day beyond the frame")
    names = (
        "id", "skill", "level", "needs_proof", "lodging", "ends_at", "minutes", "usual", "law",
        "pay", "heavy", "least_age", "brand", "stay",
    )  # fmt: skip
    places = [place_numbers(what.place_code) for _, what, _ in given]
    return OffersIn(
        _named(names, rec),
        np.array([what.lon for _, what, _ in given], dtype=np.float64),
        np.array([what.lat for _, what, _ in given], dtype=np.float64),
        table(places, 2)[:, 0], table(places, 2)[:, 1], table(also, 2), table(days, 3),
        table(whole, 3),
    )  # fmt: skip


def _named(names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> dict[str, Ints]:
    whole = table(rows, len(names))
    return {name: whole[:, n] for n, name in enumerate(names)}


def _or_none(value: int | None) -> int:
    return -1 if value is None else value


def _skill(frame: Frame, name: str) -> int:
    try:
        return frame.skills[name]
    except KeyError:
        raise OutOfSpan(f"no such skill here: {name}") from None
