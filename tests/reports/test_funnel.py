"""What came of the push: counted once by place and brand, opened down to each push."""

from datetime import date, timedelta

import pytest

from jobmatch.attendance import service as attendance
from jobmatch.dispatch import service as dispatch
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.errors import NotFound
from jobmatch.matching import push
from jobmatch.matching.models import MatchPush, MatchPushed
from jobmatch.reports.funnel import Stage, Sums, Whose, funnel, pushes
from tests.support import instant

EVENING = date(2026, 9, 23)  # a Wednesday
D25 = date(2026, 9, 25)


def pushed(worker: int, posting: int, day: date = EVENING) -> None:
    with transaction() as session:
        made = instant(day.year, day.month, day.day, 19)
        session.add(MatchPush(worker_id=worker, day=day, made_at=made))
        session.add(MatchPushed(worker_id=worker, posting_id=posting, day=day, value=500))


@pytest.fixture
def market(world):
    """Four people who were told of the same work: one only told, one saw it, one signed up, one
    worked.
    """
    with clock.at(instant(2026, 9, 24, 9)):
        employer, boss = world.employer()
        posting = world.posting(employer, is_instant=True)
        people = [world.worker(f"甲{n}") for n in range(4)]
        for worker, _ in people:
            pushed(worker, posting)
        push.note_seen(people[1][0], [posting])
        for worker, actor in people[2:]:
            dispatch.sign_up(posting, actor=actor, worker_id=worker)
        dispatch.withdraw(
            dispatch.sign_up(posting, actor=people[2][1], worker_id=people[2][0]),
            actor=people[2][1],
        )
    with clock.at(instant(2026, 9, 25, 18)):
        attendance.mark_all_present(posting, D25, actor=boss, uid="all")
        yield world, people, posting


def test_each_push_counts_in_every_stage_that_it_reached(market):
    world, _, _ = market
    rows, total = funnel(Whose("150525"), EVENING, EVENING, actor=world.officer())
    assert total == Sums(pushed=4, seen=3, signed=2, worked=1)
    assert [(row.monday, row.sums) for row in rows] == [(date(2026, 9, 21), total)]


def test_weeks_without_a_push_stand_there_with_nothing(market):
    world, _, _ = market
    rows, _ = funnel(Whose("150525"), EVENING - timedelta(days=7), EVENING, actor=world.officer())
    assert [(row.monday.day, row.sums.pushed) for row in rows] == [(21, 4), (14, 0)]


def test_a_figure_opens_to_as_many_pushes(market):
    world, people, _ = market
    officer = world.officer()
    for stage, n in zip(Stage, (4, 3, 2, 1), strict=True):
        found = pushes(Whose("150525"), EVENING, EVENING, stage, actor=officer)
        assert (found.total, len(found.rows)) == (n, n)
    (row,) = pushes(Whose("150525"), EVENING, EVENING, Stage.WORKED, actor=officer).rows
    assert (row.worker_id, row.signed, row.worked, row.day) == (people[3][0], True, True, EVENING)


def test_a_brand_sees_the_pushes_to_its_members_alone(market):
    world, people, _ = market
    brand, organizer = world.brand()
    world.member(brand, people[3][0])
    world.member(brand, people[0][0], "requested")
    _, total = funnel(Whose(brand_id=brand), EVENING, EVENING, actor=organizer)
    assert total == Sums(1, 1, 1, 1)


def test_other_places_and_other_brands_are_not_there(market):
    world, _, _ = market
    brand, _ = world.brand()
    for whose, actor in (
        (Whose("150525"), world.officer("150430")), (Whose("15"), world.officer()),
        (Whose(brand_id=brand), world.officer()), (Whose(brand_id=brand), world.brand("别")[1]),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            funnel(whose, EVENING, EVENING, actor=actor)


def test_work_asked_for_before_the_push_is_none_of_its_doing(world):
    with clock.at(instant(2026, 9, 22, 9)):
        employer, _ = world.employer()
        posting = world.posting(employer, is_instant=True)
        worker, actor = world.worker()
        dispatch.sign_up(posting, actor=actor, worker_id=worker)
    pushed(worker, posting)
    _, total = funnel(Whose("150525"), EVENING, EVENING, actor=world.officer())
    assert total == Sums(pushed=1)


def test_what_was_seen_keeps_its_first_instant(market):
    world, people, posting = market
    assert push.unseen(people[1][0], [posting]) == []
    assert push.unseen(people[0][0], [posting]) == [posting]
    push.note_seen(people[0][0])
    push.note_seen(people[1][0])
    rows = pushes(Whose("150525"), EVENING, EVENING, Stage.SEEN, actor=world.officer()).rows
    seen = {row.worker_id: row.seen_at for row in rows}
    assert seen[people[1][0]] == instant(2026, 9, 24, 9)
    assert seen[people[0][0]] == instant(2026, 9, 25, 18)
