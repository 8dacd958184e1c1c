"""Who of thousands fits a posting best: the judgement of `fit` without its words.

What needs no calendar is judged first: most people can then be left without looking at their days.
tests/matching/test_rank.py holds both to the same answer.
"""

from datetime import date
from math import ceil
from typing import Protocol

from jobmatch.kernel.identity import age_on
from jobmatch.matching.rules.fit import (
    DAILY_KM,
    DATES,
    HOME,
    LOAD,
    PAY,
    UNKNOWN_PAY,
    Offer,
    home_at,
    near_points,
)


class Person(Protocol):
    """What a seeker is without skills and days."""

    @property
    def born(self) -> date: ...
    @property
    def max_km(self) -> int: ...
    @property
    def stays_away(self) -> bool: ...
    @property
    def home_by(self) -> int | None: ...
    @property
    def least_day_fen(self) -> int: ...
    @property
    def no_heavy(self) -> bool: ...


def is_out(person: Person, posting: Offer, km: float, first_day: date) -> bool:
    """Whether something stands against it already, whatever the skills, proofs and days are."""
    if km > person.max_km or (posting.load == "heavy" and person.no_heavy):
        return True
    if posting.day_pay_fen is not None and posting.day_pay_fen < person.least_day_fen:
        return True
    if not (posting.lodging and person.stays_away):
        if km > DAILY_KM:
            return True
        if person.home_by is not None and home_at(posting, km) > person.home_by:
            return True
    return age_on(person.born, first_day) < posting.least_age


def most(person: Person, posting: Offer, km: float, skill: int) -> int:
    """No fit of this person comes to more: all days free. skill: points for it."""
    return ceil(_sum(person, posting, km, skill, DATES))


def value(person: Person, posting: Offer, km: float, skill: int, share: float) -> int:
    """The value of the fit. share: of the posting's days, those on which the person can come."""
    return round(_sum(person, posting, km, skill, DATES * share))


def _sum(person: Person, posting: Offer, km: float, skill: int, dates: float) -> float:
    pay = UNKNOWN_PAY if posting.day_pay_fen is None else PAY
    return sum((skill, dates, near_points(km, person.max_km), HOME, pay, LOAD))
