"""Wishes for deletion that are seven days old are carried out; names go from what was kept long
enough.
"""

from datetime import date

from jobmatch.privacy import service

AT = (4, 10)
MISSED_DAYS = 0
# Each person in a transaction of their own: one that fails does not hold up the others.
IN_ONE = False


def run(day: date) -> str:
    erased, forgotten = service.carry_out(day)
    return f"erased {erased}, forgot {forgotten}"
