"""The keeper's page: words that could not be read, and what becomes of them."""

import re

import pytest

from jobmatch.skills import rereading, service
from jobmatch.workers import proposals
from tests.skills.keeping import aliases_restored, keepers_aliases, state, words

DIG = "ag.swpotato.dig"


@pytest.fixture(autouse=True)
def restored(app):
    app.config["WTF_CSRF_ENABLED"] = False
    with aliases_restored():
        yield
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def admin(world):
    return world.admin()


@pytest.fixture
def client(world, admin):
    return world.sign_in(admin)


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_home_counts_the_words_and_leads_to_them(client):
    words("刨疙瘩")
    page = client.get("/admin/")
    assert "没认出的话 1 句" in text(page)
    assert "/admin/words" in page.get_data(as_text=True)


def test_the_list_shows_words_times_and_the_nearest_skills_as_buttons(client):
    key = words("刨疙瘩", 1_234)
    page = client.get("/admin/words").get_data(as_text=True)
    assert "刨疙瘩" in page
    assert "1,234" in page
    assert f'action="/admin/words/{key}/accept"' in page
    assert f'name="skill_id" value="{DIG}"' in page
    assert "甘薯采挖" in page


def test_one_press_accepts_and_another_undoes(client):
    key = words("刨疙瘩")
    answer = client.post(
        f"/admin/words/{key}/accept", data={"skill_id": DIG, "page": "2", "q": "刨"}
    )
    assert answer.status_code == 303
    assert answer.location == "/admin/words?q=%E5%88%A8&page=2"
    assert keepers_aliases() == [("刨疙瘩", DIG)]
    page = client.get("/admin/words?state=aliased").get_data(as_text=True)
    assert "甘薯采挖" in page
    assert f'action="/admin/words/{key}/reopen"' in page
    assert client.post(f"/admin/words/{key}/reopen").status_code == 303
    assert keepers_aliases() == []
    assert "撤销了" in text(client.get("/admin/words"))


def test_accepting_says_in_how_many_earlier_texts_it_was_found(client, world):
    world.worker(said="刨疙瘩")
    world.worker(said="会刨疙瘩，会剪毛")
    key = words("刨疙瘩")
    client.post(f"/admin/words/{key}/accept", data={"skill_id": DIG})
    assert "以前的话里找到 2 处" in text(client.get("/admin/words"))


def test_the_page_of_the_words_takes_a_part_of_them_and_any_skill(client):
    key = words("春天刨疙瘩")
    page = client.get(f"/admin/words/{key}").get_data(as_text=True)
    assert page.count("<option") == 5
    answer = client.post(
        f"/admin/words/{key}/accept", data={"skill_id": "lv.sheep.shear", "alias": "刨疙瘩"}
    )
    assert answer.status_code == 303
    assert keepers_aliases() == [("刨疙瘩", "lv.sheep.shear")]
    assert "剪羊毛" in text(client.get(f"/admin/words/{key}"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "请选是哪样手艺"),
        ({"skill_id": ""}, "请选是哪样手艺"),
        ({"skill_id": "no.such"}, "请从列表里选择技能"),
        ({"skill_id": DIG, "alias": "种疙瘩"}, "原话里连着的几个字"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(client, fields, said):
    key = words("刨疙瘩")
    answer = client.post(f"/admin/words/{key}/accept", data=fields)
    assert answer.status_code == 422
    assert said in text(answer)
    assert state(key) == ("open", None)


def test_words_that_are_no_work_are_set_aside(client):
    key = words("看看再说")
    assert client.post(f"/admin/words/{key}/dismiss").status_code == 303
    assert state(key) == ("dismissed", None)
    assert "收起来了" in text(client.get("/admin/words"))
    assert "看看再说" in text(client.get("/admin/words?state=dismissed"))


def test_a_second_keeper_is_told_that_another_was_first(client, admin):
    key = words("刨疙瘩")
    service.dismiss(key, actor=admin)
    for deed, data in (("accept", {"skill_id": DIG}), ("dismiss", {})):
        assert client.post(f"/admin/words/{key}/{deed}", data=data).status_code == 303
        assert "已经有人处理过了" in text(client.get("/admin/words"))
    assert state(key) == ("dismissed", None)


def test_the_list_is_searched_and_odd_addresses_do_no_harm(client):
    words("刨疙瘩")
    assert "刨疙瘩" in text(client.get("/admin/words?q=疙瘩"))
    assert "没有找到" in text(client.get("/admin/words?q=%25"))
    for query in ("state=x", "page=x", "page=-1", "page=99999", "q=" + "x" * 900):
        assert client.get(f"/admin/words?{query}").status_code == 200


def test_what_is_left_to_read_is_read_on_from_the_page(client, admin, world):
    worker, _ = world.worker(said="刨疙瘩")
    service.accept(words("刨疙瘩"), DIG, actor=admin)
    assert "还没读完" in text(client.get("/admin/words"))
    client.post("/admin/words/reread")
    assert len(proposals.open_of(worker)) == 1
    assert "新找到 1 处" in text(client.get("/admin/words"))
    assert rereading.left() == 0


def test_unknown_words_are_not_found(client):
    assert client.get("/admin/words/99999").status_code == 404
    for deed in ("accept", "dismiss", "reopen"):
        assert client.post(f"/admin/words/99999/{deed}").status_code == 404


# the worker's and the desk's side


@pytest.fixture
def asked(world, admin):
    """A worker who is asked about 刨疙瘩, and the question's key."""
    worker, actor = world.worker(said="刨疙瘩")
    service.accept(words("刨疙瘩"), DIG, actor=admin)
    rereading.run()
    return worker, actor, proposals.open_of(worker)[0].id


def test_the_worker_confirms_with_one_tap(world, asked):
    _, actor, key = asked
    browser = world.sign_in(actor)
    assert "是，加上甘薯采挖" in text(browser.get("/my/me/words"))
    assert "是，加上甘薯采挖" in text(browser.get("/my/me"))
    answer = browser.post(f"/my/me/words/{key}", data={"answer": "yes"})
    assert (answer.status_code, answer.location) == (303, "/my/me")
    assert "甘薯采挖" in text(browser.get("/my/me"))
    assert "都答过了" in text(browser.get("/my/me/words"))
    browser.post(f"/my/me/words/{key}", data={"answer": "no"})
    assert "已经答过了" in text(browser.get("/my/me"))


def test_no_is_one_tap_too(world, asked):
    _, actor, key = asked
    browser = world.sign_in(actor)
    browser.post(f"/my/me/words/{key}", data={"answer": "no"})
    assert "甘薯采挖" not in text(browser.get("/my/me"))


def test_the_desk_answers_for_a_visitor_of_its_own(world, asked):
    worker, _, key = asked
    desk = world.sign_in(world.station())
    assert "本人说过“刨疙瘩”" in text(desk.get(f"/station/workers/{worker}"))
    assert (
        desk.post(f"/station/workers/{worker}/words/{key}", data={"answer": "yes"}).status_code
        == 303
    )
    assert proposals.open_of(worker) == []


def test_questions_of_others_are_not_found(world, asked):
    worker, _, key = asked
    other, stranger = world.worker()
    assert world.sign_in(stranger).post(f"/my/me/words/{key}").status_code == 404
    desk = world.sign_in(world.station())
    assert desk.post(f"/station/workers/{other}/words/{key}").status_code == 404
    far = world.sign_in(world.station("150430"))
    assert far.post(f"/station/workers/{worker}/words/{key}").status_code == 404
    assert len(proposals.open_of(worker)) == 1
