"""Tables of phrases and the commands that read them."""

import json

import pytest

from jobmatch.skills.phrases import BadTable, labelled, phrases

PLAIN = "id,phrase\n1,会挑地瓜\n2,急找工作\n"
LABELLED = "id,phrase,skill_ids,accept_ids,style\n1,挑地瓜,ag.swpotato.sort,,short\n2,剪羊毛,lv.sheep.shear,,\n"


def table(tmp_path, content, name="in.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id,phrase\n1,a\n2,\xff\xfe\n", "in.csv, row 3: not UTF-8"),
        ("id,words\n1,a\n", "in.csv, row 1: no column phrase"),
        ("", "in.csv, row 1: no column id, phrase"),
        ("id,phrase\n1,a\n1,b\n", "in.csv, row 3: id 1 stands in row 2 already"),
        ("id,phrase\n,a\n", "in.csv, row 2: no id"),
        ("id,phrase\n1\n", "in.csv, row 2: not as many cells as columns"),
        ("id,phrase\n1,a,b\n", "in.csv, row 2: not as many cells as columns"),
        ("id,phrase\n1," + "a" * 1_100_000 + "\n", "in.csv, row 2: field larger"),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused_with_its_row(tmp_path, content, said):
    with pytest.raises(BadTable) as error:
        phrases(table(tmp_path, content))
    assert str(error.value).startswith(said)


def test_a_labelled_phrase_has_a_skill(tmp_path):
    with pytest.raises(BadTable, match="row 2: no skill_ids"):
        labelled(table(tmp_path, "id,phrase,skill_ids,accept_ids\n1,a,,\n"))


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["skills", *map(str, arguments)])


def test_phrases_are_read_to_lines_of_json(app, tmp_path):
    out = tmp_path / "out.jsonl"
    said = run(app, "read", "--in", table(tmp_path, PLAIN), "--out", out)
    assert said.output == "read 2 phrases\n"
    first, second = (json.loads(line) for line in out.read_text().splitlines())
    assert first["id"] == "1"
    assert first["ranked"][0] == "ag.swpotato.sort"
    assert first["confidence"][0] > 0.6
    assert first["abstain"] is False
    assert second["abstain"] is True


def test_a_bad_table_is_one_line(app, tmp_path):
    said = run(app, "read", "--in", table(tmp_path, "x\n1\n"), "--out", tmp_path / "out")
    assert said.exit_code == 1
    assert said.output == "Error: in.csv, row 1: no column id, phrase\n"
    assert run(app, "evaluate", table(tmp_path, "x\n1\n")).exit_code == 1


def test_labelled_phrases_are_measured(app, tmp_path):
    said = run(app, "evaluate", table(tmp_path, LABELLED),
               "--nomatch", table(tmp_path, "id,phrase\n9,急找工作\n", "no.csv"))  # fmt: skip
    lines = said.output.splitlines()
    assert lines[0].split() == ["all", "n=2", "acc@1=1.000", "recall@3=1.000",
                                "accepted", "and", "right=1.000"]  # fmt: skip
    assert lines[1].startswith("short")
    assert lines[2].split()[-1] == "accepted=0.000"


def test_no_phrases_cannot_be_measured(app, tmp_path):
    said = run(app, "evaluate", table(tmp_path, "id,phrase,skill_ids,accept_ids\n"))
    assert said.output == "Error: in.csv: no phrases\n"


def test_compiling_beforehand_and_for_many(app, tmp_path):
    assert run(app, "prepare").output == "compiled\n"
    out = tmp_path / "out.jsonl"
    assert run(app, "read", "--in", table(tmp_path, PLAIN), "--out", out).exit_code == 0
