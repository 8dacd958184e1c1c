"""Registering employers, their people and sites; verifying them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.accounts import passwords
from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import RoleGrant, User
from jobmatch.employers import policy
from jobmatch.employers.models import Employer, Site
from jobmatch.employers.rules.verification import Kind, State, is_verified, verified_until
from jobmatch.infra import audit, clock, dated
from jobmatch.infra.db import reading, transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Conflict, FieldErrors, Invalid, NotAllowed, NotFound
from jobmatch.kernel.identity import parse_credit_code, parse_phone
from jobmatch.kernel.ids import EmployerId, SiteId, UserId
from jobmatch.kernel.text import Text, text
from jobmatch.notify.service import tell
from jobmatch.places.models import Place

LEAST_LON, MOST_LON, LEAST_LAT, MOST_LAT = 73.0, 136.0, 3.0, 54.0
HOME = "/employer/"


@dataclass(frozen=True, slots=True)
class NewEmployer:
    """What an employer says of itself. credit_code: needed but for a big grower, who
    is a person.
    """

    kind: str
    name: str
    credit_code: str
    contact_name: str
    phone: str
    place_code: str


@dataclass(frozen=True, slots=True)
class NewSite:
    """Where the work is. lon, lat in degrees; both None: the place's own point."""

    name: str
    place_code: str
    address: str = ""
    lon: float | None = None
    lat: float | None = None


class AlreadyRegistered(Conflict):
    default = text("这个统一社会信用代码已经登记过。请让登记人把您加为经办人。")


def register(data: NewEmployer, *, actor: Actor) -> EmployerId:
    """A new employer, waiting to be verified; whoever registers it acts for it.

    raises   NotAllowed for nobody, FieldErrors, AlreadyRegistered (field credit_code)
    """
    if actor.user_id is None:
        raise NotAllowed
    try:
        with transaction() as session:
            values = _checked(session, data)
            row = Employer(**values, created_by=actor.user_id, created_at=clock.now())
            session.add(row)
            session.flush()
            accounts.grant(session, actor.user_id, Role.EMPLOYER, actor=actor, subject_id=row.id)
            audit.record(session, actor, "employer.register", "employer", row.id, sort=row.kind)
            return EmployerId(row.id)
    except IntegrityError as error:
        raise AlreadyRegistered(field="credit_code") from error


def check_new(data: NewEmployer, *, name: str, phone: str, password: str) -> None:
    """Whether this could be registered, as far as the form alone tells: who is known already is
    not asked. raises FieldErrors, Invalid (name, phone, password)
    """
    _checked(reading(), data)
    passwords.require_strong(password, accounts.checked_phone(phone), accounts.checked_name(name))


def register_with_account(
    data: NewEmployer, *, name: str, phone: str, password: str, locale: str = "zh"
) -> tuple[UserId, EmployerId]:
    """A stranger signs up and registers an employer: both or neither.

    raises   Invalid (name, phone, password), PhoneTaken, FieldErrors, AlreadyRegistered
    """
    with transaction():
        user_id = accounts.create_user(phone, name, password, locale=locale)
        return user_id, register(data, actor=Actor(user_id))


def update_profile(employer_id: EmployerId, data: NewEmployer, *, actor: Actor) -> None:
    """Change what the employer says of itself; who it is must then be verified anew.

    A new contact or phone leaves the verification alone. raises NotFound, FieldErrors,
    AlreadyRegistered
    """
    policy.require_member(actor, employer_id)
    try:
        with transaction() as session:
            row = _employer(session, employer_id)
            values = _checked(session, data)
            anew = any(
                getattr(row, name) != values[name]
                for name in ("kind", "name", "credit_code", "place_code")
            )
            for name, value in values.items():
                setattr(row, name, value)
            if anew:
                row.state, row.state_note = State.PENDING, ""
                row.verified_on = row.verified_until = row.verified_by = None
            session.flush()
            audit.record(
                session, actor, "employer.update", "employer", employer_id, verify_anew=anew
            )
    except IntegrityError as error:
        raise AlreadyRegistered(field="credit_code") from error


