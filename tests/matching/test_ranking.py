"""Ranking people from tables of raw text: the judged pairs, and files that are not as they should be."""

import json
from datetime import date
from pathlib import Path

import pytest

from benchmarks import ranking as bench
from jobmatch.matching import ranking
from jobmatch.matching.ranking import BadTable
from jobmatch.matching.rules.raw import (
    Place,
    RawPosting,
    RawWorker,
    is_heavy,
    ndcg,
    offer_of,
    papers_in,
)
from jobmatch.matching.rules.raw import ranking as ranked
from jobmatch.matching.rules.weights import Weights
from jobmatch.skills.rules.normalise import Recognised

DATA = Path(__file__).parent / "data"
NAIMAN = Place(120.658, 42.867, "150525102")
POSTING = RawPosting(
    "P1", "挑地瓜", ("ag.swpotato.sort",), NAIMAN, date(2025, 9, 25), date(2025, 10, 4), 15_000,
    False, True,
)  # fmt: skip


def worker(key: str, **fields) -> RawWorker:
    given = {
        "skills": ("ag.swpotato.sort",), "place": NAIMAN, "age": 45, "months": frozenset(),
        "max_km": 30, "stays_away": False, "least_day_fen": 0, "no_heavy": False,
        "papers": frozenset(),
    }  # fmt: skip
    return RawWorker(key, **(given | fields))


def order(posting: RawPosting, *people: RawWorker) -> list[str]:
    return [key for key, _ in ranked(posting, people, Weights())]


def test_the_judged_pairs_are_ranked_well_from_text_and_better_with_true_skills():
    judged = ranking.judged(DATA / "qrels_public.csv")
    from_text = bench.sides()
    score = bench.by_score(Weights())

    def mean(both: bench.Sides) -> float:
        found = bench.values(score, both, judged)
        return sum(found.values()) / len(found)

    assert mean(from_text) >= 0.93
    assert mean(bench.with_true_skills(from_text)) >= 0.975


def test_months_wages_papers_and_limits_count():
    assert order(POSTING, worker("a", months=frozenset({10})), worker("b")) == ["b", "a"]
    # a tenth under what the person says is still taken
    fits = ranked(POSTING, [worker("a", least_day_fen=16_600)], Weights())[0][1]
    assert fits.is_fit
    assert not ranked(POSTING, [worker("a", least_day_fen=16_700)], Weights())[0][1].is_fit
    asked = RawPosting(**{**_fields(POSTING), "text": "须高处作业证"})
    with_paper = worker("z", papers=frozenset({"height"}))
    assert order(asked, worker("a"), with_paper) == ["z", "a"]
    heavy = RawPosting(**{**_fields(POSTING), "text": "扛袋装车"})
    assert order(heavy, worker("a", no_heavy=True), worker("b", age=64), worker("c")) == [
        "c",
        "b",
        "a",
    ]


def _fields(posting: RawPosting) -> dict[str, object]:
    return {name: getattr(posting, name) for name in RawPosting.__slots__}


@pytest.mark.parametrize(
    ("skills", "text", "heavy"),
    [
        (("ag.potato.dig",), "", True),
        (("fo.plant",), "", True),
        (("ag.potato.sort",), "坐着挑", False),
        (("ag.potato.sort",), "还要装卸", True),
        ((), "", False),
    ],
)
def test_heavy_work_is_known_by_its_skill_or_its_words(skills, text, heavy):
    assert is_heavy(skills, text) is heavy


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("招放线工，须高处作业证", {"height"}),
        ("有电工证的260", set()),
        ("有低压电工证，爬房没问题", {"electric"}),
        ("有操作证，月8500", {"machine"}),
        ("有护理证优先", set()),
        ("", set()),
    ],
)
def test_papers_that_are_asked_for_are_read(text, papers):
    assert papers_in(text) == papers


def test_a_posting_without_a_skill_fits_nobody():
    unread = RawPosting(**{**_fields(POSTING), "skills": ()})
    assert offer_of(unread).skill_id == ""
    assert not ranked(unread, [worker("a")], Weights())[0][1].is_fit


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (["a", "b", "c"], 1.0),
        # (3 + 1 / log2(3)) / (3 + ...): the best first, the second last
        (["a", "c", "b"], 0.963940),
        (["c", "b", "a", "x"], 0.586883),
        ([], 0.0),
    ],
)
def test_ndcg_of_a_small_list(found, value):
    assert ndcg(found, {"a": 2, "b": 1, "c": 0}) == pytest.approx(value, abs=1e-6)


def test_ndcg_where_nobody_is_relevant_is_whole():
    assert ndcg(["a"], {"a": 0}) == 1.0


# files

HEAD_P = ",".join(ranking.POSTING)
HEAD_W = ",".join(ranking.WORKER)
ROW_P = "P1,挑地瓜,挑地瓜十天,150525,150525102,2025-09-25,2025-10-04,150,0,1"
ROW_W = "W1,会挑地瓜,150525,,45,9;10,30,0,100,0,height"
POINTS = {"150525": (120.658, 42.867)}


def read(text: str) -> list[Recognised]:
    known = {"挑地瓜": ("ag.swpotato.sort", 1.0), "十天": ("ot.odd", 0.5)}
    return [Recognised(s, 90, word, c) for word, (s, c) in known.items() if word in text]


