"""Registering an employer from the public door, and the account pages."""

import pytest

from tests.support import PASSWORD, credit_code

FORM = {
    "kind": "cooperative",
    "name": "青龙山甘薯合作社",
    "credit_code": credit_code(7777),
    "place_code": ["1505", "150525", "150525102"],
    "contact_name": "李建国",
    "phone": "13911112222",
    "password": "harvest-2026",
}


@pytest.fixture
def client(app):
    app.config["WTF_CSRF_ENABLED"] = False
    yield app.test_client()
    app.config["WTF_CSRF_ENABLED"] = True


def test_a_stranger_becomes_an_employer_with_one_form(client):
    answer = client.post("/join/employer", data=FORM)
    assert answer.status_code == 303
    assert answer.location == "/employer/"
    home = client.get("/employer/").get_data(as_text=True)
    assert "青龙山甘薯合作社" in home
    assert "正在等当地干部核验" in home
    profile = client.get("/employer/profile").get_data(as_text=True)
    assert credit_code(7777) in profile


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"credit_code": "123"}, "统一社会信用代码不对"),
        ({"phone": "12345"}, "请填写 11 位手机号"),
        ({"place_code": ["1505"]}, "请选到旗县"),
        ({"place_code": []}, "请选择所在的旗县"),
        ({"password": "short"}, "密码至少 8 个字"),
        ({"kind": "state"}, "用工主体"),
        ({"name": ""}, "请填写名称"),
    ],
)
def test_a_mistake_keeps_the_typed_text_and_writes_nothing(client, change, said):
    answer = client.post("/join/employer", data=FORM | change)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert 'value="李建国"' in page
    assert "harvest-2026" not in page
    right = client.post("/join/employer", data=FORM)
    assert right.status_code == 303


def test_a_known_phone_is_sent_to_sign_in(client, world):
    world.user(phone="13911112222")
    answer = client.post("/join/employer", data=FORM)
    assert answer.status_code == 422
    assert "已经注册过" in answer.get_data(as_text=True)


def test_the_next_level_of_places_comes_without_javascript(client):
    answer = client.post(
        "/join/employer", data=FORM | {"place_code": ["1505"], "_load": "place_code"}
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "奈曼" in page
    assert 'value="青龙山甘薯合作社"' in page


def test_who_is_signed_in_registers_only_the_employer(client, world):
    _, worker = world.worker()
    world.sign_in(worker, client)
    page = client.get("/join/employer").get_data(as_text=True)
    assert 'name="password"' not in page
    answer = client.post("/join/employer", data=FORM)
    assert answer.status_code == 303
    assert "青龙山甘薯合作社" in client.get("/employer/").get_data(as_text=True)


def test_signing_in_leads_on_and_signing_out_ends_it(client, world):
    world.user(name="赵丽", phone="13877778888")
    form = {"phone": "13877778888", "password": PASSWORD, "next": "/board?page=2"}
    assert client.post("/sign-in", data=form).location == "/board?page=2"
    account = client.get("/account").get_data(as_text=True)
    assert "赵丽" in account
    assert "138****8888" in account
    assert "13877778888" not in account
    assert client.get("/notices").status_code == 200
    client.post("/sign-out")
    assert client.get("/account").status_code == 303


def test_a_wrong_password_is_said_next_to_the_field(client, world):
    world.user(phone="13877778888")
    answer = client.post("/sign-in", data={"phone": "13877778888", "password": "wrong-password"})
    assert answer.status_code == 422
    assert "手机号或密码不对" in answer.get_data(as_text=True)
    assert "wrong-password" not in answer.get_data(as_text=True)
