"""The problem is built from the database: who fits, when, what stands already."""

from datetime import date

import numpy as np
import pytest

from jobmatch.dispatch import season_judge, season_reading, season_service, service
from jobmatch.dispatch.models import SeasonPin
from jobmatch.dispatch.rules.problem import Pin
from jobmatch.dispatch.season_ground import Ground, ground
from jobmatch.dispatch.season_reading import Params
from jobmatch.dispatch.season_reading import world as read_world
from jobmatch.dispatch.season_rows import Scope
from jobmatch.infra import clock
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import SYSTEM
from jobmatch.kernel.errors import NotFound
from jobmatch.postings.models import Posting
from tests.dispatch.season_house.conftest import TODAY, Season, sep
from tests.dispatch.support import credential
from tests.questions import questions


def made(season: Season, first: int = 21, last: int = 30) -> Ground:
    return ground(season.scope, sep(first), sep(last), TODAY)


def days(row: np.ndarray) -> list[int]:
    """Offsets that are set."""
    return np.flatnonzero(row).tolist()


def test_members_with_their_free_days_and_open_places(season: Season) -> None:
    (who,) = season.people(1, free=(sep(22), sep(25)))
    work = season.work(21, 24, 3)
    problem = made(season).problem
    assert problem.worker_ids == (str(who),)
    assert problem.posting_ids == (str(work),)
    assert days(problem.available[0]) == [1, 2, 3, 4]
    assert problem.headcount[0].tolist() == [3, 3, 3, 3, 0, 0, 0, 0, 0, 0]
    assert problem.params.max_run == 6
    assert problem.pair_cost.tolist() == [40]
    assert 50 <= problem.pair_value[0] <= 100


def test_who_is_no_member_not_active_or_not_to_be_matched_is_not_planned(season: Season) -> None:
    season.work(21, 24, 3)
    season.world.worker("外人")
    gone, _ = season.world.worker("走了")
    season.world.member(season.brand, gone, state="left")
    season.people(1, matching_opt_out=True)
    season.people(1, is_active=False)
    assert made(season).problem.worker_ids == ()


def test_only_those_who_fit_are_pairs(season: Season) -> None:
    """Skill, credential, distance and wages keep people from work."""
    good, far, dear = (
        season.people(1)[0],
        season.people(1, max_km=1)[0],
        season.people(1, least_day_fen=50_000)[0],
    )
    season.people(1, skills=())
    season.work(21, 24, 3)
    proved = season.work(21, 24, 3, needs_credential=True)
    credential(good)
    problem = made(season).problem
    pairs = {(problem.worker_ids[w], problem.posting_ids[p])
             for w, p in zip(problem.pair_worker, problem.pair_posting, strict=True)}  # fmt: skip
    assert {w for w, _ in pairs} == {str(good)}
    assert (str(good), str(proved)) in pairs
    assert str(far) in problem.worker_ids
    assert str(dear) in problem.worker_ids


def test_closed_full_and_past_days_are_no_demand(season: Season) -> None:
    season.people(1)
    season.work(21, 24, 3, state="closed")
    today = season.work(20, 21, 2)
    problem = ground(season.scope, sep(20), sep(22), TODAY).problem
    assert problem.posting_ids == (str(today),)
    assert problem.headcount[0].tolist() == [0, 2, 0]
    assert days(problem.available[0]) == [1, 2]


def test_engaged_days_are_pinned_and_take_a_place_of_ours(season: Season) -> None:
    mine, other = season.people(2)
    stranger, _ = season.world.worker("外人")
    work = season.work(21, 24, 3)
    service.sign_up(work, actor=SYSTEM, worker_id=mine, first=sep(22), last=sep(23))
    service.sign_up(work, actor=SYSTEM, worker_id=stranger)
    found = made(season)
    problem = found.problem
    row = problem.worker_ids.index(str(mine))
    assert problem.pins == (Pin(row, 0, 1, 2),)
    assert problem.headcount[0].tolist()[:4] == [2, 2, 2, 2]
    assert found.engaged == {mine: {sep(22): work, sep(23): work}}
    assert str(other) in problem.worker_ids


def test_engaged_days_at_closed_work_are_pinned_without_other_places(season: Season) -> None:
    (mine,) = season.people(1)
    work = season.work(21, 24, 3)
    service.sign_up(work, actor=SYSTEM, worker_id=mine, first=sep(22), last=sep(22))
    with transaction() as session:
        from jobmatch.postings.models import Posting

        session.get_one(Posting, work).state = "closed"
    problem = made(season).problem
    assert problem.pins == (Pin(0, 0, 1, 1),)
    assert problem.headcount[0].tolist()[:4] == [0, 1, 0, 0]
    assert int(problem.pair_days[0, 0]) == 0b10


