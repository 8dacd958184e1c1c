"""What reading a report leaves behind."""

from jobmatch.infra import audit
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor
from jobmatch.reports.queries import Group, require_place


def note_people(place: str, group: Group, *, actor: Actor) -> None:
    """Leave a line in the log before a list of names is handed out as a file: which place, and
    people of which households. raises NotFound, NotAllowed.
    """
    with transaction() as session:
        require_place(actor, place)
        audit.record(session, actor, "report.people", "place", place, group=group.value)
