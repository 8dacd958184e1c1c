"""Production starts only where traffic between machines is encrypted; secrets may lie in files."""

from pathlib import Path

import pytest

import config

pytestmark = pytest.mark.same_everywhere
KEY = "0123456789abcdef" * 4


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    given = {
        "JOBMATCH_ENV": "production", "SECRET_KEY": "kJ8#dm2!Lq9$xV4&zT7*wB1^nR5(yH3)",
        "DATA_KEYS": f"k1:{KEY}", "INDEX_KEY": KEY[::-1], "JOBMATCH_INSTANCE": str(tmp_path),
        "DATABASE_URL": "postgresql://jobs@127.0.0.1/jobs",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    for name in ("REDIS_URL", "DATABASE_OWNER_URL", "CLAMD", "PLAIN_HOSTS", "SMS_URL"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DATABASE_URL", "postgresql://jobs@db.example/jobs"),
        ("DATABASE_URL", "postgres://jobs:word@10.0.0.5:5433/jobs"),
        ("DATABASE_URL", "postgresql://jobs@db.example/jobs?sslmode=require"),
        ("DATABASE_URL", "postgresql://jobs@db.example/jobs?sslmode=prefer"),
        ("DATABASE_URL", "postgresql://jobs@127.0.0.1,db.example/jobs"),
        ("DATABASE_URL", "postgresql:///jobs?host=db.example"),
        ("DATABASE_URL", "postgresql://jobs@[2001:db8::1]:5432/jobs"),
        ("DATABASE_OWNER_URL", "postgresql://owner@db.example/jobs"),
        ("REDIS_URL", "redis://cache.example:6379/0"),
        ("CLAMD", "scanner.example:3310"),
    ],
)
def test_what_would_travel_in_plain_to_another_machine_is_refused(
    environment: pytest.MonkeyPatch, name: str, address: str
) -> None:
    environment.setenv(name, address)
    with pytest.raises(config.ConfigError, match=f"{name}: .*PLAIN_HOSTS"):
        config.load()


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DATABASE_URL", "postgresql://jobs@localhost:5432/jobs"),
        ("DATABASE_URL", "postgresql://jobs@[::1]/jobs"),
        ("DATABASE_URL", "postgresql:///jobs?host=/run/postgresql"),
        ("DATABASE_URL", "postgresql://jobs@%2Frun%2Fpostgresql/jobs"),
        ("DATABASE_URL", "postgresql://jobs@db.example/jobs?sslmode=verify-full"),
        ("DATABASE_URL", "postgresql://jobs@db.example/jobs?sslmode=verify-ca"),
        ("DATABASE_URL", "postgresql://jobs@a.example,b.example/jobs?sslmode=verify-full"),
        ("REDIS_URL", "redis://127.0.0.1:6379/0"),
        ("REDIS_URL", "rediss://cache.example:6380/0"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("CLAMD", "unix:/run/clamav/clamd.ctl"),
        ("CLAMD", "127.0.0.1:3310"),
    ],
)
def test_within_the_machine_or_encrypted_it_starts(
    environment: pytest.MonkeyPatch, name: str, address: str
) -> None:
    environment.setenv(name, address)
    assert config.load().NAME == "production"


def test_hosts_of_the_machines_own_network_are_named_one_by_one(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("PLAIN_HOSTS", "database, cache")
    environment.setenv("DATABASE_URL", "postgresql://jobs@database/jobs")
    environment.setenv("REDIS_URL", "redis://cache:6379/0")
    assert config.load().NAME == "production"
    environment.setenv("REDIS_URL", "redis://elsewhere:6379/0")
    with pytest.raises(config.ConfigError, match="elsewhere"):
        config.load()


def test_a_secret_may_stand_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "index_key").write_text(KEY[::-1] + "\n", encoding="utf-8")
    environment.delenv("INDEX_KEY")
    environment.setenv("INDEX_KEY_FILE", str(tmp_path / "index_key"))
    found = config.load().INDEX_KEY
    assert found == KEY[::-1]
    environment.setenv("INDEX_KEY", KEY[::-1])
    with pytest.raises(config.ConfigError, match="both set"):
        config.load()


def test_a_file_that_is_not_there_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SECRET_KEY_FILE", "/nowhere/secret")
    environment.delenv("SECRET_KEY")
    with pytest.raises(config.ConfigError, match="SECRET_KEY_FILE: /nowhere/secret"):
        config.load()


def test_without_a_provider_sign_up_asks_for_no_code(environment: pytest.MonkeyPatch) -> None:
    assert config.load().SIGN_UP_CODE is False
    environment.setenv("SMS_URL", "sms://provider/{to}")
    assert config.load().SIGN_UP_CODE is True


def test_the_folder_of_what_processes_count_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "a" / "metrics"))
    config.make_metrics_folder()
    assert (tmp_path / "a" / "metrics").is_dir()
    (tmp_path / "file").touch()
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "file" / "metrics"))
    with pytest.raises(config.ConfigError, match="leave it unset for commands"):
        config.make_metrics_folder()
