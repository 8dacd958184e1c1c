"""A draft changed by hand, planned anew, compared, sent out, and answered."""

import re

import pytest

from jobmatch.dispatch import season_queries, service
from jobmatch.dispatch.models import SeasonPin, SeasonPlan, SeasonSpell
from jobmatch.infra.db import transaction
from jobmatch.workers.models import Worker
from tests.dispatch.season_house.conftest import Season, _in_september, season, sep
from tests.dispatch.season_house.support import a_plan, rest, spell_of, stays
from tests.dispatch.support import days_of
from tests.web.brand.test_season import demand
from tests.web.taps import tap

__all__ = ["_in_september", "season"]


@pytest.fixture
def desk(season: Season):
    return season.world.sign_in(season.organizer)


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))


def one_stay(season: Season) -> tuple[int, int, int, int]:
    """Somebody from the 21st to the 24th: worker, posting, plan, stay."""
    (one,) = season.people(1)
    work = season.work(21, 28, 2)
    plan = a_plan(
        [(one, work, 21, 24)], brand=season.brand, demand=demand(work, 0, 2, 2, 2, 2, 2, 2, 2, 2)
    )
    return one, work, plan, spell_of(plan, one)


def test_a_stay_is_moved_by_its_form(season, desk):
    one, work, plan, stay = one_stay(season)
    page = desk.get(f"/brand/season/stays/{stay}")
    assert 'value="2026-09-24"' in page.get_data(as_text=True)
    answer = tap(
        desk, f"/brand/season/stays/{stay}/move", posting=work, worker=one, first="2026-09-22",
        last="2026-09-23",
    )  # fmt: skip
    assert answer.status_code == 303
    assert stays(plan) == [(one, work, sep(22), sep(23), "planned")]


def test_who_fits_can_go_instead(season, desk):
    _one, work, plan, stay = one_stay(season)
    other, _ = season.world.worker("韩梅")
    unskilled, _ = season.world.worker("郝文", skills=())
    for key in (other, unskilled):
        season.world.member(season.brand, key)
    page = desk.get(f"/brand/season/stays/{stay}").get_data(as_text=True)
    assert f'<option value="{other}">韩梅' in page
    assert "郝文" not in page
    tap(desk, f"/brand/season/stays/{stay}/move", posting=work, worker=other)
    assert stays(plan) == [(other, work, sep(21), sep(24), "planned")]


def test_who_is_free_on_these_days_stands_before_who_the_plan_sends_elsewhere(season, desk):
    one, taken, free = season.people(3)
    for key, name in ((taken, "包兰"), (free, "康宁")):
        with transaction() as session:
            session.get_one(Worker, key).name = name
    work = season.work(21, 28, 3)
    plan = a_plan(
        [(one, work, 21, 22), (taken, work, 24, 25)], brand=season.brand,
        demand=demand(work, 0, 3, 3, 3, 3, 3, 3, 3, 3),
    )  # fmt: skip

    def names(url: str) -> list[str]:
        page = desk.get(url).get_data(as_text=True)
        return re.findall(r"<option[^>]*>((?:包兰|康宁)[^<]*)<", page)

    stay = f"/brand/season/stays/{spell_of(plan, one)}"
    assert names(stay) == ["包兰", "康宁"]
    tap(desk, f"{stay}/move", posting=work, worker=one, first="2026-09-22", last="2026-09-24")
    stay = f"/brand/season/stays/{spell_of(plan, one)}"
    assert names(stay) == ["康宁", "包兰（这几天另有安排）"]
    assert names(f"/brand/season/{plan}/add?posting={work}")[0] == "康宁"


