"""The loops as they are written, without the compiler: the same answers, and every branch measured."""

import os
import subprocess
import sys

import pytest

from tests.matching.index.test_push import ROOT


@pytest.mark.slow
def test_the_same_without_compiling() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
         "tests/matching/index/test_exact.py", "tests/matching/index/test_bits.py",
         "tests/matching/index/test_blocks.py"],
        cwd=ROOT, env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True,
        timeout=280, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
