"""Words about people travel to a list without standing in its address."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from jobmatch.infra import clock
from tests.support import World, instant

PHONE = "13511112222"


@pytest.fixture
def admin(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    world.user("白音那", PHONE)
    world.user("包秀兰", "13633334444")
    return world.sign_in(world.admin())


def led(client: FlaskClient, address: str = "/admin/users/search", **typed: str) -> str:
    answer = client.post(address, data=typed)
    assert answer.status_code == 303
    return answer.location


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("typed", [PHONE, "白音那", "白音那 1351111"])
def test_what_was_typed_stands_in_no_address(admin: FlaskClient, typed: str) -> None:
    where = led(admin, q=typed)
    assert where.startswith("/admin/users?find=")
    assert typed not in where
    assert not set("白音那") & set(where)
    assert f'value="{typed}"' in page(admin, where)


def test_the_list_shows_who_was_looked_for_also_on_going_back(admin: FlaskClient) -> None:
    first, second = led(admin, q=PHONE), led(admin, q="秀兰")
    for where, found, other in ((first, "白音那", "包秀兰"), (second, "包秀兰", "白音那")) * 2:
        body = page(admin, where)
        assert found in body
        assert other not in body


def test_an_empty_search_leads_to_the_whole_list(admin: FlaskClient) -> None:
    assert led(admin, q="  ") == "/admin/users"


def test_words_in_the_address_itself_are_not_read(admin: FlaskClient) -> None:
    assert "包秀兰" in page(admin, f"/admin/users?q={PHONE}")


def test_sealed_words_open_for_the_same_person_and_list_only(
    admin: FlaskClient, world: World
) -> None:
    where = led(admin, q=PHONE)
    other = world.sign_in(world.admin())
    assert PHONE not in page(other, where)
    assert PHONE not in page(admin, where.replace("users", "log"))
    assert PHONE in page(admin, where)


def test_sealed_words_are_forgotten_after_two_hours(admin: FlaskClient) -> None:
    with clock.at(instant(2026, 9, 1, 8)):
        where = led(admin, q=PHONE)
    with clock.at(instant(2026, 9, 1, 10)):
        assert PHONE in page(admin, where)
    with clock.at(instant(2026, 9, 1, 11)):
        assert PHONE not in page(admin, where)


@pytest.mark.parametrize("broken", ["x", "AAAA", "字", "%00", "=" * 3000, "MQAx", "%ff%fe"])
def test_broken_words_give_the_whole_list_or_a_refusal(admin: FlaskClient, broken: str) -> None:
    assert admin.get(f"/admin/users?find={broken}").status_code in (200, 400)


def test_only_the_named_fields_travel_openly(admin: FlaskClient) -> None:
    where = led(
        admin, "/admin/log/search",
        topic="household", phone=PHONE, endpoint="public.home", _scheme="javascript", x="1",
    )  # fmt: skip
    asked = parse_qs(urlsplit(where).query)
    assert set(asked) == {"topic", "find"}
    assert where.startswith("/admin/log?")


def test_paging_keeps_the_search(admin: FlaskClient, world: World) -> None:
    for n in range(60):
        world.user("乌兰", f"139{n:08d}")
    where = led(admin, q="乌兰")
    body = page(admin, where)
    assert f"{where.replace('=', '%3D').replace('?find%3D', '?find=')}&amp;page=2" in body or (
        f"{where}&amp;page=2" in body
    )
    assert "白音那" not in page(admin, f"{where}&page=2")


PAGER = '{% from "components/pager.html" import pager with context %}{{ pager(2, 3) }}'


@pytest.mark.parametrize(
    "query",
    ["_scheme=javascript", "endpoint=x", "_method=POST", "_external=1", "_anchor=x", "self=1"],
)
def test_links_to_other_pages_take_no_orders_from_the_query(app: Flask, query: str) -> None:
    with app.test_request_context(f"/board?q=%E5%88%86&{query}&page=2"):
        shown = render_template_string(PAGER)
    assert f'href="/board?q=%E5%88%86&amp;{query}&amp;page=3"' in shown


def test_links_to_other_pages_lead_to_the_list_where_a_form_shows_it(app: Flask) -> None:
    with app.test_request_context("/brand/requests/invite?page=2", method="POST"):
        shown = render_template_string(PAGER.replace("(2, 3)", "(2, 3, at='/brand/requests')"))
    assert 'href="/brand/requests?page=1"' in shown
