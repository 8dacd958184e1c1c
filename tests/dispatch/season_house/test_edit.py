"""Changes by hand: each keeps every hard rule, or is refused in words and nothing is written."""

import pytest

from jobmatch.dispatch import season_queries, season_service, service
from jobmatch.dispatch.errors import PlanOver
from jobmatch.dispatch.models import SeasonPlan, SeasonSpell
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.errors import Invalid, NotFound
from tests.dispatch.season_house.conftest import Season, sep
from tests.dispatch.season_house.support import a_plan, spell_of, stays


def refused(deed, *args, **given) -> str:
    with pytest.raises(Invalid) as caught:
        deed(*args, **given)
    return str(caught.value)


def test_a_stay_moves_to_other_days_another_posting_or_another_person(season: Season) -> None:
    one, two = season.people(2)
    work, other = season.work(21, 24, 1), season.work(21, 24, 1)
    plan = a_plan([(one, work, 21, 24)], brand=season.brand)
    season_service.move(spell_of(plan, one), actor=season.organizer, last=sep(22))
    season_service.move(spell_of(plan, one), actor=season.organizer, posting_id=other)
    season_service.move(spell_of(plan, one), actor=season.organizer, worker_id=two)
    assert stays(plan) == [(two, other, sep(21), sep(22), "planned")]


def test_the_value_follows_a_change(season: Season) -> None:
    """Two days less of a person are worth two days' points less."""
    (one,) = season.people(1)
    work = season.work(21, 24, 1)
    plan = a_plan([(one, work, 21, 24)], brand=season.brand, filled=4, demanded=4)
    season_service.move(spell_of(plan, one), actor=season.organizer, last=sep(22))
    with transaction() as session:
        row = session.get_one(SeasonPlan, plan)
        assert row.filled == 2
        assert 1000 - 200 <= row.value <= 1000 - 100
        assert row.bound == 1000


def test_a_stay_is_split_and_taken_out(season: Season) -> None:
    (one,) = season.people(1)
    work = season.work(21, 26, 1)
    plan = a_plan([(one, work, 21, 24)], brand=season.brand)
    key = spell_of(plan, one)
    assert refused(season_service.split, key, sep(21), actor=season.organizer) == (
        "请选这段日子里面的一天，不能是第一天。"
    )
    season_service.split(key, sep(23), actor=season.organizer)
    assert [row[2:4] for row in stays(plan)] == [(sep(21), sep(22)), (sep(23), sep(24))]
    with transaction() as session:
        later = session.query(SeasonSpell.id).filter_by(first_day=sep(23)).scalar()
    season_service.remove(later, actor=season.organizer)
    assert [row[2:4] for row in stays(plan)] == [(sep(21), sep(22))]


def test_what_breaks_a_hard_rule_is_refused(season: Season) -> None:
    one, two = season.people(2)
    (away,) = season.people(1, free=(sep(21), sep(22)))
    (unskilled,) = season.people(1, skills=())
    work, small = season.work(21, 30, 2), season.work(21, 30, 1)
    plan = a_plan(
        [(one, work, 21, 23), (one, small, 25, 26), (two, small, 21, 23)], brand=season.brand
    )
    before = stays(plan)
    with transaction() as session:
        key = session.query(SeasonSpell.id).filter_by(worker_id=one, first_day=sep(21)).scalar()
    actor = season.organizer
    move = season_service.move
    assert refused(move, key, actor=actor, posting_id=small) == "名额不够。"
    assert refused(move, key, actor=actor, last=sep(25)) == "同一天不能干两份活。"
    assert refused(move, key, actor=actor, worker_id=away) == "这几天有人没空。"
    assert refused(move, key, actor=actor, worker_id=unskilled).startswith("这个人不适合这份活")
    assert refused(move, key, actor=actor, first=sep(24)) == "最后一天早于第一天。"
    assert refused(move, key, actor=actor, first=sep(19)) == "日子不在这份安排里。"
    assert refused(move, key, actor=actor, posting_id=12345).startswith("这个人不适合这份活")
    assert stays(plan) == before


def test_seven_days_in_a_row_get_a_day_off(season: Season) -> None:
    (one,) = season.people(1)
    work = season.work(21, 30, 1)
    plan = a_plan([(one, work, 21, 22)], brand=season.brand)
    season_service.move(spell_of(plan, one), actor=season.organizer, last=sep(30))
    row = season_queries.spell(spell_of(plan, one), actor=season.organizer)
    assert row.rest == (sep(27),)
    assert row.worked == 9


def test_days_off_do_not_come_from_two_stays_side_by_side(season: Season) -> None:
    (one,) = season.people(1)
    work, next_one = season.work(21, 24, 1), season.work(25, 28, 1)
    a_plan([(one, work, 21, 24), (one, next_one, 26, 26)], brand=season.brand)
    with transaction() as session:
        key = session.query(SeasonSpell.id).filter_by(posting_id=next_one).scalar()
    said = refused(season_service.move, key, actor=season.organizer, first=sep(25), last=sep(28))
    assert said == "连着干的天数太多，中间要歇一天。"


