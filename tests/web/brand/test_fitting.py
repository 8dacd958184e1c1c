"""Who of the brand fits a posting: what the organizer reads, and what stays each person's own."""

import pytest

from jobmatch.infra import clock
from tests.support import instant

PRIVATE = ("¥", "重活", "到家", "住", "脱贫", "监测", "优先")


@pytest.fixture(autouse=True)
def _in_september():
    with clock.at(instant(2026, 9, 20)):
        yield


@pytest.fixture
def desk(world):
    """A brand, its organizer's browser, and a posting at Qinglongshan."""
    brand_id, organizer = world.brand()
    employer, _ = world.employer()
    return brand_id, world.sign_in(organizer), world.posting(employer, load="heavy")


def page(browser, posting: int, query: str = "") -> str:
    answer = browser.get(f"/brand/postings/{posting}/people{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True).split("<main")[1]


def test_members_who_fit_come_first_and_others_with_what_would_turn_it(world, desk):
    brand_id, browser, posting = desk
    for name, fields in {
        "合适人": {},
        "没手艺": {"skills": ("lv.sheep.shear",)},
        "不愿走远": {"home": "150525100201"},
        "不推荐": {"matching_opt_out": True},
        "停用人": {"is_active": False},
    }.items():
        world.member(brand_id, world.worker(name, **fields)[0])
    world.worker("外人")
    body = page(browser, posting)
    assert body.index("合适人") < body.index("还差一点的") < body.index("没手艺")
    assert "会这门活 · 3 天都有空 · 约 5 公里" in " ".join(body.split())
    assert "会干的话，请本人加上这门手艺" in body
    assert "问问本人肯不肯走 70 公里" in body
    assert "有 1 人不要系统配活" in body
    assert not any(name in body for name in ("停用人", "外人"))


def test_a_members_own_limits_are_not_told(world, desk):
    brand_id, browser, posting = desk
    for n, fields in enumerate(
        (
            {"least_day_fen": 30_000},
            {"no_heavy": True},
            {"home_by": 900},
            {"max_km": 4, "home_by": 900},
        )
    ):
        world.member(brand_id, world.worker(f"成员{n}", **fields)[0])
    body = page(browser, posting).split("还差一点的", 1)[1]
    assert body.count("本人另有要求，派之前先问一问") == 4
    assert [word for word in PRIVATE if word in body] == []


def test_one_crew_of_ones_own_can_be_looked_at(world, desk):
    brand_id, browser, posting = desk
    first, second = world.worker("甲")[0], world.worker("乙")[0]
    crew = world.crew(brand_id, [first])
    world.member(brand_id, second)
    assert "乙" not in page(browser, posting, f"?crew={crew}").split("</form>", 1)[1]
    foreign = world.crew(world.brand("别家")[0], [world.worker("丙")[0]])
    for address in (
        f"/brand/postings/{posting}/people?crew={foreign}",
        f"/brand/postings/{posting}/people?crew=999",
        "/brand/postings/999/people",
    ):
        assert browser.get(address).status_code == 404


def test_a_draft_is_nobody_elses(world, desk):
    draft = world.posting(world.employer("别家")[0], state="draft")
    assert desk[1].get(f"/brand/postings/{draft}/people").status_code == 404


def test_the_best_crews_stand_over_the_people(world, desk):
    brand_id, browser, posting = desk
    able = [world.worker(f"能人{n}")[0] for n in range(3)]
    world.crew(brand_id, able[:2], name="一班")
    world.crew(
        brand_id, [able[2], world.worker("剪毛", skills=("lv.sheep.shear",))[0]], name="二班"
    )
    body = page(browser, posting)
    assert body.index("最合适的班组") < body.index("一班</a>") < body.index("二班</a>")
    assert "2 人里 1 人合适" in body
    assert not any(word in body for word in ("脱贫", "监测", "优先"))
