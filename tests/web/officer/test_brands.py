import pytest
from flask import Flask

from jobmatch.brands import queries
from jobmatch.brands.rules import BrandState, Rank
from jobmatch.infra import clock
from tests.support import World, instant


@pytest.fixture(autouse=True)
def _day(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(instant(2026, 9, 1)):
        yield
    app.config["WTF_CSRF_ENABLED"] = True


def test_an_officer_approves_with_a_rank(world: World) -> None:
    key, _ = world.brand(state="pending")
    client = world.sign_in(world.officer("150525"))
    assert "奈曼青龙薯乡人" in client.get("/officer/brands?state=pending").get_data(as_text=True)
    assert client.get(f"/officer/brands/{key}").status_code == 200
    assert client.post(f"/officer/brands/{key}/approve", data={"rank": "banner"}).status_code == 303
    row = queries.brands_by_id([key])[key]
    assert (row.state, row.rank) == (BrandState.APPROVED, Rank.BANNER)


@pytest.mark.parametrize("rank", ["league", "nation", "no such"])
def test_a_rank_above_the_officer_is_refused(world: World, rank: str) -> None:
    key, _ = world.brand(state="pending")
    client = world.sign_in(world.officer("150525"))
    response = client.post(f"/officer/brands/{key}/approve", data={"rank": rank})
    assert response.status_code == 422
    assert queries.brands_by_id([key])[key].state is BrandState.PENDING


def test_a_refusal_needs_a_reason(world: World) -> None:
    key, _ = world.brand(state="pending")
    client = world.sign_in(world.officer("150525"))
    response = client.post(f"/officer/brands/{key}/refuse", data={"note": ""})
    assert response.status_code == 422
    assert 'id="note-error"' in response.get_data(as_text=True)
    assert client.post(f"/officer/brands/{key}/refuse", data={"note": "太短"}).status_code == 303
    assert queries.brands_by_id([key])[key].state_note == "太短"


def test_the_rank_of_an_approved_brand_is_changed(world: World) -> None:
    key, _ = world.brand()
    client = world.sign_in(world.officer("1505"))
    assert client.post(f"/officer/brands/{key}/rank", data={"rank": "league"}).status_code == 303
    assert queries.brands_by_id([key])[key].rank is Rank.LEAGUE
    low = world.sign_in(world.officer("150525"))
    assert "您不能改" in low.get(f"/officer/brands/{key}").get_data(as_text=True)


def test_brands_of_other_places_are_not_found(world: World) -> None:
    key, _ = world.brand(state="pending")
    client = world.sign_in(world.officer("150430"))
    assert "奈曼青龙薯乡人" not in client.get("/officer/brands").get_data(as_text=True)
    assert client.get(f"/officer/brands/{key}").status_code == 404
    for deed in ("approve", "rank", "refuse"):
        response = client.post(f"/officer/brands/{key}/{deed}", data={"rank": "none", "note": "x"})
        assert response.status_code == 404
