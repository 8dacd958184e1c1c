import pytest

from jobmatch.brands import crews, queries, rules
from jobmatch.kernel.errors import Invalid, NotFound
from tests.support import World


@pytest.fixture
def harvest(world: World):
    """A brand with three members: its key, the organizer, the members' keys."""
    key, organizer = world.brand()
    workers = [world.worker(f"成员{n}")[0] for n in range(3)]
    for worker_id in workers:
        world.member(key, worker_id)
    return key, organizer, workers


def test_a_crew_is_led_by_one_of_its_own(harvest) -> None:
    key, organizer, (one, two, three) = harvest
    crew_id = crews.create_crew(key, "一班", [one, two], leader_id=one, actor=organizer)
    assert [c.id for c in queries.led_by(one)] == [crew_id]
    with pytest.raises(Invalid):
        crews.update_crew(crew_id, name="一班", leader_id=three, is_whole=True, actor=organizer)


def test_a_worker_sits_in_one_crew_only(harvest) -> None:
    key, organizer, (one, two, _) = harvest
    crews.create_crew(key, "一班", [one], actor=organizer)
    second = crews.create_crew(key, "二班", [two], actor=organizer)
    with pytest.raises(rules.InOtherCrew):
        crews.add_to_crew(second, [one], actor=organizer)
    crews.move_to_crew(key, one, second, actor=organizer)
    crew = queries.crew(second)
    assert crew is not None
    assert {m.worker_id for m in crew.members} == {one, two}


def test_only_members_of_the_brand_sit_in_its_crews(world: World, harvest) -> None:
    key, organizer, _ = harvest
    stranger, _ = world.worker("路人")
    with pytest.raises(rules.NotMember):
        crews.create_crew(key, "一班", [stranger], actor=organizer)
    assert queries.crews(key) == []


def test_live_crews_of_a_brand_do_not_share_a_name(harvest) -> None:
    key, organizer, (one, two, _) = harvest
    crews.create_crew(key, "一班", [one], actor=organizer)
    other = crews.create_crew(key, "二班", [two], actor=organizer)
    with pytest.raises(rules.NameTaken):
        crews.create_crew(key, "一班", [], actor=organizer)
    with pytest.raises(rules.NameTaken):
        crews.update_crew(other, name="一班", leader_id=None, is_whole=False, actor=organizer)


def test_a_dissolved_crew_frees_its_people_and_may_be_taken_up_again(harvest) -> None:
    key, organizer, (one, two, _) = harvest
    crew_id = crews.create_crew(key, "一班", [one, two], leader_id=one, actor=organizer)
    crews.dissolve(crew_id, actor=organizer)
    assert queries.crews(key) == []
    assert crews.create_crew(key, "一班", [two], actor=organizer) == crew_id
    assert queries.crews(key)[0].size == 1


def test_a_leader_taken_out_leaves_the_crew_without_one(harvest) -> None:
    key, organizer, (one, two, _) = harvest
    crew_id = crews.create_crew(key, "一班", [one, two], leader_id=one, actor=organizer)
    crews.remove_from_crew(crew_id, [one], actor=organizer)
    assert queries.crews(key)[0].leader_id is None
    crews.update_crew(crew_id, name="甲班", leader_id=two, is_whole=True, actor=organizer)
    row = queries.crews(key)[0]
    assert (row.name, row.leader_name, row.is_whole, row.size) == ("甲班", "成员1", True, 1)


def test_a_foreign_crew_is_not_found(world: World, harvest) -> None:
    key, organizer, (one, _, _) = harvest
    crew_id = crews.create_crew(key, "一班", [one], actor=organizer)
    _, other = world.brand("别家")
    with pytest.raises(NotFound):
        crews.dissolve(crew_id, actor=other)