def test_work_without_days_off_closes_its_days_and_one_on_either_side(season: Season) -> None:
    (mine,) = season.people(1)
    work = season.work(22, 29, 3)
    service.sign_up(work, actor=SYSTEM, worker_id=mine)
    problem = ground(season.scope, sep(21), date(2026, 10, 5), TODAY).problem
    assert problem.pins == ()
    assert days(problem.available[0]) == [10, 11, 12, 13, 14]


def test_days_worked_up_to_the_first_day_count(season: Season) -> None:
    (mine,) = season.people(1)
    work = season.work(21, 24, 3)
    service.sign_up(work, actor=SYSTEM, worker_id=mine)
    problem = ground(season.scope, sep(25), sep(30), TODAY).problem
    assert problem.before is not None
    assert problem.before.run.tolist() == [4]


def test_crews_and_whole_crews(season: Season) -> None:
    one, two, three, four, alone = season.people(5)
    season.world.crew(season.brand, [one, two], name="一班", is_whole=True)
    season.world.crew(season.brand, [three, four], name="二班")
    season.work(21, 24, 3)
    problem = made(season).problem
    crew = dict(zip(problem.worker_ids, problem.crew.tolist(), strict=True))
    assert crew[str(one)] == crew[str(two)] != crew[str(three)] == crew[str(four)]
    assert crew[str(alone)] == -1
    assert problem.whole.tolist() == [True, False]


def test_a_whole_crew_of_which_one_takes_no_part_is_left_out(season: Season) -> None:
    one, two = season.people(2)
    (hidden,) = season.people(1, matching_opt_out=True)
    season.world.crew(season.brand, [one, two, hidden], is_whole=True)
    season.work(21, 24, 3)
    found = made(season)
    assert found.problem.worker_ids == ()
    assert {row.worker_id for row in found.left_out} == {one, two}


def test_days_that_only_part_of_a_whole_crew_has_are_closed(season: Season) -> None:
    one, two = season.people(2)
    season.world.crew(season.brand, [one, two], is_whole=True)
    work = season.work(21, 28, 3)
    service.sign_up(work, actor=SYSTEM, worker_id=one, first=sep(24), last=sep(25))
    service.sign_up(work, actor=SYSTEM, worker_id=two, first=sep(25), last=sep(25))
    problem = made(season).problem
    assert {(p.first, p.last) for p in problem.pins} == {(4, 4)}
    row = problem.worker_ids.index(str(one))
    assert 3 not in days(problem.available[row])
    assert 4 in days(problem.available[row])


def test_who_was_declined_is_not_sent_there_again(season: Season) -> None:
    (mine,) = season.people(1)
    work = season.work(21, 24, 3, is_instant=False)
    signup = service.sign_up(work, actor=SYSTEM, worker_id=mine)
    service.decline(signup, actor=season.employer_actor)
    assert made(season).problem.pair_posting.tolist() == []


