"""What a server does before its first request: nobody waits for a compiler.

Called by `jobmatch.serve` and by gunicorn (gunicorn.conf.py); `flask matching warm`, which set-up
runs, compiles the loops alone.
"""

import gc
import logging

from flask import Flask

from jobmatch.infra import wall_rows
from jobmatch.infra.db import writing_engine
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
    if not app.config["CLAMD"]:
        found.append(
            "CLAMD is not set: files that people hand in are not looked through for viruses"
        )
    return found


def has_wall() -> bool:
    """Whether row-level security holds the application's own connection. In a context."""
    with writing_engine().begin() as connection:
        return wall_rows.stands(connection)


def compile_loops() -> None:
    """Load the loops of matching and of reading; compile what is not kept yet. In a context."""
    index.warm()
    compiled.prepare()


def ready(app: Flask) -> None:
    """The loops, then the index, which a thread builds; until it stands the database answers."""
    for words in missing(app):
        log.warning(words)
    with app.app_context():
        if app.config["NAME"] == "production" and not has_wall():
            log.warning(
                "no second wall: DATABASE_URL names the owner of the tables or a superuser "
                "(flask database grant)"
            )
        index.keeper().load()
        if index.keeper().enabled:
            index.warm()
            index.begin()
        compiled.prepare()
    # What stands now stays: a search for garbage in a large page's rows need not look through it.
    gc.collect()
    gc.freeze()
