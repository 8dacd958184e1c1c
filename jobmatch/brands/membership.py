"""Who belongs to a brand: asking, inviting, answering, links, leaving."""

import secrets
from datetime import date, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.accounts.models import User
from jobmatch.brands import finding, policy, rules
from jobmatch.brands.models import BrandInvite, BrandMember, Crew, CrewMember, LaborBrand
from jobmatch.brands.rules import InviteOver, MemberState
from jobmatch.infra import audit, clock, wall
from jobmatch.infra.db import transaction
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.kernel.ids import BrandId, WorkerId
from jobmatch.kernel.text import text
from jobmatch.notify.service import tell
from jobmatch.workers.models import Worker

# joining and leaving


def ask_to_join(brand_id: BrandId, *, actor: Actor) -> MemberState:
    """The worker asks; one who was invited is a member at once. Gives the new state.

    raises NotAllowed without a worker's profile, NotFound, NotOpenYet, AlreadyMember, NotWaiting
    """
    worker_id = _own_worker(actor)
    with transaction() as session:
        brand = session.get(LaborBrand, brand_id)
        if brand is None or not policy.is_public(brand.state):
            raise NotFound
        member = _member(session, brand_id, worker_id)
        state = _set(session, member, rules.ask(_state(member)), brand_id, worker_id, actor)
        if state is MemberState.REQUESTED:
            tell(
                session, finding.organizers(session, brand_id),
                text("有人申请加入“{brand}”，请答复。", brand=brand.name),
                link=f"/brand/requests?brand={brand_id}",
            )  # fmt: skip
        return state


def withdraw_request(brand_id: BrandId, *, actor: Actor) -> None:
    """The worker takes the request back. raises NotAllowed, NotFound, NotWaiting."""
    worker_id = _own_worker(actor)
    with transaction() as session:
        member = _known(session, brand_id, worker_id)
        state = rules.answer(MemberState(member.state), MemberState.REQUESTED, accept=False)
        _set(session, member, state, brand_id, worker_id, actor)


def answer_request(brand_id: BrandId, worker_id: WorkerId, accept: bool, *, actor: Actor) -> None:
    """The organizer takes the worker in, or declines. raises NotFound, NotOpenYet, NotWaiting."""
    policy.require_organizer(actor, brand_id)
    with transaction() as session:
        brand = finding.open_brand(session, brand_id)
        member = _known(session, brand_id, worker_id)
        state = rules.answer(MemberState(member.state), MemberState.REQUESTED, accept)
        _set(session, member, state, brand_id, worker_id, actor)
        said = (
            text("“{brand}”已经接收您为成员。", brand=brand.name)
            if accept
            else text("“{brand}”这次没有接收您。", brand=brand.name)
        )
        tell(session, [_user_of(session, worker_id)], said, link="/my/brands")


def invite_worker(brand_id: BrandId, phone: str, name: str, *, actor: Actor) -> MemberState:
    """Invite a registered worker by phone and name; one who asked is a member at once.

    raises NotFound, NotOpenYet, AlreadyMember, NotWaiting, Invalid (field phone)
    """
    policy.require_organizer(actor, brand_id)
    with transaction() as session:
        brand = finding.open_brand(session, brand_id)
        worker_id = _find_worker(session, phone, name)
        member = _member(session, brand_id, worker_id)
        state = _set(session, member, rules.invite(_state(member)), brand_id, worker_id, actor)
        tell(
            session, [_user_of(session, worker_id)],
            text("“{brand}”邀请您加入。", brand=brand.name), link="/my/brands",
        )  # fmt: skip
        return state


def withdraw_invitation(brand_id: BrandId, worker_id: WorkerId, *, actor: Actor) -> None:
    """The organizer takes a personal invitation back. raises NotFound, NotWaiting."""
    policy.require_organizer(actor, brand_id)
    with transaction() as session:
        member = _known(session, brand_id, worker_id)
        state = rules.answer(MemberState(member.state), MemberState.INVITED, accept=False)
        _set(session, member, state, brand_id, worker_id, actor)


