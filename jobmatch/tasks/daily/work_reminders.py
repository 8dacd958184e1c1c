"""The evening before, workers are reminded of tomorrow's work."""

from datetime import date, timedelta

from jobmatch.attendance import reminders

AT = (18, 0)
MISSED_DAYS = 0
IN_ONE = True


def run(day: date) -> str:
    return f"told {reminders.remind_of(day + timedelta(days=1))} workers"
