"""What comes off somebody's pay: deductions of agreed kinds, and wages paid ahead.

Order: what law takes (tax, social insurance), then agreed deductions, then advances; within each
the oldest first. Nothing comes off that breaks the bounds of its kind; the rest is carried over.
source: Labor Law art. 50; Interim Rules on Wage Payment art. 15 and 16 (damage: at most a fifth of
        the month's pay, and what is left is at least the minimum wage). docs/rules/wage.md
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from jobmatch.kernel.money import share_of


class Kind(StrEnum):
    """advance: wages paid ahead (借支); the others are deductions (扣款)."""

    ADVANCE = "advance"
    MEALS = "meals"
    LODGING = "lodging"
    DAMAGE = "damage"
    TAX = "tax"
    SOCIAL = "social"


RANK = {
    Kind.TAX: 0, Kind.SOCIAL: 1, Kind.MEALS: 2, Kind.LODGING: 3, Kind.DAMAGE: 4, Kind.ADVANCE: 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bound:
    """What a kind may take at a place on a day, out of the dated tables.

    percent         of the gross pay, of all charges of this kind together; 0: not allowed
    needs_consent   only what the worker agreed to
    keeps_minimum   what is left is at least the minimum wage of the hours
    """

    percent: int
    needs_consent: bool
    keeps_minimum: bool


@dataclass(frozen=True, slots=True)
class Charge:
    """What is still to come off, in fen; day: when it happened."""

    key: int
    kind: Kind
    day: date
    left_fen: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What came off for a charge, in fen, at least 1."""

    charge: Charge
    fen: int


def take(
    gross_fen: int, minimum_fen: int, charges: Iterable[Charge], bounds: Mapping[Kind, Bound]
) -> list[Taken]:
    """What of the charges comes off this pay, in the order in which it comes off.

    gross_fen, minimum_fen  the pay, and the least that its hours are worth by law
    A kind without a bound takes nothing. What comes off never exceeds the pay.
    raises   ValueError for a negative amount, or a charge with nothing left
    """
    given = sorted(charges, key=lambda c: (RANK[c.kind], c.day, c.key))
    if min(gross_fen, minimum_fen) < 0 or any(charge.left_fen < 1 for charge in given):
        raise ValueError("pay is not negative, and a charge has something left")
    left = gross_fen
    of_kind: dict[Kind, int] = defaultdict(int)
    found = []
    for charge in given:
        bound = bounds.get(charge.kind)
        if bound is None:
            continue
        most = gross_fen * bound.percent // 100 - of_kind[charge.kind]
        room = left - minimum_fen if bound.keeps_minimum else left
        fen = min(charge.left_fen, most, room)
        if fen > 0:
            found.append(Taken(charge, fen))
            of_kind[charge.kind] += fen
            left -= fen
    return found


def least_for(minutes: int, least_hour_fen: int | None) -> int:
    """Fen that so many minutes are worth at least; 0 where no minimum is on record."""
    return share_of(least_hour_fen, minutes, 60) if least_hour_fen else 0


@dataclass(frozen=True, slots=True)
class Pay:
    """A slip to be: its key, gross pay and least pay of its hours in fen, and what holds there."""

    key: int
    gross_fen: int
    minimum_fen: int
    bounds: Mapping[Kind, Bound]


def spread(pays: Iterable[Pay], charges: Iterable[Charge]) -> dict[int, list[Taken]]:
    """What comes off several slips of one person: each takes what it may, the next of the rest."""
    left = {charge.key: charge for charge in charges}
    found = {}
    for pay in pays:
        taken = take(pay.gross_fen, pay.minimum_fen, left.values(), pay.bounds)
        for each in taken:
            charge = left.pop(each.charge.key)
            if each.fen < charge.left_fen:
                left[charge.key] = replace(charge, left_fen=charge.left_fen - each.fen)
        found[pay.key] = taken
    return found