def answer_invitation(brand_id: BrandId, accept: bool, *, actor: Actor) -> None:
    """The worker accepts the invitation, or declines.

    raises NotAllowed, NotFound, NotOpenYet, NotWaiting
    """
    worker_id = _own_worker(actor)
    with transaction() as session:
        member = _known(session, brand_id, worker_id)
        finding.open_brand(session, brand_id)
        state = rules.answer(MemberState(member.state), MemberState.INVITED, accept)
        _set(session, member, state, brand_id, worker_id, actor)


def add_member(brand_id: BrandId, worker_id: WorkerId, *, actor: Actor) -> None:
    """Make somebody a member without a question, e.g. a worker whom the organizer just registered.

    An organizer may do so only for workers whom they registered themselves and who never left or
    declined; officers and stations for workers of their places; administrators for anyone. A
    member stays a member.
    raises NotFound, NotOpenYet, NotAllowed
    """
    with transaction() as session:
        worker = session.get(Worker, worker_id)
        if worker is None:
            raise NotFound
        finding.open_brand(session, brand_id)
        member = _member(session, brand_id, worker_id)
        if member is not None and member.state == MemberState.MEMBER:
            return
        if not _may_add(actor, brand_id, worker, member):
            raise NotAllowed(text("这位务工人员要自己同意才能加入，请发邀请。"))
        _set(session, member, MemberState.MEMBER, brand_id, worker_id, actor)


def leave(brand_id: BrandId, *, actor: Actor) -> None:
    """The worker leaves the brand and its crew. raises NotAllowed, NotFound, NotWaiting."""
    worker_id = _own_worker(actor)
    with transaction() as session:
        _go(session, brand_id, worker_id, actor)


def remove_member(brand_id: BrandId, worker_id: WorkerId, *, actor: Actor) -> None:
    """The organizer removes a member, from the crew too. raises NotFound, NotWaiting."""
    policy.require_organizer(actor, brand_id)
    with transaction() as session:
        _go(session, brand_id, worker_id, actor)
        brand = finding.brand_of(session, brand_id)
        tell(
            session, [_user_of(session, worker_id)],
            text("您不再是“{brand}”的成员。", brand=brand.name), link="/my/brands",
        )  # fmt: skip


# invitation links


def create_invite(brand_id: BrandId, days: int, *, actor: Actor) -> str:
    """A link by which workers join at once, for so many days from today. Gives its token.

    raises NotFound, NotOpenYet, Invalid (field days)
    """
    policy.require_organizer(actor, brand_id)
    if not 1 <= days <= rules.LONGEST_INVITE_DAYS:
        raise Invalid(
            text("有效期为 1 到 {most} 天。", most=rules.LONGEST_INVITE_DAYS), field="days"
        )
    with transaction() as session:
        finding.open_brand(session, brand_id)
        token = secrets.token_urlsafe(32)
        session.add(
            BrandInvite(
                brand_id=brand_id, token=token, expires_on=_in_days(days - 1),
                created_by=actor.user_id, created_at=clock.now(),
            )
        )  # fmt: skip
        audit.record(session, actor, "brand.invite_link", "brand", brand_id, days=days)
        return token


def withdraw_invite(invite_id: int, *, actor: Actor) -> None:
    """End a link now. raises NotFound."""
    with transaction() as session:
        invite = session.get(BrandInvite, invite_id)
        if invite is None:
            raise NotFound
        policy.require_organizer(actor, invite.brand_id)
        invite.withdrawn = True
        audit.record(session, actor, "brand.invite_withdraw", "brand", invite.brand_id)


