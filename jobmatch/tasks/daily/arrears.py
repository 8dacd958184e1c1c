"""Pay that is overdue since last night is marked and told, what was paid is cleared."""

from datetime import date

from jobmatch.earnings import arrears_marking

AT = (6, 0)
MISSED_DAYS = 0
IN_ONE = True


def run(day: date) -> str:
    marked, cleared = arrears_marking.mark(day)
    return f"marked {marked}, cleared {cleared}"
