"""Publishing: each stay is engaged wholly, asked, or refused with the reason; twice is once."""

import threading
from contextvars import copy_context

import pytest
from sqlalchemy import func, select

from jobmatch.brands.models import BrandMember
from jobmatch.dispatch import season_publish, season_queries, season_service, service
from jobmatch.dispatch.errors import PlanOver
from jobmatch.dispatch.models import CrewOrder, Engagement, EngagementDay, Signup
from jobmatch.dispatch.season_rows import AnswerState, Scope
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.errors import NotFound
from jobmatch.postings.models import PostingDay
from jobmatch.workers.models import Availability
from tests.dispatch.season_house.conftest import Season, sep
from tests.dispatch.season_house.support import a_plan, rest, said_to, spell_of, stays
from tests.dispatch.support import days_of, taken
from tests.reliability.race import count_then_insert


def publish(season: Season, plan_id: int) -> season_publish.Published:
    return season_service.publish(plan_id, actor=season.organizer)


def why(season: Season, plan_id: int) -> dict[int, str]:
    """The reasons of what was not published, by worker."""
    rows = season_queries.not_published(plan_id, actor=season.organizer)
    return {row.spell.worker_id: str(row.said) for row in rows}


def answers(season: Season, plan_id: int) -> dict[int, AnswerState]:
    found = season_queries.answers(plan_id, actor=season.organizer)
    return {row.spell.worker_id: row.state for row in found.page.rows}


def test_people_are_engaged_on_the_days_of_their_stays_without_days_off(season: Season) -> None:
    one, two = season.people(2)
    work = season.work(21, 28, 2)
    plan = a_plan([(one, work, 21, 24), (two, work, 23, 23)], brand=season.brand)
    rest(spell_of(plan, one), sep(22))
    done = publish(season, plan)
    assert (done.engaged, done.asked, done.refused) == (2, 0, 0)
    assert days_of(one) == [sep(21), sep(23), sep(24)]
    assert days_of(two) == [sep(23)]
    assert taken(work) == [1, 0, 2, 1, 0, 0, 0, 0]
    page = season_queries.plan(plan, actor=season.organizer)
    assert page.row.state == "published"
    assert answers(season, plan) == {one: AnswerState.GOES, two: AnswerState.GOES}


def test_people_and_the_employer_are_told_once_of_all_their_stays(season: Season) -> None:
    keys = [season.world.worker(f"人{n}") for n in range(2)]
    for key, _ in keys:
        season.world.member(season.brand, key)
    dig = season.work(21, 24, 2, title="挖土豆")
    sort = season.work(26, 29, 2, title="分拣", is_instant=False)
    plan = a_plan(
        [(key, dig, 21, 22) for key, _ in keys]
        + [(keys[0][0], dig, 24, 24), (keys[0][0], sort, 26, 28)],
        brand=season.brand,
    )
    publish(season, plan)
    publish(season, plan)
    assert said_to(keys[0][1].user_id) == [
        "给您排了活：“挖土豆”2026-09-21起共 3 天；“分拣”2026-09-26起共 3 天，等用工方答复。"
        "去不了请在“我的活”里取消。"
    ]
    assert said_to(keys[1][1].user_id) == [
        "给您排了活：“挖土豆”2026-09-21起共 2 天。去不了请在“我的活”里取消。"
    ]
    assert said_to(season.employer_actor.user_id) == [
        "“奈曼青龙薯乡人”给您派人：“挖土豆”来 2 人；“分拣”1 人愿意来，等您答复。"
    ]


def test_publishing_twice_changes_nothing(season: Season) -> None:
    one, two = season.people(2)
    work = season.work(21, 24, 1)
    plan = a_plan([(one, work, 21, 24), (two, work, 24, 24)], brand=season.brand)
    first = publish(season, plan)
    before = rows_of_dispatch()
    assert publish(season, plan) == first
    assert rows_of_dispatch() == before


def rows_of_dispatch() -> list[int]:
    with transaction() as session:
        return [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Signup, Engagement, EngagementDay, CrewOrder)
        ]


def test_a_stay_of_which_one_day_is_full_is_refused_wholly(season: Season) -> None:
    mine, _ = season.people(2)
    stranger, _actor = season.world.worker("外人")
    work = season.work(21, 24, 1)
    plan = a_plan([(mine, work, 21, 24)], brand=season.brand)
    service.sign_up(work, actor=SYSTEM, worker_id=stranger, first=sep(23), last=sep(23))
    done = publish(season, plan)
    assert (done.engaged, done.refused) == (0, 1)
    assert days_of(mine) == []
    assert taken(work) == [0, 0, 1, 0]
    assert why(season, plan) == {mine: "名额被别人占了"}
    with transaction() as session:
        assert session.scalars(select(Signup.worker_id)).all() == [stranger]