def ask_again(employer_id: EmployerId, *, actor: Actor) -> None:
    """After a refusal: back to the officer's list. raises NotFound, Conflict when not refused."""
    policy.require_member(actor, employer_id)
    with transaction() as session:
        row = _employer(session, employer_id)
        if row.state != State.REFUSED:
            raise Conflict
        row.state = State.PENDING
        audit.record(session, actor, "employer.ask_again", "employer", employer_id)


def add_member(employer_id: EmployerId, phone: str, *, actor: Actor) -> None:
    """Another user may act for the employer. raises NotFound, Invalid (field phone).

    Only a verified employer may ask: the answer tells whether the phone has an account, and anybody
    can register an employer.
    """
    policy.require_member(actor, employer_id)
    try:
        number = parse_phone(phone)
    except ValueError:
        raise Invalid(text("请填写 11 位手机号。"), field="phone") from None
    with transaction() as session:
        employer = _employer(session, employer_id)
        if not is_verified(employer, clock.today()):
            raise Invalid(text("核验通过以后，才能加经办人。"), field="phone")
        user = session.scalar(select(User).where(User.phone == number, User.is_active))
        if user is None:
            raise Invalid(text("这个手机号还没有注册，请对方先注册。"), field="phone")
        accounts.grant(session, UserId(user.id), Role.EMPLOYER, actor=actor, subject_id=employer_id)
        tell(
            session, [user.id], text("您可以替“{name}”办理用工了。", name=employer.name), link=HOME
        )


def remove_member(employer_id: EmployerId, user_id: UserId, *, actor: Actor) -> None:
    """A user acts for the employer no more; one always stays. raises NotFound, Conflict."""
    policy.require_member(actor, employer_id)
    with transaction() as session:
        live = list(
            session.scalars(
                select(RoleGrant).where(
                    RoleGrant.role == Role.EMPLOYER.value,
                    RoleGrant.subject_id == employer_id,
                    RoleGrant.revoked_at.is_(None),
                )
            )
        )
        gone = [grant for grant in live if grant.user_id == user_id]
        if not gone:
            raise NotFound
        if len({grant.user_id for grant in live}) == 1:
            raise Conflict(text("至少要留一位经办人。"))
        for grant in gone:
            grant.revoked_at = clock.now()
        audit.record(session, actor, "employer.member_gone", "employer", employer_id, user=user_id)


def add_site(employer_id: EmployerId, data: NewSite, *, actor: Actor) -> SiteId:
    """A place of work of the employer. raises NotFound, FieldErrors."""
    policy.require_member(actor, employer_id)
    with transaction() as session:
        values = _checked_site(session, data)
        site = Site(employer_id=employer_id, created_at=clock.now(), **values)
        session.add(site)
        session.flush()
        audit.record(session, actor, "site.add", "site", site.id, employer=employer_id)
        return SiteId(site.id)


def update_site(site_id: SiteId, data: NewSite, *, actor: Actor) -> None:
    """Change a site; postings keep the point that they were written with. raises NotFound,
    FieldErrors.
    """
    with transaction() as session:
        site = session.get(Site, site_id)
        if site is None:
            raise NotFound
        policy.require_member(actor, site.employer_id)
        for name, value in _checked_site(session, data).items():
            setattr(site, name, value)
        audit.record(session, actor, "site.update", "site", site_id)


def verify(employer_id: EmployerId, *, actor: Actor) -> date:
    """An officer of the employer's place has seen the papers. Doing it again prolongs from today.

    returns  the last day of the verification
    raises   NotFound, NotAllowed
    """
    today = clock.today()
    with transaction() as session:
        row = _employer(session, employer_id)
        policy.require_officer(actor, row.place_code)
        months = dated.value(session, "employer.verified_months", on=today, place=row.place_code)
        row.state, row.state_note = State.VERIFIED, ""
        row.verified_on, row.verified_by = today, actor.user_id
        row.verified_until = verified_until(today, months)
        _tell_members(
            session,
            employer_id,
            text(
                "“{name}”已通过核验，到 {until} 为止有效。", name=row.name, until=row.verified_until
            ),
        )
        audit.record(
            session, actor, "employer.verify", "employer", employer_id,
            until=row.verified_until.isoformat(),
        )  # fmt: skip
        return row.verified_until


