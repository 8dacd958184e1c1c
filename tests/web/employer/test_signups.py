import re
from collections.abc import Iterator
from datetime import date

import pytest

from jobmatch.dispatch import service
from jobmatch.infra import clock
from tests.dispatch.support import credential, days_of, state_of, taken, told
from tests.support import instant
from tests.web.taps import selects, tap

D25, D27 = date(2026, 9, 25), date(2026, 9, 27)


@pytest.fixture(autouse=True)
def _in_september() -> Iterator[None]:
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def employer(world):
    return world.employer()


@pytest.fixture
def desk(world, employer):
    return world.sign_in(employer[1])


def ask(world, posting, name="王秀兰", **fields):
    worker_id, actor = world.worker(name, **fields)
    return worker_id, service.sign_up(posting, actor=actor, worker_id=worker_id)


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))


def test_the_page_shows_what_counts_for_the_work_and_nothing_of_the_household(
    world, employer, desk
):
    posting = world.posting(employer[0])
    _, members = world.household()
    worker_id, _ = ask(world, posting, member_id=members[0])
    credential(worker_id, level=2)
    said = text_of(desk.get(f"/employer/postings/{posting}/signups"))
    assert "王秀兰" in said
    assert "54 岁" in said
    assert "甘薯分拣 中级" in said
    assert "5 公里" in said
    for word in ("脱贫", "监测", "lifted", "H0000"):
        assert word not in said


def test_the_phone_shows_only_once_engaged(world, employer, desk):
    posting = world.posting(employer[0])
    worker_id, actor = world.worker()
    signup = service.sign_up(posting, actor=actor, worker_id=worker_id)
    path = f"/employer/postings/{posting}/signups"
    assert "138" not in text_of(desk.get(path))
    tap(desk, f"{path}/{signup}/accept")
    assert re.search(r"138\d{8}", text_of(desk.get(path)))


def test_accepting_says_how_many_days_and_lists_them(world, employer, desk):
    posting = world.posting(employer[0])
    worker_id, signup = ask(world, posting)
    answer = tap(desk, f"/employer/postings/{posting}/signups/{signup}/accept")
    assert answer.status_code == 303
    said = text_of(desk.get(answer.location))
    assert "已录用，排上 3 天" in said
    assert "9月25日–9月27日" in said
    assert days_of(worker_id) == [D25, date(2026, 9, 26), D27]


def test_declining_takes_a_reason(world, employer, desk):
    posting = world.posting(employer[0])
    _, signup = ask(world, posting)
    tap(desk, f"/employer/postings/{posting}/signups/{signup}/decline", note="人已够")
    assert state_of(signup) == "declined"


def test_a_reason_that_is_too_long_is_said_and_kept(world, employer, desk):
    posting = world.posting(employer[0])
    _, signup = ask(world, posting)
    answer = tap(desk, f"/employer/postings/{posting}/signups/{signup}/decline", note="长" * 201)
    assert answer.status_code == 422
    assert "长" * 201 in answer.get_data(as_text=True)
    assert state_of(signup) == "pending"


def test_cancelling_asks_for_a_reason(world, employer, desk):
    posting = world.posting(employer[0], is_instant=True)
    _, signup = ask(world, posting)
    path = f"/employer/postings/{posting}/signups/{signup}/cancel"
    refused = tap(desk, path, reason="")
    assert refused.status_code == 422
    assert "请写明取消的原因" in text_of(refused)
    assert tap(desk, path, reason="机器坏了").status_code == 303
    assert taken(posting) == [0, 0, 0]


def test_all_who_ask_are_accepted_by_one_button(world, employer, desk):
    posting = world.posting(employer[0], headcount=1)
    first, second = ask(world, posting)[1], ask(world, posting, "张玉")[1]
    answer = tap(desk, f"/employer/postings/{posting}/signups/accept-all")
    assert "录用了 1 人，1 人排队候补" in text_of(desk.get(answer.location))
    assert (state_of(first), state_of(second)) == ("accepted", "waiting")


def test_a_crew_is_answered_as_one_and_the_left_out_are_listed(world, employer, desk):
    posting = world.posting(employer[0], headcount=1)
    brand, organizer = world.brand()
    crew = world.crew(brand, [world.worker("王一")[0], world.worker("王二")[0]], name="分拣一班")
    order = service.send_crew(crew, posting, actor=organizer).order_id
    assert "分拣一班" in text_of(desk.get(f"/employer/postings/{posting}/signups"))
    answer = tap(desk, f"/employer/postings/{posting}/crews/{order}/accept")
    said = text_of(desk.get(answer.location))
    assert "录用了班组的 1 人" in said
    assert "王二：名额满了，在候补" in said


