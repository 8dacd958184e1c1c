"""Founding a brand, and the officer's answer. Who belongs to it: membership.py; crews: crews.py."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import User
from jobmatch.brands import finding, policy, rules
from jobmatch.brands.models import LaborBrand
from jobmatch.brands.rules import BrandState, NameTaken, Rank
from jobmatch.infra import audit, clock
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotAllowed
from jobmatch.kernel.ids import BrandId, UserId
from jobmatch.kernel.text import text
from jobmatch.notify.service import tell
from jobmatch.places.models import Place
from jobmatch.skills.models import Skill

# founding and describing


def create_brand(
    name: str, place_code: str, skill_id: str, description: str = "", *, actor: Actor
) -> BrandId:
    """A draft, organized by the actor. raises NotAllowed, Invalid, NameTaken (field name)."""
    if actor.user_id is None:
        raise NotAllowed
    name, description = rules.checked_name(name), rules.checked_description(description)
    try:
        with transaction() as session:
            _check_ground(session, place_code, skill_id)
            brand = LaborBrand(
                name=name, place_code=place_code, skill_id=skill_id, description=description,
                created_by=actor.user_id, created_at=clock.now(),
            )  # fmt: skip
            session.add(brand)
            session.flush()
            accounts.grant(session, actor.user_id, Role.ORGANIZER, actor=actor, subject_id=brand.id)
            audit.record(session, actor, "brand.create", "brand", brand.id)
            return BrandId(brand.id)
    except IntegrityError as error:
        raise NameTaken(field="name") from error


def describe(
    brand_id: BrandId, *, name: str, place_code: str, skill_id: str, description: str, actor: Actor
) -> None:
    """Change what the page says. Name, place and trade stand once an officer has approved them.

    raises NotFound, Invalid, NameTaken (field name)
    """
    policy.require_organizer(actor, brand_id)
    name, description = rules.checked_name(name), rules.checked_description(description)
    try:
        with transaction() as session:
            brand = finding.brand_of(session, brand_id)
            if brand.state == BrandState.APPROVED:
                if (name, place_code, skill_id) != (brand.name, brand.place_code, brand.skill_id):
                    raise Invalid(
                        text("品牌批准后，名称、所在地和主要手艺不能再改。"), field="name"
                    )
            else:
                _check_ground(session, place_code, skill_id)
                brand.name, brand.place_code, brand.skill_id = name, place_code, skill_id
            brand.description = description
            audit.record(session, actor, "brand.describe", "brand", brand_id)
    except IntegrityError as error:
        raise NameTaken(field="name") from error


def submit(brand_id: BrandId, *, actor: Actor) -> None:
    """Hand the brand in to the officers of its place. raises NotFound, NotWaiting, Invalid."""
    policy.require_organizer(actor, brand_id)
    with transaction() as session:
        brand = finding.brand_of(session, brand_id)
        if not brand.description:
            raise Invalid(text("请先写品牌介绍，再提交审核。"), field="description")
        brand.state, brand.state_note = rules.submit(BrandState(brand.state)), ""
        audit.record(session, actor, "brand.submit", "brand", brand_id)


def add_organizer(brand_id: BrandId, phone: str, name: str, *, actor: Actor) -> None:
    """Let another user organize the brand, found by phone and name.

    raises NotFound, Invalid (field phone) for a phone that no such user has
    """
    policy.require_organizer(actor, brand_id)
    with transaction() as session:
        user = session.scalar(
            select(User).where(User.phone == finding.typed_phone(phone), User.is_active)
        )
        # Phone and name must fit together, so that nobody can try out whose number it is.
        if user is None or user.name != " ".join(name.split()):
            raise Invalid(text("没有找到这个手机号和姓名的账号，请对方先注册。"), field="phone")
        accounts.grant(session, UserId(user.id), Role.ORGANIZER, actor=actor, subject_id=brand_id)
        brand = finding.brand_of(session, brand_id)
        tell(
            session, [user.id], text("您成了“{brand}”的带头人。", brand=brand.name),
            link=f"/brand/?brand={brand_id}",
        )  # fmt: skip


# the officer's answer


def decide(brand_id: BrandId, approve: bool, rank: Rank, note: str = "", *, actor: Actor) -> None:
    """Approve with a rank, or refuse with a reason.

    raises NotFound out of scope, NotWaiting, NotAllowed for a rank above the officer's level,
           Invalid (field note) for a refusal without a reason
    """
    with transaction() as session:
        brand = policy.require_officer(actor, session.get(LaborBrand, brand_id))
        state = rules.decide(BrandState(brand.state), approve)
        note = note.strip()[:200]
        if not approve and not note:
            raise Invalid(text("请写明不通过的原因。"), field="note")
        if approve:
            _require_rank(rank, brand, actor)
            brand.rank = rank
        brand.state, brand.state_note = state, note
        brand.decided_by, brand.decided_at = actor.user_id, clock.now()
        audit.record(
            session, actor, "brand.decide", "brand", brand_id, state=state, rank=brand.rank
        )
        said = (
            text("品牌“{brand}”已经批准，可以招收成员了。", brand=brand.name)
            if approve
            else text("品牌“{brand}”没有通过：{note}", brand=brand.name, note=note)
        )
        tell(session, finding.organizers(session, brand_id), said, link=f"/brand/?brand={brand_id}")


def change_rank(brand_id: BrandId, rank: Rank, *, actor: Actor) -> None:
    """Raise or lower an approved brand; the officer must reach the old rank and the new one.

    raises NotFound, NotAllowed, NotWaiting
    """
    with transaction() as session:
        brand = policy.require_officer(actor, session.get(LaborBrand, brand_id))
        if brand.state != BrandState.APPROVED:
            raise rules.NotWaiting
        _require_rank(Rank(brand.rank), brand, actor)
        _require_rank(rank, brand, actor)
        audit.record(session, actor, "brand.rank", "brand", brand_id, before=brand.rank, after=rank)
        brand.rank = rank
        tell(
            session, finding.organizers(session, brand_id),
            text("品牌“{brand}”的级别改为{rank}。", brand=brand.name, rank=rules.RANK_NAMES[rank]),
            link=f"/brand/?brand={brand_id}",
        )  # fmt: skip


# within


def _check_ground(session: Session, place_code: str, skill_id: str) -> None:
    place = session.get(Place, place_code)
    if place is None or place.level < 2:
        raise Invalid(text("请选择品牌所在的地方，至少到盟市。"), field="place_code")
    if session.get(Skill, skill_id) is None:
        raise Invalid(text("请选择主要手艺。"), field="skill_id")


def _require_rank(rank: Rank, brand: LaborBrand, actor: Actor) -> None:
    if not rules.may_give(rank, actor.scopes(Role.OFFICER), brand.place_code):
        raise NotAllowed(
            text("“{rank}”要由相应级别的管理人员认定。", rank=rules.RANK_NAMES[rank]), field="rank"
        )
