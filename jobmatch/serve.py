"""Serves the application on one machine: `python -m jobmatch.serve --port 5000`.

Season plans that people ask for are made beside it, and instant hires go on. For production see the
README: gunicorn behind a proxy, and a scheduler, which also does both and
sends messages.
"""

import argparse
import sys
import threading

from waitress.server import create_server

from jobmatch import create_app, stopping
from jobmatch.starting import ready
from jobmatch.tasks import watching
from jobmatch.tasks.watches import WATCHES

THREADS = 8


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="jobmatch.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000)
    options = parser.parse_args(arguments)
    app = create_app()
    try:
        server = create_server(
            app, host=options.host, port=options.port, threads=THREADS, ident=None
        )
    except OSError as error:
        print(
            f"Cannot listen on {options.host}, port {options.port}: {error.strerror}",
            file=sys.stderr,
        )
        return 1
    ready(app)
    ended = threading.Event()
    stopping.end_by_signals(ended)
    watching.beside(app, WATCHES, ended)
    host = f"[{options.host}]" if ":" in options.host else options.host
    print(f"\njobmatch is open at http://{host}:{options.port}  (Ctrl-C ends it)", flush=True)
    given_up = stopping.serve(server, ended)
    stopping.wait_for_threads(set(WATCHES), 10)
    if given_up:
        print(f"{given_up} requests took too long and were given up", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
