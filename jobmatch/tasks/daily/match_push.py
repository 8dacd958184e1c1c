"""In the evening workers hear of new work that fits them, from tomorrow on."""

from datetime import date

from jobmatch.matching import push

AT = (19, 0)
MISSED_DAYS = 0
# Minutes of work in many transactions; the rows (worker, day) keep it from telling anybody twice.
IN_ONE = False


def run(day: date) -> str:
    outcome = push.push(day)
    return f"looked at {outcome.looked_at}, told {outcome.told}"
