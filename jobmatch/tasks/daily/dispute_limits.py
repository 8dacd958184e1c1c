"""Workers hear which legal limit of their dispute comes near."""

from datetime import date

from jobmatch.disputes import reminders

AT = (7, 30)
MISSED_DAYS = 0
IN_ONE = True


def run(day: date) -> str:
    told, opened = reminders.remind(day)
    return f"told {told}, opened {opened}"
