"""A push in a process of its own, which dies by a signal: `python -m tests.matching.index.pushing`.

arguments   the database's address, how many batches to live through, "whole" or "apart" (the control:
            notices in one transaction, what stands for them in the next)
"""

import os
import signal
import sys
from datetime import date
from typing import Any

import config
from jobmatch import create_app
from jobmatch.infra import clock
from jobmatch.infra.db import transaction
from jobmatch.matching import index, push
from jobmatch.notify import service as notify
from tests.matching.index.conftest import COMPILED
from tests.support import instant

DAY = date(2026, 9, 20)


def main(address: str, batches: int, how: str) -> None:
    settings = config.Test()
    settings.SQLALCHEMY_DATABASE_URI = address
    settings.SQLALCHEMY_ENGINE_OPTIONS = config.engine_options(address)
    settings.MATCH_INDEX = True
    app = create_app(settings)
    seen = 0

    def progress(_people: int) -> None:
        nonlocal seen
        seen += 1
        if seen == batches and how == "whole":
            os.kill(os.getpid(), signal.SIGKILL)

    if how == "apart":
        write, tell = push._tell, notify.tell_each

        def told_first(day: date, users: Any, found: Any, works: Any) -> int:
            with transaction() as session:
                tell(session, [(users[k], push._words(found[k], works, day)) for k in found])
            progress(0)
            if seen == batches:
                os.kill(os.getpid(), signal.SIGKILL)
            return write(day, users, found, works)

        push._tell = told_first
        notify.tell_each = lambda session, said, *, link="": None
    with app.app_context(), clock.at(instant(2026, 9, 20, 19)):
        index.keeper().folder = COMPILED
        push.push(DAY, progress=progress if how == "whole" else lambda n: None, at_once=7)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
