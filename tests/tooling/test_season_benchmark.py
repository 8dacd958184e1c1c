"""The measuring of season plans: peers solve the same season, and what was measured is kept."""

import os
import sys
from multiprocessing import Pipe
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks import season, season_timefold
from benchmarks.plots import Line, picture
from benchmarks.season_days import assignment, public_rows
from benchmarks.season_figures import exponent, figures, gap_at
from benchmarks.season_peers import cparcs, cpsat
from benchmarks.season_runs import Job, Row, Store, Tell, _child, run, spells_row
from jobmatch.dispatch.rules.plans import Spell
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.rules.progress import after
from jobmatch.dispatch.rules.solve import solve


def nobody(_value: int | None, _bound: int | None) -> None:
    """Where progress goes that nobody asked for."""


def test_a_tiny_season_is_measured_beside_peers_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--sizes", "40x4", "--seconds", "1", "--peers", "greedy,cpsat"]
    where = ["--kept", str(tmp_path), "--docs", str(tmp_path / "docs")]
    monkeypatch.setattr(sys, "argv", ["season", *asked, *where])
    assert season.main(season.arguments()) == 0
    assert "kept from" not in capsys.readouterr().out
    assert season.main(season.arguments()) == 0
    again = capsys.readouterr().out
    assert again.count("kept from") == 3
    assert " ..." not in again
    page = (tmp_path / "docs" / "season.md").read_text(encoding="utf-8")
    assert "40 workers x 4 postings, 1 s:" in page
    assert "| OR-Tools CP-SAT | " in page
    assert "benchmark season --sizes 40x4 --seconds 1 --peers greedy,cpsat\n" in page
    assert str(tmp_path) not in page
    rows = Store(tmp_path / "season.json").rows
    ours = rows["ours 40x4x60/1 1s seed=1"]
    assert ours["sound"]
    assert ours["value"] >= rows["greedy 40x4x60/1 1s seed=1"]["value"]
    assert rows["cpsat 40x4x60/1 1s seed=1"]["bound"] >= ours["value"]


@pytest.mark.parametrize("peer", [cpsat, cparcs])
def test_both_models_of_cp_sat_have_the_same_optimum_as_ours(peer: Any) -> None:
    job = Job("peer", 30, 4, 60.0, days=12, seed=3)
    problem = job.season()
    plan = solve(problem, seed=1, stop=after(60))
    row = peer(problem, job, nobody)
    assert row["sound"]
    assert plan.gap == 0
    assert row["value"] == row["bound"] == plan.value


def test_a_peers_plan_that_breaks_a_rule_is_named_and_counts_for_nothing() -> None:
    problem = Job("peer", 30, 4, 1.0, days=12, seed=3).season()
    pair = int(problem.pair_posting[0])
    worker = int(problem.pair_worker[0])
    twice = [Spell(worker, pair, 0, 11), Spell(worker, pair, 0, 11)]
    row = spells_row(problem, twice)
    assert not row["sound"]
    assert "one_a_day" in row["said"]
    assert "| none | - |" in season.pages.peer_lines([row | ended()])[2]


def ended() -> Row:
    job = {"peer": "highs", "seed": 1}
    return {"job": job, "bound": None, "seconds": 1.0, "mb": 1, "load": 0.0}


def dies(problem: Problem, job: Job, tell: Tell) -> Row:
    os._exit(3)


def lacks(problem: Problem, job: Job, tell: Tell) -> Row:
    import no_such_planner  # type: ignore[import-not-found]

    return dict(no_such_planner)


def test_a_planner_that_dies_ends_only_its_own_run() -> None:
    died = run(dies, Job("ours", 12, 3, 1.0, days=6), most_gb=4)
    assert (died["value"], died["said"]) == (None, "its process died without a word")