def refuse(employer_id: EmployerId, note: str, *, actor: Actor) -> None:
    """An officer of the employer's place says what is wrong. raises NotFound, NotAllowed, Invalid
    (note).
    """
    words = " ".join(note.split())
    with transaction() as session:
        row = _employer(session, employer_id)
        policy.require_officer(actor, row.place_code)
        if not 2 <= len(words) <= 200:
            raise Invalid(text("请写明原因，2 到 200 个字。"), field="note")
        row.state, row.state_note = State.REFUSED, words
        row.verified_on = row.verified_until = row.verified_by = None
        _tell_members(
            session,
            employer_id,
            text("“{name}”没有通过核验：{note}", name=row.name, note=words),
        )
        audit.record(session, actor, "employer.refuse", "employer", employer_id)


def _employer(session: Session, employer_id: EmployerId) -> Employer:
    row = session.scalar(select(Employer).where(Employer.id == employer_id).with_for_update())
    if row is None:
        raise NotFound
    return row


def _tell_members(session: Session, employer_id: EmployerId, said: Text) -> None:
    users = session.scalars(
        select(RoleGrant.user_id).where(
            RoleGrant.role == Role.EMPLOYER.value,
            RoleGrant.subject_id == employer_id,
            RoleGrant.revoked_at.is_(None),
        )
    )
    tell(session, sorted(set(users)), said, link=HOME)


def _checked(session: Session, data: NewEmployer) -> dict[str, str | None]:
    """Values for the table. raises FieldErrors."""
    errors: dict[str, Text] = {}
    values: dict[str, str | None] = {"kind": data.kind, "place_code": data.place_code}
    if data.kind not in set(Kind):
        errors["kind"] = text("请选择用工主体的类型。")
    values["name"] = " ".join(data.name.split())
    if not 2 <= len(values["name"] or "") <= 80:
        errors["name"] = text("请填写名称，2 到 80 个字。")
    values["contact_name"] = " ".join(data.contact_name.split())
    if not 2 <= len(values["contact_name"] or "") <= 60:
        errors["contact_name"] = text("请填写联系人姓名，2 到 60 个字。")
    try:
        values["phone"] = parse_phone(data.phone)
    except ValueError:
        errors["phone"] = text("请填写 11 位手机号。")
    values["credit_code"] = None
    if data.kind != Kind.BIG_GROWER:
        try:
            values["credit_code"] = parse_credit_code(data.credit_code)
        except ValueError:
            errors["credit_code"] = text("统一社会信用代码不对：18 位，照营业执照填写。")
    _check_place(session, data.place_code, 3, errors)
    if errors:
        raise FieldErrors(errors)
    return values


def _checked_site(session: Session, data: NewSite) -> dict[str, str | float]:
    errors: dict[str, Text] = {}
    name, address = " ".join(data.name.split()), " ".join(data.address.split())
    if not 1 <= len(name) <= 60:
        errors["name"] = text("请给这个地点起个名字，最多 60 个字。")
    if len(address) > 120:
        errors["address"] = text("地址最多 120 个字。")
    place = _check_place(session, data.place_code, 4, errors)
    if (data.lon is None) != (data.lat is None):
        errors["lon" if data.lon is None else "lat"] = text("经度和纬度要一起填。")
    elif data.lon is not None and data.lat is not None:
        if not LEAST_LON <= data.lon <= MOST_LON:
            errors["lon"] = text("经度应在 73 到 136 之间。")
        if not LEAST_LAT <= data.lat <= MOST_LAT:
            errors["lat"] = text("纬度应在 3 到 54 之间。")
    if errors or place is None:
        raise FieldErrors(errors)
    return {
        "name": name,
        "address": address,
        "place_code": place.code,
        "lon": place.lon if data.lon is None else data.lon,
        "lat": place.lat if data.lat is None else data.lat,
    }


def _check_place(
    session: Session, code: str, least_level: int, errors: dict[str, Text]
) -> Place | None:
    place = session.get(Place, code) if code else None
    if place is None:
        errors["place_code"] = text("请选择地方。")
    elif place.level < least_level:
        errors["place_code"] = (
            text("请选到旗县。") if least_level == 3 else text("请选到苏木乡镇。")
        )
    return place
