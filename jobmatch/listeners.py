"""Who listens to whom: lower houses tell, upper houses hear. Called once by create_app."""


def connect() -> None:
    """Subscribe the upper houses' handlers to the lower houses' events."""
