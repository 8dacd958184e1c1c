"""Lower houses tell, upper houses listen: handlers run in the teller's transaction."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events: frozen values, no tables."""


E = TypeVar("E", bound=Event)
_handlers: dict[type[Event], list[Callable[[Session, Any], None]]] = defaultdict(list)


def subscribe(kind: type[E], handler: Callable[[Session, E], None]) -> None:
    """Listen to a kind of event; called in create_app. A handler is listed once."""
    if handler not in _handlers[kind]:
        _handlers[kind].append(handler)


def publish(session: Session, event: Event) -> None:
    """Tell all listeners now; what they raise undoes the whole transaction."""
    for handler in _handlers[type(event)]:
        handler(session, event)
