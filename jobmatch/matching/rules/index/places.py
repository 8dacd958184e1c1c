"""Distances between spots: `places.rules.road_km`, rounded as `score.whole_km` does."""

from math import asin, cos, pi, sin, sqrt
from typing import NamedTuple

import numpy as np

from jobmatch.matching.rules.index.jit import compiled, inlined
from jobmatch.matching.rules.index.layout import Floats, Small, Spots
from jobmatch.places.rules.distance import (
    EARTH_KM,
    ROADS_ARE_LONGER,
    SAME_COUNTY_KM,
    SAME_POINT_KM,
    SAME_TOWNSHIP_KM,
)

UNKNOWN = -1
# Degrees in which nothing within so many km can be missed: a degree of latitude is 111.19 km.
KM_PER_DEGREE = 111.0
TENTHS = np.array([10**n for n in range(13)], dtype=np.int64)


@compiled
def by_point(spots: Spots, a: int, b: int) -> float:
    """Kilometres by road between the points of two spots, whatever their codes."""
    north = sin((spots.y[b] - spots.y[a]) / 2)
    east = sin((spots.x[b] - spots.x[a]) / 2)
    chord = north * north + spots.cos_y[a] * spots.cos_y[b] * (east * east)
    return ROADS_ARE_LONGER * (2 * EARTH_KM * asin(min(1.0, sqrt(chord))))


@compiled
def whole(spots: Spots, a: int, b: int, road: float) -> int:
    """Whole km by road, once the points' distance is known: the codes may say more."""
    county = spots.county[a]
    if road <= SAME_COUNTY_KM and county >= 0 and county == spots.county[b]:
        town = spots.township[a]
        if (town < 0 or town != spots.township[b]) and road < SAME_POINT_KM:
            road = SAME_COUNTY_KM
        else:
            road = max(SAME_TOWNSHIP_KM, road)
    return int(road + 0.5)


@compiled
def km_between(spots: Spots, a: int, b: int) -> int:
    """Whole km by road."""
    return whole(spots, a, b, by_point(spots, a, b))


@compiled
def strip(lon: Floats, known: int, west: float, east: float) -> tuple[int, int]:
    """The first `known` spots are sorted: which of them lie from west to east (end excluded)."""
    low, high = 0, known
    while low < high:
        middle = (low + high) // 2
        if lon[middle] < west:
            low = middle + 1
        else:
            high = middle
    begin, high = low, known
    while low < high:
        middle = (low + high) // 2
        if lon[middle] <= east:
            low = middle + 1
        else:
            high = middle
    return begin, low


class Ways(NamedTuple):
    """From one spot to the sorted spots from begin to end (excluded).

    low     km that the way has at least; exact: whole km, UNKNOWN until somebody asks
    """

    here: int
    begin: int
    end: int
    low: Small
    exact: Small


@compiled
def ways(spots: Spots, known: int, here: int, reach: int) -> Ways:
    """The strip of spots in which everything lies that is within `reach` km by road.

    The straight line through the earth is shorter than every way over it, and quickly computed.
    """
    degrees = (reach + 1) / ROADS_ARE_LONGER / KM_PER_DEGREE
    # Parallels grow shorter to the north: the narrowest within reach counts.
    narrow = max(0.05, cos(min(1.5, abs(spots.y[here]) + degrees * pi / 180)))
    wide = degrees / narrow
    begin, end = strip(spots.lon, known, spots.lon[here] - wide, spots.lon[here] + wide)
    low = np.empty(end - begin, dtype=np.int32)
    for n in range(begin, end):
        east, north = spots.east[n] - spots.east[here], spots.north[n] - spots.north[here]
        up = spots.up[n] - spots.up[here]
        straight = sqrt(east * east + north * north + up * up)
        low[n - begin] = int(ROADS_ARE_LONGER * EARTH_KM * straight + 0.499)
    return Ways(here, begin, end, low, np.full(end - begin, UNKNOWN, dtype=np.int32))


@inlined
def way_to(spots: Spots, way: Ways, spot: int) -> int:
    """Whole km by road to a spot of the strip."""
    at = spot - way.begin
    if way.exact[at] == UNKNOWN:
        way.exact[at] = km_between(spots, spot, way.here)
    return int(way.exact[at])


@inlined
def lies_in(spots: Spots, spot: int, code: int, digits: int) -> bool:
    """Whether the spot's place is the one with this code or below it."""
    if digits == 0:
        return True
    step = TENTHS[12 - digits]
    return bool(spots.digits[spot] >= digits and spots.code[spot] // step == code // step)
