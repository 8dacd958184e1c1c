"""Earlier texts are read again: skills are proposed to workers, who confirm them or not."""

import pytest
from sqlalchemy import select

from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.errors import NotFound
from jobmatch.notify import queries as notices
from jobmatch.skills import rereading, service
from jobmatch.skills.models import AliasReading, UnreadWords
from jobmatch.workers import proposals
from jobmatch.workers import queries as workers
from jobmatch.workers import service as profiles
from jobmatch.workers.models import SkillProposal
from jobmatch.workers.proposals import AnsweredMeanwhile
from tests.skills.keeping import aliases_restored, how_many, listed, words

DIG, SORT = "ag.swpotato.dig", "ag.swpotato.sort"


@pytest.fixture(autouse=True)
def restored(app):
    with aliases_restored():
        yield


@pytest.fixture
def admin(world):
    return world.admin()


def accept(admin, said: str = "刨疙瘩", skill: str = DIG) -> int:
    key = words(said)
    service.accept(key, skill, actor=admin)
    rereading.run()
    return key


def told(actor) -> list[str]:
    return [str(row.said) for row in notices.notices(actor.user_id)]


def held(worker_id: int) -> set[str]:
    return {one.skill_id for one in workers.profile(worker_id).skills}


def test_who_said_the_words_is_asked_and_nobody_else(world, admin):
    said, actor = world.worker(said="会刨疙瘩，会做饭")
    other, _ = world.worker(said="会剪毛")
    accept(admin)
    assert [(row.skill_id, row.words) for row in proposals.open_of(said)] == [(DIG, "刨疙瘩")]
    assert proposals.open_of(other) == []
    assert told(actor) == ["您说过“刨疙瘩”，我们现在知道这是甘薯采挖，要加到您的手艺里吗？"]
    assert notices.notices(actor.user_id)[0].link == "/my/me/words"
    assert held(said) == {SORT}


def test_who_has_the_skill_already_is_not_asked(world, admin):
    worker, actor = world.worker(said="刨疙瘩", skills=(DIG,))
    accept(admin)
    assert proposals.open_of(worker) == []
    assert told(actor) == []


def test_who_has_no_account_or_no_longer_looks_for_work_gets_no_notice(world, admin):
    desk, _ = world.worker(said="刨疙瘩", with_account=False)
    gone, actor = world.worker(said="刨疙瘩", is_active=False)
    accept(admin)
    assert len(proposals.open_of(desk)) == len(proposals.open_of(gone)) == 1
    assert told(actor) == []


def test_reading_again_twice_asks_and_tells_once(world, admin):
    worker, actor = world.worker(said="刨疙瘩")
    accept(admin)
    with transaction() as session:
        for row in session.scalars(select(AliasReading)):
            row.done_at, row.last_id = None, 0
    assert rereading.run().found == 0
    assert len(proposals.open_of(worker)) == 1
    assert len(told(actor)) == 1


def test_two_names_for_one_skill_ask_once(world, admin):
    worker, actor = world.worker(said="刨疙瘩，抠疙蛋")
    accept(admin)
    accept(admin, "抠疙蛋")
    assert len(proposals.open_of(worker)) == 1
    assert len(told(actor)) == 1


def test_reading_goes_page_by_page_and_goes_on_where_it_stopped(world, admin, monkeypatch):
    monkeypatch.setattr(rereading, "PAGE", 2)
    people = [world.worker(said="刨疙瘩", with_account=False)[0] for _ in range(5)]
    service.accept(words("刨疙瘩"), DIG, actor=admin)
    lines: list[str] = []
    first = rereading.run(seconds=0, progress=lines.append)
    assert first.pages == 1
    assert first.left > 0
    last = rereading.run(progress=lines.append)
    assert last.left == 0
    assert first.found + last.found == 5
    assert len(lines) == first.pages + last.pages
    assert all(len(proposals.open_of(key)) == 1 for key in people)