def test_a_whole_crew_that_does_not_fit_is_explained(world, employer, desk):
    posting = world.posting(employer[0], headcount=1)
    brand, organizer = world.brand()
    members = [world.worker("王一")[0], world.worker("王二")[0]]
    order = service.send_crew(
        world.crew(brand, members, is_whole=True), posting, actor=organizer
    ).order_id
    answer = tap(desk, f"/employer/postings/{posting}/crews/{order}/accept")
    assert "整班去" in text_of(desk.get(answer.location))
    assert taken(posting) == [0, 0, 0]


def test_declining_a_crew(world, employer, desk):
    posting = world.posting(employer[0])
    brand, organizer = world.brand()
    order = service.send_crew(
        world.crew(brand, [world.worker()[0]]), posting, actor=organizer
    ).order_id
    answer = tap(desk, f"/employer/postings/{posting}/crews/{order}/decline")
    assert "已谢绝" in text_of(desk.get(answer.location))
    assert tap(desk, f"/employer/postings/{posting}/crews/{order}/maybe").status_code == 404


def test_brands_with_fitting_people_can_be_asked(world, employer, desk):
    posting = world.posting(employer[0])
    brand, organizer = world.brand()
    world.member(brand, world.worker("王一")[0])
    assert f"/employer/postings/{posting}/brands" in desk.get(
        f"/employer/postings/{posting}/signups"
    ).get_data(as_text=True)
    said = text_of(desk.get(f"/employer/postings/{posting}/brands"))
    assert "奈曼青龙薯乡人 · 1 人合适" in said
    assert "王一" not in said
    tap(desk, f"/employer/postings/{posting}/ask-brand", brand_id=brand)
    assert told(organizer.user_id) == ["“{employer}”的“{title}”想请您派人。"]
    assert tap(desk, f"/employer/postings/{posting}/ask-brand", brand_id=999).status_code == 404


def test_an_employer_reads_of_crews_how_many_fit_and_no_name_or_household(world, employer, desk):
    posting = world.posting(employer[0])
    brand, _ = world.brand()
    _household, members = world.household()
    poor, _ = world.worker("王一", member_id=members[0])
    world.crew(brand, [poor, world.worker("李二", skills=("lv.sheep.shear",))[0]], name="地瓜班")
    said = text_of(desk.get(f"/employer/postings/{posting}/brands"))
    assert "地瓜班 · 奈曼青龙薯乡人" in said
    assert "2 人里 1 人合适 · 合适的人共有 3 个空工日，整班要 6 个" in said
    for word in ("王一", "李二", "脱贫", "监测", "优先"):
        assert word not in said


def test_the_week_shows_full_and_short_days(world, employer, desk):
    posting = world.posting(employer[0], headcount=1, is_instant=True)
    worker_id, actor = world.worker()
    service.sign_up(posting, actor=actor, worker_id=worker_id, first=D25, last=D25)
    said = text_of(desk.get("/employer/signups?week=2026-09-25"))
    assert "1/1 人" in said
    assert "已排满" in said
    assert "0/1 人" in said
    assert "缺人" in said
    assert "这一周没有用工" in text_of(desk.get("/employer/signups?week=nonsense"))


def test_foreign_and_unknown_objects_are_not_there(world, employer, desk):
    foreign, _ = world.employer("红山口农场")
    theirs, draft = world.posting(foreign), world.posting(employer[0], state="draft")
    mine = world.posting(employer[0])
    _, signup = ask(world, theirs)
    for path in (f"{theirs}", f"{draft}", "999"):
        assert desk.get(f"/employer/postings/{path}/signups").status_code == 404
    for path in (
        f"/employer/postings/{theirs}/signups/{signup}/accept",
        f"/employer/postings/{mine}/signups/{signup}/accept",
        f"/employer/postings/{mine}/signups/{signup}/decline",
        f"/employer/postings/{mine}/signups/{signup}/cancel",
        f"/employer/postings/{mine}/crews/1/accept",
    ):
        assert tap(desk, path).status_code == 404
    assert state_of(signup) == "pending"


def test_the_page_asks_the_database_no_more_often_for_more_people(world, employer, desk):
    posting = world.posting(employer[0], headcount=2)
    path = f"/employer/postings/{posting}/signups"
    service.accept(ask(world, posting)[1], actor=employer[1])
    ask(world, posting, "张玉")
    before = selects(desk, path)
    for n in range(4):
        service.accept(ask(world, posting, f"王{n}")[1], actor=employer[1])
    assert selects(desk, path) == before
