"""What a server does before its first request: nobody waits for a compiler.

Called by `jobmatch.serve` and by gunicorn (gunicorn.conf.py); `flask matching warm`, which set-up
runs, compiles the loops alone.
"""

import logging

from flask import Flask

from jobmatch.matching import index
from jobmatch.skills.rules import compiled

log = logging.getLogger("jobmatch.starting")


def missing(app: Flask) -> list[str]:
    """What an installation in production does without, in words for whoever runs it."""
    if app.config["NAME"] != "production":
        return []
    found = []
    if not app.config["SMS_URL"]:
        found.append(
            "SMS_URL is not set: no codes are sent; who signs up does not prove the phone and is "
            "told when it has an account already"
        )
    return found


def compile_loops() -> None:
    """Load the loops of matching and of reading; compile what is not kept yet. In a context."""
    index.warm()
    compiled.prepare()


def ready(app: Flask) -> None:
    """The loops, then the index, which a thread builds; until it stands the database answers."""
    for words in missing(app):
        log.warning(words)
    with app.app_context():
        index.keeper().load()
        if index.keeper().enabled:
            index.warm()
            index.begin()
        compiled.prepare()
