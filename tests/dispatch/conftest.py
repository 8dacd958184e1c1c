from collections.abc import Iterator

import pytest

from jobmatch.infra import clock
from tests.support import World, instant


@pytest.fixture(autouse=True)
def _in_september() -> Iterator[None]:
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def employer(world: World):
    return world.employer()
