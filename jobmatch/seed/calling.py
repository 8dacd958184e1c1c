"""The demonstration's instant hires, one filled and one asking, and a request for work."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobmatch.accounts import service as accounts
from jobmatch.accounts.models import RoleGrant
from jobmatch.dispatch import instant, receipts
from jobmatch.dispatch.instant_models import InstantOffer
from jobmatch.employers.models import Site
from jobmatch.infra import clock
from jobmatch.kernel.actor import SYSTEM, Actor, Role
from jobmatch.kernel.errors import DomainError
from jobmatch.kernel.ids import UserId
from jobmatch.postings.rules.linter import warnings
from jobmatch.postings.service import Unconfirmed
from jobmatch.postings.shape import PostingData

WANTED = 3
SORTING = PostingData(
    site_id=0, skill_id="ag.swpotato.sort", title="甘薯分拣（快招）",
    work_text="坐着挑，分大中小三级，窖口有热水",
    first_day=date(2000, 1, 1), last_day=date(2000, 1, 1),
    pay_kind="day", rate_fen=19_000, day_minutes=480, starts_at=450, ends_at=1020, meals=True,
    load="light",
)  # fmt: skip


def let_people_be_called(session: Session, employer_id: int, worker_id: int, clerk: int) -> None:
    """Yesterday's hire got its people in seven minutes, today's asks; the worker asked for work at
    the desk of the clerk.
    """
    site = session.scalars(select(Site.id).where(Site.employer_id == employer_id)).first()
    boss = session.scalars(
        select(RoleGrant.user_id).where(
            RoleGrant.role == Role.EMPLOYER.value, RoleGrant.subject_id == employer_id
        )
    ).first()
    if site is None or boss is None:
        return
    actor = accounts.actor_of(UserId(boss))
    now = clock.now()
    with clock.at(now - timedelta(days=1)):
        filled = _hire(employer_id, site, actor)
    with clock.at(now - timedelta(days=1) + timedelta(minutes=7)):
        _answer(session, filled, WANTED)
    with clock.at(now - timedelta(minutes=4)):
        asking = _hire(employer_id, site, actor)
    with clock.at(now - timedelta(minutes=2)):
        _answer(session, asking, 1)
    with clock.at(now - timedelta(hours=3)):
        receipts.request_work(worker_id, actor=accounts.actor_of(UserId(clerk)))


def _hire(employer_id: int, site_id: int, actor: Actor) -> int | None:
    day = clock.today() + timedelta(days=1)
    data = replace(SORTING, site_id=site_id, first_day=day, last_day=day)
    try:
        return instant.ask_new(employer_id, data, WANTED, actor=actor)
    except Unconfirmed as error:
        ticked = [finding.code for finding in warnings(error.findings)]
        return instant.ask_new(employer_id, data, WANTED, actor=actor, accepted=ticked)


def _answer(session: Session, hire_id: int | None, yes: int) -> None:
    """One says no, then so many say yes."""
    asked = session.scalars(
        select(InstantOffer.id)
        .where(InstantOffer.hire_id == hire_id, InstantOffer.state == "asked")
        .order_by(InstantOffer.line.desc())
    ).all()
    for n, offer_id in enumerate(asked[: yes + 1]):
        try:
            instant.answer(offer_id, n > 0, actor=SYSTEM)
        except DomainError:
            continue
