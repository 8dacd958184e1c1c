"""The best for one person and for one posting, without judging what cannot be among them.

What is left out: who lives or is too far away (by sorted spots), who holds no skill near enough
(by lists), and pairs whose points can at best not reach the worst of the best so far.
"""

from typing import NamedTuple

import numpy as np

from jobmatch.matching.rules.index import bits, heap, pair
from jobmatch.matching.rules.index.jit import compiled
from jobmatch.matching.rules.index.layout import (
    GONE,
    Asked,
    Day,
    Ints,
    Lists,
    Offers,
    People,
    Points,
    Small,
    Spots,
)
from jobmatch.matching.rules.index.places import NOWHERE, around, km_between, lies_in


class Side(NamedTuple):
    """Everything that a search reads. known: spots that are sorted; calendar: days as 20260925.

    by_skill  people by skill held, or postings by main skill; by_also: postings by further skill
    fresh     rows that came since the lists were built
    """

    spots: Spots
    known: int
    people: People
    offers: Offers
    by_skill: Lists
    by_also: Lists
    fresh: Ints
    kin: Ints
    calendar: Ints


@compiled
def section(lists: Lists, skill: int, begin: int, end: int) -> tuple[int, int]:
    """Where the rows of a skill stand whose spots are from begin to end (excluded)."""
    low, high = lists.start[skill], lists.start[skill + 1]
    stop = high
    while low < high:
        middle = (low + high) // 2
        if lists.spot[middle] < begin:
            low = middle + 1
        else:
            high = middle
    first, high = low, stop
    while low < high:
        middle = (low + high) // 2
        if lists.spot[middle] < end:
            low = middle + 1
        else:
            high = middle
    return first, low


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
        for skill in range(own.shape[0]):
            kin = side.kin[side.people.skill[n], skill]
            own[skill] = max(own[skill], kin)
            also[skill] = max(also[skill], pair.further(kin))
    return own, also


