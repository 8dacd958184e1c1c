"""What both searches share: what they read, where a list's part stands, what narrows a search.

What is left out: who lives or is too far away (by blocks of spots), who holds no skill near enough
(by lists), and pairs whose points can at best not reach the worst of the best so far.
"""

from typing import NamedTuple

import numpy as np

from jobmatch.matching.rules.index import bits, pair
from jobmatch.matching.rules.index.blocks import Blocks
from jobmatch.matching.rules.index.jit import compiled, inlined
from jobmatch.matching.rules.index.layout import (
    LEVELS,
    Asked,
    Day,
    Ints,
    Lists,
    Offers,
    People,
    Points,
    Spots,
)
from jobmatch.matching.rules.index.places import lies_in


class Side(NamedTuple):
    """Everything that a search reads. calendar: days as 20260925.

    lists    people by skill held, or postings by skill asked
    proven   people by skill of a credential
    fresh    rows that came since, behind both lists
    """

    spots: Spots
    blocks: Blocks
    people: People
    offers: Offers
    lists: Lists
    proven: Lists
    fresh: int
    kin: Ints
    calendar: Ints


@compiled
def kin_points(kin: int, x: Points) -> int:
    """The most that a skill of this kinship can bring; two that are taken count as the own."""
    if kin >= pair.SECOND:
        return int(x.skill)
    return int(x.related if kin == pair.RELATED else x.hand)


@compiled
def kin_to(side: Side, p: int) -> Ints:
    """What each skill is to a posting."""
    what = side.offers.rec[p]
    found = side.kin[:, what["skill"]].copy()
    for n in range(what["also_at"], what["also_at"] + what["also"]):
        for skill in range(found.shape[0]):
            found[skill] = max(found[skill], pair.further(side.kin[skill, side.offers.also[n]]))
    return found


@compiled
def kin_of(side: Side, w: int) -> tuple[Ints, Ints]:
    """What a person's skills are to each skill, as a posting's own and as a further one."""
    who = side.people.rec[w]
    own = np.zeros(side.kin.shape[0], dtype=np.int64)
    also = np.zeros(side.kin.shape[0], dtype=np.int64)
    for n in range(who["skill_at"], who["skill_at"] + who["skills"]):
        held = side.people.skill[n] // LEVELS
        for skill in range(own.shape[0]):
            kin = side.kin[held, skill]
            own[skill] = max(own[skill], kin)
            also[skill] = max(also[skill], pair.further(kin))
    return own, also


@inlined
def common_day(side: Side, w: int, p: int, day: Day, asked: Asked) -> bool:
    """Whether person and posting share a day in the range that was asked for."""
    first = max(day.offset, asked.begin)
    days, free = side.offers.days, side.people.free
    for word in range(max(0, first) // bits.BITS, days.shape[0]):
        both = days[word, p] & free[word, w] & bits.window(word, first)
        if both & ~bits.window(word, asked.end + 1) != bits.ZERO:
            return True
    return False


@inlined
def takes(offers: Offers, p: int, skill: int) -> bool:
    """Whether the posting asks for this skill, as its own or as a further one."""
    what = offers.rec[p]
    if what["skill"] == skill:
        return True
    for n in range(what["also_at"], what["also_at"] + what["also"]):
        if offers.also[n] == skill:
            return True
    return False


@inlined
def holds(people: People, w: int, skill: int) -> bool:
    """Whether the person has this skill."""
    who = people.rec[w]
    for n in range(who["skill_at"], who["skill_at"] + who["skills"]):
        if people.skill[n] // LEVELS == skill:
            return True
    return False


@inlined
def may_come(side: Side, w: int, p: int, day: Day, asked: Asked) -> bool:
    """Whether a person is among those who were asked for."""
    if not lies_in(side.spots, side.people.rec[w]["spot"], asked.code, asked.digits):
        return False
    if asked.skill >= 0 and not holds(side.people, w, asked.skill):
        return False
    if asked.brand >= 0 and not pair.belongs(side.people, w, asked.brand):
        return False
    if asked.brand == -2 and side.people.rec[w]["brands"] == 0:
        return False
    return asked.end < 0 or common_day(side, w, p, day, asked)


@inlined
def may_be_shown(side: Side, w: int, p: int, day: Day, asked: Asked) -> bool:
    """Whether a posting is among those that were asked for."""
    if not lies_in(side.spots, side.offers.rec[p]["spot"], asked.code, asked.digits):
        return False
    if asked.skill >= 0 and not takes(side.offers, p, asked.skill):
        return False
    return asked.end < 0 or common_day(side, w, p, day, asked)


@inlined
def is_narrow(asked: Asked) -> bool:
    """Whether the search is for some only."""
    return asked.digits > 0 or asked.skill >= 0 or asked.end >= 0 or asked.brand != -1


@inlined
def is_among(ids: Ints, key: int) -> bool:
    """Whether the id is one of them."""
    for n in range(ids.shape[0]):  # noqa: SIM110 - compiled as a loop
        if ids[n] == key:
            return True
    return False
