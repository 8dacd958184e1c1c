"""The loops as they are written, in a process of their own where their branches are counted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_loops_as_written_say_what_the_plain_reader_says():
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
         "tests/skills/test_loops.py", "tests/skills/test_text.py", "tests/skills/test_bulk.py",
         "tests/skills/test_meaning.py", "tests/skills/test_confidence.py"],
        cwd=ROOT, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-3000:]
