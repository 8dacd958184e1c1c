"""From two taps to working minutes. The worked table is docs/rules/attendance.md."""

from dataclasses import dataclass
from datetime import date, datetime

from jobmatch.kernel.periods import SHANGHAI

DAY = 1440
# Who taps a little after the start or before the end was on time.
GRACE_MINUTES = 15
# Who checks out later than this after checking in forgot to: the posting's day counts instead.
LONGEST_STRETCH = 960


@dataclass(frozen=True, slots=True)
class Shift:
    """The day as the posting offers it; starts_at and ends_at in minutes after midnight.

    An end that is not after the start is on the next day.
    """

    day_minutes: int
    starts_at: int
    ends_at: int

    @property
    def end(self) -> int:
        """Minutes after the midnight on which the day began; beyond 1440 on the next day."""
        return self.ends_at if self.ends_at > self.starts_at else self.ends_at + DAY

    @property
    def over_midnight(self) -> bool:
        return self.end > DAY


def tapped_minutes(
    first: datetime | None, last: datetime | None, shift: Shift, day: date
) -> int | None:
    """Working minutes between two taps, 1 to 1440, or None where the taps cannot tell.

    Inside the posting's hours the break is taken off in proportion: 7:30-17:00 for 480 minutes
    counts 480, half of it 240. Coming early adds nothing; staying on adds every minute after the
    end. The shift may run over midnight.
    """
    if first is None or last is None:
        return None
    begun, ended = _minute(first, day), _minute(last, day)
    if ended <= begun or ended - begun > LONGEST_STRETCH or not 0 <= begun < shift.end + DAY // 2:
        return None
    start, end = shift.starts_at, shift.end
    begun = start if begun <= start + GRACE_MINUTES else begun
    ended = end if end - GRACE_MINUTES <= ended <= end + GRACE_MINUTES else ended
    inside = min(ended, end) - min(begun, end)
    after = max(0, ended - max(begun, end))
    if inside <= 0 and after <= 0:
        return None
    span = end - start
    counted = (max(0, inside) * min(shift.day_minutes, span) * 2 + span) // (span * 2) + after
    return min(DAY, max(1, counted))


def overtime(minutes: int, normal: int) -> int:
    """Minutes beyond the normal day, e.g. 480."""
    return max(0, minutes - normal)


def _minute(instant: datetime, day: date) -> int:
    """Whole minutes after the day's midnight in Shanghai; negative before it."""
    local = instant.astimezone(SHANGHAI)
    return (local.date() - day).days * DAY + local.hour * 60 + local.minute