def test_a_whole_crew_moves_as_one(season: Season) -> None:
    one, two = season.people(2)
    crew = season.world.crew(season.brand, [one, two], is_whole=True)
    work, small = season.work(21, 24, 2), season.work(21, 24, 1)
    plan = a_plan([(one, work, 21, 22), (two, work, 21, 22)], brand=season.brand, crew=crew)
    actor = season.organizer
    season_service.move(spell_of(plan, two), actor=actor, last=sep(24))
    assert [row[2:4] for row in stays(plan)] == [(sep(21), sep(24))] * 2
    assert (
        refused(season_service.move, spell_of(plan, one), actor=actor, posting_id=small)
        == "名额不够。"
    )
    assert (
        refused(
            season_service.move, spell_of(plan, one), actor=actor, worker_id=season.people(1)[0]
        )
        == "整班的活不能只换一个人。"
    )
    season_service.remove(spell_of(plan, one), actor=actor)
    assert stays(plan) == []


def test_who_has_no_work_is_given_some(season: Season) -> None:
    one, two = season.people(2)
    work = season.work(21, 24, 2)
    plan = a_plan([(one, work, 21, 24)], brand=season.brand)
    season_service.add(plan, two, work, sep(22), sep(23), actor=season.organizer)
    assert stays(plan)[1] == (two, work, sep(22), sep(23), "planned")
    stranger, _ = season.world.worker("外人")
    assert refused(
        season_service.add, plan, stranger, work, sep(22), sep(23), actor=season.organizer
    ).startswith("这个人不适合这份活")


def test_what_is_engaged_does_not_move_and_only_drafts_do(season: Season) -> None:
    (one,) = season.people(1)
    work = season.work(21, 24, 2)
    plan = a_plan([(one, work, 21, 24)], brand=season.brand)
    key = spell_of(plan, one)
    season_service.publish(plan, actor=season.organizer)
    with pytest.raises(PlanOver):
        season_service.move(key, actor=season.organizer, last=sep(22))
    again = a_plan([(one, work, 21, 24)], brand=season.brand)
    with transaction() as session:
        session.get_one(SeasonSpell, spell_of(again, one)).state = "engaged"
    assert (
        refused(season_service.move, spell_of(again, one), actor=season.organizer, last=sep(22))
        == "已经录用或已经派出的日子不能在这里改。"
    )


def test_a_foreign_stay_is_not_there(season: Season) -> None:
    (one,) = season.people(1)
    plan = a_plan([(one, season.work(21, 24, 1), 21, 24)], brand=season.brand)
    _, other = season.world.brand("别家")
    for deed in (
        lambda: season_service.move(spell_of(plan, one), actor=other, last=sep(22)),
        lambda: season_service.split(spell_of(plan, one), sep(22), actor=other),
        lambda: season_service.remove(spell_of(plan, one), actor=other),
        lambda: season_queries.spell(spell_of(plan, one), actor=other),
        lambda: season_queries.board(plan, sep(21), sep(24), actor=other),
        lambda: season_queries.coverage(plan, sep(21), sep(24), actor=other),
        lambda: season_queries.conflicts(plan, actor=other),
        lambda: season_queries.answers(plan, actor=other),
        lambda: season_queries.not_published(plan, actor=other),
        lambda: season_queries.differences(plan, plan, actor=other),
    ):
        with pytest.raises(NotFound):
            deed()


# --- pins ---------------------------------------------------------------------------------------


def test_pins_hold_and_are_let_go(season: Season) -> None:
    (one,) = season.people(1)
    work = season.work(21, 24, 1)
    plan = a_plan([(one, work, 21, 24)], brand=season.brand)
    actor = season.organizer
    key = season_service.pin(plan, one, work, sep(22), sep(23), actor=actor)
    assert season_service.pin(plan, one, work, sep(22), sep(23), actor=actor) == key
    assert [(p.id, p.worker_id) for p in season_queries.pins(season.scope, actor=actor)] == [
        (key, one)
    ]
    assert season_queries.spell(spell_of(plan, one), actor=actor).pin_id == key
    move = season_service.move
    assert refused(move, spell_of(plan, one), actor=actor, last=sep(22)) == (
        "固定的日子不能动，先放开再改。"
    )
    _, other = season.world.brand("别家")
    with pytest.raises(NotFound):
        season_service.unpin(key, actor=other)
    season_service.unpin(key, actor=actor)
    move(spell_of(plan, one), actor=actor, last=sep(22))


