"""A brand with people, postings and an organizer, on 20 September."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from jobmatch.dispatch.season_rows import Scope
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor
from tests.support import World, instant

TODAY = date(2026, 9, 20)


def sep(day: int) -> date:
    return date(2026, 9, day)


@pytest.fixture(autouse=True)
def _in_september() -> Iterator[None]:
    with clock.at(instant(2026, 9, 20)):
        yield


@dataclass
class Season:
    """A brand, its organizer, and short ways to its people and work."""

    world: World
    brand: int
    organizer: Actor
    employer: int
    employer_actor: Actor

    @property
    def scope(self) -> Scope:
        return Scope(brand_id=self.brand)

    def people(self, n: int, **fields: object) -> list[int]:
        keys = [self.world.worker(f"工{i}", **fields)[0] for i in range(n)]  # type: ignore[arg-type]
        for key in keys:
            self.world.member(self.brand, key)
        return keys

    def work(self, first: int, last: int, places: int, **fields: object) -> int:
        """A posting from one day of September to another."""
        return self.world.posting(
            self.employer, first=sep(first), last=sep(last), headcount=places,
            **({"is_instant": True} | fields),  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.fixture
def season(world: World) -> Season:
    brand, organizer = world.brand()
    employer, employer_actor = world.employer()
    return Season(world, brand, organizer, employer, employer_actor)
