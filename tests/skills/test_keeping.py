"""The keeper's list: what gets into it, what the keeper makes of it, and undoing."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from jobmatch.infra.audit import AuditEntry
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.postings.proposals import texts as posting_texts
from jobmatch.skills import keeper, noting, queries, rereading, service
from jobmatch.skills.models import AliasReading, Skill, UnreadWords
from jobmatch.skills.service import DecidedMeanwhile
from jobmatch.workers.proposals import texts as worker_texts
from tests.skills.keeping import aliases_restored, how_many, keepers_aliases, listed, state, words

DIG = "ag.swpotato.dig"


@pytest.fixture(autouse=True)
def restored(app):
    with aliases_restored():
        yield


@pytest.fixture
def admin(world):
    return world.admin()


def note(said: str, before: str = "", source: str = "worker") -> None:
    with transaction() as session:
        noting.note(session, said, before=before, source=source)


# noting


def test_words_are_counted_by_their_normal_form():
    note("会刨疙瘩，剪毛")
    note("刨疙瘩", source="posting")
    assert listed() == {"刨疙瘩": 2}
    assert reading().scalar(select(UnreadWords.source)) == "worker"


def test_saving_the_same_text_again_counts_nothing():
    note("刨疙瘩")
    note("刨疙瘩", before="刨疙瘩")
    note("刨疙瘩，薅草", before="刨疙瘩")
    note("", before="刨疙瘩")
    assert listed() == {"刨疙瘩": 1, "薅草": 1}


def test_words_that_were_set_aside_are_counted_and_stay_aside():
    key = words("薅草", state="dismissed")
    note("薅草")
    assert listed() == {"薅草": 2}
    assert state(key) == ("dismissed", None)


def test_a_list_that_cannot_be_written_is_not_in_the_way_of_the_deed(monkeypatch):
    def broken(session):
        raise OperationalError("INSERT", {}, Exception("no room"))

    monkeypatch.setattr(noting, "_counted", broken)
    with transaction() as session:
        session.add(Skill(id="zz.test", name_zh="试", name_en="t", category="zz",
                          category_zh="试", category_en="t"))  # fmt: skip
        noting.note(session, "刨疙瘩", source="worker")
        session.flush()
        assert session.get(Skill, "zz.test") is not None
        session.rollback()
    assert listed() == {}


# the list


def test_the_most_frequent_open_words_come_first():
    words("薅草", 3)
    words("刨疙瘩", 9)
    words("看场子", 99, state="dismissed")
    assert [(row.words, row.times) for row in keeper.listed().rows] == [
        ("刨疙瘩", 9), ("薅草", 3),
    ]  # fmt: skip
    assert keeper.counts() == {"open": 2, "aliased": 0, "dismissed": 1}


def test_the_list_is_searched_and_comes_in_pages_of_fifty():
    for n in range(55):
        words(f"刨{n}坑", 100 - n)
    assert len(keeper.listed().rows) == 50
    assert keeper.listed(page=2).rows[0].words == "刨50坑"
    assert [row.words for row in keeper.listed(words=" 刨 7坑").rows] == ["刨7坑"]
    assert keeper.listed(words="%").total == 0


def test_each_row_offers_the_nearest_skills_that_are_in_use():
    key = words("刨疙瘩")
    (row,) = keeper.listed().rows
    assert row.nearest[0] == DIG
    assert len(row.nearest) <= 3
    assert keeper.one(key).nearest[0] == DIG


def test_unknown_words_are_not_found(admin):
    with pytest.raises(NotFound):
        keeper.one(99_999)
    for deed in (service.dismiss, service.reopen):
        with pytest.raises(NotFound):
            deed(99_999, actor=admin)
    with pytest.raises(NotFound):
        service.accept(99_999, DIG, actor=admin)


# accepting


def test_accepted_words_are_read_from_then_on(admin):
    key = words("刨疙瘩")
    assert queries.recognise("会刨疙瘩") == []
    service.accept(key, DIG, actor=admin)
    assert [row.skill_id for row in queries.recognise("会刨疙瘩")] == [DIG]
    assert state(key) == ("aliased", DIG)
    line = reading().scalars(select(AuditEntry).where(AuditEntry.action == "skill.alias")).one()
    assert line.object_id == str(key)
    assert line.detail["skill"] == DIG


def test_a_part_of_the_words_can_become_the_alias_and_nothing_else(admin):
    key = words("刨疙瘩晒疙瘩干")
    for alias in ("种疙瘩", "刨", "刨疙瘩" * 11):
        with pytest.raises(Invalid) as refused:
            service.accept(key, DIG, actor=admin, alias=alias)
        assert refused.value.field == "alias"
    service.accept(key, DIG, actor=admin, alias=" 刨疙瘩 ")
    assert keepers_aliases() == [("刨疙瘩", DIG)]
    assert keeper.one(key).alias == "刨疙瘩"


def test_an_unknown_skill_is_refused_and_nothing_is_written(admin):
    key = words("刨疙瘩")
    with pytest.raises(Invalid) as refused:
        service.accept(key, "no.such", actor=admin)
    assert refused.value.field == "skill_id"
    assert state(key) == ("open", None)
    assert keepers_aliases() == []


def test_only_an_administrator_keeps_the_catalogue(world):
    key = words("刨疙瘩")
    for actor in (world.officer(), world.station(), world.worker()[1]):
        for deed in (service.dismiss, service.reopen):
            with pytest.raises(NotAllowed):
                deed(key, actor=actor)
        with pytest.raises(NotAllowed):
            service.accept(key, DIG, actor=actor)
    assert state(key) == ("open", None)


def test_words_are_decided_once(admin):
    key = words("刨疙瘩")
    service.accept(key, DIG, actor=admin)
    with pytest.raises(DecidedMeanwhile):
        service.accept(key, "lv.sheep.shear", actor=admin)
    with pytest.raises(DecidedMeanwhile):
        service.dismiss(key, actor=admin)
    assert keepers_aliases() == [("刨疙瘩", DIG)]


def test_other_words_of_the_list_that_can_be_read_now_leave_it(admin):
    key, same, other = words("刨疙瘩"), words("春天刨疙瘩"), words("刨坑")
    service.accept(key, DIG, actor=admin)
    rereading.run()
    assert state(same) == ("aliased", DIG)
    assert state(other) == ("open", None)


# setting aside and undoing


def test_words_that_are_no_work_are_set_aside_and_come_back(admin):
    key = words("看看再说")
    service.dismiss(key, actor=admin)
    assert state(key) == ("dismissed", None)
    service.reopen(key, actor=admin)
    assert state(key) == ("open", None)
    with pytest.raises(DecidedMeanwhile):
        service.reopen(key, actor=admin)
    written = reading().scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert written[-2:] == ["skill.words_dismiss", "skill.words_reopen"]


def test_an_alias_taken_back_is_read_no_longer_and_all_its_words_open_again(admin):
    key, same = words("刨疙瘩"), words("春天刨疙瘩")
    service.accept(key, DIG, actor=admin)
    rereading.run()
    service.reopen(same, actor=admin)
    assert queries.recognise("刨疙瘩") == []
    assert state(key) == ("open", None)
    assert state(same) == ("open", None)
    assert keepers_aliases() == []
    assert how_many(AliasReading) == 0


def test_taking_one_alias_back_and_adding_another_is_seen_by_the_kept_catalogue(admin):
    """As many aliases as before, and on SQLite the same key, had the old row been deleted."""
    one, two = words("刨疙瘩"), words("薅草")
    service.accept(one, DIG, actor=admin)
    assert queries.recognise("刨疙瘩")
    before = reading().scalar(select(func.count()).select_from(UnreadWords))
    service.reopen(one, actor=admin)
    service.accept(two, "lv.sheep.shear", actor=admin)
    assert queries.recognise("刨疙瘩") == []
    assert [row.skill_id for row in queries.recognise("薅草")] == ["lv.sheep.shear"]
    assert before == 2


def test_words_can_be_accepted_again_after_undoing(admin):
    key = words("刨疙瘩")
    service.accept(key, DIG, actor=admin)
    service.reopen(key, actor=admin)
    service.accept(key, "lv.sheep.shear", actor=admin)
    assert [row.skill_id for row in queries.recognise("刨疙瘩")] == ["lv.sheep.shear"]


# texts that were there before


def test_an_alias_is_found_in_traditional_characters(admin, world):
    key = words("剥蒜瓣")
    traditional = words("春天剝蒜瓣", normal="春天剝蒜瓣")
    service.accept(key, DIG, actor=admin)
    rereading.run()
    assert state(traditional) == ("aliased", DIG)


def test_words_in_traditional_characters_are_the_same_words():
    note("剝蒜瓣")
    note("剥蒜瓣")
    assert listed() == {"剝蒜瓣": 2}


def test_unread_words_of_earlier_texts_are_gathered_once(world, monkeypatch):
    texts = [(3, "会刨疙瘩，剪毛"), (5, "刨疙瘩"), (9, "薅草")]

    def page(after, most):
        return [row for row in texts if row[0] > after][:most]

    monkeypatch.setattr(rereading, "_texts", {"worker": page})
    monkeypatch.setattr(rereading, "PAGE", 2)
    note("薅草")
    note("薅草")
    assert rereading.gather() == 1
    assert listed() == {"刨疙瘩": 2, "薅草": 2}
    assert rereading.gather() == 0
    assert listed() == {"刨疙瘩": 2, "薅草": 2}


def test_both_houses_hand_over_what_people_wrote(world):
    worker_id, _ = world.worker(said="会刨疙瘩")
    assert (worker_id, "会刨疙瘩") in worker_texts(0, 10)
    assert worker_texts(worker_id, 10) == []
    posting_id = world.posting(world.employer()[0])
    ((key, said),) = posting_texts(posting_id - 1, 10)
    assert key == posting_id
    assert "\n" in said
