from collections.abc import Iterator

import pytest

from jobmatch.infra import clock
from tests.attendance.support import engage
from tests.earnings.support import (
    FIRST,
    SECOND,
    Pay,
)
from tests.support import World, instant


@pytest.fixture
def field(world: World) -> Iterator[Pay]:
    with clock.at(instant(2026, 9, 27, 18)):
        employer_id, employer = world.employer()
        posting_id = world.posting(employer_id)
        household_id, members = world.household()
        worker_id, worker = world.worker("王秀兰", member_id=members[0])
        other_id, other = world.worker("李桂芳")
        yield Pay(
            posting_id, employer, worker, worker_id, other, other_id, household_id,
            engage(posting_id, worker_id, FIRST, SECOND),
            engage(posting_id, other_id, FIRST, SECOND),
        )  # fmt: skip
