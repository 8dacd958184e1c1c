"""An index of one person and one posting, only to have every loop compiled."""

from datetime import date

from jobmatch.kernel.periods import Days
from jobmatch.matching.rules.index.asking import Match
from jobmatch.matching.rules.index.columns import frame_of, offers_in, people_in
from jobmatch.matching.rules.index.index import Index
from jobmatch.matching.rules.parties import Offer, Seeker
from jobmatch.matching.rules.weights import Weights

SKILL = "ag.swpotato.sort"


def run() -> list[Match]:
    """The one match that there is."""
    day = date(2026, 9, 1)
    frame = frame_of(day, day, [SKILL])
    who = Seeker(
        born=date(1980, 1, 1), skills={SKILL: 1}, lon=120.7, lat=42.4, home_code="150525102222",
        max_km=20, runs=(Days(day, day),),
    )  # fmt: skip
    what = Offer(
        skill_id=SKILL, days=(day,), lon=120.7, lat=42.4, place_code="150525102", starts_at=450,
        ends_at=1020, day_pay_fen=18_000, load="light", least_age=16,
    )  # fmt: skip
    people, offers = people_in(frame, [(1, who)]), offers_in(frame, [(1, what, (day,))])
    index = Index(frame, people, offers, Weights())
    index.warm(day)
    index.put_people(people)
    index.put_offers(offers)
    return index.best_for_posting(1, day)
