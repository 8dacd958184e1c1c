"""What earnings tells the houses above."""

from dataclasses import dataclass

from jobmatch.infra.events import Event


@dataclass(frozen=True, slots=True)
class SlipObjected(Event):
    """A worker says that a slip is wrong."""

    slip_id: int


@dataclass(frozen=True, slots=True)
class SlipsPaid(Event):
    """The employer recorded these slips as paid."""

    slip_ids: tuple[int, ...]
