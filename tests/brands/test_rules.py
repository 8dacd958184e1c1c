import pytest

from jobmatch.brands import rules
from jobmatch.brands.rules import BrandState, MemberState, Rank
from jobmatch.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("rank", "scope", "may"),
    [
        (Rank.NONE, "150525", True),
        (Rank.BANNER, "150525", True),
        (Rank.BANNER, "150525102", False),
        (Rank.LEAGUE, "150525", False),
        (Rank.LEAGUE, "1505", True),
        (Rank.REGION, "1505", False),
        (Rank.REGION, "15", True),
        (Rank.NATION, "15", True),
        (Rank.BANNER, "150430", False),
    ],
)
def test_a_rank_needs_an_officer_of_its_level_whose_scope_covers_the_place(rank, scope, may):
    assert rules.may_give(rank, (scope,), "150525") is may


def test_a_league_officer_may_choose_among_the_ranks_up_to_the_league():
    assert rules.ranks_to_give(("1505",), "150525") == (Rank.NONE, Rank.BANNER, Rank.LEAGUE)


@pytest.mark.parametrize("state", [BrandState.DRAFT, BrandState.REFUSED])
def test_a_draft_and_a_refused_brand_can_be_handed_in(state):
    assert rules.submit(state) is BrandState.PENDING


@pytest.mark.parametrize("state", [BrandState.PENDING, BrandState.APPROVED])
def test_nothing_is_handed_in_twice(state):
    with pytest.raises(rules.NotWaiting):
        rules.submit(state)


@pytest.mark.parametrize(
    ("approve", "after"), [(True, BrandState.APPROVED), (False, BrandState.REFUSED)]
)
def test_an_officer_answers_a_brand_that_waits(approve, after):
    assert rules.decide(BrandState.PENDING, approve) is after


def test_a_brand_is_answered_once():
    with pytest.raises(rules.NotWaiting):
        rules.decide(BrandState.APPROVED, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, MemberState.REQUESTED),
        (MemberState.LEFT, MemberState.REQUESTED),
        (MemberState.DECLINED, MemberState.REQUESTED),
        (MemberState.INVITED, MemberState.MEMBER),
    ],
)
def test_a_worker_who_asks_waits_unless_invited(before, after):
    assert rules.ask(before) is after


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, MemberState.INVITED), (MemberState.REQUESTED, MemberState.MEMBER)],
)
def test_an_invitation_waits_unless_the_worker_asked(before, after):
    assert rules.invite(before) is after


@pytest.mark.parametrize("wish", [rules.ask, rules.invite])
def test_a_member_neither_asks_nor_is_invited(wish):
    with pytest.raises(rules.AlreadyMember):
        wish(MemberState.MEMBER)


def test_the_same_wish_is_not_made_twice():
    with pytest.raises(rules.NotWaiting):
        rules.ask(MemberState.REQUESTED)
    with pytest.raises(rules.NotWaiting):
        rules.invite(MemberState.INVITED)


@pytest.mark.parametrize(
    ("accept", "after"), [(True, MemberState.MEMBER), (False, MemberState.DECLINED)]
)
def test_an_answer_makes_a_member_or_declines(accept, after):
    assert rules.answer(MemberState.REQUESTED, MemberState.REQUESTED, accept) is after


def test_only_what_waits_is_answered():
    with pytest.raises(rules.NotWaiting):
        rules.answer(MemberState.INVITED, MemberState.REQUESTED, True)


def test_only_a_member_leaves():
    assert rules.leave(MemberState.MEMBER) is MemberState.LEFT
    with pytest.raises(rules.NotWaiting):
        rules.leave(MemberState.REQUESTED)


def test_names_lose_stray_blanks_and_have_bounds():
    assert rules.checked_name("  奈曼   薯乡人 ") == "奈曼 薯乡人"
    assert rules.checked_crew_name(" 一班 ") == "一班"
    with pytest.raises(Invalid):
        rules.checked_name("薯")
    with pytest.raises(Invalid):
        rules.checked_crew_name(" ")


def test_a_description_has_at_most_2000_signs():
    assert rules.checked_description(" 一行\r\n二行 ") == "一行\n二行"
    assert len(rules.checked_description("薯" * 2000)) == 2000
    with pytest.raises(Invalid):
        rules.checked_description("薯" * 2001)
