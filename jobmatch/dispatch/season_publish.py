"""Publishing a plan: people and crews are sent out under the seat guard."""

from dataclasses import dataclass

from jobmatch.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Published:
    """Spells by what came of them: engaged with all their days; asked (the employer answers);
    refused: nothing of them stands, season_queries.not_published tells why.
    """

    engaged: int
    asked: int
    refused: int


def publish(plan_id: int, *, actor: Actor) -> Published:
    """Send out all stays of a draft plan. Publishing again changes nothing and says the same.

    raises  NotFound, PlanOver (still in work, or failed)
    """
    raise NotImplementedError
