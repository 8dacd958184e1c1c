"""Who listens to whom: lower houses tell, upper houses hear. Called once by create_app."""

from jobmatch.dispatch import handlers as dispatch
from jobmatch.earnings import handlers as earnings
from jobmatch.workers import listeners as workers


def connect() -> None:
    """Subscribe the upper houses' handlers to the lower houses' events."""
    dispatch.connect()
    workers.connect()
    # After workers, who link people to their households first.
    earnings.connect()
