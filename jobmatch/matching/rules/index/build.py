"""From columns to rows in the order of their spots, and lists by skill.

People who live close to each other stand close to each other in memory: a search that walks along
a strip of land walks along memory.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jobmatch.matching.rules.index import bits, blocks, pair
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


class Where(NamedTuple):
    """Points and place codes."""

    lon: Floats
    lat: Floats
    code: Ints
    digits: Ints


def spots_of(where: Where, slack: int) -> tuple[Spots, int, Ints]:
    """The distinct spots in the order of longitude; how many; and the spot of every row."""
    order = np.lexsort((where.digits, where.code, where.lat, where.lon))
    columns: list[NDArray[Any]] = [column[order] for column in where]
    new = np.ones(order.shape[0], dtype=bool)
    if order.shape[0]:
        new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    spot = np.empty(order.shape[0], dtype=np.int64)
    spot[order] = np.cumsum(new) - 1
    lon, lat, code, digits = (column[new] for column in columns)
    distinct = Where(lon, lat, code, digits)
    return measured(distinct, slack), int(new.sum()), spot


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


def grouped(table: Ints, rank: Ints, slack: int) -> tuple[Ints, Ints, Ints]:
    """A table that begins with the row, in the order of new rows.

    rank     the new number of each row
    returns  the other columns with room at the end; for each new row, where its part begins and
             how long it is
    """
    row = rank[table[:, 0]]
    order = np.argsort(row, kind="stable")
    counts = np.bincount(row, minlength=rank.shape[0])
    rest = np.zeros((order.shape[0] + slack, table.shape[1] - 1), dtype=np.int64)
    rest[: order.shape[0]] = table[order, 1:]
    return rest, np.cumsum(counts) - counts, counts


def day_table(parts: list[tuple[Ints, bool]], rank: Ints, words: int, slack: int) -> Any:
    """Days as bits by new row; each part sets its runs (True) or takes them away."""
    found: NDArray[np.uint64] = np.zeros((words, rank.shape[0] + slack), dtype=np.uint64)
    for table, on in parts:
        if table.shape[0]:
            bits.set_runs(found, rank[table[:, 0]], table[:, 1].copy(), table[:, 2].copy(), on)
    return found


def ranked(spot: Ints) -> tuple[Ints, Ints]:
    """The order of rows by spot, and the new number of each row."""
    order = np.argsort(spot, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(order.shape[0])
    return order, rank


def people_of(
    frame: Frame, given: PeopleIn, spot: Ints, slack: int = SLACK, x: Points | None = None
) -> People:
    """People in the order of their spots, with room for more. x: None leaves `extra` empty."""
    order, rank = ranked(spot)
    rec = np.zeros(order.shape[0] + slack, dtype=PERSON)
    count = order.shape[0]
    for name, column in given.rec.items():
        rec[name][:count] = column[order]
    rec["spot"][:count] = spot[order]
    rec["id"][count:] = -1
    skills, rec["skill_at"][:count], rec["skills"][:count] = grouped(given.skills, rank, slack * 8)
    proofs, rec["proof_at"][:count], rec["proofs"][:count] = grouped(given.proofs, rank, slack * 4)
    brands, rec["brand_at"][:count], rec["brands"][:count] = grouped(given.brands, rank, slack * 2)
    free = day_table([(given.runs, True), (given.taken, False)], rank, frame.words, slack)
    hands = (skills[:, 0] * LEVELS + skills[:, 1]).astype(np.int32)
    extra = np.full(rec.shape[0], NOBODY, dtype=np.int32)
    found = People(rec, extra, free, hands, proofs, brands[:, 0].copy())
    if x is not None:
        pair.set_extra(found, count, x)
    return found


def offers_of(
    frame: Frame, given: OffersIn, spot: Ints, x: Points, slack: int = SLACK
) -> tuple[Offers, NDArray[np.uint64]]:
    """Postings in the order of their spots, and all their days, full or not."""
    order, rank = ranked(spot)
    rec = np.zeros(order.shape[0] + slack, dtype=OFFER)
    count = order.shape[0]
    for name, column in given.rec.items():
        rec[name][:count] = np.minimum(column[order], MOST_PAY)
    rec["spot"][:count] = spot[order]
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
    order = np.argsort(which.astype(np.int16), kind="stable")
    cells = np.bincount(which * blocks + of[spot], minlength=count * blocks)
    peak = np.zeros(count, dtype=np.int64)
    np.maximum.at(peak, which, limit)
    room = np.zeros(SLACK, dtype=np.int32)
    rows, spots, limits = (
        np.concatenate([c[order].astype(np.int32), room]) for c in (row, spot, limit)
    )
    start = np.concatenate([[0], np.cumsum(cells)]).astype(np.int32)
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
    order = np.argsort(both, kind="stable")
    both = both[order]
    return lists_of(which[order], both, rec["spot"][both], rec["top"][both], 2 * skills, of)