def written(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def test_a_good_table_is_ranked(tmp_path):
    offered = ranking.postings(written(tmp_path, "p.csv", HEAD_P, ROW_P), POINTS, read)
    people = ranking.workers(written(tmp_path, "w.csv", HEAD_W, ROW_W), POINTS, read)
    assert (offered[0].skills, people[0].papers) == (("ag.swpotato.sort",), {"height"})
    assert ranking.rank(offered, people, Weights()) == {"P1": ["W1"]}


def test_what_the_title_does_not_say_is_read_from_the_text():
    assert ranking.skills_of(read, "招工", "十天") == ("ot.odd",)
    assert ranking.skills_of(read, "挑地瓜", "十天") == ("ag.swpotato.sort",)


BAD_P = [
    ("id,title\nP1,挑地瓜", "line 1: no column text, county_code"),
    (f"{HEAD_P}\n{ROW_P}\n{ROW_P}", "line 3: id P1 stands twice"),
    (f"{HEAD_P}\n{ROW_P.replace('P1,', ',')}", "line 2: no id"),
    (f"{HEAD_P}\n{ROW_P.replace('2025-09-25', '2025-13-01')}", "line 2: start_date is not a date"),
    (f"{HEAD_P}\n{ROW_P.replace('2025-10-04', '2025-09-01')}", "line 2: end_date is before"),
    (f"{HEAD_P}\n{ROW_P.replace('2025-10-04', '2035-10-04')}", "line 2: more than 800 days"),
    (f"{HEAD_P}\n{ROW_P.replace(',150,', ',-3,')}", "line 2: wage_high_per_day is not a whole"),
    (f"{HEAD_P}\n{ROW_P.replace(',150525,', ',999999,')}", "line 2: county_code is not known"),
    (f'{HEAD_P}\n{ROW_P}\n"{"x" * 2_000_000}"', "field larger"),
    ("", "line 1: no column id"),
]


@pytest.mark.parametrize(("content", "said"), BAD_P)
def test_a_bad_table_of_postings_says_the_row(tmp_path, content, said):
    with pytest.raises(BadTable, match=said):
        ranking.postings(written(tmp_path, "p.csv", content), POINTS, read)


@pytest.mark.parametrize(
    ("was", "bad", "said"),
    [
        ("9;10", "9;13", "available_months"),
        ("9;10", "秋天", "available_months"),
        (",45,", ",450,", "age is over 120"),
        (",45,", ",abc,", "age is not a whole number"),
        (",30,", "," + "9" * 5000 + ",", "max_km is not a whole number"),
    ],
)
def test_a_bad_table_of_people_says_the_row(tmp_path, was, bad, said):
    with pytest.raises(BadTable, match=f"w.csv: line 2: {said}"):
        ranking.workers(written(tmp_path, "w.csv", HEAD_W, ROW_W.replace(was, bad)), POINTS, read)


def test_what_is_left_empty_takes_the_usual(tmp_path):
    found = ranking.workers(written(tmp_path, "w.csv", HEAD_W, "W1,,150525,,,,,,,,"), POINTS, read)
    assert (found[0].age, found[0].max_km, found[0].months, found[0].papers) == (
        40,
        30,
        set(),
        set(),
    )


@pytest.mark.parametrize(
    ("county", "township", "lon"),
    [
        ("150525", "150525102", 120.658),
        ("", "150525102", 120.658),
        ("150599", "", 122.263),  # not known: the league's seat
    ],
)
def test_a_place_is_known_by_its_banner_township_or_league(tmp_path, county, township, lon):
    points = POINTS | {"1505": (122.263, 43.617)}
    row = ROW_P.replace(",150525,150525102,", f",{county},{township},")
    found = ranking.postings(written(tmp_path, "p.csv", HEAD_P, row), points, read)
    assert found[0].place.lon == lon


def test_a_table_that_is_not_utf8_says_the_line(tmp_path):
    path = tmp_path / "p.csv"
    path.write_bytes(HEAD_P.encode() + b"\nP1,\xff\xfe")
    with pytest.raises(BadTable, match=r"p\.csv: line 2 is not UTF-8"):
        ranking.postings(path, POINTS, read)


def test_the_command_writes_all_people_for_each_posting(app, tmp_path):
    people = written(tmp_path, "w.csv", HEAD_W, ROW_W, ROW_W.replace("W1,会挑地瓜", "W2,会剪毛"))
    offered = written(tmp_path, "p.csv", HEAD_P, ROW_P)
    out = tmp_path / "out.jsonl"
    run = app.test_cli_runner().invoke
    paths = ["--postings", str(offered), "--workers", str(people)]
    done = run(args=["match", "rank", *paths, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert [json.loads(line) for line in out.read_text().splitlines()] == [
        {"id": "P1", "ranked": ["W1", "W2"]}
    ]
    pairs = written(tmp_path, "q.csv", "posting_id,worker_id,grade", "P1,W1,3", "P1,W2,0")
    assert (
        "nDCG@10 1.0000 over 1 postings"
        in run(args=["match", "evaluate", *paths, "--judged", str(pairs)]).output
    )
    strange = written(tmp_path, "q.csv", "posting_id,worker_id,grade", "P9,W1,3")
    failed = run(args=["match", "evaluate", *paths, "--judged", str(strange)])
    assert (failed.exit_code, failed.output) == (1, "Error: q.csv: no such posting: P9\n")
    empty = written(tmp_path, "q.csv", "posting_id,worker_id,grade")
    assert "0.0000 over 0" in run(args=["match", "evaluate", *paths, "--judged", str(empty)]).output
    bad = written(tmp_path, "p.csv", HEAD_P, ROW_P.replace("2025-09-25", "soon"))
    failed = run(args=["match", "rank", *paths, "--out", str(out)])
    assert bad == offered
    assert failed.output == "Error: p.csv: line 2: start_date is not a date: 'soon'\n"