def test_a_move_that_breaks_a_rule_is_refused_next_to_its_field(season, desk):
    one, work, plan, stay = one_stay(season)
    answer = tap(
        desk, f"/brand/season/stays/{stay}/move", posting=work, worker=one, first="2026-09-24",
        last="2026-09-22",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "最后一天早于第一天。" in text_of(answer)
    assert stays(plan) == [(one, work, sep(21), sep(24), "planned")]


def test_a_dragged_stay_keeps_its_length(season, desk):
    one, work, plan, stay = one_stay(season)
    answer = tap(
        desk, f"/brand/season/stays/{stay}/drop", worker=one, posting="", first="2026-09-25"
    )
    assert answer.location.endswith("week=2026-09-21")
    assert stays(plan) == [(one, work, sep(25), sep(28), "planned")]


def test_a_stay_is_dragged_to_other_work(season, desk):
    one, _work, plan, stay = one_stay(season)
    other = season.work(21, 24, 1)
    tap(desk, f"/brand/season/stays/{stay}/drop", worker="", posting=other, first="")
    assert stays(plan) == [(one, other, sep(21), sep(24), "planned")]


def test_a_drag_that_breaks_a_rule_shows_the_form_with_the_reason(season, desk):
    one, work, plan, stay = one_stay(season)
    answer = tap(
        desk, f"/brand/season/stays/{stay}/drop", worker="", posting="", first="2026-09-26"
    )
    assert answer.status_code == 422
    assert 'value="2026-09-26"' in answer.get_data(as_text=True)
    assert "有几处要改" in text_of(answer)
    assert stays(plan) == [(one, work, sep(21), sep(24), "planned")]


def test_a_stay_that_is_settled_is_not_moved(season, desk):
    one, work, plan, stay = one_stay(season)
    with transaction() as session:
        session.get_one(SeasonSpell, stay).state = "engaged"
    assert "data-drag" not in desk.get(f"/brand/season/{plan}/board?week=2026-09-21").get_data(
        as_text=True
    )
    answer = tap(desk, f"/brand/season/stays/{stay}/drop", first="2026-09-22")
    assert "这一段不能再改。" in text_of(desk.get(answer.location))
    assert stays(plan) == [(one, work, sep(21), sep(24), "engaged")]


def test_a_stay_is_split_and_a_part_taken_out(season, desk):
    _one, _work, plan, stay = one_stay(season)
    assert tap(desk, f"/brand/season/stays/{stay}/split", day="").status_code == 422
    assert tap(desk, f"/brand/season/stays/{stay}/split", day="2026-09-21").status_code == 422
    assert tap(desk, f"/brand/season/stays/{stay}/split", day="2026-09-23").status_code == 303
    assert [row[2:4] for row in stays(plan)] == [(sep(21), sep(22)), (sep(23), sep(24))]
    rows = season_queries.spells(plan, actor=season.organizer)
    tap(desk, f"/brand/season/stays/{rows[0].id}/remove")
    assert [row[2:4] for row in stays(plan)] == [(sep(23), sep(24))]


def test_a_stay_is_pinned_and_let_go(season, desk):
    _one, _work, _plan, stay = one_stay(season)
    answer = tap(desk, f"/brand/season/stays/{stay}/pin")
    assert "已固定，以后再排都不动它。" in text_of(desk.get(answer.location))
    assert "工0" in text_of(desk.get("/brand/season"))
    with transaction() as session:
        pin = session.query(SeasonPin.id).scalar()
    tap(desk, f"/brand/season/pins/{pin}/unpin")
    assert season_queries.pins(season.scope, actor=season.organizer) == []
    assert tap(desk, f"/brand/season/pins/{pin}/unpin").status_code == 404


def test_a_stay_with_days_off_is_pinned_around_them(season, desk):
    (one,) = season.people(1)
    work = season.work(21, 29, 2)
    plan = a_plan([(one, work, 21, 28)], brand=season.brand)
    stay = spell_of(plan, one)
    rest(stay, sep(24))
    tap(desk, f"/brand/season/stays/{stay}/pin")
    pins = season_queries.pins(season.scope, actor=season.organizer)
    assert [(p.first_day, p.last_day) for p in pins] == [(sep(21), sep(23)), (sep(25), sep(28))]
    tap(desk, f"/brand/season/stays/{stay}/unpin")
    assert season_queries.pins(season.scope, actor=season.organizer) == []


def test_somebody_is_added_to_work_that_lacks_people(season, desk):
    _one, work, plan, _stay = one_stay(season)
    other, _ = season.world.worker("韩梅")
    season.world.member(season.brand, other)
    page = desk.get(f"/brand/season/{plan}/add?posting={work}").get_data(as_text=True)
    assert "韩梅" in page
    fields = {"posting": work, "worker": other, "first": "2026-09-21", "last": "2026-09-22"}
    assert tap(desk, f"/brand/season/{plan}/add", **fields).status_code == 303
    assert (other, work, sep(21), sep(22), "planned") in stays(plan)
    again = tap(desk, f"/brand/season/{plan}/add", **(fields | {"last": "2026-09-20"}))
    assert again.status_code == 422
    assert tap(desk, f"/brand/season/{plan}/add", **(fields | {"posting": 9})).status_code == 404


# anew


def anew(desk, plan: int, **fields):
    given = {"seconds": "15", "gap": "1", "first": "2026-09-22", "last": "2026-09-23"} | fields
    return tap(desk, f"/brand/season/{plan}/replan", **given)


def changes_of(session) -> list[dict]:
    return session.query(SeasonPlan).order_by(SeasonPlan.id.desc()).first().changes


AT = {"first": "2026-09-22", "last": "2026-09-23"}


def test_rain_an_absence_and_more_people_begin_a_new_plan(season, desk):
    one, work, plan, _stay = one_stay(season)
    assert anew(desk, plan, kind="closed", postings=work).status_code == 303
    with transaction() as session:
        row = session.query(SeasonPlan).order_by(SeasonPlan.id.desc()).first()
        assert row.base_plan_id == plan
        assert row.changes == [{"closed": work, **AT}, {"released": False}]
    assert anew(desk, plan, kind="absent", workers=one, last="").status_code == 303
    with transaction() as session:
        assert changes_of(session)[0] == {
            "absent": one, "first": "2026-09-22", "last": "2026-09-30",
        }  # fmt: skip
    assert anew(desk, plan, kind="demand", posting_id=work, places="5").status_code == 303
    with transaction() as session:
        assert changes_of(session)[0] == {"demand": work, "places": 5, **AT}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "closed"}, "请至少勾一个。"),
        ({"kind": "absent"}, "请至少勾一个。"),
        ({"kind": "demand"}, "请选一份活。"),
        ({"kind": "demand", "posting_id": "WORK"}, "请填人数。"),
        ({"kind": "demand", "posting_id": "WORK", "places": "-1"}, "人数请填 0 到"),
        ({"kind": "demand", "posting_id": "WORK", "places": "many"}, "请填写整数。"),
        ({}, "请选一样。"),
        ({"kind": "closed", "postings": "WORK", "last": "2026-09-21"}, "最后一天早于第一天。"),
        ({"kind": "closed", "postings": "900009"}, "有几处要改"),
        ({"kind": "closed", "first": ""}, "请填写日子。"),
    ],
)
def test_news_that_say_nothing_are_refused(season, desk, fields, said):
    _one, work, plan, _stay = one_stay(season)
    named = {name: str(work) if value == "WORK" else value for name, value in fields.items()}
    answer = anew(desk, plan, **named)
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_stays_page_leads_to_planning_without_its_person(season, desk):
    one, _work, plan, stay = one_stay(season)
    page = desk.get(f"/brand/season/stays/{stay}").get_data(as_text=True)
    link = f"/brand/season/{plan}/replan?worker={one}"
    assert link in page
    assert f'value="{one}" checked' in desk.get(link).get_data(as_text=True)


