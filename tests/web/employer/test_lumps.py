"""The page of lump sums: for a crew or for everybody, shared as agreed."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from jobmatch.earnings import sharing
from jobmatch.earnings.rules.sharing import Way
from jobmatch.infra import clock
from tests.support import instant
from tests.web.money import FIRST, TODAY, Season, season


@pytest.fixture
def field(app: Flask) -> Iterator[Season]:
    with season(app) as found:
        yield found


def agree(field: Season, **more: str) -> TestResponse:
    data = {"first": "2026-09-25", "last": "2026-09-26", "amount_fen": "1000", "way": "agreed"}
    return employer(field).post(f"/employer/postings/{field.posting_id}/lump", data=data | more)


def employer(field: Season) -> FlaskClient:
    return field.browser(field.employer)


def shares(field: Season, leader: str, worker: str) -> dict[str, str]:
    return {f"share-{field.leader_id}": leader, f"share-{field.worker_id}": worker}


def crew_agreed(field: Season) -> None:
    """The crew put 80 to 20 on record before the work."""
    with clock.at(instant(2026, 9, 20)):
        sharing.agree_sharing(
            field.crew_id, FIRST, Way.AGREED, {field.leader_id: 8_000, field.worker_id: 2_000},
            actor=field.organizer,
        )  # fmt: skip


def test_shares_typed_by_the_employer_are_kept_with_the_lump_sum(field: Season) -> None:
    assert agree(field, **shares(field, "70", "30")).status_code == 303
    (row,) = sharing.lumps(field.posting_id)
    assert (row.way, dict(row.shares)) == (Way.AGREED, {"王秀兰": 7_000, "李桂芳": 3_000})


def test_a_crews_lump_sum_goes_by_the_shares_that_the_crew_has_on_record(field: Season) -> None:
    crew_agreed(field)
    path = f"/employer/postings/{field.posting_id}/lump?crew={field.crew_id}"
    shown = employer(field).get(path).get_data(as_text=True)
    assert "王秀兰 80%" in shown
    assert f"share-{field.leader_id}" not in shown
    typed = shares(field, "10", "90")
    assert agree(field, crew=str(field.crew_id), **typed).status_code == 303
    (row,) = sharing.lumps(field.posting_id)
    assert row.crew_name == "一班"
    assert dict(row.shares) == {"王秀兰": 8_000, "李桂芳": 2_000}


def test_a_lump_sum_by_agreed_shares_is_paid_by_them(field: Season) -> None:
    crew_agreed(field)
    agree(field, crew=str(field.crew_id))
    (row,) = sharing.lumps(field.posting_id)
    done = {"lump": str(row.id), "first": "2026-09-25", "last": "2026-09-26", "amount_fen": "1000"}
    page = employer(field)
    page.post(f"/employer/postings/{field.posting_id}/lump/done", data=done)
    field.settled()
    words = page.get(f"/employer/slips/{field.slip(field.leader_id)}").get_data(as_text=True)
    assert "¥800.00" in words


@pytest.mark.parametrize(
    ("leader", "worker", "said"),
    [("70", "20", "要正好 100%"), ("100", "", "不能是零"), ("a", "30", "例如 12.5")],
)
def test_wrong_shares_are_said_and_stay(field: Season, leader: str, worker: str, said: str) -> None:
    refused = agree(field, **shares(field, leader, worker))
    assert refused.status_code == 422
    words = refused.get_data(as_text=True)
    assert said in words
    assert f'value="{leader}"' in words
    assert sharing.lumps(field.posting_id) == []


def test_a_crew_that_does_not_work_here_is_not_there(field: Season) -> None:
    other, _worker = field.world.worker("外人")
    crew = field.world.crew(field.brand_id, [other], name="二班")
    assert agree(field, crew=str(crew), way="minutes").status_code == 404


def test_the_same_form_sent_twice_agrees_once(field: Season) -> None:
    path = f"/employer/postings/{field.posting_id}/lump"
    data = {
        "first": f"{FIRST}", "last": f"{TODAY}", "amount_fen": "900", "way": "equal",
        "once": "a" * 32,
    }  # fmt: skip
    page = employer(field)
    assert [page.post(path, data=data).status_code for _ in range(2)] == [303, 303]
    assert len(sharing.lumps(field.posting_id)) == 1