def test_what_the_world_forbids_is_refused_in_words(season: Season) -> None:
    away, busy, gone, closed, asks = season.people(5)
    work, other = season.work(21, 24, 9), season.work(21, 24, 9, state="closed")
    proof = season.work(21, 24, 9, needs_credential=True)
    plan = a_plan(
        [(w, work, 21, 24) for w in (away, busy, gone)]
        + [(closed, other, 21, 22), (asks, proof, 21, 22)],
        brand=season.brand,
    )
    with transaction() as session:
        session.scalars(
            select(Availability).where(Availability.worker_id == away)
        ).one().last_day = sep(22)
        session.scalars(
            select(BrandMember).where(BrandMember.worker_id == gone)
        ).one().state = "left"
    service.sign_up(season.work(22, 22, 1), actor=SYSTEM, worker_id=busy)
    assert publish(season, plan).refused == 5
    assert why(season, plan) == {
        away: "这几天改成没空了",
        busy: "这几天已经有别的活了",
        gone: "不在队伍里了，或登记已停用",
        closed: "这份活这几天不招人了",
        asks: "这份活要有技能证书才能上岗，先参加培训拿到证书就可以报名。",
    }
    assert [state for *_, state in stays(plan)] == ["refused"] * 5


def test_an_employer_who_decides_is_asked_and_gives_the_days_of_the_plan(season: Season) -> None:
    one, two = season.people(2)
    work = season.work(21, 26, 2, is_instant=False)
    plan = a_plan([(one, work, 21, 24), (two, work, 21, 22)], brand=season.brand)
    rest(spell_of(plan, one), sep(23))
    assert publish(season, plan).asked == 2
    assert answers(season, plan) == {one: AnswerState.WAITS, two: AnswerState.WAITS}
    assert taken(work) == [0] * 6
    with transaction() as session:
        signups = {s.worker_id: s.id for s in session.scalars(select(Signup))}
    service.accept(signups[one], actor=season.employer_actor)
    service.decline(signups[two], actor=season.employer_actor, note="人够了")
    assert days_of(one) == [sep(21), sep(22), sep(24)]
    found = season_queries.answers(plan, actor=season.organizer)
    assert {row.spell.worker_id: (row.state, row.note) for row in found.page.rows} == {
        one: (AnswerState.GOES, ""), two: (AnswerState.EMPLOYER_NO, "人够了"),
    }  # fmt: skip
    assert found.counts == {AnswerState.GOES: 1, AnswerState.EMPLOYER_NO: 1}


def test_who_cancels_afterwards_is_listed(season: Season) -> None:
    key, actor = season.world.worker("不去")
    season.world.member(season.brand, key)
    work = season.work(21, 24, 1)
    plan = a_plan([(key, work, 21, 24)], brand=season.brand)
    publish(season, plan)
    with transaction() as session:
        signup = session.scalars(select(Signup.id)).one()
    service.withdraw(signup, actor=actor)
    assert answers(season, plan) == {key: AnswerState.WORKER_NO}


def test_a_whole_crew_goes_wholly_or_not_at_all(season: Season) -> None:
    one, two, three = season.people(3)
    crew = season.world.crew(season.brand, [one, two, three], is_whole=True)
    enough, short = season.work(21, 22, 3), season.work(24, 25, 2)
    plan = a_plan(
        [(w, p, f, f + 1) for w in (one, two, three) for p, f in ((enough, 21), (short, 24))],
        brand=season.brand, crew=crew,
    )  # fmt: skip
    done = publish(season, plan)
    assert (done.engaged, done.refused) == (3, 3)
    assert days_of(one) == days_of(two) == days_of(three) == [sep(21), sep(22)]
    assert taken(short) == [0, 0]


def test_a_whole_crew_is_asked_for_as_one(season: Season) -> None:
    one, two = season.people(2)
    crew = season.world.crew(season.brand, [one, two], is_whole=True)
    work = season.work(21, 26, 2, is_instant=False)
    plan = a_plan([(one, work, 21, 25), (two, work, 21, 25)], brand=season.brand, crew=crew)
    for key in (one, two):
        rest(spell_of(plan, key), sep(23))
    assert publish(season, plan).asked == 2
    with transaction() as session:
        order = session.scalars(select(CrewOrder)).one()
        assert (order.first_day, order.last_day, order.state) == (sep(21), sep(25), "proposed")
    assert service.accept_crew(order.id, actor=season.employer_actor).people == 2
    assert days_of(one) == days_of(two) == [sep(21), sep(22), sep(24), sep(25)]
    assert answers(season, plan) == {one: AnswerState.GOES, two: AnswerState.GOES}


