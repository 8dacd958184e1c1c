"""Seasons on real processes of a real cluster, one of which is killed."""

import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from jobmatch.commands.dispatch import command
from jobmatch.dispatch import cluster
from jobmatch.dispatch.rules.check import check
from jobmatch.dispatch.rules.generate import Size, generate
from jobmatch.dispatch.rules.plans import Plan
from jobmatch.dispatch.rules.problem import BadProblem, Problem
from jobmatch.dispatch.rules.progress import Progress
from jobmatch.dispatch.rules.season_file import problem_to_json
from tests.dispatch.season.making import season
from tests.dispatch.season_cluster.making import banner, cut_into, pinned
from tests.dispatch.season_cluster.test_shards import planned, rounds

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with cluster.connected("local:2") as made:
        yield made


def county() -> Problem:
    return generate(Size(2_000, 50), [(0.0, 0.0)], 1)


# --- plans ----------------------------------------------------------------------------------------


def test_processes_give_the_plan_that_the_same_shards_give_in_one_process(client: Any) -> None:
    problem = pinned(banner(), 10)
    there = cluster.solve(problem, client, seed=3, stop=rounds(40), shards=3)
    here = planned(cut_into(problem, 3, seed=3), 40, seed=3).plan()
    assert (there.spells, there.value, there.bound) == (here.spells, here.value, here.bound)
    assert check(problem, there).violations == ()


def test_shards_are_dropped_after_the_plan(client: Any) -> None:
    cluster.solve(banner(), client, seed=1, stop=rounds(2))
    assert set(client.run(lambda: len(cluster._kept)).values()) == {0}


def test_days_that_are_not_tied_together_are_planned_exactly_without_the_cluster() -> None:
    problem = season(
        workers=[{"id": "w", "available": [[0, 4]]}],
        postings=[{"id": "p", "headcount": {"first": 0, "counts": [1] * 5}}],
        pairs=[{"worker": "w", "posting": "p", "value": 100}],
    )
    plan = cluster.solve(problem, None, seed=1, stop=rounds(2))
    assert (plan.value, plan.bound) == (500, 500)


def test_what_is_wrong_in_a_shard_comes_back_as_what_it_is(client: Any) -> None:
    # A whole crew with pins at two postings: found out where the crew is planned.
    problem = season(
        workers=[{"id": n, "available": [[0, 4]], "crew": "c"} for n in "wv"],
        crews=[{"id": "c", "whole": True}],
        postings=[{"id": n, "headcount": {"first": 0, "counts": [2] * 5}} for n in "pq"],
        pairs=[{"worker": w, "posting": p, "value": 100} for w in "wv" for p in "pq"],
        pins=[{"worker": w, "posting": p, "first": 0, "last": 0} for w, p in ("wp", "vq")],
    )
    with pytest.raises(BadProblem, match="members are pinned at different postings"):
        cluster.solve(problem, client, seed=1, stop=rounds(5))


# --- losses ---------------------------------------------------------------------------------------


