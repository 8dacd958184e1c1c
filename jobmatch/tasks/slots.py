"""When a daily task is due. Pure."""

from datetime import datetime, timedelta

from jobmatch.kernel.periods import SHANGHAI


def due_slots(at: tuple[int, int], now: datetime, missed_days: int) -> list[datetime]:
    """The latest slot that has come, and as many days before it; the oldest first.

    at       hour and minute in Asia/Shanghai; now: an aware instant
    """
    local = now.astimezone(SHANGHAI)
    latest = local.replace(hour=at[0], minute=at[1], second=0, microsecond=0)
    if latest > local:
        latest -= timedelta(days=1)
    return [latest - timedelta(days=n) for n in range(missed_days, -1, -1)]
