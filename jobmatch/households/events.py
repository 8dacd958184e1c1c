"""What households tell the houses above."""

from dataclasses import dataclass

from jobmatch.infra.events import Event


@dataclass(frozen=True, slots=True)
class MembersSaved(Event):
    """People were entered as members: (member key, blind index of the ID number) of each."""

    members: tuple[tuple[int, str], ...]
