"""What a server does before its first request: nobody waits for a compiler.

Called by `jobmatch.serve` and by gunicorn (gunicorn.conf.py); `flask matching warm`, which set-up
runs, compiles the loops alone.
"""

from flask import Flask

from jobmatch.matching import index
from jobmatch.skills.rules import compiled


def compile_loops() -> None:
    """Load the loops of matching and of reading; compile what is not kept yet. In a context."""
    index.warm()
    compiled.prepare()


def ready(app: Flask) -> None:
    """The loops, then the index, which a thread builds; until it stands the database answers."""
    with app.app_context():
        index.keeper().load()
        if index.keeper().enabled:
            index.warm()
            index.begin()
        compiled.prepare()
