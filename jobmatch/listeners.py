"""Who listens to whom: lower houses tell, upper houses hear. Called once by create_app."""

from jobmatch.dispatch import handlers as dispatch


def connect() -> None:
    """Subscribe the upper houses' handlers to the lower houses' events."""
    dispatch.connect()
