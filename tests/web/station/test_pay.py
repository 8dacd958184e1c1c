"""Pay slips at the desk, for visitors without a phone."""

from collections.abc import Iterator

import pytest
from flask import Flask

from jobmatch.infra import audit
from tests.web.money import Season, season


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        yield found


def test_the_desk_shows_and_prints_a_visitors_slips(field: Season) -> None:
    field.settled()
    desk, key = field.browser(field.world.station("150525")), field.slip(field.worker_id)
    page = desk.get(f"/station/workers/{field.worker_id}").get_data(as_text=True)
    assert f"/station/workers/{field.worker_id}/pay" in page
    page = desk.get(f"/station/workers/{field.worker_id}/pay").get_data(as_text=True)
    assert "¥360.00" in page
    assert f"/station/workers/{field.worker_id}/pay/{key}" in page
    page = desk.get(f"/station/workers/{field.worker_id}/pay/{key}").get_data(as_text=True)
    assert page.count("1 整天 × ¥180") == 2
    assert 'data-module="print"' in page


def test_each_look_leaves_a_line_in_the_log(field: Season) -> None:
    field.settled()
    clerk, key = field.world.station("150525"), field.slip(field.worker_id)
    desk = field.browser(clerk)
    desk.get(f"/station/workers/{field.worker_id}/pay")
    desk.get(f"/station/workers/{field.worker_id}/pay/{key}")
    lines = audit.lines(action="pay_slip.desk_read").rows
    assert [(one.actor_user_id, one.object_id, one.detail) for one in lines] == [
        (clerk.user_id, str(field.worker_id), {"slip": key}),
        (clerk.user_id, str(field.worker_id), {"slip": None}),
    ]


def test_before_the_first_slip_the_page_says_so(field: Season) -> None:
    desk = field.browser(field.world.station("150525"))
    page = desk.get(f"/station/workers/{field.worker_id}/pay")
    assert "还没有工资条。" in page.get_data(as_text=True)


def test_slips_of_other_places_and_other_people_are_not_found(field: Season) -> None:
    field.settled()
    near, far = field.world.station("150525"), field.world.station("150430")
    key, other = field.slip(field.worker_id), field.slip(field.leader_id)
    for clerk, address in (
        (far, f"/station/workers/{field.worker_id}/pay"),
        (far, f"/station/workers/{field.worker_id}/pay/{key}"),
        (near, f"/station/workers/{field.worker_id}/pay/{other}"),
        (near, f"/station/workers/{field.worker_id}/pay/99999"),
        (near, "/station/workers/99999/pay"),
    ):
        assert field.browser(clerk).get(address).status_code == 404
    assert audit.lines(action="pay_slip.desk_read").total == 0


def test_a_clerk_who_registered_somebody_from_elsewhere_sees_no_pay(field: Season) -> None:
    clerk = field.world.station("150430")
    guest, _ = field.world.worker("远客", registered_by=clerk.user_id)
    desk = field.browser(clerk)
    assert desk.get(f"/station/workers/{guest}").status_code == 200
    assert desk.get(f"/station/workers/{guest}/pay").status_code == 404