def plan_with_a_kill(client: Any, after: float) -> tuple[Plan, cluster.Effort, int]:
    """Plan a county, and kill a process `after` seconds after the fourth step; (plan, effort,
    value at the kill)."""
    client.wait_for_workers(2, timeout=60)
    pids = sorted(client.run(os.getpid).values())
    told: list[Progress] = []

    def tell(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 4:
            threading.Timer(after, os.kill, (pids[0], signal.SIGKILL)).start()

    effort = cluster.Effort()
    plan = cluster.solve(county(), client, seed=1, stop=rounds(150), progress=tell, effort=effort)
    return plan, effort, told[3].value


def survived(plan: Plan, effort: cluster.Effort, before: int) -> bool:
    """Whether the search went on, to the end, after a shard was lost."""
    return effort.lost > 0 and not effort.is_lost and plan.value > before and plan.gap < 0.01


def test_a_plan_survives_the_loss_of_a_process(client: Any) -> None:
    plan, effort, before = plan_with_a_kill(client, 0.07)
    assert survived(plan, effort, before)
    assert check(county(), plan).violations == ()
    # What one process finds in the same season; no bound may lie below it.
    assert plan.value <= plan.bound
    assert plan.bound >= 2_464_000


def test_without_asking_again_it_would_not(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "LOSSES", 0)
    plan, effort, before = plan_with_a_kill(client, 0.0)
    assert not survived(plan, effort, before)
    # Even then the best plan from before is there, and sound.
    assert effort.is_lost
    assert check(county(), plan).violations == ()
    assert plan.value <= plan.bound


def test_when_the_scheduler_is_gone_the_plan_from_before_is_told() -> None:
    import distributed

    problem, told, effort = banner(), [], cluster.Effort()
    lonely = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://",
        dashboard_address="127.0.0.1:0",
    )  # fmt: skip

    def tell(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 4:
            lonely.close()

    with lonely, cluster.connected(lonely.scheduler_address) as made:
        plan = cluster.solve(problem, made, seed=1, stop=rounds(60), progress=tell, effort=effort)
    assert effort.is_lost
    assert check(problem, plan).violations == ()
    assert plan.value >= told[3].value > 0


# --- the command ----------------------------------------------------------------------------------


def run(*words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "season.json"
    path.write_text(json.dumps(problem_to_json(banner())))
    return path


def test_a_season_is_planned_at_a_schedulers_address(client: Any, source: Path) -> None:
    out = source.with_name("plan.json")
    done = run("solve", "--in", source, "--out", out, "--cluster", client.scheduler.address,
               "--shards", 3, "--seconds", 2, "--quiet")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(out.read_text())["format"] == "jobmatch-plan/1"
    assert run("check", "--in", source, "--plan", out).exit_code == 0


def refused(source: Path, address: str, *more: object) -> str:
    """The one line that the command says, with status 2 and without a plan."""
    out = source.with_name("plan.json")
    done = run("solve", "--in", source, "--out", out, "--cluster", address, *more)
    assert done.exit_code == 2, done.output
    assert not out.exists()
    (line,) = done.stderr.splitlines()
    return line


def test_a_scheduler_that_does_not_answer(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "REACH", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        assert refused(source, address) == f"Error: no scheduler answers at {address}"


def test_a_scheduler_without_processes(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    monkeypatch.setattr(cluster, "REACH", 2.0)
    with distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty:
        address = empty.scheduler_address
        assert refused(source, address) == f"Error: the scheduler at {address} has no processes"


@pytest.mark.parametrize(
    "address", ["local:0", "local:two", "tcp://", "http://a:1", "", "local:999"]
)
def test_an_address_that_is_none(source: Path, address: str) -> None:
    assert "local:N" in refused(source, address)


def test_the_extra_is_not_installed(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert refused(source, "local:2") == (
        "Error: --cluster needs dask.distributed: install requirements-cluster.txt"
    )


def test_processes_of_another_version(
    client: Any, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ready() -> None:
        raise ImportError

    monkeypatch.setattr(cluster, "ready", ready)
    line = refused(source, client.scheduler.address)
    assert line.endswith("do not run this version of jobmatch")


def test_news_are_planned_without_a_cluster(source: Path) -> None:
    done = run("solve", "--in", source, "--out", "x", "--cluster", "local:2",
               "--from-plan", "p", "--changes", "c")  # fmt: skip
    assert done.exit_code == 2
    assert "--cluster plans whole seasons" in done.stderr


# --- in a process of the cluster ------------------------------------------------------------------


def test_a_process_that_does_not_have_a_shard_says_so() -> None:
    assert cluster.answer("no such run", 0, b"", None) == (None, 0.0)


def test_shards_of_a_planner_that_is_gone_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    part = cut_into(banner(), 2).part(0)
    monkeypatch.setattr(cluster, "FORGOTTEN", -1.0)
    monkeypatch.setattr(cluster, "_used", {"old": 0.0})
    monkeypatch.setattr(cluster, "_kept", {("old", 0): np.zeros(0)})
    cluster._keep("new", 0, part)  # type: ignore[arg-type]
    assert set(cluster._kept) == {("new", 0)}
