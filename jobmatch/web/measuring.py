"""How long answers take, for /metrics."""

from time import perf_counter

from flask import Flask, Response, g, request

from jobmatch.infra import metrics

# An address that no route has: one label for all of them, or a scan would fill the memory.
NO_ROUTE = "none"


def init_measuring(app: Flask) -> None:
    """Call before everything else that looks at requests: its time counts too."""

    @app.before_request
    def begin() -> None:
        g.begun = perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else NO_ROUTE
        begun = g.get("begun")
        seconds = None if begun is None else perf_counter() - begun
        metrics.note_answer(route, request.method, response.status_code, seconds)
        metrics.note_connections()
        return response
