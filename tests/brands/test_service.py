"""Founding, approval, joining: who may, and what stands afterwards."""

from datetime import date

import pytest

from jobmatch.accounts.service import actor_of
from jobmatch.brands import crews, membership, people, queries, rules, service
from jobmatch.brands.rules import BrandState, MemberState, Rank
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.notify import queries as notices
from tests.support import World, instant


@pytest.fixture(autouse=True)
def _day():
    with clock.at(instant(2026, 9, 1)):
        yield


def draft(world: World) -> tuple[int, Actor]:
    user = world.user(name="张桂芳")
    key = service.create_brand(
        "奈曼青龙薯乡人", "150525", "ag.swpotato.sort", "分拣甘薯二百人", actor=Actor(user)
    )
    return key, actor_of(user)


def state_of(brand_id: int, worker_id: int) -> MemberState:
    return people.member(brand_id, worker_id).state


def test_whoever_founds_a_brand_organizes_it(world: World) -> None:
    key, organizer = draft(world)
    assert organizer.brand_ids == {key}
    assert queries.own_brand(key, organizer).state is BrandState.DRAFT


def test_two_brands_cannot_share_a_name(world: World) -> None:
    draft(world)
    with pytest.raises(rules.NameTaken):
        draft(world)


def test_a_stranger_cannot_found_a_brand(app) -> None:
    with pytest.raises(NotAllowed):
        service.create_brand("薯乡人", "150525", "ag.swpotato.sort", actor=Actor())


@pytest.mark.parametrize(
    ("place", "skill"), [("999999", "ag.swpotato.sort"), ("150525", "no.such")]
)
def test_place_and_trade_must_be_known(world: World, place: str, skill: str) -> None:
    with pytest.raises(Invalid):
        service.create_brand("薯乡人", place, skill, actor=Actor(world.user()))


def test_an_officer_in_scope_approves_with_a_rank_and_the_organizer_hears_it(world: World) -> None:
    key, organizer = draft(world)
    service.submit(key, actor=organizer)
    service.decide(key, True, Rank.BANNER, actor=world.officer("150525"))
    row = queries.brand(key)
    assert row is not None
    assert (row.state, row.rank) == (BrandState.APPROVED, Rank.BANNER)
    assert "已经批准" in str(notices.notices(organizer.user_id)[0].said)


def test_a_refusal_needs_a_reason_and_the_brand_can_be_handed_in_again(world: World) -> None:
    key, organizer = draft(world)
    service.submit(key, actor=organizer)
    officer = world.officer("1505")
    with pytest.raises(Invalid):
        service.decide(key, False, Rank.NONE, "  ", actor=officer)
    service.decide(key, False, Rank.NONE, "介绍太短", actor=officer)
    assert queries.own_brand(key, organizer).state_note == "介绍太短"
    service.submit(key, actor=organizer)
    assert queries.own_brand(key, organizer).state is BrandState.PENDING


def test_an_officer_of_another_banner_finds_no_brand(world: World) -> None:
    key, organizer = draft(world)
    service.submit(key, actor=organizer)
    with pytest.raises(NotFound):
        service.decide(key, True, Rank.NONE, actor=world.officer("150430"))


def test_a_banner_officer_cannot_give_or_take_the_rank_of_a_league(world: World) -> None:
    key, _ = world.brand()
    with pytest.raises(NotAllowed):
        service.change_rank(key, Rank.LEAGUE, actor=world.officer("150525"))
    service.change_rank(key, Rank.LEAGUE, actor=world.officer("1505"))
    with pytest.raises(NotAllowed):
        service.change_rank(key, Rank.NONE, actor=world.officer("150525"))
    assert queries.brands_by_id([key])[key].rank is Rank.LEAGUE


def test_name_and_place_stand_once_approved_but_the_words_may_change(world: World) -> None:
    key, organizer = world.brand("薯乡人")
    with pytest.raises(Invalid):
        service.describe(
            key, name="别的名字", place_code="150525", skill_id="ag.swpotato.sort",
            description="", actor=organizer,
        )  # fmt: skip
    service.describe(
        key, name="薯乡人", place_code="150525", skill_id="ag.swpotato.sort",
        description="新的介绍", actor=organizer,
    )  # fmt: skip
    assert queries.own_brand(key, organizer).description == "新的介绍"


