"""Keys of requests are forgotten after some days: nobody sends a form again so late."""

from datetime import date

from jobmatch.infra import once

AT = (3, 50)
MISSED_DAYS = 0
IN_ONE = True


def run(day: date) -> str:
    return f"forgot {once.forget(day)}"
