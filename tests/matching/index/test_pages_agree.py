"""What pages show is the same with the index and without it."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update

from jobmatch.infra.db import transaction
from jobmatch.matching import candidates, crews, queries
from jobmatch.matching.index import Keeper
from jobmatch.places.models import Place
from jobmatch.postings.models import Posting, PostingDay, PostingSkill
from jobmatch.workers.models import Worker
from tests.dispatch.support import credential
from tests.support import World

TODAY = date(2026, 9, 20)
SKILLS = ("ag.swpotato.sort", "ag.swpotato.dig", "ag.potato.dig", "lv.sheep.shear")
HOMES = ("150525102222", "150525102201", "150525100201", "150430100201")


def fill(world: World, seed: int) -> tuple[list[int], list[int]]:
    """Random workers and postings."""
    r = Random(seed)
    people = []
    for _ in range(40):
        first = TODAY + timedelta(r.randint(-3, 8))
        key, _actor = world.worker(
            home=r.choice(HOMES), skills=tuple(r.sample(SKILLS, r.choice((1, 1, 2)))),
            born=date(r.choice((1955, 1980, 2007, 2009)), 5, 4),
            free=(first, first + timedelta(r.choice((1, 5, 90)))), with_account=False,
            max_km=r.choice((10, 40, 90, 300)), stays_away=r.random() < 0.3,
            home_by=r.choice((None, None, 1050)), least_day_fen=r.choice((0, 0, 15_000, 20_000)),
            no_heavy=r.random() < 0.2, matching_opt_out=r.random() < 0.05,
            most_minutes=r.choice((None, None, 480, 600)),
        )  # fmt: skip
        people.append(key)
        if r.random() < 0.2:
            credential(key)
    brand, _ = world.brand()
    for key in people[::4]:
        world.member(brand, key)
    for n in range(4):
        world.crew(brand, people[n * 7 : n * 7 + 7], name=f"{n}班", is_whole=n == 3)
    bosses = [world.employer(f"合作社{n}", place=HOMES[n][:9])[0] for n in (0, 2, 3)]
    work = [
        world.posting(
            r.choice(bosses), skill_id=r.choice(SKILLS), headcount=r.choice((1, 2)),
            first=(first := TODAY + timedelta(r.randint(-4, 9))),
            last=first + timedelta(r.choice((0, 3, 12))), rate_fen=r.choice((12_000, 18_000, 26_000)),
            load=r.choice(("light", "heavy")), lodging=r.random() < 0.3,
            needs_credential=r.random() < 0.1, min_level=r.choice((1, 2)),
            day_minutes=r.choice((480, 600)), brand_id=r.choice((None, None, brand)),
            min_stay=r.choice((1, 1, 3)),
        )
        for _ in range(40)
    ]  # fmt: skip
    with transaction() as session:
        for key in work[::5]:
            own = session.get_one(Posting, key).skill_id
            session.add(
                PostingSkill(posting_id=key, skill_id=r.choice([s for s in SKILLS if s != own]))
            )
        days = session.scalars(select(PostingDay.id)).all()
        full = r.sample(days, len(days) // 4)
        session.execute(
            update(PostingDay).where(PostingDay.id.in_(full)).values(taken=PostingDay.headcount)
        )
    return people, work


def seen(people: list[int], work: list[int]) -> list[Any]:
    """Everything that pages show of matches, but how many were weighed on the way."""
    found: list[Any] = [
        (key, (m := queries.matches(key, TODAY, 5, without=work[:1])).fits, m.almost)
        for key in people
    ]
    for key in work:
        found.append((key, candidates.candidates(key, TODAY, 7)))
        found.append((key, candidates.candidates(key, TODAY, members_only=True)))
        found.append((key, candidates.for_day(key, TODAY + timedelta(3), TODAY, 9)))
    found += [(key, crews.best_crews(key, TODAY)) for key in work]
    found += [(key, queries.ranks(key, TODAY, 5, without=work[:1])) for key in people]
    with transaction() as session:
        willing = session.scalars(
            select(Worker.id).where(Worker.id.in_(people), Worker.matching_opt_out.is_(False))
        ).all()
    for key in work:
        fits = queries.fits_of(willing, key, TODAY, most=5, nearly=0)
        found.append((key, list(fits.items())))
    return found


def test_pages_show_the_same_with_the_index_and_without(
    world: World, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, work = fill(world, 1)
    monkeypatch.setattr(queries, "MANY_PEOPLE", 10)
    keeper.enabled = False
    without = seen(people, work)
    keeper.enabled = True
    built = keeper.build(TODAY)
    assert keeper.current(TODAY) is built
    assert seen(people, work) == without
    assert sum(len(row[1]) for row in without) > 150
    best = [crews.best_crews(key, TODAY) for key in work]
    monkeypatch.setattr(crews, "MOST_LOOKED_UP", 1)  # too many fit to look them up one by one
    assert [crews.best_crews(key, TODAY) for key in work] == best
    assert sum(map(len, best)) > 20


def test_without_an_index_the_database_is_asked_while_one_is_built(
    world: World, keeper: Keeper
) -> None:
    people, work = fill(world, 2)
    assert keeper.current(TODAY) is None
    assert keeper.builder is not None
    first = seen(people[:3], work[:3])
    keeper.builder.join(120)
    assert keeper.current(TODAY) is not None
    assert seen(people[:3], work[:3]) == first


def test_inside_a_transaction_the_index_is_not_asked(world: World, keeper: Keeper) -> None:
    keeper.build(TODAY)
    with transaction():
        assert keeper.current(TODAY) is None
    assert session_places() > 0
    assert keeper.current(TODAY) is not None


def session_places() -> int:
    with transaction() as session:
        return len(session.scalars(select(Place.code)).all())