def test_a_foreign_organizer_finds_no_brand(world: World) -> None:
    key, _ = world.brand()
    _, other = world.brand("别家")
    with pytest.raises(NotFound):
        membership.create_invite(key, 7, actor=other)
    with pytest.raises(NotFound):
        queries.own_brand(key, other)


def test_a_draft_is_hidden_from_strangers_and_shown_to_officers_in_scope(world: World) -> None:
    key, organizer = draft(world)
    with pytest.raises(NotFound):
        queries.public_brand(key, Actor())
    assert queries.public_brand(key, organizer).id == key
    assert queries.public_brand(key, world.officer("15")).id == key


def test_a_request_is_accepted_by_the_organizer(world: World) -> None:
    key, organizer = world.brand()
    worker_id, worker = world.worker()
    assert membership.ask_to_join(key, actor=worker) is MemberState.REQUESTED
    membership.answer_request(key, worker_id, True, actor=organizer)
    member = people.member(key, worker_id)
    assert (member.state, member.joined_on) == (MemberState.MEMBER, date(2026, 9, 1))


def test_a_request_can_be_declined_and_taken_back(world: World) -> None:
    key, organizer = world.brand()
    worker_id, worker = world.worker()
    membership.ask_to_join(key, actor=worker)
    membership.answer_request(key, worker_id, False, actor=organizer)
    assert state_of(key, worker_id) is MemberState.DECLINED
    membership.ask_to_join(key, actor=worker)
    membership.withdraw_request(key, actor=worker)
    assert state_of(key, worker_id) is MemberState.DECLINED


def test_only_a_worker_asks_and_only_at_an_approved_brand(world: World) -> None:
    key, _ = draft(world)
    _, worker = world.worker()
    with pytest.raises(NotFound):
        membership.ask_to_join(key, actor=worker)
    with pytest.raises(NotAllowed):
        membership.ask_to_join(key, actor=world.officer())


def test_an_invited_worker_becomes_a_member_only_by_their_own_answer(world: World) -> None:
    key, organizer = world.brand()
    worker_id, worker = world.worker("李秀英")
    phone = world_phone(worker)
    assert membership.invite_worker(key, phone, "李秀英", actor=organizer) is MemberState.INVITED
    with pytest.raises(rules.NotWaiting):
        membership.answer_request(key, worker_id, True, actor=organizer)
    membership.answer_invitation(key, True, actor=worker)
    assert state_of(key, worker_id) is MemberState.MEMBER


def test_phone_and_name_must_fit_together_to_invite(world: World) -> None:
    key, organizer = world.brand()
    _, worker = world.worker("李秀英")
    with pytest.raises(Invalid):
        membership.invite_worker(key, world_phone(worker), "别人", actor=organizer)


def test_an_invitation_can_be_withdrawn_or_declined(world: World) -> None:
    key, organizer = world.brand()
    worker_id, worker = world.worker("李秀英")
    membership.invite_worker(key, world_phone(worker), "李秀英", actor=organizer)
    membership.withdraw_invitation(key, worker_id, actor=organizer)
    with pytest.raises(rules.NotWaiting):
        membership.answer_invitation(key, True, actor=worker)


def test_an_organizer_adds_only_workers_they_registered_themselves(world: World) -> None:
    key, organizer = world.brand()
    own, _ = world.worker(with_account=False, registered_by=organizer.user_id)
    foreign, _ = world.worker("赵六")
    membership.add_member(key, own, actor=organizer)
    assert state_of(key, own) is MemberState.MEMBER
    with pytest.raises(NotAllowed):
        membership.add_member(key, foreign, actor=organizer)
    membership.add_member(key, foreign, actor=world.officer("150525"))
    assert state_of(key, foreign) is MemberState.MEMBER