def test_the_new_plan_says_whom_it_changes_from_where_to_where(season, desk):
    one, work, plan, _stay = one_stay(season)
    other = season.work(21, 28, 2, title="甘薯装车")
    new = a_plan([(one, work, 21, 22), (one, other, 23, 24)], brand=season.brand, base_plan_id=plan)
    assert "有 1 人的安排变了" in text_of(desk.get(f"/brand/season/{new}"))
    said = text_of(desk.get(f"/brand/season/{new}/compare"))
    assert "1 人，共 2 天。" in said
    assert "9月23日–9月24日 甘薯分拣工 甘薯装车" in said
    backwards = text_of(desk.get(f"/brand/season/{plan}/compare?with={new}"))
    assert "9月23日–9月24日 甘薯装车 甘薯分拣工" in backwards


# out


def test_before_sending_the_page_says_what_will_happen_and_nothing_happens(season, desk):
    one, _work, plan, _stay = one_stay(season)
    said = text_of(desk.get(f"/brand/season/{plan}/publish"))
    assert "1 人、0 个班组，去 1 份活，共 4 工日。" in said
    assert days_of(one) == []


def test_sending_out_engages_people_and_lists_what_could_not_be_sent(season, desk):
    one, work, _plan, _stay = one_stay(season)
    busy, actor = season.world.worker("韩梅")
    season.world.member(season.brand, busy)
    elsewhere = season.work(21, 22, 1)
    late = a_plan([(one, work, 21, 24), (busy, work, 21, 22)], brand=season.brand)
    service.sign_up(elsewhere, actor=actor, worker_id=busy)
    assert "现在就知道有 1 段派不出去。" in text_of(desk.get(f"/brand/season/{late}/publish"))
    answer = tap(desk, f"/brand/season/{late}/publish")
    said = text_of(desk.get(answer.location))
    assert "已派出：1 段定下，0 段等用工方答复，1 段没派成。" in said
    assert days_of(one) == [sep(21), sep(22), sep(23), sep(24)]
    refused = season_queries.not_published(late, actor=season.organizer)
    assert [row.spell.worker_name for row in refused] == ["韩梅"]
    assert str(refused[0].said) in said
    # A plan that is out is no draft any more, and sending again changes nothing.
    assert desk.get(f"/brand/season/{late}/publish").status_code == 303
    assert tap(desk, f"/brand/season/{late}/publish").status_code == 303
    assert days_of(one) == [sep(21), sep(22), sep(23), sep(24)]