def test_a_crew_that_has_changed_is_not_sent(season: Season) -> None:
    one, two = season.people(2)
    crew = season.world.crew(season.brand, [one, two], is_whole=True)
    work = season.work(21, 22, 5)
    plan = a_plan([(one, work, 21, 22)], brand=season.brand, crew=crew)
    publish(season, plan)
    assert why(season, plan) == {one: "班组的人变了，请重新排"}


def test_only_a_finished_plan_is_published_and_only_by_its_planner(season: Season) -> None:
    plan = a_plan([], brand=season.brand, state="running")
    with pytest.raises(PlanOver):
        publish(season, plan)
    _, other = season.world.brand("别家")
    with pytest.raises(NotFound):
        season_service.publish(plan, actor=other)
    with pytest.raises(NotFound):
        season_service.publish(999, actor=season.organizer)


def test_a_banner_wide_plan_is_the_officers_and_of_brands_that_agreed(season: Season) -> None:
    (mine,) = season.people(1)
    brand, organizer = season.world.brand("第二家")
    (theirs, _) = season.world.worker("他家人")
    season.world.member(brand, theirs)
    season_service.agree(brand, "150525", actor=organizer)
    officer = season.world.officer("150525")
    work = season.work(21, 22, 5)
    plan = a_plan(
        [(mine, work, 21, 22), (theirs, work, 21, 22)], brand=0, brand_id=None,
        place_code="150525",
    )  # fmt: skip
    with pytest.raises(NotFound):
        season_service.publish(plan, actor=organizer)
    done = season_service.publish(plan, actor=officer)
    assert (done.engaged, done.refused) == (1, 1)
    assert said_to(organizer.user_id) == ["奈曼旗统一安排了各品牌的人，您的品牌有 1 人有活。"]
    assert said_to(season.organizer.user_id) == []
    with transaction() as session:
        assert session.scalars(select(Engagement.brand_id)).all() == [brand]
    rows = season_queries.agreements("150525", actor=officer)
    assert {row.brand_id: row.is_agreed for row in rows} == {brand: True, season.brand: False}
    season_service.withdraw_agreement(brand, "150525", actor=organizer)
    assert not any(r.is_agreed for r in season_queries.agreements("150525", actor=officer))
    assert Scope(place_code="150525") == season_queries.plan(plan, actor=officer).row.scope


# --- two organizers, one posting ----------------------------------------------------------------


def together(app, *deeds) -> list[BaseException]:
    gate, errors = threading.Barrier(len(deeds)), []

    def run(deed) -> None:
        with app.app_context():
            gate.wait()
            try:
                deed()
            except Exception as error:
                errors.append(error)

    # Each thread takes the held clock along.
    threads = [threading.Thread(target=copy_context().run, args=(run, deed)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def oversold(work: int) -> int:
    with transaction() as session:
        seats = (
            select(func.count())
            .where(EngagementDay.posting_day_id == PostingDay.id)
            .scalar_subquery()
        )
        rows = session.execute(
            select(PostingDay.headcount, seats).where(PostingDay.posting_id == work)
        )
        return sum(max(0, held - places) for places, held in rows)


@pytest.mark.race
@pytest.mark.slow
def test_two_organizers_publish_to_one_posting_at_once(app, season: Season) -> None:
    """20 people of two brands for 10 places of 3 days: 10 go for all days, 10 are refused."""
    other, other_organizer = season.world.brand("第二家")
    for _ in range(3):
        ours = season.people(10)
        theirs = [season.world.worker(f"他{n}")[0] for n in range(10)]
        for key in theirs:
            season.world.member(other, key)
        work = season.work(21, 23, 10)
        one = a_plan([(w, work, 21, 23) for w in ours], brand=season.brand)
        two = a_plan([(w, work, 21, 23) for w in theirs], brand=other)
        errors = together(
            app,
            lambda one=one: season_service.publish(one, actor=season.organizer),
            lambda two=two: season_service.publish(two, actor=other_organizer),
            lambda one=one: season_service.publish(one, actor=season.organizer),
        )
        assert errors == []
        assert oversold(work) == 0
        assert taken(work) == [10, 10, 10]
        assert {len(days_of(w)) for w in (*ours, *theirs)} == {0, 3}
        states = [state for plan in (one, two) for *_, state in stays(plan)]
        assert sorted(states) == ["engaged"] * 10 + ["refused"] * 10


@pytest.mark.race
@pytest.mark.slow
def test_counting_before_taking_oversells(app, season: Season) -> None:
    """The negative control: the same race finds the fault where the guard is missing."""
    found = 0
    for _ in range(5):
        people = season.people(16)
        work = season.work(21, 21, 5)
        together(app, *(lambda w=w, p=work: count_then_insert(p, w) for w in people))
        found += oversold(work)
    assert found > 0
