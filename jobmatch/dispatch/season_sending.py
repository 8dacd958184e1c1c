"""Sending people and crews out to one posting, in the caller's transaction.

Each stay comes out engaged with all its days, asked of the employer, or refused with nothing
written of it but the reason.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobmatch.brands.models import BrandMember, Crew
from jobmatch.dispatch import crew_plan, placing, season_text, seats
from jobmatch.dispatch.models import CrewOrder, SeasonSpell, Signup
from jobmatch.dispatch.rules.engage import refusal
from jobmatch.dispatch.rules.states import OrderState, SignupState, Via
from jobmatch.dispatch.season_board import worked
from jobmatch.dispatch.season_rows import Scope, SpellState
from jobmatch.dispatch.season_world import brands, members, refused
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text, text
from jobmatch.postings.models import Posting
from jobmatch.workers.models import Worker


class _Refused(Exception):
    """A stay cannot be published; what was written of it is to be taken back."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(str(said))


class Sending:
    """Stays at one posting, in one transaction."""

    def __init__(
        self,
        session: Session,
        posting: Posting,
        scope: Scope,
        spells: Sequence[SeasonSpell],
        actor: Actor,
    ) -> None:
        self.session, self.posting, self.actor = session, posting, actor
        people = sorted({s.worker_id for s in spells})
        self.span = Days(min(s.first_day for s in spells), max(s.last_day for s in spells))
        self.who = placing.candidates(session, people, self.span)
        self.held = crew_plan.held_here(session, posting.id, people)
        self.offered = set(placing.days_open(session, posting))
        self.members = set(session.scalars(members(scope).where(Worker.id.in_(people))))
        self.brands = _brands(session, scope, people)
        self.ages = placing.ages_at(session, posting, self.span.first)
        self.signups = self._standing(people)
        self.said_no = {
            worker
            for worker, _ in session.execute(
                refused().where(Signup.posting_id == posting.id, Signup.worker_id.in_(people))
            )
        }

    def one(self, stays: list[SeasonSpell]) -> None:
        """A person's stays at the posting: each by itself; one that fails leaves the others."""
        fine: list[SeasonSpell] = []
        for stay in stays:
            try:
                self._check(stay)
                fine.append(stay)
            except _Refused as error:
                _refuse([stay], error.said)
        if not fine:
            return
        if not self.posting.is_instant:
            self._ask(fine)
            return
        for stay in fine:
            try:
                with self.session.begin_nested():
                    got = self._engage(stay)
            except _Refused as error:
                self._take_back([stay], error.said)
                continue
            stay.state, stay.to_tell = SpellState.ENGAGED, got

    def crew(self, crew_id: int, by_worker: dict[int, list[SeasonSpell]]) -> None:
        """A whole crew: all its stays at the posting, or none."""
        stays = [stay for some in by_worker.values() for stay in some]
        try:
            with self.session.begin_nested():
                crew = self._same_crew(crew_id, set(by_worker))
                for stay in stays:
                    self._check(stay)
                is_asked = not self.posting.is_instant and any(map(self._new_days, stays))
                order = self._order(crew, stays) if is_asked else None
                # Taken already: more days of the same work need no second answer.
                is_taken = order is None or order.state == OrderState.ACCEPTED
                got = [self._engage(stay) for stay in stays] if is_taken else []
        except _Refused as error:
            self._take_back(stays, error.said)
            return
        if is_taken:
            for stay, is_new in zip(stays, got, strict=True):
                stay.state, stay.to_tell = SpellState.ENGAGED, is_new
            return
        assert order is not None
        known = placing.planned_days(self.session, order_ids=[order.id]).get(order.id, ())
        for stay in stays:
            stay.to_tell = not _days(stay) <= set(known)
            stay.state, stay.crew_order_id = SpellState.ASKED, order.id

    def _check(self, stay: SeasonSpell) -> None:
        """What stands against a stay before any seat is taken."""
        who = self.who[stay.worker_id]
        new = sorted(self._new_days(stay))
        if stay.worker_id not in self.members:
            raise _Refused(text("不在队伍里了，或登记已停用"))
        if not new:
            return
        if self.posting.state != "open" or not set(new) <= self.offered:
            raise _Refused(text("这份活这几天不招人了"))
        for day in (new[0], new[-1]):
            why = refusal(who.person, placing.demand_of(self.posting), self.ages, day)
            if why is not None:
                raise _Refused(why)
        if any(day in who.booked for day in new):
            raise _Refused(text("这几天已经有别的活了"))
        if not all(any(day in run for run in who.runs) for day in new):
            raise _Refused(text("这几天改成没空了"))

    def _new_days(self, stay: SeasonSpell) -> set[date]:
        """The days of a stay that its person does not have at the posting yet."""
        return _days(stay) - set(self.held.get(stay.worker_id, ()))

    def _engage(self, stay: SeasonSpell) -> bool:
        """Take all days of the stay that are not held yet; whether there were any.

        raises  _Refused when one is gone
        """
        new = frozenset(self._new_days(stay))
        if not new:
            return False
        signup = self._signup(stay, SignupState.ACCEPTED)
        stay.signup_id = signup.id
        wish = seats.Wish(
            signup.id, stay.worker_id, new, stay.crew_id, self.brands.get(stay.worker_id)
        )
        got, clashed = seats.engage(self.session, self.posting.id, [wish])
        if len(got.get(signup.id, [])) < len(new):
            if clashed:
                raise _Refused(text("这几天已经有别的活了"))
            raise _Refused(text("名额被别人占了"))
        return True

    def _standing(self, people: Collection[int]) -> dict[int, Signup]:
        """The sign-ups of these people at the posting."""
        found = self.session.scalars(
            select(Signup)
            .where(Signup.posting_id == self.posting.id, Signup.worker_id.in_(people))
            .execution_options(populate_existing=True)
        )
        return {signup.worker_id: signup for signup in found}

    def _take_back(self, stays: Sequence[SeasonSpell], said: Text) -> None:
        """These stays were undone: what was read of their sign-ups may be undone as well."""
        people = {stay.worker_id for stay in stays}
        for worker in people:
            self.signups.pop(worker, None)
        self.signups.update(self._standing(people))
        _refuse(stays, said)

    def _signup(self, stay: SeasonSpell, state: SignupState) -> Signup:
        """The person's sign-up at the posting: a new one, or the standing one made wider."""
        wanted = Days(stay.first_day, stay.last_day)
        over = (SignupState.PENDING, SignupState.WAITING, SignupState.WITHDRAWN)
        standing = self.signups.get(stay.worker_id)
        if stay.worker_id in self.said_no:
            raise _Refused(text("推掉过这份活，或被谢绝过"))
        if standing is not None and standing.state in (SignupState.ACCEPTED, state):
            standing.first_day = min(standing.first_day, wanted.first)
            standing.last_day = max(standing.last_day, wanted.last)
            self.session.flush()
            return standing
        made = placing.write_signup(
            self.session, self.posting, stay.worker_id, wanted, via=Via.CREW, state=state,
            crew_id=stay.crew_id, over=over,
        )  # fmt: skip
        if made is None:
            raise _Refused(text("推掉过这份活，或被谢绝过"))
        if state is SignupState.ACCEPTED:
            made.decided_at = clock.now()
            self.session.flush()
        self.signups[stay.worker_id] = made
        return made

    def _ask(self, stays: list[SeasonSpell]) -> None:
        """The employer answers for the person; the days of the stays are what is asked for."""
        for stay in stays:
            if not self._new_days(stay):
                stay.state = SpellState.ENGAGED
                continue
            try:
                with self.session.begin_nested():
                    signup = self._signup(stay, SignupState.PENDING)
                    if signup.state == SignupState.ACCEPTED:
                        self._engage(stay)
            except _Refused as error:
                self._take_back([stay], error.said)
                continue
            known = placing.planned_days(self.session, [signup.id]).get(signup.id, ())
            stay.signup_id, stay.to_tell = signup.id, not _days(stay) <= set(known)
            # Taken already: more days of the same work need no second answer.
            is_taken = signup.state == SignupState.ACCEPTED
            stay.to_tell |= is_taken
            stay.state = SpellState.ENGAGED if is_taken else SpellState.ASKED

    def _same_crew(self, crew_id: int, planned: set[int]) -> Crew:
        crew = self.session.get(Crew, crew_id, populate_existing=True)
        if crew is None or not crew.is_active:
            raise _Refused(text("班组解散了"))
        if set(crew_plan.members_of(self.session, crew)) != planned:
            raise _Refused(text("班组的人变了，请重新排"))
        return crew

    def _order(self, crew: Crew, stays: list[SeasonSpell]) -> CrewOrder:
        """The crew's order at the posting: a new one, or the standing one made wider.

        raises  _Refused where the crew was sent there by hand: that offer stands for all its days
        """
        standing = self.session.scalars(
            select(CrewOrder)
            .where(
                CrewOrder.crew_id == crew.id,
                CrewOrder.posting_id == self.posting.id,
                CrewOrder.state.in_((OrderState.PROPOSED, OrderState.ACCEPTED)),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        ).first()
        if standing is not None:
            planned = placing.planned_days(self.session, order_ids=[standing.id])
            if standing.state == OrderState.PROPOSED and not planned:
                raise _Refused(text("这个班组已经派往这份活了"))
            standing.first_day = min(standing.first_day, self.span.first)
            standing.last_day = max(standing.last_day, self.span.last)
            self.session.flush()
            return standing
        order = CrewOrder(
            crew_id=crew.id, posting_id=self.posting.id, first_day=self.span.first,
            last_day=self.span.last, state=OrderState.PROPOSED, created_by=self.actor.user_id,
            created_at=clock.now(),
        )  # fmt: skip
        self.session.add(order)
        self.session.flush()
        return order


def _brands(session: Session, scope: Scope, people: Sequence[int]) -> dict[int, int]:
    """The brand for which each goes."""
    if scope.brand_id is not None:
        return dict.fromkeys(people, scope.brand_id)
    rows = session.execute(
        select(BrandMember.worker_id, func.min(BrandMember.brand_id))
        .where(
            BrandMember.worker_id.in_(people), BrandMember.state == "member",
            BrandMember.brand_id.in_(brands(scope)),
        )
        .group_by(BrandMember.worker_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def _days(stay: SeasonSpell) -> set[date]:
    return set(worked(stay.first_day, stay.last_day, stay.rest))


def _refuse(stays: Sequence[SeasonSpell], said: Text) -> None:
    for stay in stays:
        stay.state, stay.said = SpellState.REFUSED, season_text.kept(said)
