"""Many households' yes off one signed list: all of them or none, each with its proof."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from jobmatch.households.models import HouseholdConsent
from jobmatch.infra import audit, clock
from jobmatch.infra.db import forget_reads, reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.monitoring import queries, service
from tests.support import World, instant

DAY = date(2026, 9, 20)
LIST = "入户签字表第 3 页，存村委会"


@pytest.fixture
def officer(world: World) -> Iterator[Actor]:
    with clock.at(instant(2026, 9, 27, 18)):
        yield world.officer("150525")


def recorded() -> int:
    forget_reads()
    return reading().scalar(select(func.count()).select_from(HouseholdConsent)) or 0


def test_all_who_signed_are_watched_at_once_and_leave_the_list(
    world: World, officer: Actor
) -> None:
    homes = [world.household()[0] for _ in range(3)]
    service.consent(homes[2], False, DAY, "当面说的", actor=officer)
    before = queries.not_agreed(officer, "150525")
    assert {(row.household_id, row.refused_on) for row in before.rows} == {
        (homes[0], None), (homes[1], None), (homes[2], DAY),
    }  # fmt: skip
    assert service.consent_list(homes[:2], DAY, LIST, actor=officer) == 2
    forget_reads()
    assert [row.household_id for row in queries.not_agreed(officer, "150525").rows] == homes[2:]
    said = queries.consents(homes[0], actor=officer)[0]
    assert (said.is_given, said.day, said.proof) == (True, DAY, LIST)
    assert queries.of_household(homes[1], actor=officer) is not None
    assert audit.lines(action="household.consent_list").total == 1
    assert audit.lines(action="household.consent", key=str(homes[0])).total == 1
    # Sent twice, or ticked by two officers: once.
    assert service.consent_list(homes[:2], DAY, LIST, actor=officer) == 0
    assert recorded() == 3


def test_one_out_of_scope_and_nothing_is_recorded(world: World, officer: Actor) -> None:
    here = world.household()[0]
    with pytest.raises(NotFound):
        service.consent_list([here, 999], DAY, LIST, actor=officer)
    with pytest.raises(NotAllowed):
        service.consent_list([here], DAY, LIST, actor=world.worker()[1])
    elsewhere = world.officer("150430")
    with pytest.raises(NotFound):
        service.consent_list([here], DAY, LIST, actor=elsewhere)
    assert queries.not_agreed(elsewhere, "150525").rows == []
    assert recorded() == 0


@pytest.mark.parametrize(
    ("day", "proof", "field"),
    [(date(2026, 9, 28), LIST, "day"), (DAY, " ", "proof"), (DAY, "存" * 81, "proof")],
)
def test_a_list_without_its_day_or_place_is_refused(
    world: World, officer: Actor, day: date, proof: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        service.consent_list([world.household()[0]], day, proof, actor=officer)
    assert refused.value.field == field
    assert recorded() == 0


def test_an_empty_list_and_one_that_is_too_long_are_refused(world: World, officer: Actor) -> None:
    for keys in ([], list(range(1, 202))):
        with pytest.raises(Invalid) as refused:
            service.consent_list(keys, DAY, LIST, actor=officer)
        assert refused.value.field == "people"


def test_the_page_keeps_what_was_ticked_when_it_is_refused(
    app: Flask, world: World, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    one, other = world.household()[0], world.household()[0]
    browser = world.sign_in(officer)
    assert "按签字表记同意" in browser.get("/officer/consents").get_data(as_text=True)
    sent = {"day": "2026-09-20", "proof": "", "people": [str(one)]}
    refused = browser.post("/officer/consents", data=sent)
    assert refused.status_code == 422
    shown = refused.get_data(as_text=True)
    assert f'value="{one}" checked' in shown
    assert f'value="{other}" checked' not in shown
    sent["proof"] = LIST
    assert browser.post("/officer/consents", data=sent).status_code == 303
    assert recorded() == 1
