"""Whether the law and the posting let a person be engaged for a day at all."""

from dataclasses import dataclass
from datetime import date

from jobmatch.kernel.text import Text, text


@dataclass(frozen=True, slots=True)
class Proof:
    """A credential: level 1 to 3; expires_on, its last day, or None for ever."""

    skill_id: str
    level: int
    issued_on: date
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    born: date
    is_active: bool = True
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What a posting asks of people. load: light, medium, heavy."""

    skill_id: str
    load: str
    needs_credential: bool = False
    min_level: int = 1


@dataclass(frozen=True, slots=True)
class Ages:
    """Least ages in full years, from the dated rule tables: for any work, for heavy work."""

    least: int
    heavy: int


def age_on(born: date, day: date) -> int:
    """Full years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def holds(proofs: tuple[Proof, ...], skill_id: str, level: int, day: date) -> bool:
    """Whether one of the credentials proves the skill at that level on that day."""
    return any(
        proof.skill_id == skill_id
        and proof.level >= level
        and proof.issued_on <= day
        and (proof.expires_on is None or day <= proof.expires_on)
        for proof in proofs
    )


def refusal(person: Person, demand: Demand, ages: Ages, day: date) -> Text | None:
    """Why the person may not be engaged for work from this day on, or None when they may."""
    if not person.is_active:
        return text("这位务工人员的登记已停用。")
    age = age_on(person.born, day)
    if age < ages.least:
        return text("未满 {age} 周岁，法律不允许用工。", age=ages.least)
    if demand.load == "heavy" and age < ages.heavy:
        return text("未满 {age} 周岁，不能干重体力活。", age=ages.heavy)
    if demand.needs_credential and not holds(person.proofs, demand.skill_id, demand.min_level, day):
        return text("这份活要有技能证书才能上岗，先参加培训拿到证书就可以报名。")
    return None
