"""Ten workers with one claim: asking, joining, voting, and what the representative alone may do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from jobmatch.disputes import groups, opening, service
from jobmatch.disputes.errors import ForRepresentative, TooFew
from jobmatch.disputes.opening import About
from jobmatch.disputes.rules.states import Deed, Kind, Side, State
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from tests.attendance.support import engage
from tests.disputes.support import course, links, seen
from tests.support import World, instant

DAY = date(2026, 9, 25)


@dataclass
class Group:
    case_id: int
    employer: Actor
    people: list[tuple[int, Actor]]
    clerk: Actor
    without_phone: int


@pytest.fixture
def group(world: World) -> Iterator[Group]:
    """Nine with a phone and one without were engaged at the same work; the first complains."""
    with clock.at(instant(2026, 9, 27, 18)):
        employer_id, employer = world.employer()
        posting_id = world.posting(employer_id, headcount=12)
        people = [world.worker(f"工友{n}") for n in range(9)]
        silent, _ = world.worker("没有手机", with_account=False)
        for key in [*(key for key, _ in people), silent]:
            engage(posting_id, key, DAY)
        case_id = opening.complain(
            Kind.OTHER, "住处没有水", About(posting_id=posting_id), worker_id=people[0][0],
            actor=people[0][1],
        )  # fmt: skip
        yield Group(case_id, employer, people, world.station("150525"), silent)


def all_join(group: Group, but: int = 0) -> None:
    others = [*(key for key, _ in group.people[1:]), group.without_phone]
    groups.ask(group.case_id, others, side=Side.WORKER, actor=group.people[0][1])
    for key, actor in group.people[1 : len(group.people) - but]:
        groups.answer(group.case_id, key, True, actor=actor)
    groups.answer(group.case_id, group.without_phone, True, actor=group.clerk)


def test_who_is_asked_decides_on_their_own_phone_or_at_the_desk(group: Group) -> None:
    all_join(group)
    found = seen(group.case_id, Side.EMPLOYER, group.employer)
    assert (found.is_group, len(found.joined), found.row.people) == (True, 10, 10)
    assert f"/my/disputes/{group.case_id}" in links(group.people[1][1])
    with pytest.raises(NotFound):
        groups.answer(group.case_id, group.people[2][0], False, actor=group.people[1][1])
    groups.answer(group.case_id, group.people[2][0], False, actor=group.people[2][1])
    assert len(seen(group.case_id, Side.WORKER, group.people[1][1]).joined) == 9


def test_nine_cannot_name_a_representative_and_are_told_the_other_way(group: Group) -> None:
    all_join(group, but=1)
    key, actor = group.people[0]
    with pytest.raises(TooFew, match="各自提"):
        groups.vote(group.case_id, key, key, actor=actor)


def test_more_than_half_of_ten_make_a_representative_who_acts_for_all(group: Group) -> None:
    all_join(group)
    chosen, speaker = group.people[1]
    for key, actor in group.people[:5]:
        assert groups.vote(group.case_id, key, chosen, actor=actor) is None
    assert groups.vote(group.case_id, group.without_phone, chosen, actor=group.clerk) == chosen
    assert course(group.case_id)[-1] == ("name", "desk")
    offer = {"fen": 50_000, "on_day": date(2026, 9, 30)}
    with pytest.raises(ForRepresentative):
        service.act(
            group.case_id, Deed.OFFER, side=Side.WORKER, actor=group.people[0][1], **offer
        )  # fmt: skip
    service.act(group.case_id, Deed.SAY, side=Side.WORKER, actor=group.people[0][1], words="我也在")
    found = seen(group.case_id, Side.WORKER, group.people[0][1])
    assert Deed.OFFER not in found.deeds
    assert Deed.SAY in found.deeds
    service.act(group.case_id, Deed.OFFER, side=Side.WORKER, actor=speaker, **offer)
    done = service.act(group.case_id, Deed.ACCEPT, side=Side.EMPLOYER, actor=group.employer)
    assert done is State.AGREED


def test_only_fellow_workers_are_asked_and_only_members_chosen(group: Group, world: World) -> None:
    stranger, _ = world.worker("别处的人")
    first = group.people[0][1]
    with pytest.raises(Invalid) as caught:
        groups.ask(group.case_id, [stranger], side=Side.WORKER, actor=first)
    assert caught.value.field == "people"
    all_join(group)
    with pytest.raises(Invalid) as caught:
        groups.vote(group.case_id, group.people[0][0], stranger, actor=first)
    assert caught.value.field == "choice"
    with pytest.raises(NotFound):
        groups.vote(group.case_id, stranger, stranger, actor=group.clerk)