def test_a_page_that_fails_is_read_again_with_nothing_half_written(world, admin, monkeypatch):
    worker, actor = world.worker(said="刨疙瘩")
    service.accept(words("刨疙瘩"), DIG, actor=admin)

    def broken(*args, **kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(proposals.notify, "tell", broken)
        with pytest.raises(RuntimeError):
            rereading.run()
    assert how_many(SkillProposal) == 0
    rereading.run()
    assert len(told(actor)) == 1
    assert len(proposals.open_of(worker)) == 1


# answers


def test_yes_adds_the_skill_with_the_words(world, admin):
    worker, actor = world.worker(said="刨疙瘩")
    accept(admin)
    (row,) = proposals.open_of(worker)
    proposals.answer(row.id, True, actor=actor)
    assert held(worker) == {SORT, DIG}
    assert {one.skill_id: one.words for one in workers.profile(worker).skills}[DIG] == "刨疙瘩"
    assert proposals.open_of(worker) == []


def test_no_adds_nothing_and_is_not_asked_again(world, admin):
    worker, actor = world.worker(said="刨疙瘩，抠疙蛋")
    accept(admin)
    proposals.answer(proposals.open_of(worker)[0].id, False, actor=actor)
    accept(admin, "抠疙蛋")
    assert held(worker) == {SORT}
    assert proposals.open_of(worker) == []


def test_an_answer_is_given_once(world, admin):
    worker, actor = world.worker(said="刨疙瘩")
    accept(admin)
    (row,) = proposals.open_of(worker)
    proposals.answer(row.id, False, actor=actor)
    with pytest.raises(AnsweredMeanwhile):
        proposals.answer(row.id, True, actor=actor)
    assert held(worker) == {SORT}


def test_yes_to_a_skill_entered_meanwhile_keeps_its_level(world, admin):
    worker, actor = world.worker(said="刨疙瘩")
    accept(admin)
    (row,) = proposals.open_of(worker)
    profiles.update_skills(worker, {SORT: "", DIG: "刨地瓜"}, actor=actor)
    proposals.answer(row.id, True, actor=actor)
    assert {one.skill_id: one.words for one in workers.profile(worker).skills}[DIG] == "刨地瓜"


def test_the_desk_of_the_place_answers_for_the_worker_and_nobody_else_does(world, admin):
    worker, _ = world.worker(said="刨疙瘩", with_account=False)
    accept(admin)
    (row,) = proposals.open_of(worker)
    strangers = [world.station("150430"), world.officer(), world.worker()[1], admin]
    for actor in strangers:
        with pytest.raises(NotFound):
            proposals.answer(row.id, True, actor=actor)
    with pytest.raises(NotFound):
        proposals.answer(99_999, True, actor=world.station())
    proposals.answer(row.id, True, actor=world.station())
    assert held(worker) == {SORT, DIG}


# the alias is taken back


def test_taking_the_alias_back_withdraws_open_questions_and_leaves_confirmed_skills(world, admin):
    sure, actor = world.worker(said="刨疙瘩")
    unsure, _ = world.worker(said="刨疙瘩")
    key = accept(admin)
    proposals.answer(proposals.open_of(sure)[0].id, True, actor=actor)
    service.reopen(key, actor=admin)
    assert held(sure) == {SORT, DIG}
    assert proposals.open_of(unsure) == []


def test_accepting_again_after_undoing_asks_again_without_a_second_notice(world, admin):
    worker, actor = world.worker(said="刨疙瘩")
    key = accept(admin)
    service.reopen(key, actor=admin)
    service.accept(key, DIG, actor=admin)
    rereading.run()
    assert len(proposals.open_of(worker)) == 1
    assert len(told(actor)) == 1


def test_an_alias_taken_back_before_it_was_read_proposes_nothing(world, admin):
    worker, _ = world.worker(said="刨疙瘩")
    key = words("刨疙瘩")
    service.accept(key, DIG, actor=admin)
    service.reopen(key, actor=admin)
    assert rereading.run().pages == 0
    assert proposals.open_of(worker) == []


# noting, by the way of the product


def test_what_a_worker_or_the_desk_writes_is_noted_once(world):
    worker, actor = world.worker()
    profiles.update_skills(worker, {SORT: ""}, "会刨疙瘩", actor=actor)
    profiles.update_skills(worker, {SORT: ""}, "会刨疙瘩", actor=actor)
    profiles.update_skills(worker, {SORT: ""}, "会刨疙瘩，会薅草", actor=world.station())
    assert listed() == {"刨疙瘩": 1, "薅草": 1}
    found = reading().execute(select(UnreadWords.words, UnreadWords.source))
    assert dict(found.all()) == {"刨疙瘩": "worker", "薅草": "desk"}
