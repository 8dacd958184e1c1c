"""flask dispatch: files in, files out, one clear line and status 2 for what is wrong."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from jobmatch.commands.dispatch import command


def run(*words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


@pytest.fixture
def season(tmp_path: Path) -> Path:
    done = run("generate", "--workers", 120, "--postings", 5, "--days", 20, "--max-run", 6,
               "--out", tmp_path / "season.json")  # fmt: skip
    assert done.exit_code == 0, done.output
    return tmp_path / "season.json"


def test_a_season_is_made_planned_and_looked_over(season: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    done = run("solve", "--in", season, "--out", plan, "--seconds", 20, "--gap", 0.02, "--quiet")
    assert done.exit_code == 0, done.output
    found = json.loads(plan.read_text())
    assert found["format"] == "jobmatch-plan/1"
    assert 0 < found["value"] <= found["bound"]
    assert found["gap"] <= 0.02
    assert found["filled"] + sum(row["places"] for row in found["unfilled"]) == found["demanded"]
    checked = run("check", "--in", season, "--plan", plan)
    assert (checked.exit_code, checked.output[:6]) == (0, "sound:")


def test_a_season_of_whole_crews_is_made(tmp_path: Path) -> None:
    file = tmp_path / "crews.json"
    done = run("generate", "--workers", 120, "--postings", 5, "--days", 20, "--crewed", 1,
               "--whole", 1, "--skills", 4, "--out", file)  # fmt: skip
    assert done.exit_code == 0, done.output
    made = json.loads(file.read_text())
    assert {worker.get("crew") is None for worker in made["workers"]} == {False}
    assert {crew["whole"] for crew in made["crews"]} == {True}
    few = run("generate", "--workers", 9, "--crewed", 1.5, "--out", file)
    assert few.exit_code == 2


def test_a_plan_that_breaks_rules_ends_with_status_1_and_ten_violations(
    season: Path, tmp_path: Path
) -> None:
    problem = json.loads(season.read_text())
    everywhere = [
        {"worker": worker["id"], "posting": problem["postings"][0]["id"], "first": 0, "last": 19}
        for worker in problem["workers"]
    ]
    plan = tmp_path / "bad.json"
    plan.write_text(
        json.dumps({"format": "jobmatch-plan/1", "spells": everywhere, "value": 1, "bound": 1})
    )
    done = run("check", "--in", season, "--plan", plan)
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 10


def test_arrays_give_the_same_season(season: Path, tmp_path: Path) -> None:
    large = tmp_path / "season.npz"
    run("generate", "--workers", 120, "--postings", 5, "--days", 20, "--max-run", 6, "--out", large)
    plan = tmp_path / "plan.json"
    run("solve", "--in", large, "--out", plan, "--seconds", 0, "--quiet")
    assert run("check", "--in", season, "--plan", plan).exit_code == 0


def test_after_news_a_plan_is_made_anew(season: Path, tmp_path: Path) -> None:
    plan, news, new = tmp_path / "plan.json", tmp_path / "news.json", tmp_path / "new.json"
    run("solve", "--in", season, "--out", plan, "--seconds", 20, "--gap", 0.02, "--quiet")
    stands = json.loads(plan.read_text())["spells"][0]
    news.write_text(
        json.dumps(
            {
                "format": "jobmatch-news/1",
                "news": [{"closed": stands["posting"], "first": 0, "last": 19}],
            }
        )
    )
    done = run("solve", "--in", season, "--out", new, "--seconds", 2, "--quiet",
               "--from-plan", plan, "--changes", news)  # fmt: skip
    assert done.exit_code == 0, done.output
    assert stands["posting"] not in {s["posting"] for s in json.loads(new.read_text())["spells"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1, column 2"),
        ('{"format": "jobmatch-dispatch/9"}', "format: must be"),
        ('{"format": "jobmatch-dispatch/1", "start": "2026-09-01", "days": NaN}', "NaN"),
    ],
)
def test_a_wrong_instance_is_one_line_and_status_2(tmp_path: Path, text: str, said: str) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(text)
    done = run("solve", "--in", bad, "--out", tmp_path / "plan.json")
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "plan.json").exists()


@pytest.mark.parametrize("name", ["no.json", "no.npz"])
def test_a_missing_file_is_one_line_and_status_2(tmp_path: Path, name: str) -> None:
    done = run("solve", "--in", tmp_path / name, "--out", tmp_path / "plan.json")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)


def test_a_file_beyond_all_bounds_is_not_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(2 << 30)  # a hole: it takes no room on the disk
    done = run("solve", "--in", huge, "--out", tmp_path / "plan.json")
    assert done.exit_code == 2
    assert "larger than 1 GB" in done.stderr


def test_a_plan_has_no_place_to_go(season: Path, tmp_path: Path) -> None:
    done = run("solve", "--in", season, "--out", tmp_path / "no" / "x.json", "--seconds", 0)
    assert done.exit_code == 2


@pytest.mark.parametrize(
    "words", [("--seconds", "nan"), ("--seconds", -1), ("--gap", 2), ("--from-plan", "x.json")]
)
def test_odd_options_are_refused(season: Path, tmp_path: Path, words: tuple[object, ...]) -> None:
    done = run("solve", "--in", season, "--out", tmp_path / "p.json", *words)
    assert done.exit_code == 2


def test_pins_that_cannot_be_kept_are_named(season: Path, tmp_path: Path) -> None:
    problem = json.loads(season.read_text())
    pair = problem["pairs"][0]
    free = next(w["available"] for w in problem["workers"] if w["id"] == pair["worker"])
    (posting,) = [p for p in problem["postings"] if p["id"] == pair["posting"]]
    posting |= {"headcount": {"first": free[0][0], "counts": [1]}, "min_stay": 2}
    problem["pins"] = [pair_pin(pair, free[0][0])]
    season.write_text(json.dumps(problem))
    done = run("solve", "--in", season, "--out", tmp_path / "p.json", "--quiet")
    assert done.exit_code == 2
    assert "pins: cannot all be kept" in done.stderr


def pair_pin(pair: dict[str, object], day: int) -> dict[str, object]:
    return {"worker": pair["worker"], "posting": pair["posting"], "first": day, "last": day}
