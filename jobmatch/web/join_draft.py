"""A half-finished sign-up between its steps.

It travels in the session's cookie, sealed. Nothing is written to the database before the last step.
"""

from dataclasses import asdict, dataclass, field

from jobmatch.web import sealed_session

KEY = "join"


@dataclass(frozen=True, slots=True)
class Draft:
    """What the first two steps gave; empty strings and lists for what is still to come."""

    name: str = ""
    phone: str = ""
    password: str = ""
    id_number: str = ""
    home_code: str = ""
    consent: bool = False
    said: str = ""
    skills: list[str] = field(default_factory=list)

    @property
    def has_person(self) -> bool:
        return bool(self.name and self.id_number and self.home_code and self.consent)


def load() -> Draft:
    """The draft of this session; an empty one when there is none, it is old, or was changed."""
    return Draft(**(sealed_session.get(KEY) or {}))


def save(draft: Draft) -> None:
    sealed_session.put(KEY, asdict(draft))


def forget() -> None:
    sealed_session.drop(KEY)
