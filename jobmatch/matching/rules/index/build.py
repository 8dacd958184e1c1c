"""From columns to rows in the order of their spots, and lists by skill.

People who live close to each other stand close to each other in memory: a search that walks along
a strip of land walks along memory.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.index import bits, blocks, pair, sorting
from jobmatch.matching.rules.index.asking import Full
from jobmatch.matching.rules.index.blocks import Blocks
from jobmatch.matching.rules.index.columns import Frame, OffersIn, PeopleIn
from jobmatch.matching.rules.index.layout import (
    LEVELS,
    LOCAL_KM,
    MOST_PAY,
    NOBODY,
    OFFER,
    PERSON,
    Floats,
    Ints,
    Lists,
    Offers,
    People,
    Points,
    Small,
    Spots,
)

# Room at the end of every table for what comes after the building.
SLACK = 4_096
NO_BOUND = (1 << 31) - 1


class Where(NamedTuple):
    """Points and place codes."""

    lon: Floats
    lat: Floats
    code: Ints
    digits: Ints


def spots_of(where: Where, slack: int) -> tuple[Spots, int, Ints]:
    """The distinct spots in the order of longitude; how many; and the spot of every row."""
    first, number = sorting.alike(*where)
    lon, lat = where.lon[first], where.lat[first]
    code, digits = where.code[first], where.digits[first]
    order = np.lexsort((digits, code, lat, lon))
    place = np.empty_like(order)
    place[order] = np.arange(order.shape[0])
    distinct = Where(lon[order], lat[order], code[order], digits[order])
    return measured(distinct, slack), order.shape[0], place[number]


def measured(where: Where, slack: int = 0) -> Spots:
    """Spots with what distances need, and empty room at the end."""
    lon, lat, code, digits = (
        np.concatenate([column, np.zeros(slack, dtype=column.dtype)]) for column in where
    )
    # numpy's cosine may differ from the mathematical library's in the last digit; the loops and
    # `road_km` take the latter.
    cos_y = cosines(np.radians(lat))
    x, y = np.radians(lon), np.radians(lat)
    county, township = code // 10**6, code // 10**3
    return Spots(
        lon, lat, x, y, cos_y, np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y),
        np.where(digits >= 6, county, -1), np.where(digits >= 9, township, -1), code, digits,
    )  # fmt: skip


def cosines(angles: Floats) -> Floats:
    from math import cos

    distinct, back = np.unique(angles, return_inverse=True)
    return np.array([cos(angle) for angle in distinct.tolist()], dtype=np.float64)[back]


def by_block(spots: Spots, known: int, weight: Ints) -> tuple[Spots, Blocks, Ints]:
    """The spots in the order of their blocks, the blocks, and the new number of each spot."""
    order, start = blocks.order_of(spots, known, weight, blocks.number_of(int(weight.sum()), known))
    new = np.empty_like(order)
    new[order] = np.arange(known)
    moved = Spots(*(np.concatenate([c[:known][order], c[known:]]) for c in spots))
    return moved, blocks.balls(moved, start), new


def grouped(table: Ints, rank: Ints, slack: int, kind: Any = np.int64) -> tuple[Any, Ints, Ints]:
    """A table that begins with the row, in the order of new rows.

    rank     the new number of each row
    returns  the other columns with room at the end; for each new row, where its part begins and
             how long it is
    """
    rest = np.zeros((table.shape[0] + slack, table.shape[1] - 1), dtype=kind)
    begin = sorting.gather(np.ascontiguousarray(table, dtype=np.int64), rank, rest)
    return rest, begin[:-1], np.diff(begin)


def day_table(parts: list[tuple[Ints, bool]], rank: Ints, words: int, slack: int) -> Any:
    """Days as bits by new row; each part sets its runs (True) or takes them away."""
    found: NDArray[np.uint64] = np.zeros((words, rank.shape[0] + slack), dtype=np.uint64)
    for table, on in parts:
        if table.shape[0]:
            bits.set_runs(found, rank[table[:, 0]], table[:, 1].copy(), table[:, 2].copy(), on)
    return found


def people_of(
    frame: Frame, given: PeopleIn, spot: Ints, slack: int = SLACK, x: Points | None = None
) -> People:
    """People in the order of their spots, with room for more. x: None leaves `extra` empty."""
    count = spot.shape[0]
    order, rank = sorting.ranked(spot, int(spot.max(initial=-1)) + 1)
    rec = np.zeros(count + slack, dtype=PERSON)
    sorting.in_chunks(rec, {**given.rec, "spot": spot}, order, NO_BOUND)
    rec["id"][count:] = -1
    skills, rec["skill_at"][:count], rec["skills"][:count] = grouped(
        given.skills, rank, slack * 8, np.int32
    )  # fmt: skip
    proofs, rec["proof_at"][:count], rec["proofs"][:count] = grouped(given.proofs, rank, slack * 4)
    brands, rec["brand_at"][:count], rec["brands"][:count] = grouped(given.brands, rank, slack * 2)
    free = day_table([(given.runs, True), (given.taken, False)], rank, frame.words, slack)
    hands = skills[:, 0] * np.int32(LEVELS) + skills[:, 1]
    extra = np.full(rec.shape[0], NOBODY, dtype=np.int32)
    found = People(rec, extra, free, hands, proofs, brands[:, 0].copy())
    if x is not None:
        pair.set_extra(found, count, x)
    return found


def offers_of(
    frame: Frame, given: OffersIn, spot: Ints, x: Points, slack: int = SLACK
) -> tuple[Offers, NDArray[np.uint64]]:
    """Postings in the order of their spots, and all their days, full or not."""
    count = spot.shape[0]
    order, rank = sorting.ranked(spot, int(spot.max(initial=-1)) + 1)
    rec = np.zeros(count + slack, dtype=OFFER)
    sorting.in_chunks(rec, {**given.rec, "spot": spot}, order, MOST_PAY)
    rec["id"][count:] = -1
    also, rec["also_at"][:count], rec["also"][:count] = grouped(given.also, rank, slack * 4)
    days = day_table([(given.days, True)], rank, frame.words, slack)
    whole = day_table([(given.whole, True)], rank, frame.words, slack)
    found = Offers(rec, days, also[:, 0].copy())
    pair.set_tops(found, count, x)
    pair.set_days(found, count)
    return found, whole


def lists_of(which: Ints, row: Ints, spot: Ints, limit: Ints, count: int, of: Small) -> Lists:
    """Rows by list and block. Given in the order of rows, which is that of spots.

    of   the block of each spot
    """
    blocks = int(of[-1]) + 1 if of.shape[0] else 1
    rows, spots, limits = (np.zeros(row.shape[0] + SLACK, dtype=np.int32) for _ in range(3))
    start, peak = np.zeros(count * blocks + 1, np.int32), np.zeros(count, np.int64)
    sorting.fill_lists(which, row, spot, limit, of, blocks, start, peak, rows, spots, limits)
    return Lists(start, rows, spots, limits, peak)


def add_to(lists: Lists, count: int, row: int, spot: int, limit: int) -> None:
    """Another row behind the lists, where `count` stand already. raises Full"""
    at = lists.built + count
    if at == lists.row.shape[0]:
        raise Full("no room for more rows behind the lists")
    lists.row[at], lists.spot[at], lists.limit[at] = row, spot, limit


def people_lists(people: People, count: int, skills: int, of: Small) -> Lists:
    """People by each skill that they hold."""
    rec = people.rec[:count]
    row = np.repeat(np.arange(count), rec["skills"])
    held = (people.skill[: row.shape[0]] // LEVELS).astype(np.int64)
    return _by_reach(rec, row, held, skills, of)


def proof_lists(people: People, count: int, skills: int, of: Small) -> Lists:
    """People by each skill of which they have a credential."""
    rec = people.rec[:count]
    row = np.repeat(np.arange(count), rec["proofs"])
    return _by_reach(rec, row, people.proof[: row.shape[0], 0], skills, of)


def _by_reach(rec: Any, row: Ints, skill: Ints, skills: int, of: Small) -> Lists:
    goes = rec["max_km"][row]
    return lists_of(skill + skills * (goes > LOCAL_KM), row, rec["spot"][row], goes, 2 * skills, of)


def offer_lists(offers: Offers, count: int, skills: int, of: Small) -> Lists:
    """Postings by their own skill, and by each further one."""
    rec = offers.rec[:count]
    row = np.arange(count)
    again = np.repeat(row, rec["also"])
    both = np.concatenate([row, again])
    which = np.concatenate([rec["skill"], offers.also[: again.shape[0]] + skills])
    order, _ = sorting.ranked(both, count)
    both = both[order]
    return lists_of(which[order], both, rec["spot"][both], rec["top"][both], 2 * skills, of)