def test_answers_flow_back(season, desk):
    one, two = season.people(2)
    work = season.work(21, 24, 2, is_instant=False)
    plan = a_plan([(one, work, 21, 24), (two, work, 21, 24)], brand=season.brand)
    tap(desk, f"/brand/season/{plan}/publish")
    page = f"/brand/season/{plan}/answers"
    assert "等答复 2 段" in text_of(desk.get(page))
    from jobmatch.dispatch.models import Signup

    with transaction() as session:
        keys = {s.worker_id: s.id for s in session.query(Signup).filter_by(posting_id=work)}
    service.accept(keys[one], actor=season.employer_actor)
    service.decline(keys[two], actor=season.employer_actor, note="人手够了")
    said = text_of(desk.get(page))
    assert "定下了 1 段" in said
    assert "不成的 1 段" in said
    assert "人手够了" in said
    assert "工0" not in text_of(desk.get(f"{page}?state=employer_no"))
    # The figure of those who do not go opens to them alone.
    assert f"{page}?state=no" in desk.get(page).text
    no = text_of(desk.get(f"{page}?state=no"))
    assert "人手够了" in no
    assert "工0" not in no


def test_answers_of_a_draft_are_not_there(season, desk):
    _one, _work, plan, _stay = one_stay(season)
    assert desk.get(f"/brand/season/{plan}/answers").status_code == 404


def test_stays_and_pins_of_others_are_not_there(season, desk):
    _one, _work, _plan, stay = one_stay(season)
    _brand, organizer = season.world.brand("敖汉线工", place="150430")
    other = season.world.sign_in(organizer)
    assert other.get(f"/brand/season/stays/{stay}").status_code == 404
    for deed in ("move", "drop", "split", "pin", "unpin", "remove"):
        assert tap(other, f"/brand/season/stays/{stay}/{deed}").status_code == 404, deed
    tap(desk, f"/brand/season/stays/{stay}/pin")
    with transaction() as session:
        pin = session.query(SeasonPin.id).scalar()
    assert tap(other, f"/brand/season/pins/{pin}/unpin").status_code == 404
