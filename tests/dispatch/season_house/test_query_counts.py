"""Pages of a plan ask the same number of questions whether it holds 2 stays or 40."""

from collections.abc import Callable

import pytest

from jobmatch.dispatch import season_queries
from jobmatch.infra.db import forget_reads
from tests.dispatch.season_house.conftest import Season, sep
from tests.dispatch.season_house.support import a_plan
from tests.questions import questions

PAGES: dict[str, tuple[int, Callable[[int, Season], object]]] = {
    "plan": (4, lambda plan, s: season_queries.plan(plan, actor=s.organizer)),
    "plans": (2, lambda _, s: season_queries.plans(s.scope, actor=s.organizer)),
    "board": (
        7, lambda plan, s: season_queries.board(plan, sep(21), sep(27), actor=s.organizer)
    ),
    "coverage": (
        4, lambda plan, s: season_queries.coverage(plan, sep(21), sep(27), actor=s.organizer)
    ),
    "conflicts": (10, lambda plan, s: season_queries.conflicts(plan, actor=s.organizer)),
    "answers": (7, lambda plan, s: season_queries.answers(plan, actor=s.organizer)),
    "differences": (
        6, lambda plan, s: season_queries.differences(plan, plan, actor=s.organizer)
    ),
    "not_published": (3, lambda plan, s: season_queries.not_published(plan, actor=s.organizer)),
    "empty": (3, lambda plan, s: season_queries.empty(plan, actor=s.organizer)),
    "agreement": (2, lambda _, s: season_queries.agreement(s.brand, actor=s.organizer)),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("n", [2, 20])
def test_questions_do_not_grow(season: Season, page: str, n: int) -> None:
    people = season.people(n)
    season.world.crew(season.brand, people[: n // 2])
    works = [season.work(21, 27, 3) for _ in range(2)]
    plan = a_plan([(w, p, 21 + 3 * i, 22 + 3 * i) for w in people for i, p in enumerate(works)],
                  brand=season.brand)  # fmt: skip
    most, look = PAGES[page]
    forget_reads()
    with questions("SELECT") as asked:
        look(plan, season)
    assert len(asked) == most
