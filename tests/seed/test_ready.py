"""Commands that read files work on a fresh machine: the embedded database is made for them."""

import json
import os
import subprocess
import sys
from pathlib import Path

PHRASES = "id,phrase\n1,会挑地瓜\n2,急找工作\n"


def read(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    words = ["skills", "read", "--in", tmp_path / "in.csv", "--out", tmp_path / "out.jsonl"]
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "jobmatch", *map(str, words)],
        env={**env, "JOBMATCH_ENV": "development", "JOBMATCH_INSTANCE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_machine_without_a_database_reads_phrases(tmp_path):
    (tmp_path / "in.csv").write_text(PHRASES, encoding="utf-8")
    first = read(tmp_path)
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines() == [
        "A database without skills: making its tables, loading places, skills and rules",
        "read 2 phrases",
    ]
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["ranked"][0] == "ag.swpotato.sort"
    assert read(tmp_path).stdout == "read 2 phrases\n"
