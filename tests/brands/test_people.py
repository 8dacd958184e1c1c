import pytest

from jobmatch.brands import people, queries
from jobmatch.brands.people import MemberFilter
from jobmatch.brands.rules import MemberState, Rank
from tests.support import World


def test_members_are_found_by_name_crew_skill_and_state(world: World) -> None:
    key, _ = world.brand()
    one, _ = world.worker("王秀兰")
    two, _ = world.worker("李秀英", skills=("ag.potato.dig", "ag.swpotato.sort"))
    three, _ = world.worker("赵六", skills=())
    crew_id = world.crew(key, [one])
    world.member(key, two)
    world.member(key, three, state="requested")

    def found(**wanted) -> list[int]:
        return [row.worker_id for row in people.members(key, MemberFilter(**wanted)).rows]

    assert found() == [two, one]
    assert found(words="秀英") == [two]
    assert found(crew_id=crew_id) == [one]
    assert found(crew_id=0) == [two]
    assert found(skill_id="ag.potato.dig") == [two]
    assert found(state=MemberState.REQUESTED) == [three]
    assert people.counts(key) == people.Counts(2, 1, 0, 1, 1)
    assert [s.id for s in people.member_skills(key)] == ["ag.swpotato.sort", "ag.potato.dig"]


def test_a_page_has_fifty_members(world: World) -> None:
    key, _ = world.brand()
    for n in range(51):
        world.member(key, world.worker(f"成员{n:02d}", with_account=False, free=None)[0])
    assert (len(people.members(key).rows), len(people.members(key, None, 2).rows)) == (50, 1)
    assert people.members(key).total == 51


def test_a_worker_sees_invitations_before_memberships(world: World) -> None:
    key, _ = world.brand("甲牌")
    other, _ = world.brand("乙牌")
    worker_id, _ = world.worker()
    world.crew(key, [worker_id], name="一班")
    world.member(other, worker_id, state="invited")
    rows = queries.brands_of(worker_id)
    assert [(r.brand_name, r.state.value, r.crew_name) for r in rows] == [
        ("乙牌", "invited", ""),
        ("甲牌", "member", "一班"),
    ]


def test_the_public_list_shows_approved_brands_of_a_place_highest_rank_first(world: World) -> None:
    world.brand("草稿", state="draft")
    world.brand("外旗", place="150430")
    low, _ = world.brand("低级")
    high, _ = world.brand("高级")
    from jobmatch.brands import service

    service.change_rank(high, Rank.REGION, actor=world.officer("15"))
    assert [row.id for row in queries.approved(place="150525").rows] == [high, low]
    assert queries.approved().total == 3
    assert [row.id for row in queries.approved("低").rows] == [low]


@pytest.mark.parametrize(("scope", "names"), [("150525", {"奈曼"}), ("15", {"奈曼", "敖汉"})])
def test_an_officer_sees_the_brands_of_the_own_places(world: World, scope: str, names: set) -> None:
    world.brand("奈曼", state="pending")
    world.brand("敖汉", state="pending", place="150430")
    assert {row.name for row in queries.in_scope(world.officer(scope)).rows} == names