def test_one_who_left_is_not_added_again_without_their_word(world: World) -> None:
    key, organizer = world.brand()
    worker_id, worker = world.worker(registered_by=organizer.user_id)
    membership.add_member(key, worker_id, actor=organizer)
    membership.leave(key, actor=worker)
    with pytest.raises(NotAllowed):
        membership.add_member(key, worker_id, actor=organizer)


def test_a_link_joins_at_once_until_its_last_day(world: World) -> None:
    key, organizer = world.brand()
    token = membership.create_invite(key, 2, actor=organizer)
    first, one = world.worker()
    second, two = world.worker()
    with clock.at(instant(2026, 9, 2, 23)):
        assert membership.join_by_invite(token, actor=one) == key
    with clock.at(instant(2026, 9, 3, 0)), pytest.raises(rules.InviteOver):
        membership.join_by_invite(token, actor=two)
    assert people.members(key).total == 1
    assert state_of(key, first) is MemberState.MEMBER
    with pytest.raises(NotFound):
        people.member(key, second)


def test_a_withdrawn_link_joins_nobody(world: World) -> None:
    key, organizer = world.brand()
    token = membership.create_invite(key, 2, actor=organizer)
    membership.withdraw_invite(queries.invite_by_token(token).id, actor=organizer)
    _, worker = world.worker()
    with pytest.raises(rules.InviteOver):
        membership.join_by_invite(token, actor=worker)


def test_a_link_that_was_never_made_is_not_found(world: World) -> None:
    _, worker = world.worker()
    with pytest.raises(NotFound):
        membership.join_by_invite("x" * 43, actor=worker)


@pytest.mark.parametrize("days", [0, 91])
def test_a_link_holds_from_one_to_ninety_days(world: World, days: int) -> None:
    key, organizer = world.brand()
    with pytest.raises(Invalid):
        membership.create_invite(key, days, actor=organizer)


def test_who_leaves_leaves_the_crew_too(world: World) -> None:
    key, organizer = world.brand()
    one, worker = world.worker()
    two, _ = world.worker("李秀英")
    crew_id = world.crew(key, [one, two])
    membership.leave(key, actor=worker)
    crew = queries.crew(crew_id)
    assert crew is not None
    assert (crew.leader_id, [m.worker_id for m in crew.members]) == (None, [two])
    membership.remove_member(key, two, actor=organizer)
    assert people.counts(key) == people.Counts(0, 0, 0, 0, 1)


def test_a_second_organizer_needs_phone_and_name(world: World) -> None:
    key, organizer = world.brand()
    user = world.user(name="包玉兰", phone="13700000001")
    with pytest.raises(Invalid):
        service.add_organizer(key, "13700000001", "别人", actor=organizer)
    service.add_organizer(key, "13700000001", "包玉兰", actor=organizer)
    assert actor_of(user).brand_ids == {key}


def world_phone(actor: Actor) -> str:
    from jobmatch.accounts.queries import signed_in

    found = signed_in(actor.user_id or 0)
    assert found is not None
    return found.phone


def test_a_worker_who_never_had_to_do_with_the_brand_is_not_found(world: World) -> None:
    key, organizer = world.brand()
    stranger, worker = world.worker("赵六")
    for deed in (
        lambda: membership.answer_request(key, stranger, True, actor=organizer),
        lambda: membership.withdraw_invitation(key, stranger, actor=organizer),
        lambda: membership.remove_member(key, stranger, actor=organizer),
        lambda: crews.move_to_crew(key, stranger, None, actor=organizer),
        lambda: membership.withdraw_request(key, actor=worker),
        lambda: membership.answer_invitation(key, True, actor=worker),
        lambda: membership.leave(key, actor=worker),
    ):
        with pytest.raises(NotFound):
            deed()


def test_only_a_member_is_put_into_a_crew(world: World) -> None:
    key, organizer = world.brand()
    asker, _ = world.worker("赵六")
    world.member(key, asker, "requested")
    with pytest.raises(rules.NotMember):
        crews.move_to_crew(key, asker, None, actor=organizer)
