"""Commands of `flask`, thin: each calls one service."""

import importlib
import pkgutil

from flask import Flask

import jobmatch.commands


def init_cli(app: Flask) -> None:
    """Register the `group` or `command` of every module in jobmatch/commands."""
    for module in pkgutil.iter_modules(jobmatch.commands.__path__):
        found = importlib.import_module(f"jobmatch.commands.{module.name}")
        app.cli.add_command(found.command)