def test_a_planner_that_is_not_installed_says_so() -> None:
    here, there = Pipe()
    _child(lacks, Job("ours", 12, 3, 1.0, days=6), there)
    assert "facts" in here.recv()
    row = here.recv()["row"]
    assert row["said"] == "not installed: no_such_planner"
    assert row["skip"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells another process's memory")
def test_a_planner_that_takes_too_much_memory_is_ended() -> None:
    row = run(dies, Job("ours", 12, 3, 1.0, days=6), most_gb=0.001)
    assert row["said"] == "ended: more than 0.001 GB of memory"


def test_without_java_timefold_is_left_out_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(season_timefold, "has_java", lambda: False)
    job = Job("timefold", 12, 3, 1.0, days=6)
    row = season_timefold.timefold(job.season(), job, nobody)
    assert row["said"].startswith("Timefold needs Java 17")
    assert row["skip"]


def test_what_was_not_tried_is_tried_again_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [{"skip": True, "said": "not installed: highspy"}, {"value": 7, "sound": True}]

    def give(_planner: Any, job: Job, **_more: Any) -> Row:
        return {"value": None, "bound": None, "seconds": 1.0, "mb": 1, "load": 0.0,
                "at": "2026-11-22T10:00:00"} | answers.pop(0)  # fmt: skip

    monkeypatch.setattr(season, "run", give)
    store = Store(tmp_path / "season.json")
    measuring = season.Measuring(store, again=False, most_gb=1)
    job = Job("highs", 12, 3, 1.0)
    assert measuring.row(job)["value"] is None
    assert measuring.row(job)["value"] == 7
    assert measuring.row(job)["value"] == 7
    assert answers == []


CURVE = [[1.0, 0.9, 80, None], [6.0, 3.0, 96, 100], [40.0, 20.0, 99, 100], [60.0, 50.0, 100, 100]]


def test_the_gap_at_a_moment_is_the_last_that_was_known_by_then() -> None:
    row = {"curve": CURVE, "built": 1.0, "built_cpu": 0.9, "value": 100, "bound": 100}
    said = gap_at(45, 0.01)([row])
    assert (said.by_clock, said.by_work, said.is_met) == ("1.000 %", "1.000 %", True)
    assert gap_at(3, 0.05)([row]).by_clock == "-"
    assert not gap_at(10, 0.03)([row]).is_met


def test_the_exponent_of_times_that_grow_as_the_square_is_two() -> None:
    factor, power = exponent([(10.0, 5.0), (100.0, 500.0), (1000.0, 50_000.0)])
    assert power == pytest.approx(2)
    assert factor == pytest.approx(0.05)


def test_figures_share_the_runs_that_they_share() -> None:
    named = {figure.name: figure for figure in figures((1, 2), "clock")}
    assert named["45"].jobs == named["120"].jobs == named["300"].jobs
    assert {job.seed for job in named["45"].jobs} == {1, 2}


def test_the_page_tells_a_figure_of_which_only_the_first_seed_was_measured(tmp_path: Path) -> None:
    store = Store(tmp_path / "season.json")
    job = Job("ours", 1_000, 25, 30)
    row = {"curve": CURVE, "built": 1.0, "built_cpu": 0.9, "value": 100, "bound": 100, "load": 0.5,
           "job": {"seed": 1}}  # fmt: skip
    store.keep(job.key, row)
    ((figure, rows),) = season.kept_figures(Store(store.path), "clock")
    assert (figure.name, rows) == ("some", [row])
    heads, _, line = season.pages.figure_lines([(figure, rows)], "clock")
    assert heads == (
        "| asked | seeds | by the clock | by the processor | reached, by the clock | load |"
    )
    assert line == "| 1,000 x 25: 0.1 % at 30 s | 1 | 4.000 % | 1.000 % | **no** | 0.5 to 0.5 |"


def test_a_public_instance_is_planned_to_its_known_optimum(tmp_path: Path) -> None:
    for name in ("assignopt.txt", "assign100.txt.gz"):
        (tmp_path / name).write_bytes((season.PUBLIC / name).read_bytes())
    (row,) = public_rows(tmp_path)
    assert (row["name"], row["optimum"], row["cost"], row["sound"]) == ("assign100", 305, 305, True)
    assert row["value"] == row["bound"]


def test_an_assignment_can_name_only_the_pairs_that_are_allowed() -> None:
    problem = assignment("2 2 1 40 1 1 30 1 2 10 2 2 50")
    assert problem.pair_posting.tolist() == [0, 1, 0, 1]
    assert problem.pair_value.tolist() == [970, 990, 960, 950]


def test_a_picture_is_sound_xml_and_leaves_out_what_has_no_place() -> None:
    drawn = picture("a < b", "x", "y", [Line("one", [(1, 1), (100, 0.01)]), Line("none", [(0, 1)])])
    texts = [one.text for one in ElementTree.fromstring(drawn).iter() if one.text]
    assert "a < b" in texts
    assert "one" in texts
    assert "none" not in texts
    assert picture("nothing", "x", "y", []) == ""


@pytest.mark.parametrize("wrong", [["--sizes", "many"], ["--peers", "gurobi"], ["--seeds", "x"]])
def test_arguments_that_are_none_are_refused(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        season.arguments(wrong)
    assert caught.value.code == 2
    assert wrong[0] in capsys.readouterr().err
