import pytest

from jobmatch.dispatch import service
from jobmatch.dispatch.errors import (
    AlreadyDecided,
    AlreadySent,
    CrewIncomplete,
    DaysOver,
    NobodyFree,
    NothingToFree,
    PostingClosed,
)
from jobmatch.dispatch.models import CrewOrder, Engagement, Signup
from jobmatch.dispatch.rules.states import OrderState
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.infra.events import publish
from jobmatch.kernel.errors import NotFound
from jobmatch.kernel.ids import PostingId
from jobmatch.postings.events import PostingCancelled
from tests.dispatch.support import D25, D26, D27, days_of, state_of, taken, told
from tests.support import instant


@pytest.fixture
def brand(world):
    return world.brand()


def order_state(order_id: int) -> str:
    with transaction() as session:
        return session.get_one(CrewOrder, order_id).state


def four(world) -> list[int]:
    return [world.worker(name)[0] for name in ("王一", "王二", "王三", "王四")]


def test_a_crew_is_offered_and_takes_no_seat_before_the_employer_answers(world, employer, brand):
    posting = world.posting(employer[0], headcount=5)
    crew = world.crew(brand[0], four(world))
    sent = service.send_crew(crew, posting, actor=brand[1])
    assert (sent.state, sent.people, sent.left_out) == (OrderState.PROPOSED, 4, ())
    assert taken(posting) == [0, 0, 0]
    assert told(employer[1].user_id) == ["班组“{crew}”愿意来干“{title}”，{n} 人，等您答复。"]


def test_accepting_a_crew_takes_a_seat_for_each_member_and_day(world, employer, brand):
    posting = world.posting(employer[0], headcount=5)
    members = four(world)
    crew = world.crew(brand[0], members)
    sent = service.send_crew(crew, posting, D25, D26, actor=brand[1])
    outcome = service.accept_crew(sent.order_id, actor=employer[1])
    assert (outcome.people, outcome.left_out) == (4, ())
    assert taken(posting) == [4, 4, 0]
    with transaction() as session:
        row = session.query(Engagement).filter_by(worker_id=members[0]).one()
        assert (row.crew_id, row.brand_id) == (crew, brand[0])
    assert told(brand[1].user_id) == ["班组“{crew}”派往“{title}”：{n} 人到岗。"]


def test_as_many_as_fit_go_and_the_rest_wait(world, employer, brand):
    posting = world.posting(employer[0], headcount=3)
    crew = world.crew(brand[0], four(world))
    sent = service.send_crew(crew, posting, actor=brand[1])
    outcome = service.accept_crew(sent.order_id, actor=employer[1])
    assert outcome.people == 3
    assert [(row.name, str(row.why)) for row in outcome.left_out] == [("王四", "名额满了，在候补")]
    assert taken(posting) == [3, 3, 3]


def test_who_is_booked_elsewhere_is_left_out_by_name(world, employer, brand):
    other = world.posting(employer[0], is_instant=True)
    posting = world.posting(employer[0], headcount=5)
    busy, busy_actor = world.worker("王一")
    crew = world.crew(brand[0], [busy, world.worker("王二")[0]])
    service.sign_up(other, actor=busy_actor, worker_id=busy)
    sent = service.send_crew(crew, posting, actor=brand[1])
    assert [(row.name, str(row.why)) for row in sent.left_out] == [("王一", "这几天没空")]
    assert service.accept_crew(sent.order_id, actor=employer[1]).people == 1


def test_a_whole_crew_goes_with_all_or_not_at_all(world, employer, brand):
    posting = world.posting(employer[0], headcount=3)
    crew = world.crew(brand[0], four(world), is_whole=True)
    sent = service.send_crew(crew, posting, actor=brand[1])
    with pytest.raises(CrewIncomplete):
        service.accept_crew(sent.order_id, actor=employer[1])
    assert taken(posting) == [0, 0, 0]
    assert order_state(sent.order_id) == "proposed"
    with transaction() as session:
        assert session.query(Signup).count() == 0


def test_a_whole_crew_that_fits_goes(world, employer, brand):
    posting = world.posting(employer[0], headcount=4, is_instant=True)
    crew = world.crew(brand[0], four(world), is_whole=True)
    assert service.send_crew(crew, posting, actor=brand[1]).people == 4
    assert taken(posting) == [4, 4, 4]


def test_a_whole_crew_is_not_sent_when_one_is_free_for_some_days_only(world, employer, brand):
    posting = world.posting(employer[0], headcount=5)
    short = world.worker("王五", free=(D25, D26))[0]
    crew = world.crew(brand[0], [*four(world), short], is_whole=True)
    with pytest.raises(CrewIncomplete) as refused:
        service.send_crew(crew, posting, actor=brand[1])
    assert "王五" in str(refused.value)


def test_an_instant_posting_takes_the_crew_at_once(world, employer, brand):
    posting = world.posting(employer[0], headcount=5, is_instant=True)
    sent = service.send_crew(world.crew(brand[0], four(world)), posting, actor=brand[1])
    assert (sent.state, sent.people) == (OrderState.ACCEPTED, 4)
    assert taken(posting) == [4, 4, 4]


def test_a_members_own_sign_up_becomes_the_crews(world, employer, brand):
    posting = world.posting(employer[0], headcount=5)
    member, actor = world.worker("王一")
    own = service.sign_up(posting, actor=actor, worker_id=member)
    crew = world.crew(brand[0], [member])
    sent = service.send_crew(crew, posting, actor=brand[1])
    service.accept_crew(sent.order_id, actor=employer[1])
    with transaction() as session:
        row = session.get_one(Signup, own)
        assert (row.state, row.via, row.crew_id) == ("accepted", "crew", crew)


