"""Postings whose last day has passed leave the board."""

from datetime import date

from jobmatch.postings import ending

AT = (0, 10)
MISSED_DAYS = 0
IN_ONE = True


def run(day: date) -> str:
    return f"closed {ending.close_past(day)}"
