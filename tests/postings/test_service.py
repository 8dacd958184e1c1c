"""Writing postings: what is kept, what is refused, what others hear of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from jobmatch.employers import queries as employers
from jobmatch.infra import clock, events
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.errors import Conflict, FieldErrors, Invalid, NotFound
from jobmatch.kernel.ids import EmployerId, PostingId
from jobmatch.kernel.periods import Days
from jobmatch.postings import queries, service
from jobmatch.postings.events import PlacesAdded, PostingCancelled, PostingClosed, PostingOpened
from jobmatch.postings.models import PostingDay
from jobmatch.postings.rules.states import WrongState
from jobmatch.postings.service import (
    ChangedMeanwhile,
    PostingData,
    Unconfirmed,
    Unpublishable,
)
from tests.support import instant

FIRST, LAST = date(2026, 9, 25), date(2026, 9, 27)


@pytest.fixture(autouse=True)
def september():
    with clock.at(instant(2026, 9, 1)):
        yield


@pytest.fixture
def told(monkeypatch):
    """Events as they are told, without the listeners above."""
    heard = []
    monkeypatch.setattr(events, "publish", lambda session, event: heard.append(event))
    return heard


@pytest.fixture
def employer(world):
    key, actor = world.employer()
    return EmployerId(key), actor


def data_for(employer_id, **change) -> PostingData:
    base = PostingData(
        site_id=employers.sites(employer_id)[0].id, skill_id="ag.swpotato.sort",
        title="甘薯分拣工", work_text="坐着挑，分大中小三级", first_day=FIRST, last_day=LAST,
        pay_kind="day", rate_fen=18_000, day_minutes=480, starts_at=450, ends_at=1020,
        headcounts=dict.fromkeys(Days(FIRST, LAST), 3), also_skills=("ag.swpotato.dig",),
    )  # fmt: skip
    return replace(base, **change)


def draft(employer, **change) -> PostingId:
    key, actor = employer
    return service.create_draft(key, data_for(key, **change), actor=actor)


def take(posting_id, day, people):
    with transaction() as session:
        session.execute(
            update(PostingDay)
            .where(PostingDay.posting_id == posting_id, PostingDay.work_date == day)
            .values(taken=people)
        )


def test_a_draft_keeps_all_that_was_typed(employer):
    row = queries.posting(draft(employer))
    assert (row.state, row.title, row.rate_fen, row.version) == ("draft", "甘薯分拣工", 18_000, 1)
    assert row.place_code == "150525102"
    assert row.also_skills == ("ag.swpotato.dig",)
    assert [(d.work_date, d.headcount, d.taken) for d in queries.days(row.id)] == [
        (date(2026, 9, 25), 3, 0),
        (date(2026, 9, 26), 3, 0),
        (date(2026, 9, 27), 3, 0),
    ]


def test_a_draft_may_lack_what_only_publishing_needs(employer):
    key = draft(employer, work_text="", rate_fen=0, headcounts={}, day_minutes=0)
    found = [f.code for f in queries.findings(key, date(2026, 9, 1))]
    assert found == [
        "missing.work_text", "missing.rate_fen", "missing.day_minutes", "missing.headcounts",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "薯"}, "title"),
        ({"work_text": "字" * 2001}, "work_text"),
        ({"skill_id": "no.such"}, "skill_id"),
        ({"also_skills": ("no.such",)}, "also_skills"),
        ({"site_id": 0}, "site_id"),
        ({"pay_kind": "year"}, "pay_kind"),
        ({"load": "crushing"}, "load"),
        ({"rate_fen": -1}, "rate_fen"),
        ({"rate_fen": 10_000_001}, "rate_fen"),
        ({"piece_lot": 0}, "piece_lot"),
        ({"piece_unit": "一二三四五六七八九十一"}, "piece_unit"),
        ({"day_minutes": 1441}, "day_minutes"),
        ({"lift_kg": 201}, "lift_kg"),
        ({"last_day": date(2026, 9, 24)}, "last_day"),
        ({"last_day": date(2027, 9, 24)}, "last_day"),
        ({"headcounts": {date(2026, 9, 28): 1}}, "headcounts"),
        ({"headcounts": {FIRST: 2001}}, "headcounts"),
        ({"headcounts": {FIRST: -1}}, "headcounts"),
    ],
)
def test_each_wrong_value_is_named_and_nothing_is_written(employer, change, field):
    with pytest.raises(FieldErrors) as refused:
        draft(employer, **change)
    assert field in refused.value.errors
    assert queries.of_employer(employer[0]) == []


def test_another_employers_site_is_refused(employer, world):
    other, _ = world.employer("别家")
    with pytest.raises(FieldErrors) as refused:
        draft(employer, site_id=employers.sites(other)[0].id)
    assert "site_id" in refused.value.errors


def test_a_stranger_knows_neither_employer_nor_posting(employer, world):
    key = draft(employer)
    _, other = world.employer("别家")
    with pytest.raises(NotFound):
        service.create_draft(employer[0], data_for(employer[0]), actor=other)
    for deed in (service.publish, service.close, service.copy):
        with pytest.raises(NotFound):
            deed(key, actor=other)
    with pytest.raises(NotFound):
        service.publish(PostingId(999_999), actor=other)


def test_publishing_a_right_draft_opens_it_and_tells(employer, told):
    key = draft(employer)
    service.publish(key, actor=employer[1])
    assert queries.posting(key).state == "open"
    assert told == [PostingOpened(key)]
    with pytest.raises(WrongState):
        service.publish(key, actor=employer[1])


def test_what_the_linter_refuses_is_not_published(employer):
    key = draft(employer, rate_fen=16_000)
    with pytest.raises(Unpublishable) as refused:
        service.publish(key, actor=employer[1], accepted=["wage.low"])
    assert [f.code for f in refused.value.findings] == ["wage.low"]
    assert queries.posting(key).state == "draft"


def test_an_unverified_employer_writes_drafts_but_does_not_publish(world):
    key, actor = world.employer("等核验", verified=False)
    posting = draft((EmployerId(key), actor))
    with pytest.raises(Unpublishable) as refused:
        service.publish(posting, actor=actor)
    assert [f.code for f in refused.value.findings] == ["employer"]


def test_each_warning_must_be_ticked(employer):
    key = draft(employer, load="heavy", lift_kg=30)
    with pytest.raises(Unconfirmed):
        service.publish(key, actor=employer[1], accepted=["load.heavy"])
    service.publish(key, actor=employer[1], accepted=["load.heavy", "lift.most"])
    assert queries.posting(key).state == "open"


def test_who_saw_an_older_version_does_not_overwrite(employer):
    key, actor = draft(employer), employer[1]
    service.update(key, data_for(employer[0], title="分拣工"), actor=actor, version=1)
    with pytest.raises(ChangedMeanwhile):
        service.update(key, data_for(employer[0], title="挑拣工"), actor=actor, version=1)
    assert (queries.posting(key).title, queries.posting(key).version) == ("分拣工", 2)


def test_a_days_headcount_never_falls_below_those_engaged(employer, told):
    key, actor = draft(employer), employer[1]
    service.publish(key, actor=actor)
    take(key, FIRST, 2)
    fewer = data_for(employer[0], headcounts={FIRST: 1})
    with pytest.raises(FieldErrors) as refused:
        service.update(key, fewer, actor=actor, version=queries.posting(key).version)
    assert "9" in str(refused.value.errors["headcounts"])
    assert [d.headcount for d in queries.days(key)] == [3, 3, 3]
    service.update(
        key, data_for(employer[0], headcounts={FIRST: 2}), actor=actor,
        version=queries.posting(key).version,
    )  # fmt: skip
    assert [(d.work_date, d.headcount) for d in queries.days(key)] == [(FIRST, 2)]
    assert PlacesAdded(key) not in told


def test_a_day_with_people_cannot_be_left_out(employer):
    key, actor = draft(employer), employer[1]
    service.publish(key, actor=actor)
    take(key, LAST, 1)
    short = data_for(employer[0], last_day=FIRST, headcounts={FIRST: 3})
    with pytest.raises(FieldErrors):
        service.update(key, short, actor=actor, version=queries.posting(key).version)
    assert queries.posting(key).last_day == LAST


def test_more_places_are_told_so_that_the_waiting_list_moves(employer, told):
    key, actor = draft(employer), employer[1]
    service.publish(key, actor=actor)
    more = data_for(employer[0], headcounts={FIRST: 5})
    service.update(key, more, actor=actor, version=queries.posting(key).version)
    assert told[-1] == PlacesAdded(key)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rate_fen": 17_999}, "rate_fen"),
        ({"pay_kind": "hour", "rate_fen": 18_000}, "pay_kind"),
        ({"day_minutes": 481}, "day_minutes"),
    ],
)
def test_terms_never_get_worse_for_those_engaged(employer, change, field):
    key, actor = draft(employer), employer[1]
    service.publish(key, actor=actor)
    version = queries.posting(key).version
    take(key, FIRST, 1)
    with pytest.raises(FieldErrors) as refused:
        service.update(key, data_for(employer[0], **change), actor=actor, version=version)
    assert field in refused.value.errors
    better = data_for(employer[0], rate_fen=19_000, day_minutes=450)
    service.update(key, better, actor=actor, version=version)
    assert queries.posting(key).rate_fen == 19_000


def test_a_change_of_an_open_posting_passes_the_linter_too(employer):
    key, actor = draft(employer), employer[1]
    service.publish(key, actor=actor)
    version = queries.posting(key).version
    with pytest.raises(Unpublishable):
        service.update(key, data_for(employer[0], title="只要男工"), actor=actor, version=version)
    assert queries.posting(key).title == "甘薯分拣工"
    heavy = data_for(employer[0], load="heavy")
    with pytest.raises(Unconfirmed):
        service.update(key, heavy, actor=actor, version=version)
    service.update(key, heavy, actor=actor, version=version, accepted=["load.heavy"])
    assert queries.posting(key).load == "heavy"


def test_closing_keeps_the_days_and_may_be_undone(employer, told):
    key, actor = draft(employer), employer[1]
    service.publish(key, actor=actor)
    service.close(key, actor=actor)
    assert (queries.posting(key).state, told[-1]) == ("closed", PostingClosed(key))
    with pytest.raises(WrongState):
        service.update(key, data_for(employer[0]), actor=actor, version=3)
    service.publish(key, actor=actor)
    assert queries.posting(key).state == "open"


def test_cancelling_needs_a_reason_and_tells_it(employer, told):
    key, actor = draft(employer), employer[1]
    service.publish(key, actor=actor)
    with pytest.raises(Invalid) as refused:
        service.cancel(key, "  ", actor=actor)
    assert refused.value.field == "words"
    service.cancel(key, "下雨 烂地", actor=actor)
    assert told[-1] == PostingCancelled(key, "甘薯分拣工", "下雨 烂地")
    with pytest.raises(Conflict):
        service.cancel(key, "再取消", actor=actor)


def test_a_draft_is_thrown_away_without_a_reason(employer):
    key = draft(employer)
    service.cancel(key, "", actor=employer[1])
    assert queries.posting(key).state == "cancelled"


def test_a_copy_of_past_work_begins_tomorrow_with_the_same_people(employer):
    key, actor = draft(employer, headcounts={FIRST: 3, LAST: 1}), employer[1]
    with clock.at(instant(2026, 11, 1)):
        made = queries.posting(service.copy(key, actor=actor))
    assert (made.state, made.first_day, made.last_day) == (
        "draft", date(2026, 11, 2), date(2026, 11, 4),
    )  # fmt: skip
    assert made.also_skills == ("ag.swpotato.dig",)
    assert [(d.work_date, d.headcount, d.taken) for d in queries.days(made.id)] == [
        (date(2026, 11, 2), 3, 0),
        (date(2026, 11, 4), 1, 0),
    ]


def test_pieces_are_forgotten_when_the_pay_is_by_the_day(employer):
    key = draft(employer, piece_unit="斤", piece_lot=100, usual_day_pieces=4000, crew_share=True)
    row = queries.posting(key)
    assert (row.piece_unit, row.piece_lot, row.usual_day_pieces, row.crew_share) == (
        "", 1, None, False,
    )  # fmt: skip


def test_each_deed_leaves_one_line_in_the_audit(employer):
    from jobmatch.infra.audit import AuditEntry

    key = draft(employer, load="heavy")
    service.publish(key, actor=employer[1], accepted=["load.heavy"])
    lines = reading().execute(
        select(AuditEntry.action, AuditEntry.detail)
        .where(AuditEntry.object_kind == "posting", AuditEntry.object_id == str(key))
        .order_by(AuditEntry.id)
    )
    assert [tuple(line) for line in lines] == [
        ("posting.draft", {"employer": employer[0]}),
        ("posting.publish", {"confirmed": ["load.heavy"]}),
    ]


def test_a_week_later_nothing_of_the_past_may_be_published(employer):
    key = draft(employer)
    with clock.at(instant(2026, 9, 26)), pytest.raises(Unpublishable) as refused:
        service.publish(key, actor=employer[1])
    assert [f.code for f in refused.value.findings] == ["past.first_day"]
    assert timedelta(days=2) == LAST - FIRST
