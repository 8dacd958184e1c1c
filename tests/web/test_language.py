"""The chosen language stays."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.support import World
from tests.web.browser import PHONE, post, sign_in


def language_of(client: FlaskClient, path: str = "/sign-in") -> str:
    found = re.search(r'<html lang="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def test_the_chosen_language_stays_before_in_and_after_a_session(
    world: World, app: Flask, client: FlaskClient
) -> None:
    world.user(phone=PHONE)
    assert language_of(client) == "zh-CN"
    answer = post(client, "/language", lang="en", next="/sign-in?x=1")
    assert (answer.status_code, answer.location) == (303, "/sign-in?x=1")
    assert language_of(client) == "en"
    sign_in(client)
    assert language_of(client, "/account") == "en"
    post(client, "/sign-out", page="/account")
    assert language_of(client) == "en"


def test_a_language_chosen_while_in_goes_with_the_account(world: World, app: Flask) -> None:
    world.user(phone=PHONE)
    phone, desk = app.test_client(), app.test_client()
    sign_in(phone)
    post(phone, "/language", page="/account", lang="en", next="/account")
    sign_in(desk)
    assert language_of(desk, "/account") == "en"
    post(desk, "/language", page="/account", lang="zh", next="/account")
    assert language_of(desk, "/account") == "zh-CN"


def test_an_unknown_language_changes_nothing_and_leads_nowhere_else(
    world: World, client: FlaskClient
) -> None:
    answer = post(client, "/language", lang="xx", next="//evil.example/")
    assert (answer.status_code, answer.location) == (303, "/")
    assert language_of(client) == "zh-CN"
