"""What a sign-up and a crew order may be, and what may follow what."""

from enum import StrEnum


class SignupState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Via(StrEnum):
    SELF = "self"
    DESK = "desk"
    CREW = "crew"


class OrderState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({SignupState.PENDING, SignupState.ACCEPTED, SignupState.WAITING})
UNDECIDED = frozenset({SignupState.PENDING, SignupState.WAITING})


def after_accepting(days_taken: int) -> SignupState:
    """Accepted with the days that were to be had; with none, one waits in line."""
    return SignupState.ACCEPTED if days_taken else SignupState.WAITING