def test_a_pin_that_no_plan_could_keep_is_refused(season: Season) -> None:
    (one,) = season.people(1)
    (away,) = season.people(1, free=(sep(24), sep(30)))
    work = season.work(21, 24, 1)
    plan = a_plan([], brand=season.brand)

    def said(worker: int, first: int, last: int) -> str:
        return refused(
            season_service.pin, plan, worker, work, sep(first), sep(last), actor=season.organizer
        )

    assert said(away, 22, 23) == "那几天没空"
    assert said(one, 26, 27) == "名额不够"
    assert said(one, 29, 31 - 1 - 2) == "日子不在这份安排里。"
    service.sign_up(season.work(22, 22, 1), actor=SYSTEM, worker_id=one)
    assert said(one, 22, 22) == "那几天已经有别的活"
    with pytest.raises(NotFound):
        season_service.pin(plan, 999, work, sep(22), sep(22), actor=season.organizer)
    assert season_queries.pins(season.scope, actor=season.organizer) == []


# --- against the world, and plan against plan ---------------------------------------------------


def test_conflicts_tell_what_changed_since(season: Season) -> None:
    one, two, three = season.people(3)
    work, shut = season.work(21, 24, 1), season.work(21, 24, 5)
    plan = a_plan([(one, work, 21, 22), (two, work, 21, 22), (three, shut, 21, 22)],
                  brand=season.brand)  # fmt: skip
    service.sign_up(season.work(22, 22, 1), actor=SYSTEM, worker_id=one)
    with transaction() as session:
        from jobmatch.postings.models import Posting

        session.get_one(Posting, shut).state = "closed"
    stranger, _ = season.world.worker("外人")
    service.sign_up(work, actor=SYSTEM, worker_id=stranger, first=sep(21), last=sep(21))
    found = season_queries.conflicts(plan, actor=season.organizer)
    assert {c.spell.worker_id: (c.kind.value, c.days) for c in found.rows} == {
        one: ("booked", (sep(22),)),
        two: ("full", (sep(21),)),
        three: ("closed", (sep(21), sep(22))),
    }


def test_conflicts_are_counted_whole_and_listed_page_by_page(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobmatch.dispatch.season_world.PAGE_SIZE", 1)
    one, two = season.people(2)
    work = season.work(21, 24, 2)
    plan = a_plan([(one, work, 21, 22), (two, work, 21, 22)], brand=season.brand)
    for person in (one, two):
        service.sign_up(season.work(22, 22, 1), actor=SYSTEM, worker_id=person)
    first, second = (season_queries.conflicts(plan, actor=season.organizer, page=n) for n in (1, 2))
    assert [(p.total, [c.spell.worker_id for c in p.rows]) for p in (first, second)] == [
        (2, [one]), (2, [two]),
    ]  # fmt: skip
    keys = {spell_of(plan, one), spell_of(plan, two)}
    assert season_queries.clashing(plan, actor=season.organizer) == keys
    only = season_queries.conflicts(plan, actor=season.organizer, spell_id=spell_of(plan, two))
    assert (only.total, [c.spell.worker_id for c in only.rows]) == (1, [two])
    other = season_queries.conflicts(plan, actor=season.organizer, spell_id=0)
    assert (other.total, other.rows) == (0, [])


def test_two_plans_differ_in_words_of_people_and_days(season: Season) -> None:
    one, two = season.people(2)
    work, other = season.work(21, 24, 1), season.work(21, 24, 1)
    a = a_plan([(one, work, 21, 24)], brand=season.brand)
    b = a_plan([(one, work, 21, 22), (one, other, 23, 24), (two, work, 24, 24)],
               brand=season.brand)  # fmt: skip
    rows = season_queries.differences(a, b, actor=season.organizer)
    assert [(r.worker_id, r.first_day, r.last_day, r.old_posting_id, r.new_posting_id)
            for r in rows] == [
        (one, sep(23), sep(24), work, other),
        (two, sep(24), sep(24), None, work),
    ]  # fmt: skip


def test_a_crews_row_counts_its_people(season: Season) -> None:
    one, two, alone = season.people(3)
    crew = season.world.crew(season.brand, [one, two], name="青龙一班")
    work = season.work(21, 26, 5)
    plan = a_plan([(one, work, 21, 23), (two, work, 22, 23)], brand=season.brand, crew=crew)
    with transaction() as session:
        session.add(
            SeasonSpell(plan_id=plan, worker_id=alone, posting_id=work, first_day=sep(25),
                        last_day=sep(26), rest=[], state="planned")
        )  # fmt: skip
    page = season_queries.board(plan, sep(21), sep(25), actor=season.organizer)
    assert page.total == 3
    assert [(r.name, r.worker_id) for r in page.rows] == [
        ("青龙一班", None), ("工0", one), ("工1", two), ("工2", alone),
    ]  # fmt: skip
    assert [(b.start, b.length, b.people) for b in page.rows[0].blocks] == [(0, 1, 1), (1, 2, 2)]
    assert [(b.start, b.length) for b in page.rows[3].blocks] == [(4, 1)]
