"""Commands of `flask`, thin: each calls one service."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask

import jobmatch.commands
from jobmatch.infra import wall


def init_cli(app: Flask) -> None:
    """Register the `group` or `command` of every module in jobmatch/commands."""
    for module in pkgutil.iter_modules(jobmatch.commands.__path__):
        found = importlib.import_module(f"jobmatch.commands.{module.name}")
        app.cli.add_command(found.command)
        _see_all(found.command)


def _see_all(command: click.Command) -> None:
    """Whoever may start a command on the machine is nobody whom the second wall holds off."""
    if isinstance(command, click.Group):
        for part in command.commands.values():
            _see_all(part)
    elif command.callback is not None and not hasattr(command.callback, "sees_all"):
        command.callback = _seeing_all(command.callback)


def _seeing_all(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        with wall.lifted("a command on the machine"):
            return callback(*args, **kwargs)

    run.sees_all = True  # type: ignore[attr-defined]
    return run
