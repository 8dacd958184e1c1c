"""The log is sealed and read through; lines older than the rule asks for go, the seals stay."""

import logging
from datetime import date

from jobmatch.infra import audit_chain, clock, dated
from jobmatch.infra.db import reading
from jobmatch.kernel.periods import add_months, begin_of

AT = (2, 50)
MISSED_DAYS = 0
# Reading the whole log takes its time, and a transaction would hold all writers on SQLite.
IN_ONE = False

log = logging.getLogger("jobmatch.tasks")
LEAST_MONTHS = 6


def run(_day: date) -> str:
    sealed = audit_chain.seal()
    today = clock.today()
    months = int(dated.value(reading(), "retention.log_months", on=today))
    dropped = audit_chain.prune(begin_of(add_months(today, -max(months, LEAST_MONTHS))))
    checked = audit_chain.check()
    for fault in checked.faults[:100]:
        log.error("log fault", extra={"fault": str(fault)})
    return f"sealed {sealed}, dropped {dropped}, faults {len(checked.faults)}"
