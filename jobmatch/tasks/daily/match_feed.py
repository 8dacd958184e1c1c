"""What every process has long read goes from the feed of changes."""

from datetime import date

from jobmatch.matching import feed

AT = (3, 20)
MISSED_DAYS = 0
IN_ONE = True


def run(_day: date) -> str:
    return f"pruned {feed.prune()}"
