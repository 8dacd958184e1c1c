"""In the evening: what recorders told differently becomes a dispute, and long silence confirms."""

from datetime import date

from jobmatch.attendance import copies, disputes, reviewing

AT = (20, 30)
MISSED_DAYS = 6
IN_ONE = True


def run(day: date) -> str:
    opened = disputes.open_contested(day)
    granted = reviewing.grant_silent(day)
    return f"opened {opened}, granted {granted}, confirmed {copies.confirm_silent(day)}"
