"""Spots in blocks: neighbours stand together, and a search goes from the nearest block outwards.

A block is a ball around its spots. The straight line to the ball's edge, through the earth, is
shorter than any way to one of them, so that a whole block can be seen to be too far.
"""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.index.jit import compiled, inlined
from jobmatch.matching.rules.index.layout import Floats, Ints, Points, Small, Spots
from jobmatch.matching.rules.index.places import UNKNOWN, km_between
from jobmatch.places.rules.distance import EARTH_KM, ROADS_ARE_LONGER

# So many people and postings stand in a block, as a rule; more blocks cost more than they save.
ROWS, MOST = 1_000, 1_024
PER_UNIT = ROADS_ARE_LONGER * EARTH_KM


class Blocks(NamedTuple):
    """start   the first spot of each block; one more than there are blocks
    of       the block of each spot
    east, north, up, wide   centre of the ball (radius of the earth 1), and how far its spots lie
    """

    start: Ints
    of: Small
    east: Floats
    north: Floats
    up: Floats
    wide: Floats


class Ways(NamedTuple):
    """From one spot to all others.

    order       blocks within reach, the nearest first; far: km that their ways have at least
    low, near   of each spot in a filled block: km that the way has at least, and the most points
                that nearness can bring; exact: whole km, UNKNOWN until somebody asks
    """

    here: int
    order: Ints
    far: Ints
    filled: NDArray[np.uint8]
    low: Small
    near: Small
    exact: Small


def number_of(rows: int, spots: int) -> int:
    """How many blocks so many rows want."""
    return max(1, min(MOST, spots, rows // ROWS))


def order_of(spots: Spots, known: int, weight: Ints, blocks: int) -> tuple[Ints, Ints]:
    """The known spots in the order of blocks, and where each block begins.

    weight   rows that stand on each spot: columns of equal weight from west to east are cut into
             blocks of equal weight from south to north
    """
    columns = max(1, round(blocks**0.5))
    rows = max(1, blocks // columns)
    by_lon = np.argsort(spots.lon[:known], kind="stable")
    column = np.empty(known, dtype=np.int64)
    column[by_lon] = cut(weight[by_lon], columns)
    order = np.lexsort((spots.lat[:known], column))
    block = np.empty(known, dtype=np.int64)
    for n in range(columns):
        mine = order[column[order] == n]
        block[mine] = n * rows + cut(weight[mine], rows)
    order = np.lexsort((spots.lat[:known], spots.lon[:known], block))
    # The last block holds the last spot, and lists have room for no block after it: where many rows
    # stand on that spot, fewer blocks come out than were wanted.
    count = int(block.max(initial=0)) + 1
    start = np.searchsorted(block[order], np.arange(count + 1))
    return order, start.astype(np.int64)


def cut(weight: Ints, parts: int) -> Ints:
    """The number of the part in which each stands, of parts of about equal weight in turn."""
    if not weight.shape[0]:
        return weight
    before = np.cumsum(weight + 1) - weight - 1
    found: Ints = before * parts // int((weight + 1).sum())
    return found


def balls(spots: Spots, start: Ints) -> Blocks:
    """The blocks of spots that stand in their order."""
    count, known = start.shape[0] - 1, int(start[-1])
    size = np.diff(start)
    of = np.repeat(np.arange(count), size)
    points = np.stack([spots.east[:known], spots.north[:known], spots.up[:known]])
    sums: Floats = np.stack([np.bincount(of, axis, minlength=count) for axis in points])
    middle = sums / np.maximum(1, size)
    away = np.sqrt(((points - middle[:, of]) ** 2).sum(axis=0))
    wide = np.zeros(count)
    np.maximum.at(wide, of, away)
    return Blocks(start, of.astype(np.int32), middle[0], middle[1], middle[2], wide)


def coarser(spots: Spots, fine: Blocks, blocks: int) -> Blocks:
    """About so many blocks, each of some that stand behind each other."""
    count = fine.start.shape[0] - 1
    start = fine.start[:: max(1, -(-count // blocks))]
    return balls(spots, np.unique(np.append(start, fine.start[-1])))


@compiled
def near_points(km: int, x: Points) -> int:
    """The most that nearness can bring for a way of at least so many km."""
    return int(x.near * x.near_km // (x.near_km + km))


@compiled
def ways_from(spots: Spots, blocks: Blocks, here: int, reach: int) -> Ways:
    """Ways from a spot, with the blocks within `reach` km by road, the nearest first."""
    count = blocks.wide.shape[0]
    far = np.empty(count, dtype=np.int64)
    most = 0
    within = 0
    for b in range(count):
        east, north = blocks.east[b] - spots.east[here], blocks.north[b] - spots.north[here]
        up = blocks.up[b] - spots.up[here]
        straight = sqrt(east * east + north * north + up * up) - blocks.wide[b] - 1e-9
        far[b] = int(PER_UNIT * max(0.0, straight) + 0.499)
        if blocks.start[b] == blocks.start[b + 1]:
            far[b] = reach + 1
        if far[b] <= reach:
            within += 1
            most = max(most, far[b])
    # Sorted by counting: km are small whole numbers.
    at = np.zeros(most + 2, dtype=np.int64)
    for b in range(count):
        if far[b] <= reach:
            at[far[b] + 1] += 1
    for km in range(most + 1):
        at[km + 1] += at[km]
    order, sorted_far = np.empty(within, dtype=np.int64), np.empty(within, dtype=np.int64)
    for b in range(count):
        if far[b] <= reach:
            order[at[far[b]]], sorted_far[at[far[b]]] = b, far[b]
            at[far[b]] += 1
    room = spots.lon.shape[0]
    return Ways(
        here, order, sorted_far, np.zeros(count, dtype=np.uint8),
        np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32),
        np.empty(room, dtype=np.int32),
    )  # fmt: skip


@inlined
def look(spots: Spots, way: Ways, n: int, x: Points) -> None:
    """Find out how far a spot is at least."""
    here = way.here
    east, north = spots.east[n] - spots.east[here], spots.north[n] - spots.north[here]
    up = spots.up[n] - spots.up[here]
    low = int(PER_UNIT * sqrt(east * east + north * north + up * up) + 0.499)
    way.low[n], way.near[n], way.exact[n] = low, x.near * x.near_km // (x.near_km + low), UNKNOWN


@compiled
def fill(spots: Spots, way: Ways, first: int, stop: int, x: Points) -> None:
    """Find out how far the spots from first to stop (excluded) are at least."""
    for n in range(first, stop):
        look(spots, way, n, x)


@compiled
def fill_for(spots: Spots, blocks: Blocks, way: Ways, rows: Small, x: Points) -> None:
    """The same for the spots in a list, wherever they are."""
    known = blocks.of.shape[0]
    for n in range(rows.shape[0]):
        spot = rows[n]
        if spot >= known:
            fill(spots, way, spot, spot + 1, x)
        elif not way.filled[blocks.of[spot]]:
            block = blocks.of[spot]
            way.filled[block] = 1
            fill(spots, way, blocks.start[block], blocks.start[block + 1], x)


@inlined
def low_to(spots: Spots, way: Ways, spot: int, x: Points) -> int:
    """Km that the way has at least, found out when somebody asks; `low` is UNKNOWN before."""
    if way.low[spot] == UNKNOWN:
        look(spots, way, spot, x)
    return int(way.low[spot])


@inlined
def km_to(spots: Spots, way: Ways, spot: int) -> int:
    """Whole km by road to a spot that was filled."""
    if way.exact[spot] == UNKNOWN:
        way.exact[spot] = km_between(spots, spot, way.here)
    return int(way.exact[spot])
