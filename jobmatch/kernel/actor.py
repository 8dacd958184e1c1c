"""Who acts. Built once per request from the signed-in user; services ask it, never the session."""

from dataclasses import dataclass, field
from enum import StrEnum

from jobmatch.kernel.ids import BrandId, EmployerId, UserId, WorkerId


class Role(StrEnum):
    WORKER = "worker"
    EMPLOYER = "employer"
    ORGANIZER = "organizer"
    OFFICER = "officer"
    STATION = "station"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one person.

    place_code   where it holds (officer, station): all codes that begin with it
    subject_id   what it holds for: the worker, the employer or the brand
    """

    role: Role
    place_code: str | None = None
    subject_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or nobody (user_id None)."""

    user_id: UserId | None = None
    grants: tuple[Grant, ...] = field(default=())

    def has(self, role: Role) -> bool:
        return any(grant.role is role for grant in self.grants)

    def subjects(self, role: Role) -> frozenset[int]:
        """Keys of the workers, employers or brands that this person acts for."""
        return frozenset(
            grant.subject_id
            for grant in self.grants
            if grant.role is role and grant.subject_id is not None
        )

    def scopes(self, role: Role) -> tuple[str, ...]:
        """Place codes under which this person holds the role; '15' is the whole region."""
        return tuple(
            grant.place_code for grant in self.grants if grant.role is role and grant.place_code
        )

    def covers(self, role: Role, place_code: str) -> bool:
        """Whether the role holds at the place: a scope covers all codes that begin with it."""
        return any(place_code.startswith(scope) for scope in self.scopes(role))

    @property
    def worker_id(self) -> WorkerId | None:
        return next((WorkerId(key) for key in self.subjects(Role.WORKER)), None)

    @property
    def brand_ids(self) -> frozenset[BrandId]:
        return frozenset(BrandId(key) for key in self.subjects(Role.ORGANIZER))

    @property
    def employer_ids(self) -> frozenset[EmployerId]:
        return frozenset(EmployerId(key) for key in self.subjects(Role.EMPLOYER))


NOBODY = Actor()
SYSTEM = Actor(grants=(Grant(Role.ADMIN),))
