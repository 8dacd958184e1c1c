"""What upper houses may want to hear of a worker; told inside the transaction of the deed."""

from dataclasses import dataclass

from jobmatch.infra.events import Event
from jobmatch.kernel.ids import WorkerId


@dataclass(frozen=True, slots=True)
class WorkerLeft(Event):
    """The worker no longer looks for work; days agreed already stay."""

    worker_id: WorkerId