def join_by_invite(token: str, *, actor: Actor) -> BrandId:
    """The worker joins at once by a link; a member stays one. Gives the brand.

    raises NotAllowed without a worker's profile, NotFound, InviteOver, NotOpenYet
    """
    worker_id = _own_worker(actor)
    with transaction() as session:
        invite = session.scalar(select(BrandInvite).where(BrandInvite.token == token))
        if invite is None:
            raise NotFound
        if invite.withdrawn or invite.expires_on < clock.today():
            raise InviteOver
        brand_id = BrandId(invite.brand_id)
        finding.open_brand(session, brand_id)
        member = _member(session, brand_id, worker_id)
        if _state(member) is not MemberState.MEMBER:
            _set(session, member, MemberState.MEMBER, brand_id, worker_id, actor)
        return brand_id


# within


def _own_worker(actor: Actor) -> WorkerId:
    if actor.worker_id is None:
        raise NotAllowed(text("请先登记成为务工人员。"))
    return actor.worker_id


def _may_add(actor: Actor, brand_id: int, worker: Worker, member: BrandMember | None) -> bool:
    if actor.has(Role.ADMIN):
        return True
    if actor.covers(Role.OFFICER, worker.home_code) or actor.covers(Role.STATION, worker.home_code):
        return True
    went = member is not None and member.state in (MemberState.LEFT, MemberState.DECLINED)
    own = actor.user_id is not None and worker.registered_by == actor.user_id
    return policy.is_organizer(actor, brand_id) and own and not went


def _member(session: Session, brand_id: int, worker_id: int) -> BrandMember | None:
    return session.scalar(
        select(BrandMember).where(
            BrandMember.brand_id == brand_id, BrandMember.worker_id == worker_id
        )
    )


def _known(session: Session, brand_id: int, worker_id: int) -> BrandMember:
    """raises NotFound for somebody who never had to do with the brand."""
    member = _member(session, brand_id, worker_id)
    if member is None:
        raise NotFound
    return member


def _state(member: BrandMember | None) -> MemberState | None:
    return MemberState(member.state) if member else None


def _set(
    session: Session,
    member: BrandMember | None,
    state: MemberState,
    brand_id: int,
    worker_id: int,
    actor: Actor,
) -> MemberState:
    if member is None:
        member = BrandMember(brand_id=brand_id, worker_id=worker_id)
        session.add(member)
    member.state, member.changed_at = state, clock.now()
    if state is MemberState.MEMBER:
        member.joined_on, member.left_on = clock.today(), None
    elif state is MemberState.LEFT:
        member.left_on = clock.today()
    try:
        session.flush()
    except IntegrityError as error:  # two wishes at the same moment: the first one stands
        raise rules.NotWaiting from error
    audit.record(session, actor, f"brand.member.{state}", "brand", brand_id, worker_id=worker_id)
    return state


def _go(session: Session, brand_id: int, worker_id: int, actor: Actor) -> None:
    member = _known(session, brand_id, worker_id)
    _set(session, member, rules.leave(MemberState(member.state)), brand_id, worker_id, actor)
    of_brand = select(Crew.id).where(Crew.brand_id == brand_id)
    session.execute(
        delete(CrewMember).where(
            CrewMember.worker_id == worker_id, CrewMember.crew_id.in_(of_brand)
        )
    )
    session.execute(
        update(Crew)
        .where(Crew.brand_id == brand_id, Crew.leader_id == worker_id)
        .values(leader_id=None)
    )


def _user_of(session: Session, worker_id: int) -> int | None:
    return session.scalar(select(Worker.user_id).where(Worker.id == worker_id))


@wall.lifted("found by phone and name together, before they belong to the brand")
def _find_worker(session: Session, phone: str, name: str) -> WorkerId:
    """The worker with this phone (own or of the account) and name. raises Invalid."""
    number = finding.typed_phone(phone)
    found = session.scalar(
        select(Worker.id)
        .outerjoin(User, User.id == Worker.user_id)
        .where(
            (Worker.phone == number) | (User.phone == number),
            Worker.name == " ".join(name.split()),
            Worker.is_active,
        )
        .order_by(Worker.id)
        .limit(1)
    )
    if found is None:
        raise Invalid(
            text("没有找到这个手机号和姓名的务工人员。可以代为登记，或把邀请链接发给对方。"),
            field="phone",
        )
    return WorkerId(found)


def _in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)