def hand_pin(season: Season, worker: int, work: int, first: int, last: int) -> int:
    with transaction() as session:
        row = SeasonPin(
            brand_id=season.brand, worker_id=worker, posting_id=work, first_day=sep(first),
            last_day=sep(last), created_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def test_pins_are_kept_for_the_whole_crew_where_they_can_be(season: Season) -> None:
    one, two, three = season.people(3)
    season.world.crew(season.brand, [one, two], is_whole=True)
    work = season.work(21, 24, 3)
    good = hand_pin(season, one, work, 22, 23)
    full = hand_pin(season, three, season.work(21, 24, 0), 22, 22)
    away = hand_pin(season, season.people(1, free=(sep(24), sep(30)))[0], work, 22, 22)
    found = made(season)
    assert found.pin_ids == {good}
    assert sorted({(p.worker, p.first) for p in found.problem.pins}) == [
        (0, 1), (0, 2), (1, 1), (1, 2),
    ]  # fmt: skip
    why = {row.pin_id: str(row.said) for row in found.left_out}
    assert why == {full: "不在这次的安排里", away: "那几天没空"}


@pytest.mark.same_everywhere
def test_the_compiled_judgement_is_that_of_the_score(season: Season) -> None:
    season.people(2)
    season.people(2, home="150430100201", max_km=200, stays_away=True)
    season.people(1, max_km=5, free=(sep(21), sep(22)), least_day_fen=20_000)
    season.people(1, skills=("ag.swpotato.dig",), home_by=1080)
    season.people(1, skills=("lv.sheep.shear",), born=date(2009, 1, 1))
    credential(season.people(1)[0])
    season.work(21, 24, 3)
    season.work(21, 24, 3, skill_id="ag.potato.dig", load="heavy", rate_fen=25_000)
    season.work(22, 30, 3, needs_credential=True, lodging=True)
    season.work(22, 30, 3, brand_id=season.brand, pay_kind="piece")
    found = read_world(reading(), season.scope, sep(21), sep(30), TODAY)
    offers = {key: work.offer for key, work in found.work.items()}
    both = [
        season_judge.fits(found.people, offers, found.weights, today=TODAY, last=sep(30), many=many)
        for many in (10**9, 0)
    ]
    assert len(both[0].worker) > 10
    for plain, compiled in zip(*both, strict=True):
        assert plain.tolist() == compiled.tolist()

    near = [
        season_judge.nearly(
            found.people, offers, found.weights, today=TODAY, last=sep(30), many=many
        )
        for many in (10**9, 0)
    ]
    assert len(near[0]) > 3
    assert near[0] == near[1]


def test_a_place_is_planned_with_the_brands_that_agreed(season: Season) -> None:
    both, alone = season.people(2)
    brand, organizer = season.world.brand("第二家")
    season.world.member(brand, both)
    season.world.crew(brand, [both])
    season.world.crew(season.brand, [alone])
    season.work(21, 24, 3)
    place = Scope(place_code="150525")
    assert ground(place, sep(21), sep(30), TODAY).problem.worker_ids == ()
    season_service.agree(brand, "150525", actor=organizer)
    problem = ground(place, sep(21), sep(30), TODAY).problem
    assert problem.worker_ids == (str(both),)
    assert len(problem.crew_ids) == 1
    season_service.agree(season.brand, "150525", actor=season.organizer)
    assert len(ground(place, sep(21), sep(30), TODAY).problem.worker_ids) == 2
    season_service.withdraw_agreement(season.brand, "150525", actor=season.organizer)
    season_service.withdraw_agreement(brand, "150525", actor=organizer)
    assert ground(place, sep(21), sep(30), TODAY).problem.worker_ids == ()
    for place_code in ("150430", "99"):
        with pytest.raises(NotFound):
            season_service.agree(brand, place_code, actor=organizer)
    with pytest.raises(NotFound):
        season_service.agree(brand, "150525", actor=season.organizer)


def test_in_a_large_season_each_persons_best_work_is_looked_at(season: Season, monkeypatch) -> None:
    """4 people, their own work and related work for 1 person: the related keeps its 3 best."""
    people = season.people(4)
    own = season.work(21, 24, 9)
    related = season.work(21, 24, 1, skill_id="ag.swpotato.dig")
    assert len(made(season).problem.pair_posting) == 8
    params = Params(best_of=1, all_up_to=7)
    monkeypatch.setattr(season_reading, "params_at", lambda *_: params)
    found = made(season)
    pairs = [found.problem.posting_ids[p] for p in found.problem.pair_posting]
    assert (pairs.count(str(own)), pairs.count(str(related))) == (4, 3)
    assert found.best_of == 1
    # What stands already is kept, and all that a whole crew can do.
    left = next(w for w in people if not is_pair(found, w, related))
    service.sign_up(related, actor=SYSTEM, worker_id=left, first=sep(22), last=sep(22))
    found = made(season)
    assert is_pair(found, left, related)
    assert len(found.problem.pins) == 1
    season.world.crew(season.brand, people, is_whole=True)
    assert len(made(season).problem.pair_posting) == 8


def is_pair(found: Ground, worker: int, work: int) -> bool:
    return found.problem.pair_of(found.worker_rows[worker], found.posting_rows[work]) >= 0


@pytest.mark.parametrize("n", [2, 12])
def test_a_season_is_read_in_the_same_number_of_queries(season: Season, n: int) -> None:
    people = season.people(n)
    season.world.crew(season.brand, people[:2])
    for _ in range(n):
        season.work(21, 24, 3)
    with questions() as asked:
        made(season)
    assert len([one for one in asked if one.startswith("SELECT")]) == 19


def test_the_least_stay_is_that_of_the_posting_or_all_that_is_left_of_it(season: Season) -> None:
    season.people(1)
    long, short = season.work(21, 28, 2, min_stay=5), season.work(21, 23, 2, min_stay=5)
    found = made(season)
    assert found.problem.min_stay[found.posting_rows[long]] == 5
    assert found.problem.min_stay[found.posting_rows[short]] == 3


def test_engaged_days_that_are_too_short_a_stay_are_closed(season: Season) -> None:
    (one,) = season.people(1)
    work = season.work(21, 28, 2)
    service.sign_up(work, actor=SYSTEM, worker_id=one, first=sep(24), last=sep(25))
    with transaction() as session:
        session.get_one(Posting, work).min_stay = 4
    found = made(season)
    assert found.problem.pins == ()
    free = found.problem.available[found.worker_rows[one]]
    # Nor on the day before and after, since a day off must lie somewhere.
    assert [n for n in range(23, 27) if free[(sep(n) - found.first).days]] == []


def test_a_pin_that_no_stay_could_hold_is_left_out(season: Season) -> None:
    (one,) = season.people(1, free=(sep(21), sep(23)))
    work = season.work(21, 28, 2, min_stay=4)
    with transaction() as session:
        session.add(
            SeasonPin(
                brand_id=season.brand, worker_id=one, posting_id=work, first_day=sep(22),
                last_day=sep(22), created_at=clock.now(),
            )
        )  # fmt: skip
    assert [str(left.said) for left in made(season).left_out] == ["这份活至少要干 4 天"]
