"""A server has its loops before it takes a request, whichever server it is."""

import os
import re
import runpy
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
from flask import Flask

from jobmatch.infra.db import writing_engine
from jobmatch.matching.index import Keeper
from jobmatch.skills.rules import compiled
from tests.matching.index.conftest import COMPILED
from tests.matching.index.test_push import ROOT
from tests.support import World


def test_a_worker_of_gunicorn_loads_its_loops_and_begins_to_build(
    app: Flask, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = []
    monkeypatch.setattr(compiled, "prepare", lambda: prepared.append("reading"))
    monkeypatch.setenv(
        "PROMETHEUS_MULTIPROC_DIR", ""
    )  # what the file sets does not outlive the test
    hooks = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    beats: list[int] = []
    hooks["post_worker_init"](SimpleNamespace(wsgi=app, notify=lambda: beats.append(1)))
    assert prepared == ["reading"]
    assert beats == [1, 1]
    assert keeper.builder is not None
    keeper.builder.join(60)
    assert keeper.index is not None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run there")
def test_two_web_processes_over_one_database_have_an_index_each(
    world: World, tmp_path: Path
) -> None:
    world.worker()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = writing_engine().url.render_as_string(hide_password=False)
    env = os.environ | {
        "DATABASE_URL": address, "JOBMATCH_INSTANCE": str(tmp_path), "JOBMATCH_ENV": "development",
        "NUMBA_CACHE_DIR": str(COMPILED), "MATCH_INDEX": "1",
    }  # fmt: skip
    log = tmp_path / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2",
             "--bind", f"127.0.0.1:{port}", "--graceful-timeout", "5",
             "jobmatch:create_app()"],
            cwd=ROOT, env=env, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        until = time.monotonic() + 180
        while len(re.findall("index built", log.read_text())) < 2:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        assert urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30).status == 200
        said = log.read_text()
        assert said.index("compiled") < said.index("Booting worker")
    finally:
        server.terminate()
        server.wait(60)
