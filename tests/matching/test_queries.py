from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import event

from jobmatch.infra import clock
from jobmatch.infra.db import db, transaction
from jobmatch.kernel.errors import NotFound
from jobmatch.matching import candidates, queries
from jobmatch.postings.models import PostingDay, PostingSkill
from tests.dispatch.support import credential
from tests.support import instant

TODAY = date(2026, 9, 20)
D25 = date(2026, 9, 25)


@pytest.fixture(autouse=True)
def _in_september() -> Iterator[None]:
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def employer(world):
    return world.employer()[0]


def shown(worker: int, **kwargs) -> list[str]:
    return [row.posting.title for row in queries.fits_for(worker, TODAY, **kwargs)]


def test_open_postings_that_fit_come_best_first(world, employer):
    worker, _ = world.worker(skills=("ag.swpotato.sort",))
    world.posting(employer, title="采挖", skill_id="ag.swpotato.dig")
    world.posting(employer, title="分拣")
    world.posting(employer, title="剪毛", skill_id="lv.sheep.shear")
    world.posting(employer, title="草稿", state="draft")
    world.posting(employer, title="过去", first=date(2026, 9, 1), last=date(2026, 9, 2))
    assert shown(worker) == ["分拣", "采挖"]
    assert shown(worker, most=1) == ["分拣"]


def test_a_second_skill_of_the_posting_counts(world, employer):
    worker, _ = world.worker(skills=("lv.sheep.shear",))
    posting = world.posting(employer, title="分拣")
    with transaction() as session:
        session.add(PostingSkill(posting_id=posting, skill_id="lv.sheep.shear"))
    assert shown(worker) == ["分拣"]


def test_full_days_and_booked_days_are_no_days(world, employer):
    worker, _ = world.worker()
    posting = world.posting(employer, headcount=1)
    with transaction() as session:
        for day in session.query(PostingDay).filter(PostingDay.work_date != D25):
            day.taken = 1
    found = queries.matches(worker, TODAY)
    assert "这 1 天您都有空" in [str(reason) for reason in found.fits[0].fit.reasons]
    blocked = queries.fit_of(worker, posting, TODAY, booked={D25})
    assert [str(m) for m in blocked.misses] == []
    all_days = {date(2026, 9, day) for day in range(25, 29)}
    blocked = queries.fit_of(worker, posting, TODAY, booked=all_days)
    assert [str(m) for m in blocked.misses] == ["这几天您已经有别的活了"]
    assert queries.matches(worker, TODAY, without={posting}).fits == ()


def test_somewhat_too_far_is_almost_a_fit_and_much_too_far_is_left_out(world):
    near, _ = world.employer(place="150525102")
    worker, _ = world.worker(home="150525100201", max_km=60)
    world.posting(near, title="分拣")
    # Daqintala to Qinglongshan: about 70 km by road
    found = queries.matches(worker, TODAY)
    assert found.fits == ()
    assert "比您说的 60 公里远" in str(found.almost[0].fit.misses[0])
    small, _ = world.worker("张玉", home="150525100201", max_km=10)
    assert queries.matches(small, TODAY).weighed == 0


def test_an_unknown_worker_is_not_found(app):
    with pytest.raises(NotFound):
        queries.fits_for(999, TODAY)


def test_fit_of_weighs_one_posting_and_none_for_what_is_not_there(world, employer):
    worker, _ = world.worker()
    posting = world.posting(employer)
    found = queries.fit_of(worker, posting, TODAY)
    assert found is not None
    assert found.is_fit
    assert queries.fit_of(worker, 999, TODAY) is None
    assert queries.fit_of(999, posting, TODAY) is None


def test_candidates_fit_and_carry_their_brands_but_no_reasons(world, employer):
    member, _ = world.worker("王一")
    world.worker("剪毛人", skills=("lv.sheep.shear",))
    world.worker("没空", free=None)
    world.worker("不推荐", matching_opt_out=True)
    world.worker("停用", is_active=False)
    family, _ = world.worker("采挖人", skills=("ag.swpotato.dig",))
    world.worker("同步不同薯", skills=("ag.potato.dig",))
    brand, _ = world.brand()
    world.member(brand, member)
    found = candidates.candidates(world.posting(employer), TODAY)
    assert [(row.worker_id, row.brand_ids) for row in found] == [(member, (brand,)), (family, ())]
    assert not hasattr(found[0], "reasons")
    members = candidates.candidates(world.posting(employer), TODAY, members_only=True)
    assert [row.worker_id for row in members] == [member]


def test_what_the_database_sorts_out_the_rule_would_refuse_too(world, employer):
    world.worker("要价高", least_day_fen=20_000)
    world.worker("不干重活", no_heavy=True)
    world.worker("干不了一整天", most_minutes=479)
    fits, _ = world.worker("王一")
    posting = world.posting(employer, load="heavy", needs_credential=True)
    assert candidates.candidates(posting, TODAY) == []
    credential(fits)
    assert [row.worker_id for row in candidates.candidates(posting, TODAY)] == [fits]


def test_candidates_booked_elsewhere_are_left_out(world, employer):
    worker, _ = world.worker()
    posting = world.posting(employer, first=D25, last=D25)
    assert candidates.candidates(posting, TODAY, booked={worker: {D25}}) == []
    with pytest.raises(NotFound):
        candidates.candidates(999, TODAY)


def test_a_posting_whose_days_are_over_has_no_candidates(world, employer):
    world.worker()
    posting = world.posting(employer, first=date(2026, 9, 1), last=date(2026, 9, 2))
    assert candidates.candidates(posting, TODAY) == []


def test_the_best_are_found_however_few_are_read_at_once(world, employer, monkeypatch):
    near = [world.worker(f"近{n}", home="150525102222")[0] for n in range(3)]
    family = [world.worker(f"采{n}", skills=("ag.swpotato.dig",))[0] for n in range(3)]
    posting = world.posting(employer)
    monkeypatch.setattr(candidates, "AT_ONCE", 1)
    order = [row.worker_id for row in candidates.candidates(posting, TODAY)]
    assert order == near + family
    assert [row.worker_id for row in candidates.candidates(posting, TODAY, 2)] == near[:2]
    assert candidates.candidates(posting, TODAY, 0) == []


def test_the_number_of_queries_does_not_grow_with_the_postings(world, employer):
    worker, _ = world.worker()

    def statements() -> int:
        seen: list[str] = []

        def note(_c, _cursor, statement, *_rest) -> None:
            seen.append(statement)

        db.session.remove()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            queries.fits_for(worker, TODAY)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len([s for s in seen if s.startswith("SELECT")])

    world.posting(employer)
    before = statements()
    for _ in range(5):
        world.posting(employer)
    assert statements() == before
