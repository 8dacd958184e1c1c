"""Two processes of gunicorn: limits that they share by Redis, figures that add up.

`manage.py deployed` starts the whole of it, with PostgreSQL, the scheduler and the control.
"""

import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from jobmatch.infra.db import Base
from tests.reliability import deployed

TOKEN = "-".join(["read", "by", "prometheus", "in", "a", "test", "alone"])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="gunicorn forks")
@pytest.mark.skipif(deployed.redis_server() is None, reason="there is no Redis on this machine")
def test_processes_share_their_limits_and_their_figures(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    engine = create_engine(address)
    Base.metadata.create_all(engine)
    engine.dispose()
    folder, port = tmp_path / "metrics", deployed.free_port()
    folder.mkdir()
    with (
        deployed.redis(tmp_path) as (redis, url),
        deployed.running(
            deployed.gunicorn(port, "--preload", "--config", "python:tests.reliability"),
            tmp_path / "web.log",
            JOBMATCH_ENV="development", JOBMATCH_INSTANCE=str(tmp_path), DATABASE_URL=address,
            REDIS_URL=url, PROXIES="1", MATCH_INDEX="0", METRICS_TOKEN=TOKEN,
            RELAX_RATE_LIMITS="", PROMETHEUS_MULTIPROC_DIR=str(folder),
        ),
    ):  # fmt: skip
        deployed.until(lambda: deployed.is_up(port), 120)
        # Until each of the two has answered: what follows is about two.
        deployed.until(
            lambda: deployed.is_up(port) and len(list(folder.glob("counter_*.db"))) >= 2, 60
        )
        before = deployed.counted(port, TOKEN, "/healthz")
        assert [deployed.is_up(port) for _ in range(20)] == [True] * 20
        assert deployed.counted(port, TOKEN, "/healthz") == before + 20
        assert deployed.sign_in_tries(port, 13) == [422] * 10 + [429] * 3
        # Without Redis each counts for itself; nobody gets an error.
        redis.kill()
        redis.wait()
        answered = deployed.sign_in_tries(port, 24)
        assert set(answered) == {422, 429}
        assert 10 <= answered.count(422) <= 20
