"""What is true of a person on a day."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Proof:
    """A credential: level 1 to 3; expires_on, its last day, or None for ever."""

    skill_id: str
    level: int
    issued_on: date
    expires_on: date | None = None


def holds(proofs: tuple[Proof, ...], skill_id: str, level: int, day: date) -> bool:
    """Whether one of the credentials proves the skill at that level on that day."""
    return any(
        proof.skill_id == skill_id
        and proof.level >= level
        and proof.issued_on <= day
        and (proof.expires_on is None or day <= proof.expires_on)
        for proof in proofs
    )
