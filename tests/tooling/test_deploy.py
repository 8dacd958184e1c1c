"""What deploy/ and the guide for operators name is there: files, settings, commands, services."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from flask import Flask
from flask.cli import FlaskGroup

pytestmark = pytest.mark.same_everywhere

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
GUIDE = (ROOT / "docs" / "guide" / "operations.md").read_text(encoding="utf-8")
SERVICE_KEYS = {
    "image", "env_file", "restart", "read_only", "tmpfs", "volumes", "depends_on", "networks",
    "command", "environment", "stop_grace_period", "ports", "security_opt", "cap_drop",
}  # fmt: skip


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))


def settings_in(text: str) -> set[str]:
    return set(re.findall(r"^([A-Z][A-Z_]+)=", text, re.MULTILINE))


def test_the_compose_file_has_the_form_of_one() -> None:
    found = compose()
    assert set(found) == {"x-app", "services", "networks", "volumes"}
    for name, service in found["services"].items():
        assert set(service) <= SERVICE_KEYS, name
        assert set(service.get("depends_on", ())) <= set(found["services"]), name
        assert set(service["networks"]) <= set(found["networks"]), name
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            is_ours = source.startswith("./") and (DEPLOY / source).is_file()
            assert source.startswith("/etc/") or is_ours or source in found["volumes"], volume


def test_who_keeps_data_reaches_nothing_of_the_world() -> None:
    found = compose()
    assert found["networks"]["inside"] == {"internal": True}
    for name in ("database", "cache"):
        assert found["services"][name]["networks"] == ["inside"]
        assert "ports" not in found["services"][name]


def test_the_plain_hosts_of_the_compose_file_are_its_services() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    (named,) = re.findall(r"PLAIN_HOSTS=([\w,]+)", text)
    assert set(named.split(",")) == {"database", "cache", "scanner"} <= set(compose()["services"])


def test_units_and_services_start_what_is_there() -> None:
    said = [
        line.partition("=")[2]
        for unit in UNITS
        for line in unit.read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart=")
    ] + [" ".join(compose()["services"][name]["command"]) for name in ("web", "scheduler")]
    assert len(said) == 4
    for line in said:
        program = line.split()[0].removeprefix("/opt/jobmatch/")
        assert program in (".venv/bin/gunicorn", ".venv/bin/flask"), line
        assert "jobmatch:create_app()" in line or "--app jobmatch scheduler" in line, line
    assert (ROOT / "gunicorn.conf.py").is_file()


def test_each_setting_of_the_example_is_one_that_is_read() -> None:
    read = (ROOT / "config.py").read_text(encoding="utf-8")
    for name in settings_in((DEPLOY / "environment.example").read_text(encoding="utf-8")):
        assert f'"{name}"' in read, name


def test_each_setting_of_the_guide_is_one_that_is_read() -> None:
    read = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "config.py", ROOT / "gunicorn.conf.py", *(ROOT / "tools").glob("*.py"))
    )
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)[=`]", GUIDE))
    assert len(named) > 8
    assert {name for name in named if f'"{name.removesuffix("_FILE")}"' not in read} == set()


@pytest.mark.parametrize("page", ["README.md", "docs/guide/operations.md", "deploy/README.md"])
def test_each_flask_command_that_operators_are_told_is_one(app: Flask, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    told = set(re.findall(r"(?:manage\.py |`|jobmatch )flask ((?:[a-z-]+ ?){1,2})", text))
    missing = {words for words in told if not is_command(app, words.split())}
    assert missing == set()


def is_command(app: Flask, words: list[str]) -> bool:
    group: click.Command | None = FlaskGroup(create_app=lambda: app)
    context = click.Context(group, obj=None)
    for word in words:
        if not isinstance(group, click.Group):
            return True
        known = app.cli.commands if isinstance(group, FlaskGroup) else group.commands
        group = known.get(word) or group.get_command(context, word)
        if group is None:
            return False
    return True


def test_a_command_that_is_not_there_would_be_noticed(app: Flask) -> None:
    assert is_command(app, ["db", "upgrade"])
    assert is_command(app, ["backup", "somewhere"])
    assert not is_command(app, ["db", "upgrde"])
    assert not is_command(app, ["bakcup"])


def test_paths_of_the_tree_that_the_guide_names_are_there() -> None:
    named = set(re.findall(r"[`( ]((?:deploy|docs|jobmatch|tools)/[\w./-]*\w)", GUIDE))
    assert len(named) > 5
    assert {path for path in named if not (ROOT / path).exists()} == set()