def test_a_member_who_has_days_there_keeps_them_and_gets_the_others(world, employer, brand):
    posting = world.posting(employer[0], headcount=5, is_instant=True)
    member, actor = world.worker("王一")
    service.sign_up(posting, actor=actor, worker_id=member, first=D25, last=D25)
    crew = world.crew(brand[0], [member], is_whole=True)
    assert service.send_crew(crew, posting, actor=brand[1]).people == 1
    assert taken(posting) == [1, 1, 1]
    assert days_of(member) == [D25, D26, D27]


def test_who_has_left_the_brand_is_not_sent(world, employer, brand):
    posting = world.posting(employer[0], headcount=5, is_instant=True)
    gone, stays = world.worker("王一")[0], world.worker("王二")[0]
    world.member(brand[0], gone, state="left")
    crew = world.crew(brand[0], [gone, stays])
    service.send_crew(crew, posting, actor=brand[1])
    assert (days_of(gone), days_of(stays)) == ([], [D25, D26, D27])


def test_a_crew_is_sent_once(world, employer, brand):
    posting = world.posting(employer[0], headcount=5)
    crew = world.crew(brand[0], four(world))
    service.send_crew(crew, posting, actor=brand[1])
    with pytest.raises(AlreadySent):
        service.send_crew(crew, posting, actor=brand[1])


def test_a_crew_with_nobody_free_is_not_sent(world, employer, brand):
    posting = world.posting(employer[0])
    crew = world.crew(brand[0], [world.worker(free=None)[0]])
    with pytest.raises(NobodyFree):
        service.send_crew(crew, posting, actor=brand[1])


def test_closed_and_past_postings_take_no_crew(world, employer, brand):
    crew = world.crew(brand[0], four(world))
    with pytest.raises(PostingClosed):
        service.send_crew(crew, world.posting(employer[0], state="closed"), actor=brand[1])
    with pytest.raises(DaysOver), clock.at(instant(2026, 10, 1)):
        service.send_crew(crew, world.posting(employer[0]), actor=brand[1])


def test_only_the_brands_organizer_sends_and_only_the_employer_answers(world, employer, brand):
    posting = world.posting(employer[0])
    crew = world.crew(brand[0], four(world))
    _, foreign = world.brand("敖汉线工")
    with pytest.raises(NotFound):
        service.send_crew(crew, posting, actor=foreign)
    order = service.send_crew(crew, posting, actor=brand[1]).order_id
    _, other = world.employer("红山口农场")
    for verb in (service.accept_crew, service.decline_crew):
        with pytest.raises(NotFound):
            verb(order, actor=other)
    with pytest.raises(NotFound):
        service.withdraw_crew(order, actor=foreign)


def test_declining_a_crew_tells_the_brand(world, employer, brand):
    sent = service.send_crew(
        world.crew(brand[0], four(world)), world.posting(employer[0]), actor=brand[1]
    )
    service.decline_crew(sent.order_id, actor=employer[1])
    assert order_state(sent.order_id) == "declined"
    assert told(brand[1].user_id) == ["“{title}”谢绝了班组“{crew}”。"]
    with pytest.raises(AlreadyDecided):
        service.accept_crew(sent.order_id, actor=employer[1])


def test_withdrawing_a_crew_frees_its_days_for_who_waits(world, employer, brand):
    posting = world.posting(employer[0], headcount=4, is_instant=True)
    order = service.send_crew(world.crew(brand[0], four(world)), posting, actor=brand[1]).order_id
    worker, actor = world.worker("张玉")
    waiting = service.sign_up(posting, actor=actor, worker_id=worker)
    service.withdraw_crew(order, actor=brand[1])
    assert order_state(order) == "withdrawn"
    assert state_of(waiting) == "accepted"
    assert taken(posting) == [1, 1, 1]
    with pytest.raises(AlreadyDecided):
        service.withdraw_crew(order, actor=brand[1])


def test_a_crew_whose_work_is_over_cannot_be_withdrawn(world, employer, brand):
    posting = world.posting(employer[0], headcount=4, is_instant=True)
    order = service.send_crew(world.crew(brand[0], four(world)), posting, actor=brand[1]).order_id
    with pytest.raises(NothingToFree), clock.at(instant(2026, 9, 29)):
        service.withdraw_crew(order, actor=brand[1])
    assert taken(posting) == [4, 4, 4]


def test_the_organizer_may_take_back_one_member(world, employer, brand):
    posting = world.posting(employer[0], headcount=4, is_instant=True)
    members = four(world)
    service.send_crew(world.crew(brand[0], members), posting, actor=brand[1])
    with transaction() as session:
        signup = session.query(Signup).filter_by(worker_id=members[1]).one().id
    service.withdraw(signup, actor=brand[1])
    assert taken(posting) == [3, 3, 3]


def test_a_cancelled_posting_ends_open_orders(world, employer, brand):
    posting = world.posting(employer[0])
    order = service.send_crew(world.crew(brand[0], four(world)), posting, actor=brand[1]).order_id
    with transaction() as session:
        publish(session, PostingCancelled(PostingId(posting), "甘薯分拣工", "下冰雹"))
    assert order_state(order) == "declined"
