"""Earlier postings are read again: the employer is told once, and nothing is changed."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete

from jobmatch.employers import queries as employers
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.ids import EmployerId
from jobmatch.notify import queries as notices
from jobmatch.postings import proposals, queries
from jobmatch.postings import service as postings
from jobmatch.postings.models import PostingProposal, PostingSkill
from jobmatch.postings.proposals import settle
from jobmatch.postings.shape import PostingData
from jobmatch.skills import rereading, service
from jobmatch.skills.rereading import NewAlias
from tests.skills.keeping import aliases_restored, how_many, listed, words
from tests.support import instant

DIG = "ag.swpotato.dig"


@pytest.fixture(autouse=True)
def september(app):
    with clock.at(instant(2026, 9, 1)), aliases_restored():
        yield


@pytest.fixture
def employer(world):
    return world.employer()


def accept(world, said: str = "刨疙瘩") -> None:
    service.accept(words(said), DIG, actor=world.admin())
    rereading.run()


def told(actor) -> list[tuple[str, str]]:
    return [(str(row.said), row.link) for row in notices.notices(actor.user_id)]


def test_the_employer_is_told_with_the_way_to_the_editor(world, employer):
    key, actor = employer
    posting = world.posting(key, work_text="先割秧，再刨疙瘩", title="收甘薯")
    accept(world)
    assert told(actor) == [
        (
            "您的招工“收甘薯”写了“刨疙瘩”，我们现在知道这是甘薯采挖，要加到工种里吗？",
            f"/employer/postings/{posting}/edit",
        )
    ]
    row = queries.posting(posting)
    assert row is not None
    assert (row.skill_id, row.also_skills) == ("ag.swpotato.sort", ())


def test_the_title_is_read_too(world, employer):
    world.posting(employer[0], title="刨疙瘩")
    accept(world)
    assert len(told(employer[1])) == 1


def test_work_that_is_over_called_off_or_asks_for_the_skill_is_left_alone(world, employer):
    key, actor = employer
    for given in (
        {"first": date(2026, 8, 1), "last": date(2026, 8, 2)},
        {"state": "closed"},
        {"state": "cancelled"},
        {"skill_id": DIG},
    ):
        world.posting(key, work_text="刨疙瘩", **given)
    accept(world)
    assert told(actor) == []


def test_each_posting_is_told_of_once(world, employer):
    posting = world.posting(employer[0], work_text="刨疙瘩，抠疙蛋")
    accept(world)
    accept(world, "抠疙蛋")
    with transaction() as session:
        assert settle(session, NewAlias(1, DIG, "刨疙瘩"), [posting]) == 0
    assert len(told(employer[1])) == 1
    assert how_many(PostingProposal) == 1


def test_what_a_posting_says_is_noted_when_it_is_new(world, employer):
    key, actor = employer
    data = PostingData(
        site_id=employers.sites(EmployerId(key))[0].id, skill_id="ag.swpotato.sort",
        title="甘薯分拣工", work_text="刨疙瘩，180元一天", first_day=date(2026, 9, 25),
        last_day=date(2026, 9, 25), pay_kind="day", rate_fen=18_000, day_minutes=480,
        starts_at=450, ends_at=1020, headcounts={date(2026, 9, 25): 3},
    )  # fmt: skip
    posting = postings.create_draft(EmployerId(key), data, actor=actor)
    assert listed() == {"刨疙瘩": 1}
    postings.update(posting, replace(data, rate_fen=19_000), actor=actor, version=1)
    postings.update(posting, replace(data, work_text="刨疙瘩，抠疙蛋"), actor=actor, version=2)
    assert listed() == {"刨疙瘩": 1, "抠疙蛋": 1}


def test_the_editor_says_what_is_known_now_until_the_skill_is_asked_for(world, employer):
    key, actor = employer
    posting = world.posting(key, work_text="刨疙瘩", state="draft")
    browser = world.sign_in(actor)
    page = f"/employer/postings/{posting}/edit"
    assert "我们现在知道这是“甘薯采挖”" not in browser.get(page).get_data(as_text=True)
    words_id = words("刨疙瘩")
    service.accept(words_id, DIG, actor=world.admin())
    rereading.run()
    assert proposals.open_of(posting) == [(DIG, "刨疙瘩")]
    assert "我们现在知道这是“甘薯采挖”" in browser.get(page).get_data(as_text=True)
    with transaction() as session:
        session.add(PostingSkill(posting_id=posting, skill_id=DIG))
    assert proposals.open_of(posting) == []
    with transaction() as session:
        session.execute(delete(PostingSkill))
    service.reopen(words_id, actor=world.admin())
    assert proposals.open_of(posting) == []
