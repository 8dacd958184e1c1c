"""The judgement of `score` on the numbers of two rows.

The parts are those of `score` itself, compiled; what `score` finds in dates, sets and texts is
found here in bits and runs. A property test holds both to the same value and the same misses.
"""

from typing import Any, cast

from jobmatch.matching.rules import score
from jobmatch.matching.rules.index import bits
from jobmatch.matching.rules.index.jit import compiled, inlined
from jobmatch.matching.rules.index.layout import LEVELS, NOBODY, Day, Ints, Offers, People, Points
from jobmatch.matching.rules.kinship import Kin

FITS, WISHED_OTHERWISE = score.FITS, score.WISHED_OTHERWISE
SKILL, CREDENTIAL, DAYS = (
    int(m) for m in (score.Miss.SKILL, score.Miss.CREDENTIAL, score.Miss.DAYS)
)
STAY, AGE, FAR, HOME = (
    int(m) for m in (score.Miss.STAY, score.Miss.AGE, score.Miss.FAR, score.Miss.HOME)
)
HOURS, PAY, LOAD = (int(m) for m in (score.Miss.HOURS, score.Miss.PAY, score.Miss.LOAD))
WISHES = int(score.WISHES)
NONE, HAND, RELATED, SECOND, OWN = (
    int(k) for k in (Kin.NONE, Kin.HAND, Kin.RELATED, Kin.SECOND, Kin.OWN)
)


def _compiled(function: Any) -> Any:
    """A part of `score`; it reads its weights by name, from whatever has these names."""
    return cast(Any, inlined(function))


skill_points = _compiled(score.skill_points)
dates_points = _compiled(score.dates_points)
near_points = _compiled(score.near_points)
pay_points = _compiled(score.pay_points)
credential_points = _compiled(score.credential_points)
hours_points = _compiled(score.hours_points)
load_points = _compiled(score.load_points)
kept_points = _compiled(score.kept_points)
brand_points = _compiled(score.brand_points)
priority_points = _compiled(score.priority_points)
is_short = _compiled(score.is_short)
cannot_sleep = _compiled(score.cannot_sleep)
is_late = _compiled(score.is_late)
home_at = _compiled(score.home_at)


@inlined
def is_one(number: int) -> bool:
    """Whether exactly one bit is set."""
    return number != 0 and number & (number - 1) == 0


@inlined
def further(kin: int) -> int:
    """What a kinship to one of the posting's further skills is worth."""
    if kin == OWN:
        return SECOND
    return RELATED if kin >= RELATED else NONE


@inlined
def best_kin(people: People, w: int, offers: Offers, p: int, kin: Ints) -> tuple[int, int]:
    """`score.best_kin`: the nearest of the person's skills, and the levels that it lacks."""
    who, what = people.rec[w], offers.rec[p]
    best, lacks, asked = NONE, 0, 0
    for n in range(who["skill_at"], who["skill_at"] + who["skills"]):
        held = people.skill[n] // LEVELS
        found = kin[held, what["skill"]]
        for m in range(what["also_at"], what["also_at"] + what["also"]):
            found = max(found, further(kin[held, offers.also[m]]))
        asked += 1 if found >= SECOND else 0
        level = people.skill[n] % LEVELS if found >= SECOND else 1
        lacking = max(0, what["level"] - level)
        if found > best or (found == best and lacking < lacks):
            best, lacks = found, lacking
    return (OWN if asked > 1 else best), (lacks if best else 0)


@inlined
def proves(people: People, w: int, skill: int, level: int, day: int) -> bool:
    """Whether a credential of the person proves the skill at the level on a day since 1970."""
    who = people.rec[w]
    for n in range(who["proof_at"], who["proof_at"] + who["proofs"]):
        proof = people.proof[n]
        if proof[0] == skill and proof[1] >= level and proof[2] <= day <= proof[3]:
            return True
    return False


@inlined
def belongs(people: People, w: int, brand: int) -> bool:
    """Whether the person is a member of the brand."""
    who = people.rec[w]
    for n in range(who["brand_at"], who["brand_at"] + who["brands"]):
        if people.brand[n] == brand:
            return True
    return False


@inlined
def against_wishes(people: People, w: int, offers: Offers, p: int, km: int, x: Points) -> int:
    """What stands against it whatever the days are: no look at the calendar yet."""
    who, what = people.rec[w], offers.rec[p]
    found = 0
    lodging, stays = what["lodging"] != 0, who["stays"] != 0
    if km > who["max_km"]:
        found |= FAR
    if 0 <= what["pay"] < who["least"]:
        found |= PAY
    if what["heavy"] and who["no_heavy"]:
        found |= LOAD
    if what["minutes"] > what["law"] or 0 <= who["wanted"] < what["minutes"]:
        found |= HOURS
    if cannot_sleep(km, lodging, stays, x):
        found |= STAY
    home = home_at(what["ends_at"], km, x)
    if is_late(km, lodging, stays, home, who["home_by"], x):
        found |= HOME
    return found


