"""What somebody tries who means harm: sessions planted before signing in, links guessed or used
late, forms kept open, files that are not what they say.
"""

import io
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from jobmatch.accounts.queries import signed_in
from jobmatch.brands import membership
from jobmatch.brands.queries import brands_of
from jobmatch.infra import clock
from jobmatch.kernel.ids import BrandId, WorkerId
from tests.support import PASSWORD, World, instant
from tests.web.browser import PHONE, is_in, post, sign_in

NAIMAN, AOHAN = "150525", "150430"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.at(instant(2026, 9, 26)):
        yield


def session_of(client: FlaskClient) -> dict[str, object]:
    with client.session_transaction() as cookie:
        return dict(cookie)


def plant(client: FlaskClient, **values: object) -> None:
    with client.session_transaction() as cookie:
        cookie.update(values)


# --- sessions -----------------------------------------------------------------------------------


def test_nothing_of_a_planted_session_is_left_after_signing_in(
    world: World, client: FlaskClient
) -> None:
    world.user(phone=PHONE)
    plant(client, join="sealed", brand=4711, employer=4711, lang="en", anything="planted")
    assert sign_in(client).status_code == 303
    found = session_of(client)
    assert {"join", "brand", "employer", "anything"} & found.keys() == set()
    assert found["lang"] == "en"


def test_the_form_token_of_before_is_of_no_use_after_signing_in(
    world: World, client: FlaskClient
) -> None:
    world.user(phone=PHONE)
    client.get("/sign-in")
    before = session_of(client)["csrf_token"]
    sign_in(client)
    client.get("/account")
    assert session_of(client)["csrf_token"] != before


def test_a_session_copied_before_signing_in_opens_nothing_after_it(
    world: World, app: Flask, client: FlaskClient
) -> None:
    world.user(phone=PHONE)
    client.get("/sign-in")
    planted = client.get_cookie("jobmatch")
    assert planted is not None
    sign_in(client)
    thief = app.test_client()
    thief.set_cookie("jobmatch", planted.value)
    assert is_in(client)
    assert not is_in(thief)


def test_a_session_of_an_older_version_of_the_person_opens_nothing(
    world: World, app: Flask, client: FlaskClient
) -> None:
    user = world.user(phone=PHONE)
    sign_in(client)
    old = client.get_cookie("jobmatch")
    assert old is not None
    before = signed_in(user)
    fields = {"old": PASSWORD, "new": "harvest-2027", "again": "harvest-2027"}
    assert post(client, "/account/password", page="/account", **fields).status_code == 303
    after = signed_in(user)
    assert before is not None
    assert after is not None
    assert after.session_version > before.session_version
    thief = app.test_client()
    thief.set_cookie("jobmatch", old.value)
    assert is_in(client)
    assert not is_in(thief)


def test_whoever_signs_in_next_on_the_device_starts_with_nothing_of_the_first(
    world: World, client: FlaskClient
) -> None:
    world.user(phone=PHONE)
    world.user(phone="13847512346")
    sign_in(client)
    plant(client, employer=4711, brand=4711)
    post(client, "/sign-out", page="/account")
    sign_in(client, "13847512346")
    assert {"employer", "brand"} & session_of(client).keys() == set()


# --- places of others ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/officer/households?place={}", "/officer/reports?place={}",
        "/officer/reports/export.xlsx?place={}", "/officer/reports/people?place={}",
        "/officer/reports/work-days?place={}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("code", [AOHAN, "150430100", "15", "1505", "150525x", "'", "1505250"])
def test_an_officer_asks_in_vain_for_places_beyond_their_own(
    world: World, path: str, code: str
) -> None:
    client = world.sign_in(world.officer(NAIMAN))
    inside = client.get(path.format("150525102"))
    if inside.status_code == 404:
        pytest.fail(f"{path} is no address")
    assert inside.status_code == 200
    assert client.get(path.format(code)).status_code == 404


# --- links --------------------------------------------------------------------------------------


def test_an_invitation_is_of_no_use_shortened_or_guessed(world: World) -> None:
    brand, organizer = world.brand()
    token = membership.create_invite(BrandId(brand), 3, actor=organizer)
    client = world.sign_in(world.worker("李秀英")[1])
    assert len(token) >= 43
    assert client.get(f"/join/brand/{token}").status_code == 200
    for guess in (token[:-1], token + "A", "A" * 43, "%25", "_" * 43, "x" * 3000):
        assert client.get(f"/join/brand/{guess}").status_code == 404


def test_an_invitation_kept_too_long_lets_nobody_in(world: World) -> None:
    brand, organizer = world.brand()
    token = membership.create_invite(BrandId(brand), 3, actor=organizer)
    worker_id, worker = world.worker("李秀英")
    client = world.sign_in(worker)
    with clock.at(instant(2026, 9, 29)):
        answer = post(client, f"/join/brand/{token}", page="/my/brands")
    assert answer.status_code == 303
    assert brands_of(WorkerId(worker_id)) == []


# --- files --------------------------------------------------------------------------------------

IMPORT = "/officer/households/import"


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return out.getvalue()


BOMB = packed(**{"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b" " * (80 * 1024 * 1024)})
FILES = {
    "an old workbook under a new name": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
        "不是 Excel",
    ),
    "an empty file": (b"", "不是 Excel"),
    "a page": (b"<html><script>alert(1)</script></html>", "不是 Excel"),
    "a zip of something else": (packed(a=b"x"), "不是 Excel"),
    "half a zip": (packed(a=b"x" * 999)[:40], "不是 Excel"),
    "a bomb": (BOMB, "可能是压缩炸弹"),
}


@pytest.mark.parametrize("said", FILES)
@pytest.mark.parametrize("name", ["a.xlsx", "../../../etc/passwd", "表" * 300])
def test_a_file_that_is_not_what_it_says_is_refused_in_words(
    world: World, said: str, name: str
) -> None:
    data, words = FILES[said]
    client = world.sign_in(world.officer(NAIMAN))
    answer = post(client, IMPORT, page=IMPORT, file=(io.BytesIO(data), name))
    assert answer.status_code == 422
    assert words in answer.text or (data == b"" and "请选择填好的表格" in answer.text)


def test_a_file_of_eleven_megabytes_is_refused_unread(world: World) -> None:
    client = world.sign_in(world.officer(NAIMAN))
    data = b"PK\x03\x04" + b"\0" * (11 * 1024 * 1024)
    answer = post(client, IMPORT, page=IMPORT, file=(io.BytesIO(data), "a.xlsx"))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "draft", ["../" * 4 + "etc/passwd", "%2e%2e%2fx", "A" * 32, ".", "x" * 3000]
)
def test_a_draft_is_not_fetched_by_a_path(world: World, draft: str) -> None:
    client = world.sign_in(world.officer(NAIMAN))
    for path in (f"{IMPORT}/{draft}", f"{IMPORT}/{draft}/errors.xlsx"):
        assert client.get(path).status_code in (404, 405)
