"""Employers are told two weeks before their verification ends."""

from datetime import date

from jobmatch.employers import expiry

AT = (8, 0)
MISSED_DAYS = 13
IN_ONE = True


def run(day: date) -> str:
    return f"told {expiry.remind(day)} employers"
