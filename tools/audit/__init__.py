"""The supply chain: what we ship, under which licences, with which known weaknesses and secrets.

Every look ends in an Outcome. What could not be looked at is "not done", which is never "ok".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    FAILED = "failed"
    NOT_DONE = "not done"


@dataclass(frozen=True)
class Outcome:
    """What came of one look; said: one line for each fault, or why it was not done."""

    state: State
    said: tuple[str, ...] = ()


def judged(faults: Iterable[str], *, ok: str = "") -> Outcome:
    """Failed with these faults; ok where there are none."""
    found = tuple(faults)
    if found:
        return Outcome(State.FAILED, found)
    return Outcome(State.OK, (ok,) if ok else ())


def not_done(*why: str) -> Outcome:
    return Outcome(State.NOT_DONE, why)
