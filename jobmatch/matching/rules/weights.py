"""What each view of a match is worth: a dated table, in hundredths of a point."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

NAME = "matching.weights"
# A perfect match: 100 points.
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Weights:
    """Hundredths of a point, whole; the defaults are the first row of the dated table.

    skill .. brand     the most that each view gives; together 10,000
    second .. branch   what another kinship than the own skill gives instead of `skill`
    level_step         taken off for each level under the one that is asked for
    priority_most      the most that a household near the line adds, among those who fit
    daily_km, road_kmh farther than this nobody goes and comes back each day; speed of the way
    near_km            at this distance half of the points for nearness are left
    usual_day_fen      day's pay from which on the points for pay grow, up to half as much again
    older_from         full years from which on heavy work counts half
    """

    skill: int = 4_000
    dates: int = 2_500
    near: int = 1_000
    pay: int = 700
    credential: int = 300
    home: int = 400
    hours: int = 200
    load: int = 400
    kept: int = 300
    brand: int = 200
    second: int = 3_200
    related: int = 2_400
    hand: int = 1_200
    branch: int = 500
    level_step: int = 300
    priority_most: int = 100
    daily_km: int = 80
    road_kmh: int = 40
    near_km: int = 20
    usual_day_fen: int = 15_000
    older_from: int = 60


PARTS = (
    "skill", "dates", "near", "pay", "credential", "home", "hours", "load", "kept", "brand",
)  # fmt: skip
# A gift of more than five points would be no tie-break any longer.
MOST_PRIORITY = 500


def weights_of(table: Mapping[str, object]) -> Weights:
    """The weights of one row of the dated table; what it does not name keeps its default.

    raises  ValueError for an unknown name, anything but whole numbers from 0 on, parts that do not
            come to 10,000 together, kinships out of order, or more priority than 500
    """
    known = {field.name for field in fields(Weights)}
    given: dict[str, int] = {}
    for name, value in table.items():
        if name not in known:
            raise ValueError(f"no such weight: {name}")
        if type(value) is not int or value < 0:
            raise ValueError(f"{name} must be a whole number from 0 on")
        given[name] = value
    found = Weights(**given)
    if sum(getattr(found, part) for part in PARTS) != WHOLE:
        raise ValueError(f"the parts must come to {WHOLE} together")
    if not found.skill >= found.second >= found.related >= found.hand >= found.branch:
        raise ValueError("skill, second, related, hand, branch must not grow")
    if found.priority_most > MOST_PRIORITY:
        raise ValueError(f"priority_most is at most {MOST_PRIORITY}")
    if 0 in (found.road_kmh, found.near_km, found.usual_day_fen):
        raise ValueError("road_kmh, near_km and usual_day_fen are at least 1")
    return found
