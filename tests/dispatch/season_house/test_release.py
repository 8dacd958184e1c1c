"""A plan made anew takes people off work: freed, sent elsewhere and told, in one transaction."""

from datetime import date

import pytest
from sqlalchemy import select

from jobmatch.dispatch import season_freeing, season_queries, season_service, service
from jobmatch.dispatch.models import CrewOrder, SeasonRelease, Signup
from jobmatch.dispatch.season_releases import ReleaseState, ReleaseWhy
from jobmatch.dispatch.season_rows import Absent, Closed, MorePlaces
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.postings.models import PostingDay
from tests.dispatch.season_house.conftest import Season, sep
from tests.dispatch.season_house.support import a_plan, said_to, stays
from tests.dispatch.season_house.test_replan import made
from tests.dispatch.support import days_of, state_of, taken


def published(season: Season, stays_of: list[tuple[int, int, int, int]], **given: object) -> int:
    plan = a_plan(stays_of, brand=season.brand, **given)  # type: ignore[arg-type]
    season_service.publish(plan, actor=season.organizer)
    return plan


def back(plan: int, season: Season) -> list[tuple[int, int, date, date, str, str]]:
    rows = season_queries.releases(plan, actor=season.organizer)
    return [
        (r.worker_id, r.posting_id, r.first_day, r.last_day, r.why.value, r.state.value)
        for r in rows
    ]


def posted(season: Season, *names: str) -> list[tuple[int, int | None]]:
    """Members with their users."""
    found = []
    for name in names:
        key, actor = season.world.worker(name)
        season.world.member(season.brand, key)
        found.append((int(key), actor.user_id))
    return found


def test_rain_takes_people_off_and_sends_them_elsewhere(app, season: Season) -> None:
    ((one, user),) = posted(season, "甲")
    wet = season.work(21, 26, 1, title="挖土豆")
    dry = season.work(24, 26, 1, title="分拣")
    base = published(season, [(one, wet, 21, 26)])
    plan = made(app, season, Closed(wet, sep(24), sep(25)), base=base)
    assert back(plan, season)[0] == (one, wet, sep(24), sep(25), "closed", "planned")
    row = season_queries.releases(plan, actor=season.organizer)[0]
    assert row.instead == ("分拣",)
    # What the plan itself takes back is no conflict.
    assert season_queries.conflicts(plan, actor=season.organizer).rows == []
    done = season_service.publish(plan, actor=season.organizer)
    assert (done.refused, done.freed, done.is_over) == (0, 1, True)
    assert taken(wet)[:5] == [1, 1, 1, 0, 0]
    assert taken(dry)[:2] == [1, 1]
    assert days_of(one) == [sep(n) for n in range(21, 27)]
    news = said_to(user)
    assert len(news) == 2
    assert news[1].startswith("您的安排变了：“挖土豆”2026-09-24到2026-09-25不去了（那里停工）")
    assert "改成“分拣”2026-09-24起共" in news[1]
    assert said_to(season.employer_actor.user_id)[-1].startswith("“奈曼青龙薯乡人”给您派人：")
    assert "“挖土豆”1 人有几天不来了" in said_to(season.employer_actor.user_id)[-1]
    # Once more changes nothing and tells nobody.
    assert season_service.publish(plan, actor=season.organizer) == done
    assert len(said_to(user)) == 2


def test_the_place_of_who_falls_ill_goes_to_the_plan_and_then_to_who_waits(
    app, season: Season
) -> None:
    (ill, _), (well, _) = posted(season, "病", "替")
    waiting, _actor = season.world.worker("候补")
    work = season.work(21, 26, 1)
    base = published(season, [(ill, work, 21, 26)])
    signup = service.sign_up(work, actor=SYSTEM, worker_id=waiting)
    assert state_of(signup) == "waiting"
    plan = made(app, season, Absent(ill, sep(23), sep(30)), base=base)
    assert (well, work, sep(23), sep(26), "planned") in stays(plan)
    season_service.publish(plan, actor=season.organizer)
    assert days_of(ill) == [sep(21), sep(22)]
    assert days_of(well) == [sep(n) for n in range(23, 27)]
    assert days_of(waiting) == []
    # Nobody of ours takes the next free days: they go to who waits.
    plan = a_plan([], brand=season.brand)
    take_back(plan, (well, work, 25, 26), why="absent")
    season_service.publish(plan, actor=season.organizer)
    assert days_of(well) == [sep(23), sep(24)]
    assert days_of(waiting) == [sep(25), sep(26)]


def test_what_somebody_took_on_their_own_is_not_taken_back(app, season: Season) -> None:
    (own, _), (ours, _) = posted(season, "自己", "我们")
    work = season.work(21, 26, 2)
    service.sign_up(work, actor=SYSTEM, worker_id=own)
    base = published(season, [(ours, work, 21, 26)])
    plan = made(app, season, Closed(work, sep(24), sep(26)), base=base)
    assert [row[0] for row in back(plan, season)] == [ours]
    season_service.publish(plan, actor=season.organizer)
    assert days_of(own) == [sep(n) for n in range(21, 27)]
    assert days_of(ours) == [sep(21), sep(22), sep(23)]


def test_two_who_change_places_both_get_them(season: Season) -> None:
    (one, _), (two, _) = posted(season, "甲", "乙")
    a, b = season.work(21, 26, 1), season.work(21, 26, 1)
    published(season, [(one, a, 21, 26), (two, b, 21, 26)])
    plan = a_plan([(one, b, 24, 26), (two, a, 24, 26)], brand=season.brand)
    take_back(plan, (one, a, 24, 26), (two, b, 24, 26))
    done = season_service.publish(plan, actor=season.organizer)
    assert (done.engaged, done.refused, done.freed) == (2, 0, 2)
    assert days_of(one) == days_of(two) == [sep(n) for n in range(21, 27)]
    assert taken(a) == taken(b) == [1] * 6


