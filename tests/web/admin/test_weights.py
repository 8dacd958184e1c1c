"""The weights of matching are a rule of the administrator: from a day on, as a whole."""

from dataclasses import asdict
from datetime import date

import pytest

from jobmatch.infra import clock, dated
from jobmatch.infra.dated import DatedRule
from jobmatch.infra.db import reading, transaction
from jobmatch.matching import queries, sides
from jobmatch.matching.rules.weights import Weights
from tests.support import instant

PAGE = "/admin/rules/matching.weights"


@pytest.fixture
def client(app, world, rules_as_before):
    app.config["WTF_CSRF_ENABLED"] = False
    with clock.at(instant(2026, 9, 1)):
        yield world.sign_in(world.admin())
    app.config["WTF_CSRF_ENABLED"] = True


def add(client, **change):
    fields = {name: str(value) for name, value in asdict(Weights()).items()}
    fields |= {"valid_from": "2026-09-20", "source": "旗就业局〔2026〕1 号"} | change
    return client.post(PAGE, data=fields)


def test_the_page_shows_what_holds_in_points(client):
    page = client.get(PAGE).get_data(as_text=True)
    assert "手艺正合适 40 · 日子 25 · 路近 10" in page
    assert "困难家庭优先的上限 1" in page
    assert 'value="4000"' in page
    assert "配活的权重" in client.get("/admin/rules").get_data(as_text=True)


def test_new_weights_hold_from_their_day_on_and_change_what_fits_say(client, world):
    worker, _ = world.worker()
    world.posting(world.employer()[0])
    assert add(client, near="0", pay="1700").status_code == 303
    with transaction() as session:
        assert sides.weights(session, date(2026, 9, 19)) == Weights()
        assert sides.weights(session, date(2026, 9, 20)) == Weights(near=0, pay=1_700)
    before = queries.fits_for(worker, date(2026, 9, 19))[0].fit.score.parts
    after = queries.fits_for(worker, date(2026, 9, 20))[0].fit.score.parts
    # 5 km: 1000 x 20 / 25; then nothing
    assert (before.near, after.near) == (800, 0)


@pytest.mark.parametrize(
    "change", [{"near": "1100"}, {"related": "3300"}, {"priority_most": "600"}, {"road_kmh": "0"}]
)
def test_weights_that_do_not_go_together_are_refused_and_stay_typed(client, change):
    answer = add(client, **change)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "十项加起来要正好 10,000" in page
    assert f'value="{next(iter(change.values()))}"' in page
    assert len(dated.rows("matching.weights")) == 1


def test_without_a_row_the_defaults_hold(client):
    with transaction() as session:
        assert sides.weights(session, date(2025, 12, 31)) == Weights()


def test_the_numbers_of_the_season_plan_are_added_together(client):
    with transaction() as session:
        session.add(
            DatedRule(
                name="dispatch.params", place_code="", valid_from=date(2026, 1, 1), source="x",
                value={"max_run": 6, "spell_cost": 40},
            )
        )  # fmt: skip
    page = "/admin/rules/dispatch.params"
    assert "最多连着干几天" in client.get(page).get_data(as_text=True)
    fields = {"max_run": "5", "spell_cost": "30", "valid_from": "2026-10-01", "source": "文件"}
    assert client.post(page, data=fields | {"spell_cost": "much"}).status_code == 422
    assert client.post(page, data=fields).status_code == 303
    assert dated.value(reading(), "dispatch.params", on=date(2026, 10, 2), place="") == {
        "max_run": 5, "spell_cost": 30,
    }  # fmt: skip
