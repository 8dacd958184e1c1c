"""Long lists of people with pay: a page at a time, found by name, paid all at once or as ticked."""

from collections.abc import Iterator

import pytest
from flask import Flask

from jobmatch.attendance import disputes
from jobmatch.earnings import run_queries, service
from jobmatch.infra import clock
from jobmatch.kernel import paging
from jobmatch.web.downloads import sheet
from tests.web.money import FIRST, TODAY, Season, season

PAID = {"paid_on": TODAY.isoformat(), "how": "cash"}


@pytest.fixture
def field(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Season]:
    """Two people whose pay waits, one on a page."""
    cut = paging.cut
    for module in ("pay", "payments"):
        monkeypatch.setattr(
            f"jobmatch.web.employer.{module}.cut", lambda rows, number: cut(rows, number, 1)
        )
    with season(app) as found:
        yield found


def names(field: Season, path: str) -> list[str]:
    words = field.browser(field.employer).get(path).get_data(as_text=True)
    return [name for name in ("李桂芳", "王秀兰") if f"付给{name}" in words]


@pytest.mark.parametrize("is_one", [True, False])
def test_each_page_has_its_people_and_a_name_finds_its_own(field: Season, is_one: bool) -> None:
    settlement = field.settled()
    path = f"/employer/settlements/{settlement}" if is_one else "/employer/payments"
    assert names(field, path) == ["李桂芳"]
    assert names(field, f"{path}?page=2") == ["王秀兰"]
    assert names(field, f"{path}?page=9") == ["王秀兰"]
    answer = field.browser(field.employer).post(f"{path}/search", data={"q": "秀兰"})
    assert "秀兰" not in answer.location
    assert names(field, answer.location) == ["王秀兰"]
    nobody = field.browser(field.employer).post(f"{path}/search", data={"q": "赵"})
    words = field.browser(field.employer).get(nobody.location).get_data(as_text=True)
    assert "没有找到这个名字。" in words


def test_a_preview_shows_a_page_of_people_and_the_sum_of_all(field: Season) -> None:
    field.all_present()
    path = f"/employer/postings/{field.posting_id}/pay"
    browser = field.browser(field.employer)
    for number, name, other in ((1, "李桂芳", "王秀兰"), (2, "王秀兰", "李桂芳")):
        words = browser.get(f"{path}?page={number}").get_data(as_text=True)
        assert name in words
        assert other not in words
        assert "发工资条（2 人，共 ¥720.00）" in words


@pytest.mark.parametrize("is_one", [True, False])
def test_all_without_an_objection_are_paid_by_one_choice(field: Season, is_one: bool) -> None:
    settlement = field.settled()
    service.object_to(field.slip(field.leader_id), "少了一天", actor=field.leader)
    list_ = f"/employer/settlements/{settlement}" if is_one else "/employer/payments"
    path = f"{list_}/pay" if is_one else list_
    browser = field.browser(field.employer)
    assert "没有异议的全部 1 张，共 ¥360.00" in browser.get(list_).get_data(as_text=True)
    refused = browser.post(path, data=PAID | {"which": "all", "seen": "72000"})
    assert refused.status_code == 422
    assert "等付款的工资条有变动" in refused.get_data(as_text=True)
    done = browser.post(path, data=PAID | {"which": "all", "seen": "36000"})
    assert done.status_code == 303
    states = [field.state(field.slip(key)) for key in (field.leader_id, field.worker_id)]
    assert states == ["objected", "paid"]


def test_of_a_page_only_what_is_ticked_is_paid(field: Season) -> None:
    field.settled()
    data = PAID | {"which": "page", "slip": [field.slip(field.worker_id)]}
    assert field.browser(field.employer).post("/employer/payments", data=data).status_code == 303
    states = [field.state(field.slip(key)) for key in (field.leader_id, field.worker_id)]
    assert states == ["issued", "paid"]


def test_a_run_is_searched_by_name(field: Season) -> None:
    field.all_present()
    browser = field.browser(field.employer)
    answer = browser.post(
        "/employer/pay/runs", data={"first": "2026-09-25", "last": clock.today().isoformat()}
    )
    found = browser.post(f"{answer.location}/search", data={"q": "桂芳"})
    words = browser.get(found.location).get_data(as_text=True)
    assert "李桂芳" in words
    assert "王秀兰" not in words
    assert "¥720.00" in words


def test_days_that_wait_are_counted_whole_and_listed_page_by_page(
    field: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = run_queries.held
    monkeypatch.setattr(
        "jobmatch.earnings.run_queries.held",
        lambda run, page, standing=False: held(run, page, standing=standing, size=1),
    )
    field.all_present()
    for day, actor in ((field.leader_days[0], field.leader), (field.worker_days[0], field.worker)):
        disputes.object_to(day, disputes.Version(True, 540, 0), "干到六点", actor=actor)
    browser = field.browser(field.employer)
    answer = browser.post(
        "/employer/pay/runs", data={"first": FIRST.isoformat(), "last": TODAY.isoformat()}
    )

    def waiting(query: str) -> list[str]:
        words = browser.get(f"{answer.location}{query}").get_data(as_text=True)
        assert "2 人次" in words
        listed = words.partition('id="held"')[2].partition("</details>")[0]
        return [name for name in ("李桂芳", "王秀兰") if name in listed]

    assert waiting("") == ["李桂芳"]
    assert waiting("?held=2") == ["王秀兰"]
    assert waiting("?held=9") == ["王秀兰"]


def test_all_runs_can_be_reached(field: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobmatch.earnings.run_queries.PAGE_SIZE", 1)
    field.all_present()
    browser = field.browser(field.employer)
    days = {"first": FIRST.isoformat(), "last": TODAY.isoformat()}
    first = browser.post("/employer/pay/runs", data=days).location
    assert browser.post(f"{first}/cancel").status_code == 303
    second = browser.post("/employer/pay/runs", data=days).location
    for number, here, there in ((1, second, first), (2, first, second)):
        words = browser.get(f"/employer/pay/runs?page={number}").get_data(as_text=True)
        assert f"第 {number} 页，共 2 页" in words
        assert f'href="{here}"' in words
        assert f'href="{there}"' not in words


@pytest.mark.parametrize(("n", "lines"), [(2, 3), (3, 4)])
def test_a_file_that_cannot_hold_the_whole_list_says_so(app: Flask, n: int, lines: int) -> None:
    with app.test_request_context():
        answer = sheet("csv", "x", ["a", "b"], [["1", "2"]] * n, most=2)
    written = answer.get_data(as_text=True).strip().splitlines()
    assert len(written) == lines
    assert ("只放得下前 2 行" in written[-1]) == (n == 3)