@inlined
def age_at(born: int, day: int) -> int:
    """Completed years between two days, each written as one number: 20260925."""
    return int((day - born) // 10_000)


@inlined
def brand_of(people: People, w: int, offers: Offers, p: int) -> int:
    """1 their brand's posting, 0 a posting of no brand, -1 another brand's."""
    brand = offers.rec[p]["brand"]
    if brand < 0:
        return 0
    return 1 if belongs(people, w, brand) else -1


@inlined
def points_but_days(
    people: People, w: int, offers: Offers, p: int, km: int, against: int, kin: int, lacks: int,
    age: int, x: Points,
) -> int:  # fmt: skip
    """All points but those for days, for the proof that was asked for, and for priority."""
    who, what = people.rec[w], offers.rec[p]
    found = skill_points(kin, lacks, x) + near_points(km, who["max_km"], x)
    found += pay_points(what["pay"], who["least"], x)
    found += hours_points(what["minutes"], what["usual"], what["law"], who["wanted"], x)
    found += load_points(what["heavy"] != 0, who["no_heavy"] != 0, age, x)
    found += kept_points(who["kept"], who["missed"], x)
    found += brand_points(brand_of(people, w, offers, p), x)
    if not against & (STAY | HOME):
        found += x.home
    return int(found)


@compiled
def set_days(offers: Offers, count: int) -> None:
    """For each posting how many days it has, and in which words they are."""
    for p in range(count):
        what = offers.rec[p]
        total = begin = end = 0
        for w in range(offers.days.shape[0]):
            if offers.days[w, p] != bits.ZERO:
                begin = w if total == 0 else begin
                end = w + 1
                total += bits.ones(offers.days[w, p])
        what["total"], what["word"], what["end"] = total, begin, end


@compiled
def set_tops(offers: Offers, count: int, x: Points) -> None:
    """For each posting, more points than which nobody gets, skill and nearness left out."""
    for p in range(count):
        what = offers.rec[p]
        found = x.dates + x.credential + x.home + x.kept + pay_points(what["pay"], 0, x)
        found += hours_points(what["minutes"], what["usual"], what["law"], -1, x) + x.load
        offers.rec[p]["top"] = found + brand_points(0 if what["brand"] < 0 else 1, x)


@compiled
def set_extra(people: People, count: int, x: Points) -> None:
    """For each person the most points of record, need and proofs; NOBODY for who is hidden."""
    for w in range(count):
        who = people.rec[w]
        if who["hidden"] or who["id"] < 0:
            people.extra[w] = NOBODY
            continue
        proofs = x.credential if who["proofs"] else x.credential // 2
        people.extra[w] = (
            kept_points(who["kept"], who["missed"], x) + priority_points(who["need"], x) + proofs
        )


@inlined
def days_of(offers: Offers, p: int, day: Day) -> tuple[int, int, int]:
    """Of a posting's days to come: the first, the last, how many; today twice when none."""
    first = bits.first_from(offers.days, p, day.offset)
    if first < 0:
        return day.offset, day.offset, 0
    return first, bits.last_of(offers.days, p), bits.count_from(offers.days, p, day.offset)


@compiled
def judge(
    people: People, w: int, offers: Offers, p: int, km: int, kin: Ints, x: Points, day: Day,
    calendar: Ints,
) -> tuple[int, int]:  # fmt: skip
    """The value and what stands against it (bits of score.Miss): the whole judgement of a pair."""
    first, last, there = days_of(offers, p, day)
    free = bits.count_common(offers.days, p, people.free, w, day.offset)
    against = against_wishes(people, w, offers, p, km, x)
    return judged(
        people, w, offers, p, km, kin, x, against, there, free, calendar[first],
        day.number + last,
    )  # fmt: skip


@inlined
def judged(
    people: People, w: int, offers: Offers, p: int, km: int, kin: Ints, x: Points, against: int,
    there: int, free: int, first: int, last: int,
) -> tuple[int, int]:  # fmt: skip
    """The same, when wishes and days are known. first: 20260925, last: since 1970-01-01."""
    nearest, lacks = best_kin(people, w, offers, p, kin)
    who, what = people.rec[w], offers.rec[p]
    age = age_at(who["born"], first)
    needs = what["needs_proof"] != 0
    proved = proves(people, w, what["skill"], what["level"], last)
    if nearest < HAND:
        against |= SKILL
    if needs and not proved:
        against |= CREDENTIAL
    if is_short(free, there, what["stay"]):
        against |= DAYS
    if age < what["least_age"]:
        against |= AGE
    value = points_but_days(people, w, offers, p, km, against, nearest, lacks, age, x)
    value += dates_points(there, free, x) + credential_points(needs, proved, x)
    if against == 0:
        value += FITS + priority_points(who["need"], x)
    elif not against & ~WISHES:
        value += WISHED_OTHERWISE
    return value, against
