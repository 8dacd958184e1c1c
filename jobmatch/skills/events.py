"""What upper houses may want to hear of the catalogue; told inside the transaction of the deed."""

from dataclasses import dataclass

from jobmatch.infra.events import Event


@dataclass(frozen=True, slots=True)
class AliasTakenBack(Event):
    """An alias of the keeper holds no longer; what was proposed for its sake falls."""

    alias_id: int
