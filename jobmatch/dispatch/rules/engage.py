"""Whether the law and the posting let a person be engaged for a day at all."""

from dataclasses import dataclass
from datetime import date

from jobmatch.kernel.identity import age_on
from jobmatch.kernel.text import Text, text
from jobmatch.matching.rules.people import Proof, holds


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
