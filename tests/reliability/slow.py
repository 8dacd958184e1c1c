"""The application with slow pages: `?slow` in an address takes as long as SECONDS."""

import time
from collections.abc import Iterable
from typing import Any

from flask import Flask

import jobmatch

SECONDS = 2.0


def create_app() -> Flask:
    app = jobmatch.create_app()
    inner = app.wsgi_app

    def slow(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["QUERY_STRING"] == "slow":
            time.sleep(SECONDS)
        return inner(environ, start)

    setattr(app, "wsgi_app", slow)  # noqa: B010 (a method to mypy)
    return app


def serve(port: int) -> int:
    from jobmatch import serve as server

    setattr(server, "create_app", create_app)  # noqa: B010
    return server.main(["--port", str(port)])