def take_back(plan: int, *rows: tuple[int, int, int, int], why: str = "moved") -> None:
    with transaction() as session:
        session.add_all(
            SeasonRelease(
                plan_id=plan, worker_id=w, posting_id=p, first_day=sep(first), last_day=sep(last),
                why=why, state="planned",
            )
            for w, p, first, last in rows
        )  # fmt: skip


def test_who_cannot_have_the_new_work_keeps_the_old(season: Season) -> None:
    ((one, user),) = posted(season, "甲")
    a, b = season.work(21, 26, 1), season.work(24, 26, 1)
    published(season, [(one, a, 21, 26)])
    stranger, _actor = season.world.worker("外人")
    plan = a_plan([(one, b, 24, 26)], brand=season.brand)
    take_back(plan, (one, a, 24, 26))
    service.sign_up(b, actor=SYSTEM, worker_id=stranger)
    done = season_service.publish(plan, actor=season.organizer)
    assert (done.engaged, done.refused, done.freed) == (0, 1, 0)
    assert days_of(one) == [sep(n) for n in range(21, 27)]
    assert taken(a) == [1] * 6
    assert back(plan, season)[0][-1] == "kept"
    assert len(said_to(user)) == 1  # of the first plan only


def test_where_there_is_no_work_nobody_gets_the_old_days_back(season: Season) -> None:
    ((one, _),) = posted(season, "甲")
    a, b = season.work(21, 26, 1), season.work(24, 26, 1, state="closed")
    published(season, [(one, a, 21, 26)])
    plan = a_plan([(one, b, 24, 26)], brand=season.brand)
    take_back(plan, (one, a, 24, 26), why="closed")
    season_service.publish(plan, actor=season.organizer)
    assert days_of(one) == [sep(21), sep(22), sep(23)]
    assert back(plan, season)[0][-1] == "freed"


def test_an_offer_without_an_answer_is_taken_back(season: Season) -> None:
    (one, _), (two, _), (three, _) = posted(season, "甲", "乙", "丙")
    crew = season.world.crew(season.brand, [two, three], is_whole=True)
    asks, also = (season.work(21, 26, 3, is_instant=False) for _ in range(2))
    published(season, [(one, asks, 21, 26)])
    published(season, [(w, also, 21, 26) for w in (two, three)], crew=crew)
    plan = a_plan([], brand=season.brand)
    take_back(plan, (one, asks, 22, 26), why="closed")
    season_service.publish(plan, actor=season.organizer)
    with transaction() as session:
        states = session.scalars(select(Signup.state).where(Signup.worker_id == one)).all()
    assert states == ["withdrawn"]
    assert back(plan, season)[0][-1] == "freed"
    with transaction() as session:
        assert session.scalars(select(CrewOrder.state)).all() == ["proposed"]
    # A whole crew is asked for as one, and taken back as one.
    plan = a_plan([], brand=season.brand)
    take_back(plan, *((w, also, 22, 26) for w in (two, three)), why="closed")
    season_service.publish(plan, actor=season.organizer)
    with transaction() as session:
        assert session.scalars(select(CrewOrder.state)).all() == ["withdrawn"]
    assert [row[-1] for row in back(plan, season)] == ["freed", "freed"]


@pytest.mark.parametrize(("news", "why"), [("fewer", "fewer"), ("closed", "closed")])
def test_why_somebody_is_taken_off(app, season: Season, news: str, why: str) -> None:
    (one, _), (two, _) = posted(season, "甲", "乙")
    work = season.work(21, 26, 2)
    base = published(season, [(one, work, 21, 26), (two, work, 21, 26)])
    given = {
        "fewer": MorePlaces(work, sep(24), sep(26), 1), "closed": Closed(work, sep(24), sep(26)),
    }[news]  # fmt: skip
    rows = back(made(app, season, given, base=base), season)
    assert {row[4] for row in rows} == {why}
    assert len(rows) == (1 if news == "fewer" else 2)


def test_confirmed_days_stay_where_a_better_place_is_not_much_better(app, season: Season) -> None:
    """Another place that pays a little more is no reason to take a promise back."""
    (one, _), (two, _) = posted(season, "甲", "乙")
    here = season.work(21, 26, 1, rate_fen=18_000)
    base = published(season, [(one, here, 21, 26)])
    season.work(21, 26, 1, rate_fen=19_000)
    plan = made(app, season, Absent(two, sep(23), sep(24)), base=base)
    assert back(plan, season) == []
    assert (one, here, sep(21), sep(26), "engaged") in stays(plan)


def test_people_who_share_work_change_in_one_transaction() -> None:
    rows = [(1, ("work", 7)), (2, ("work", 8)), (2, ("work", 7)), (3, ("work", 9))]
    assert season_freeing._groups(rows) == [(1, 2), (3,)]


def test_taken_places_of_a_release_count_once(season: Season) -> None:
    ((one, _),) = posted(season, "甲")
    a = season.work(21, 26, 3)
    published(season, [(one, a, 21, 26)])
    plan = a_plan([], brand=season.brand)
    take_back(plan, (one, a, 24, 26), why="closed")
    season_service.publish(plan, actor=season.organizer)
    with transaction() as session:
        left = select(PostingDay.taken).where(PostingDay.posting_id == a)
        assert session.scalars(left.order_by(PostingDay.work_date)).all() == [1, 1, 1, 0, 0, 0]
    assert ReleaseWhy.CLOSED.value == back(plan, season)[0][4]
    assert ReleaseState.FREED.value == back(plan, season)[0][5]
