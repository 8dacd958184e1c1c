"""Income of workers linked to their household yesterday is booked; then all books are compared.

What was found is kept for the administrators' desk; faults are told to them.
"""

import logging
from datetime import date

from jobmatch.earnings import income, telling
from jobmatch.earnings.checks import check_and_keep

AT = (2, 30)
MISSED_DAYS = 0
# Reading everything takes its time, and a transaction would hold all writers on SQLite.
IN_ONE = False

log = logging.getLogger("jobmatch.tasks")


def run(_day: date) -> str:
    booked = income.book_missing_income()
    faults = check_and_keep()
    for fault in faults[:100]:
        log.error("ledger fault", extra={"fault": str(fault)})
    if faults:
        telling.books_off(len(faults))
    return f"booked {booked}, faults {len(faults)}"
