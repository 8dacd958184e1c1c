"""When a message may be sent, and when it is tried again. Pure."""

from datetime import datetime, time, timedelta

from jobmatch.kernel.periods import SHANGHAI

MOST_TRIES = 5


def not_before(now: datetime, quiet_from: int, quiet_to: int) -> datetime:
    """The first instant from now on that is not in the quiet hours.

    now                    aware
    quiet_from, quiet_to   minutes after midnight in Asia/Shanghai, over midnight when the first is
                           the later; the same twice: never quiet
    """
    local = now.astimezone(SHANGHAI)
    minute = local.hour * 60 + local.minute
    if quiet_from <= quiet_to:
        is_quiet = quiet_from <= minute < quiet_to
    else:
        is_quiet = minute >= quiet_from or minute < quiet_to
    if not is_quiet:
        return now
    ends = datetime.combine(local.date(), time(quiet_to // 60, quiet_to % 60), SHANGHAI)
    return ends if ends > local else ends + timedelta(days=1)


def try_again(tries: int) -> timedelta | None:
    """How long to wait after so many tries: 1, 5, 25, 125 minutes; None: no more."""
    return None if tries >= MOST_TRIES else timedelta(minutes=5 ** (tries - 1))
