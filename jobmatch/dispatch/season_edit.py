"""Changing a plan by hand: each change is checked against every hard rule before it stands."""

from datetime import date

from jobmatch.kernel.actor import Actor


def pin(
    plan_id: int, worker_id: int, posting_id: int, first: date, last: date, *, actor: Actor
) -> int:
    """Every next plan of this plan's brand (or place) keeps these days; the pin's key.

    Pinning the same days again gives the same pin; a whole crew is pinned with all its members.
    raises  NotFound, Invalid with the rule that forbids it
    """
    raise NotImplementedError


def move(
    spell_id: int,
    *,
    actor: Actor,
    posting_id: int | None = None,
    worker_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> None:
    """Put a stay of a draft plan elsewhere: another posting, other days, another person.

    What is not given stays. A whole crew moves as one.
    raises  NotFound, PlanOver, Invalid with the rule that forbids it (field: what is to change)
    """
    raise NotImplementedError


def split(spell_id: int, day: date, *, actor: Actor) -> None:
    """Cut a stay of a draft plan in two: the second begins on this day.

    raises  NotFound, PlanOver, Invalid
    """
    raise NotImplementedError