@compiled
def common_day(side: Side, w: int, p: int, day: Day, asked: Asked) -> bool:
    """Whether person and posting share a day in the range that was asked for."""
    first = max(day.offset, asked.begin)
    days, free = side.offers.days[p], side.people.free[w]
    for word in range(max(0, first) // bits.BITS, days.shape[0]):
        both = days[word] & free[word] & bits.window(word, first)
        if both & ~bits.window(word, asked.end + 1) != bits.ZERO:
            return True
    return False


@compiled
def takes(offers: Offers, p: int, skill: int) -> bool:
    """Whether the posting asks for this skill, as its own or as a further one."""
    what = offers.rec[p]
    if what["skill"] == skill:
        return True
    for n in range(what["also_at"], what["also_at"] + what["also"]):
        if offers.also[n] == skill:
            return True
    return False


@compiled
def holds(people: People, w: int, skill: int) -> bool:
    """Whether the person has this skill."""
    who = people.rec[w]
    for n in range(who["skill_at"], who["skill_at"] + who["skills"]):
        if people.skill[n] == skill:
            return True
    return False


@compiled
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


@compiled
def may_be_shown(side: Side, w: int, p: int, day: Day, asked: Asked) -> bool:
    """Whether a posting is among those that were asked for."""
    if not lies_in(side.spots, side.offers.rec[p]["spot"], asked.code, asked.digits):
        return False
    if asked.skill >= 0 and not takes(side.offers, p, asked.skill):
        return False
    return asked.end < 0 or common_day(side, w, p, day, asked)


@compiled
def offer_bound(offers: Offers, p: int, x: Points) -> int:
    """No person gets more points for this posting, skill and nearness left out."""
    what = offers.rec[p]
    found = x.dates + x.credential + x.home + x.kept + pair.pay_points(what["pay"], 0, x)
    found += pair.hours_points(what["minutes"], what["usual"], what["law"], -1, x)
    found += x.load if not what["heavy"] else max(x.load, x.load // 2)
    return int(found + (x.brand if what["brand"] >= 0 else pair.brand_points(0, x)))


@compiled
def best_people(
    side: Side, p: int, reach: int, most: int, x: Points, day: Day, asked: Asked
) -> Ints:
    """The best people for a posting: rows of (minus value, km, 0, id, row), best first.

    reach   the most km that anybody of the index goes
    """
    people, offers = side.people, side.offers
    best, size = heap.empty(most), 0
    what = offers.rec[p]
    bound = pair.FITS + x.priority_most + offer_bound(offers, p, x)
    begin, end, km = around(side.spots, side.known, what["spot"], reach)
    seen = np.zeros(people.rec.shape[0], dtype=np.uint8)
    kins = kin_to(side, p)
    for kin in range(pair.OWN, pair.HAND - 1, -1):
        top = bound + kin_points(kin, x)
        for skill in range(kins.shape[0]):
            if kins[skill] != kin:
                continue
            first, stop = section(side.by_skill, skill, begin, end)
            for n in range(first, stop):
                way = km[side.by_skill.spot[n] - begin]
                if way > side.by_skill.reach[n]:
                    continue
                if top + x.near * x.near_km // (x.near_km + way) < heap.least(best, size):
                    continue
                w = side.by_skill.row[n]
                if seen[w]:
                    continue
                seen[w] = 1
                size = weigh_person(side, best, size, w, p, way, x, day, asked)
    for n in range(side.fresh.shape[0]):
        w = side.fresh[n]
        way = km_between(side.spots, people.rec[w]["spot"], what["spot"])
        size = weigh_person(side, best, size, w, p, way, x, day, asked)
    return heap.in_order(best, size)


@compiled
def weigh_person(
    side: Side, best: Ints, size: int, w: int, p: int, km: int, x: Points, day: Day, asked: Asked
) -> int:
    """Judge the pair and keep the person if they belong among the best."""
    who = side.people.rec[w]
    if who["id"] == GONE or pair.against_wishes(side.people, w, side.offers, p, km, x):
        return size
    value, against = pair.judge(side.people, w, side.offers, p, km, side.kin, x, day, side.calendar)
    if against or value < heap.least(best, size) or not may_come(side, w, p, day, asked):
        return size
    return heap.offer(best, size, value, km, 0, who["id"], w)


@compiled
def best_offers(
    side: Side, w: int, most: int, nearly: int, without: Ints, x: Points, day: Day, asked: Asked
) -> tuple[Ints, Ints]:
    """The best postings for a person: rows of (minus value, first day, km, id, row), best first.

    nearly   how many to find of those that one thing stands against, up to half as far again
    without  ids to leave out
    returns  those that fit, those that nearly do
    """
    people, offers = side.people, side.offers
    fits, close = heap.empty(most), heap.empty(nearly)
    sizes = np.zeros(2, dtype=np.int64)
    who = people.rec[w]
    reach = who["max_km"] * 3 // 2 if nearly else who["max_km"]
    begin, end, km = around(side.spots, side.known, who["spot"], reach)
    seen = np.zeros(offers.rec.shape[0], dtype=np.uint8)
    own, also = kin_of(side, w)
    for kin in range(pair.OWN, pair.HAND - 1, -1):
        for skill in range(own.shape[0]):
            for n_list in range(2):
                lists, found = (side.by_skill, own) if n_list == 0 else (side.by_also, also)
                if found[skill] != kin:
                    continue
                first, stop = section(lists, skill, begin, end)
                for n in range(first, stop):
                    way = km[lists.spot[n] - begin]
                    p = lists.row[n]
                    if way == NOWHERE or seen[p]:
                        continue
                    seen[p] = 1
                    weigh_offer(side, fits, close, sizes, w, p, way, without, x, day, asked)
    for n in range(side.fresh.shape[0]):
        p = side.fresh[n]
        way = km_between(side.spots, who["spot"], offers.rec[p]["spot"])
        if way <= reach:
            weigh_offer(side, fits, close, sizes, w, p, way, without, x, day, asked)
    return heap.in_order(fits, sizes[0]), heap.in_order(close, sizes[1])


@compiled
def weigh_offer(
    side: Side, fits: Ints, close: Ints, sizes: Ints, w: int, p: int, km: int, without: Ints,
    x: Points, day: Day, asked: Asked,
) -> None:  # fmt: skip
    """Judge the pair and keep the posting if it belongs among the best or the nearly best."""
    what = side.offers.rec[p]
    if what["id"] == GONE:
        return
    early = pair.against_wishes(side.people, w, side.offers, p, km, x)
    if early and (close.shape[0] == 0 or not pair.is_one(early)):
        return
    # Most postings can reach neither list: then the calendar is not looked at.
    most = offer_bound(side.offers, p, x) + x.skill
    most += x.near * x.near_km // (x.near_km + km)
    worst = heap.least(close, sizes[1]) if close.shape[0] else 1 << 40
    band = pair.WISHED_OTHERWISE if early else 0
    if most + band < worst and (
        early or most + pair.FITS + x.priority_most < heap.least(fits, sizes[0])
    ):
        return
    value, against = pair.judge(side.people, w, side.offers, p, km, side.kin, x, day, side.calendar)
    if against & pair.SKILL or (against and not pair.is_one(against)):
        return
    if not may_be_shown(side, w, p, day, asked) or is_among(without, what["id"]):
        return
    begins = bits.first_from(side.offers.days[p], day.offset)
    if begins < 0:
        begins = 1 << 20
    if against == 0:
        sizes[0] = heap.offer(fits, sizes[0], value, begins, km, what["id"], p)
    else:
        sizes[1] = heap.offer(close, sizes[1], value, begins, km, what["id"], p)


@compiled
def is_among(ids: Ints, key: int) -> bool:
    """Whether the id is one of them."""
    for n in range(ids.shape[0]):  # noqa: SIM110 - compiled as a loop
        if ids[n] == key:
            return True
    return False


@compiled
def every_km(side: Side, here: int, rows: Small) -> Small:
    """Whole km from a spot to the homes of these people."""
    found = np.empty(rows.shape[0], dtype=np.int32)
    for n in range(rows.shape[0]):
        found[n] = km_between(side.spots, side.people.rec[rows[n]]["spot"], here)
    return found
