"""What a phone sends when it has a network again: read, bounds checked, nothing believed."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from jobmatch.attendance.rules.kinds import ANSWERS, How, Kind, check_value

MOST_ITEMS = 200
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOST_KEY = 2**31 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A device's clock may say anything, but a date that Python cannot hold says nothing.
_MOST_MILLISECONDS = 200 * 366 * 86_400_000


class Malformed(ValueError):
    """Not what our pages send."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One tap as it came: of whom, at which posting, on which day. No key of the engagement's day:
    the day is found when it was made anew meanwhile, and the claim is kept when there is none.
    """

    uid: str
    kind: Kind
    posting_id: int
    worker_id: int
    work_date: date
    tapped: datetime
    value: int | None = None
    how: How = How.TAP
    point: tuple[float, float] | None = None


def read(raw: object) -> Claim:
    """raises Malformed."""
    if not isinstance(raw, Mapping):
        raise Malformed("not an object")
    uid = raw.get("uid")
    if not isinstance(uid, str) or not _UUID.fullmatch(uid):
        raise Malformed("uid")
    try:
        kind, how = Kind(str(raw.get("kind"))), How(str(raw.get("how", "tap")))
        work_date = date.fromisoformat(str(raw.get("date")))
        value = raw.get("value")
        if value is not None and type(value) is not int:
            raise Malformed("value")
        check_value(kind, value)
    except ValueError as error:
        raise Malformed(str(error)) from error
    if kind in ANSWERS or how not in (How.TAP, How.ROSTER):
        raise Malformed("kind")
    return Claim(
        uid, kind, _key(raw, "posting_id"), _key(raw, "worker_id"),
        work_date, instant(raw.get("at")), value, how, _point(raw),
    )  # fmt: skip


def instant(milliseconds: object) -> datetime:
    """From what a device calls now, in milliseconds since 1970. raises Malformed."""
    if type(milliseconds) is not int or not 0 <= milliseconds <= _MOST_MILLISECONDS:
        raise Malformed("time")
    return _EPOCH + timedelta(milliseconds=milliseconds)


def _key(raw: Mapping[str, Any], name: str) -> int:
    found = raw.get(name)
    if type(found) is not int or not 0 <= found <= _MOST_KEY:
        raise Malformed(name)
    return found


def _point(raw: Mapping[str, Any]) -> tuple[float, float] | None:
    """Latitude and longitude; a place is never required, so one that cannot be is left out."""
    lat, lon = raw.get("lat"), raw.get("lon")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return None
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return None
    return round(float(lat), 6), round(float(lon), 6)
