"""Joining a brand from the worker's phone, by request, invitation or link."""

import pytest
from flask import Flask

from jobmatch.brands import membership, people, queries
from jobmatch.brands.rules import MemberState
from jobmatch.infra import clock
from tests.support import World, instant


@pytest.fixture(autouse=True)
def _day(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(instant(2026, 9, 1)):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


def test_a_stranger_with_a_link_is_led_through_sign_up_and_back(world: World, client) -> None:
    brand_id, organizer = world.brand()
    token = membership.create_invite(brand_id, 7, actor=organizer)
    body = client.get(f"/join/brand/{token}").get_data(as_text=True)
    assert f"/join?next=/join/brand/{token}" in body
    assert f"/sign-in?next=/join/brand/{token}" in body
    assert client.post(f"/join/brand/{token}").headers["Location"].startswith("/sign-in")
    assert client.get(f"/join/brand/{'x' * 43}").status_code == 404


def test_a_worker_joins_by_the_link_with_one_tap(world: World) -> None:
    brand_id, organizer = world.brand()
    token = membership.create_invite(brand_id, 7, actor=organizer)
    worker_id, worker = world.worker()
    client = world.sign_in(worker)
    assert "加入" in client.get(f"/join/brand/{token}").get_data(as_text=True)
    assert client.post(f"/join/brand/{token}").headers["Location"].endswith("/my/brands")
    assert people.member(brand_id, worker_id).state is MemberState.MEMBER
    assert "您已经是成员了" in client.get(f"/join/brand/{token}").get_data(as_text=True)


def test_an_expired_link_offers_no_button(world: World) -> None:
    brand_id, organizer = world.brand()
    token = membership.create_invite(brand_id, 1, actor=organizer)
    _, worker = world.worker()
    client = world.sign_in(worker)
    with clock.at(instant(2026, 9, 2)):
        assert "已经过期" in client.get(f"/join/brand/{token}").get_data(as_text=True)
        client.post(f"/join/brand/{token}")
    assert people.counts(brand_id).members == 0


def test_a_worker_asks_undoes_and_leaves_on_the_phone(world: World) -> None:
    brand_id, organizer = world.brand()
    worker_id, worker = world.worker()
    client = world.sign_in(worker)
    client.post(f"/my/brands/{brand_id}/ask")
    assert people.counts(brand_id).requests == 1
    body = client.get("/my/brands").get_data(as_text=True)
    assert f"/my/brands/{brand_id}/unask" in body
    client.post(f"/my/brands/{brand_id}/unask")
    assert people.counts(brand_id).requests == 0
    client.post(f"/my/brands/{brand_id}/ask")
    membership.answer_request(brand_id, worker_id, True, actor=organizer)
    client.post(f"/my/brands/{brand_id}/leave")
    assert queries.brands_of(worker_id) == []


def test_an_invitation_is_answered_on_the_phone(world: World) -> None:
    brand_id, _ = world.brand()
    worker_id, worker = world.worker()
    world.member(brand_id, worker_id, state="invited")
    client = world.sign_in(worker)
    assert "邀请您加入" in client.get("/my/brands").get_data(as_text=True)
    client.post(f"/my/brands/{brand_id}/invitation/accept")
    assert people.member(brand_id, worker_id).state is MemberState.MEMBER


def test_a_full_phone_number_is_for_the_signed_in(world: World, client) -> None:
    from jobmatch.accounts.queries import signed_in

    brand_id, organizer = world.brand()
    phone = signed_in(organizer.user_id).phone
    assert phone not in client.get(f"/brands/{brand_id}").get_data(as_text=True)
    _, worker = world.worker()
    assert phone in world.sign_in(worker).get(f"/brands/{brand_id}").get_data(as_text=True)
