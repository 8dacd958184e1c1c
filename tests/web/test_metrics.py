"""/metrics: figures for whoever may read them, without a word about anybody."""

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from jobmatch.infra import audit, clock
from jobmatch.infra.db import DatabaseError, transaction
from jobmatch.infra.task_runs import TaskRun
from jobmatch.kernel.actor import SYSTEM
from tests.support import World

TOKEN = "f3b9" * 4 + "07c1de52" * 2
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def guarded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setitem(app.config, "METRICS_TOKEN", TOKEN)
    return app


def read(client: FlaskClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every figure by its name and labels."""
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"X-Forwarded-For": "127.0.0.1"},
    ],
)
def test_it_is_not_there_without_the_token(
    guarded: Flask, client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = client.get(f"/metrics?token={TOKEN}", headers=headers)
    assert answer.status_code == 404
    assert b"jobmatch_" not in answer.data


def test_it_is_not_there_for_an_administrator_either(guarded: Flask, world: World) -> None:
    assert world.sign_in(world.admin()).get("/metrics").status_code == 404


def test_without_a_token_and_networks_it_is_there_for_nobody(client: FlaskClient) -> None:
    for headers in ({}, {"Authorization": "Bearer "}):
        assert client.get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("address", "status"),
    [("10.1.2.3", 200), ("10.2.0.1", 404), ("::1", 200), ("", 404), ("not an address", 404)],
)
def test_it_is_there_for_the_networks_that_were_named(
    app: Flask, monkeypatch: pytest.MonkeyPatch, client: FlaskClient, address: str, status: int
) -> None:
    monkeypatch.setitem(
        app.config, "METRICS_NETWORKS", (ip_network("10.1.0.0/16"), ip_network("::1/128"))
    )
    asked = client.get("/metrics", environ_overrides={"REMOTE_ADDR": address})
    assert asked.status_code == status


def test_answers_are_counted_by_the_pattern_of_their_address(
    guarded: Flask, client: FlaskClient
) -> None:
    def counted(route: str, method: str, status: str) -> tuple[float, float]:
        found = read(client)
        labels = (("method", method), ("route", route))
        return (
            found.get(("jobmatch_answers_total", (*labels, ("status", status))), 0),
            found.get(("jobmatch_answer_seconds_count", labels), 0),
        )

    asked = [
        ("/jobs/<int:posting_id>", "GET", "404", "/jobs/4711"),
        ("none", "GET", "404", "/no/such/13912345678"),
        ("none", "other", "405", "/healthz"),
        ("/healthz", "GET", "200", "/healthz"),
    ]
    routes = {rule.endpoint: rule.rule for rule in guarded.url_map.iter_rules()}
    asked[0] = (routes["public.posting"], "GET", "404", "")
    with guarded.test_request_context():
        asked[0] = (*asked[0][:3], routes["public.posting"].replace("<int:posting_id>", "4711"))
    for route, method, status, path in asked:
        before = counted(route, method, status)
        client.open(path, method="BREW" if method == "other" else method)
        after = counted(route, method, status)
        assert (after[0] - before[0], after[1] - before[1]) == (1, 1), path


def test_nothing_in_it_tells_of_anybody(guarded: Flask, world: World, client: FlaskClient) -> None:
    _, worker = world.worker()
    world.sign_in(worker).get("/my/", query_string={"q": "13912345678"})
    client.get("/no/such/15052619700101001X?name=王秀兰")
    body = client.get("/metrics", headers=BEARER).get_data(as_text=True)
    assert "王秀兰" not in body
    labels = re.findall(r'="([^"]*)"', body)
    assert labels
    assert [label for label in labels if re.search(r"\d{6}", label)] == []


def test_tasks_say_when_they_last_ended_well_and_how_late(
    guarded: Flask, client: FlaskClient
) -> None:
    due = clock.now() - timedelta(days=2)
    with transaction() as session:
        for task, days, outcome in (
            ("check_ledger", 0, "ok"),
            ("check_ledger", 1, "failed: KeyError"),
            ("keep_log", 0, "failed: OSError"),
        ):
            at = due + timedelta(days=days)
            begun = at + timedelta(seconds=90)
            session.add(
                TaskRun(
                    task=task, due=at, started_at=begun, ended_at=begun + timedelta(seconds=5),
                    outcome=outcome,
                )
            )  # fmt: skip
    found = read(client)
    name = "jobmatch_task_last_success_timestamp_seconds"
    ended = (due + timedelta(seconds=95)).timestamp()
    assert found[name, (("task", "check_ledger"),)] == pytest.approx(ended)
    assert (name, (("task", "keep_log"),)) not in found
    assert found["jobmatch_task_failed", (("task", "check_ledger"),)] == 1
    assert found["jobmatch_task_lag_seconds", (("task", "keep_log"),)] == 90
    assert found["jobmatch_task_run_seconds", (("task", "keep_log"),)] == 5


def test_work_of_the_day_and_lines_without_a_seal_are_counted(
    guarded: Flask, client: FlaskClient, world: World
) -> None:
    before = read(client)
    today = clock.today()
    world.posting(world.employer()[0], headcount=7, first=today, last=today)
    with transaction() as session:
        audit.record(session, SYSTEM, "rule.add", "rule", "1")
    after = read(client)
    assert after["jobmatch_postings_open", ()] == before["jobmatch_postings_open", ()] + 1
    assert after["jobmatch_log_lines_unsealed", ()] > before["jobmatch_log_lines_unsealed", ()]
    assert after["jobmatch_places_today", ()] == before["jobmatch_places_today", ()] + 7
    assert after["jobmatch_places_filled_today", ()] == before["jobmatch_places_filled_today", ()]
    assert after["jobmatch_database_up", ()] == 1
    assert after["jobmatch_database_connections_most", ()] >= 1


def test_it_answers_while_the_database_is_away(
    guarded: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr("jobmatch.web.public.metrics.last_runs", away)
    found = read(client)
    assert found["jobmatch_database_up", ()] == 0
    assert ("jobmatch_postings_open", ()) not in found
