"""Planning anew after news: as little as pays is changed; why places stay empty is kept."""

import pytest

from jobmatch.dispatch import season_queries, season_runs, season_service
from jobmatch.dispatch.errors import PlanOver
from jobmatch.dispatch.season_rows import Absent, Closed, MorePlaces
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.matching import outside
from jobmatch.matching.rules.change import Course
from jobmatch.tasks import planning
from tests.dispatch.season_house.conftest import Season, sep
from tests.dispatch.season_house.support import a_plan, stays
from tests.dispatch.support import credential


def made(app, season: Season, *news, base: int, **given) -> int:
    plan_id = season_service.replan(base, news, actor=season.organizer, seconds=5, **given)
    claim = season_runs.claim_next()
    assert claim is not None
    planning.run(app, claim)
    row = season_queries.plan(plan_id, actor=season.organizer).row
    assert (row.state.value, row.base_plan_id) == ("done", base)
    return plan_id


def test_who_falls_ill_is_replaced_and_nobody_else_moves(app, season: Season) -> None:
    one, two, three = season.people(3)
    work = season.work(21, 26, 2)
    base = a_plan([(one, work, 21, 26), (two, work, 21, 26)], brand=season.brand)
    plan = made(app, season, Absent(one, sep(24), sep(30)), base=base)
    assert [row[:4] for row in stays(plan)] == [
        (one, work, sep(21), sep(23)),
        (two, work, sep(21), sep(26)),
        (three, work, sep(24), sep(26)),
    ]
    found = season_queries.differences(base, plan, actor=season.organizer)
    assert {row.worker_id for row in found} == {one, three}


def test_rain_closes_the_work_for_some_days(app, season: Season) -> None:
    (one,) = season.people(1)
    work = season.work(21, 26, 1)
    base = a_plan([(one, work, 21, 26)], brand=season.brand)
    plan = made(app, season, Closed(work, sep(23), sep(24)), base=base)
    cover = season_queries.coverage(plan, sep(21), sep(26), actor=season.organizer)
    assert [(d.demand, d.filled) for d in cover[0].days] == [
        (1, 1), (1, 1), (0, 0), (0, 0), (1, 1), (1, 1),
    ]  # fmt: skip


def test_today_and_tomorrow_stay_unless_they_are_released(app, season: Season) -> None:
    """One goes to the worse place tomorrow; only a released day may bring them to the other."""
    (one,) = season.people(1)
    near, shut = season.work(21, 24, 1), season.work(21, 24, 1)
    base = a_plan([(one, shut, 21, 24)], brand=season.brand)
    kept = made(app, season, Closed(shut, sep(22), sep(24)), base=base)
    assert stays(kept)[0][1:4] == (shut, sep(21), sep(21))
    assert stays(kept)[1][1:4] == (near, sep(22), sep(24))
    free = made(app, season, Closed(shut, sep(21), sep(24)), base=base, released=True)
    assert [row[1:4] for row in stays(free)] == [(near, sep(21), sep(24))]


def test_why_places_stay_empty_and_people_without_work(app, season: Season) -> None:
    one, _ = season.people(2)
    (idle,) = season.people(1, skills=("lv.sheep.shear",))
    work = season.work(21, 24, 3)
    base = a_plan([(one, work, 21, 24)], brand=season.brand)
    plan = made(app, season, MorePlaces(work, sep(24), sep(24), 5), base=base)
    # 14 places: one fills 4, the other 3 from the day after tomorrow on.
    rows = season_queries.empty(plan, actor=season.organizer).rows
    assert [(r.posting_id, r.places, r.days, r.eligible) for r in rows] == [
        (work, 7, (sep(21), sep(22), sep(23), sep(24)), 2)
    ]
    assert [(str(said), people, places) for said, people, places in rows[0].helps] == [
        ("只差会这门活", 1, 4)
    ]
    page = season_queries.idle(plan, actor=season.organizer)
    assert [(r.worker_id, str(r.said)) for r in page.rows] == [
        (idle, "没有合适的活；有 1 份只差会这门活")
    ]


def test_what_one_thing_missing_would_fill(app, season: Season) -> None:
    """Two lack only the credential; they could fill all 6 places that the third leaves empty."""
    season.people(1)
    season.people(1, free=(sep(22), sep(25)))
    (late,) = season.people(1, free=(sep(23), sep(24)))
    work = season.work(22, 25, 2, needs_credential=True)
    credential(late)
    base = a_plan([(late, work, 23, 24)], brand=season.brand)
    plan = made(app, season, base=base)
    (row,) = season_queries.empty(plan, actor=season.organizer).rows
    assert (row.posting_id, row.places, row.eligible) == (work, 6, 1)
    assert [(str(said), people, places) for said, people, places in row.helps] == [
        ("只差一张技能证书", 2, 6)
    ]


def test_news_must_make_sense(season: Season) -> None:
    base = a_plan([], brand=season.brand)
    replan, actor = season_service.replan, season.organizer
    for news in (
        Absent(1, sep(25), sep(24)),
        Closed(1, sep(1), sep(2)),
        MorePlaces(1, sep(25), sep(26), -1),
    ):
        with pytest.raises(Invalid):
            replan(base, [news], actor=actor)
    with pytest.raises(PlanOver):
        replan(a_plan([], brand=season.brand, state="running"), [], actor=actor)
    _, other = season.world.brand("别家")
    with pytest.raises(NotFound):
        replan(base, [], actor=other)


def test_a_course_fills_the_empty_days_after_its_end(app, season: Season, monkeypatch) -> None:
    """Who knows nothing of the work lacks one thing, as who lacks the credential does."""
    season.people(1)
    season.people(1, skills=("lv.sheep.shear",))
    (late,) = season.people(1, free=(sep(23), sep(24)))
    work = season.work(22, 25, 2, needs_credential=True)
    credential(late)
    base = a_plan([(late, work, 23, 24)], brand=season.brand)
    course = Course("ag.swpotato.sort", 1, sep(21), sep(23))
    monkeypatch.setattr(outside.known, "courses", lambda skills, today: [course])
    plan = made(app, season, base=base)
    (row,) = season_queries.empty(plan, actor=season.organizer).rows
    assert [(str(said), people, places) for said, people, places in row.helps] == [
        ("只差培训，2026-09-21开始的一期还能报名", 2, 3)
    ]
    why = season_queries.idle(plan, actor=season.organizer)
    assert {str(one.said) for one in why.rows} == {"没有合适的活；有 1 份参加培训就能去"}
