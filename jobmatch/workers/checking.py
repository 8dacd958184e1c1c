"""What a registration must fulfil, and all that is wrong with it, said at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.accounts import passwords
from jobmatch.accounts import service as accounts
from jobmatch.infra import clock, crypto, dated
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, FieldErrors, Invalid
from jobmatch.kernel.identity import IdNumber, normalise
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text, text
from jobmatch.places import queries as places
from jobmatch.skills import queries as catalogue
from jobmatch.workers.models import Worker
from jobmatch.workers.rules import days as free_days
from jobmatch.workers.rules.limits import Limits, faults
from jobmatch.workers.rules.person import Refused, checked_person

MOST_SKILLS = 40
MOST_SAID = 400


class AlreadyRegistered(Conflict):
    default = text("这个身份证号已经登记过。本人请直接登录，或到零工驿站查询。")


@dataclass(frozen=True, slots=True)
class SignUp:
    """Everything that a registration needs; checked as a whole, written at once.

    phone, password   both for an account of one's own; the phone alone is kept for calls
    skills            skill id -> the person's own words for it (may be empty)
    free              runs of days, from today on
    """

    name: str
    id_number: str
    home_code: str
    skills: Mapping[str, str]
    free: Sequence[Days]
    limits: Limits = field(default_factory=Limits)
    phone: str = ""
    password: str = ""
    said: str = ""
    consented: bool = False


def checked(data: SignUp, actor: Actor, via: str) -> IdNumber:
    """All that is wrong at once, so that nobody mends a form ten times. raises FieldErrors."""
    errors = person_faults(data.name, data.id_number, data.phone, data.home_code)
    errors |= skill_faults(data.skills) | faults(data.limits)
    try:
        free_days.checked(data.free, today=clock.today())
    except Refused as error:
        errors["days"] = error.said
    if via == "self" and actor.user_id is None:
        if not data.phone:
            errors.setdefault("phone", text("请填写 11 位手机号。"))
        weak = passwords.fault(data.password, data.phone, data.name)
        if weak is not None:
            errors["password"] = weak
    if not data.consented:
        errors["consent"] = text("要先同意个人信息的用法，才能登记。")
    if errors:
        raise FieldErrors(errors)
    return checked_person(data.id_number, today=clock.today(), least_age=least_age(data.home_code))


def person_faults(name: str, id_number: str, phone: str, home_code: str) -> dict[str, Text]:
    errors = home_faults(home_code) | phone_faults(phone)
    try:
        accounts.checked_name(name)
    except Invalid as error:
        errors["name"] = error.text
    try:
        checked_person(id_number, today=clock.today(), least_age=least_age(home_code))
    except Refused as refused:
        errors["id_number"] = refused.said
    return errors


def home_faults(home_code: str) -> dict[str, Text]:
    home = places.place(home_code)
    if home is None or home.level < places.TOWNSHIP:
        return {"home_code": text("请选择家在哪里，至少选到苏木乡镇。")}
    return {}


def phone_faults(phone: str) -> dict[str, Text]:
    try:
        if phone:
            accounts.checked_phone(phone)
    except Invalid as error:
        return {"phone": error.text}
    return {}


def skill_faults(skills: Mapping[str, str]) -> dict[str, Text]:
    if not skills:
        return {"skills": text("请至少选一样会干的活。")}
    if len(skills) > MOST_SKILLS:
        return {"skills": text("最多选 {most} 样。", most=MOST_SKILLS)}
    if len(catalogue.names(list(skills))) < len(skills):
        return {"skills": text("请从列表里选择技能。")}
    return {}


def least_age(home_code: str) -> int:
    return int(dated.value(reading(), "work.least_age", on=clock.today(), place=home_code))


def require_new(session: Session, id_number: str) -> None:
    index = crypto.ring().blind_index(normalise(id_number))
    if session.scalar(select(Worker.id).where(Worker.id_index == index)) is not None:
        raise AlreadyRegistered(field="id_number")
