"""One-time codes, the second factor and how long a proof holds.

Source of the bounds: OWASP ASVS 5.0, 6.5 (one-time codes) and 7.5 (proof before sensitive deeds);
lifetimes of sessions: NIST SP 800-63B, 30 days on one proof, 24 hours and an hour unused on two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobmatch.kernel.actor import Role

# A code by SMS: six digits, ten minutes, five tries.
CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
CODE_DIGITS = 6
# Codes in an hour: for one phone, and in all.
CODES_FOR_A_PHONE = 5
CODES_IN_ALL = 2_000
CAP_OVER = timedelta(hours=1)
KEPT = timedelta(days=1)
# A password that a desk gave: enough to come home and use it.
TEMPORARY_LASTS = timedelta(days=3)
# Between the password and the second factor.
HALFWAY_LASTS = timedelta(minutes=5)
# Codes of an authenticator change every so many seconds; one before and after hold too.
STEP_S = 30
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session goes on unused, and at most."""

    idle: timedelta
    whole: timedelta


ON_A_PHONE = Lifetime(idle=timedelta(days=14), whole=timedelta(days=30))
AT_A_DESK = Lifetime(idle=timedelta(hours=1), whole=timedelta(hours=12))
# Whoever sees other people's households or holds everything, often at a desk that others pass.
DESK_ROLES = frozenset({Role.OFFICER, Role.STATION, Role.ADMIN})


def lifetime(roles: Iterable[Role]) -> Lifetime:
    return AT_A_DESK if DESK_ROLES & set(roles) else ON_A_PHONE


def goes_on(lasts: Lifetime, *, began_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session that began and was last used then is still one."""
    return now - began_at < lasts.whole and now - seen_at < lasts.idle


def temporary_until(now: datetime) -> datetime:
    return now + TEMPORARY_LASTS


def holds(made_at: datetime, now: datetime, lasts: timedelta) -> bool:
    """Whether what was made then still holds: not longer, and not from the future."""
    return timedelta(0) <= now - made_at < lasts


def may_have_code(for_phone: int, in_all: int) -> bool:
    """Whether one more code may be made, after so many within CAP_OVER."""
    return for_phone < CODES_FOR_A_PHONE and in_all < CODES_IN_ALL


def steps_around(now: datetime) -> tuple[int, int, int]:
    """The steps whose codes an authenticator may show now: this one, the last, the next."""
    here = int(now.timestamp()) // STEP_S
    return here, here - 1, here + 1


def digits(typed: str) -> str:
    """What was typed of a code, without the spaces and signs that people put between."""
    return "".join(sign for sign in typed if sign.isascii() and sign.isalnum()).lower()
