"""Verifying employers at the officer's door."""

import pytest

from jobmatch.employers import queries


@pytest.fixture
def client(app, world):
    app.config["WTF_CSRF_ENABLED"] = False
    yield world.sign_in(world.officer("150525"))
    app.config["WTF_CSRF_ENABLED"] = True


def text(response) -> str:
    return response.get_data(as_text=True)


def test_the_list_leads_to_the_employer_and_to_its_verification(client, world):
    key, _ = world.employer("等核验合作社", verified=False)
    assert "等核验合作社" in text(client.get("/officer/employers"))
    assert "13900000000" in text(client.get(f"/officer/employers/{key}"))
    assert client.post(f"/officer/employers/{key}/verify").status_code == 303
    assert queries.employer(key).state == "verified"
    assert "等核验合作社" not in text(client.get("/officer/employers"))
    assert "等核验合作社" in text(client.get("/officer/employers?list=all&q=核验"))


def test_a_refusal_needs_a_reason(client, world):
    key, _ = world.employer("等核验合作社", verified=False)
    answer = client.post(f"/officer/employers/{key}/refuse", data={"note": ""})
    assert answer.status_code == 422
    assert queries.employer(key).state == "pending"
    answer = client.post(f"/officer/employers/{key}/refuse", data={"note": "没有这个人"})
    assert answer.status_code == 303
    assert queries.employer(key).state_note == "没有这个人"


def test_another_banners_employer_is_not_found(client, world):
    key, _ = world.employer("新惠合作社", verified=False, place="150430100")
    assert "新惠合作社" not in text(client.get("/officer/employers?list=all"))
    assert client.get(f"/officer/employers/{key}").status_code == 404
    assert client.post(f"/officer/employers/{key}/verify").status_code == 404
    assert client.post(f"/officer/employers/{key}/refuse", data={"note": "x"}).status_code == 404


def test_who_is_no_officer_is_kept_out(world):
    key, actor = world.employer(verified=False)
    other = world.sign_in(actor)
    assert other.get("/officer/employers").status_code == 403
    assert other.get(f"/officer/employers/{key}").status_code == 403
