"""The page on which a brand puts on record how a crew shares what it earns together."""

import pytest

from jobmatch.earnings import sharing
from jobmatch.infra import clock
from tests.support import World, instant


@pytest.fixture(autouse=True)
def _noon():
    with clock.at(instant(2026, 9, 1)):
        yield


def scene(world: World):
    brand, organizer = world.brand()
    people = [world.worker(name)[0] for name in ("甲乙", "丙丁", "戊己")]
    crew = world.crew(brand, people, name="分拣一班")
    return crew, people, organizer


def sent(browser, crew: int, **data: str):
    return browser.post(f"/brand/crews/{crew}/sharing", data=data)


@pytest.fixture
def browser(world: World, app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    crew, people, organizer = scene(world)
    return world.sign_in(organizer), crew, people, organizer


def test_agreed_shares_are_recorded_to_a_hundredth_of_a_percent(browser) -> None:
    page, crew, (one, two, three), organizer = browser
    assert "还没有记过分法" in page.get(f"/brand/crews/{crew}/sharing").text
    shares = {f"share-{one}": "33.34", f"share-{two}": "33.33%", f"share-{three}": "３３.33"}
    done = sent(page, crew, valid_from="2026-09-02", way="agreed", **shares)
    assert done.status_code == 303
    (row,) = sharing.sharings(crew, actor=organizer)
    assert row.shares == (("甲乙", 3334), ("丙丁", 3333), ("戊己", 3333))
    assert "甲乙 33.34% · 丙丁 33.33%" in page.get(f"/brand/crews/{crew}/sharing").text


@pytest.mark.parametrize(
    ("share", "said"),
    [("40", "要正好 100%"), ("0", "不能是零"), ("1/3", "例如 12.5"), ("33.333", "例如 12.5")],
)
def test_wrong_shares_are_said_and_what_was_typed_stays(browser, share: str, said: str) -> None:
    page, crew, (one, two, three), organizer = browser
    shares = {f"share-{one}": share, f"share-{two}": "33", f"share-{three}": "33"}
    refused = sent(page, crew, valid_from="2026-09-02", way="agreed", **shares)
    assert refused.status_code == 422
    assert said in refused.text
    assert f'value="{share}"' in refused.text
    assert sharing.sharings(crew, actor=organizer) == []


def test_the_past_is_not_shared_anew(browser) -> None:
    page, crew, _people, _organizer = browser
    refused = sent(page, crew, valid_from="2026-09-01", way="equal")
    assert refused.status_code == 422
    assert "只能从明天或以后开始" in refused.text


def test_a_crew_of_another_brand_is_not_there(browser, world: World) -> None:
    _page, crew, _people, _organizer = browser
    _brand, stranger = world.brand("别家劳务")
    assert world.sign_in(stranger).get(f"/brand/crews/{crew}/sharing").status_code == 404
