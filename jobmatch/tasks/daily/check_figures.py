"""At night the monthly summary of work is compared with the work days and pay behind it."""

import logging
from datetime import date

from jobmatch.reports import summary

AT = (2, 40)
MISSED_DAYS = 0
# Only reads; nobody waits for it.
IN_ONE = False

log = logging.getLogger("jobmatch.tasks")


def run(_day: date) -> str:
    found = summary.differences()
    if found:
        log.error("worker months disagree", extra={"count": found})
    return f"differences {found}"
