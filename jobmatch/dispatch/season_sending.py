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
from jobmatch.dispatch.placing import Candidate
from jobmatch.dispatch.rules.engage import refusal
from jobmatch.dispatch.rules.states import OrderState, SignupState, Via
from jobmatch.dispatch.season_board import worked
from jobmatch.dispatch.season_rows import Scope, SpellState
from jobmatch.dispatch.season_world import brands, members, refused
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import Text, text
from jobmatch.notify import service as notify
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
        self.engaged: list[tuple[Candidate, list[date]]] = []
        self.asked = 0

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
            stay.state = SpellState.ENGAGED
            if got:
                self.engaged.append((self.who[stay.worker_id], got))

    def crew(self, crew_id: int, by_worker: dict[int, list[SeasonSpell]]) -> None:
        """A whole crew: all its stays at the posting, or none."""
        stays = [stay for some in by_worker.values() for stay in some]
        try:
            with self.session.begin_nested():
                crew = self._same_crew(crew_id, set(by_worker))
                for stay in stays:
                    self._check(stay)
                if self.posting.is_instant:
                    got = [(self.who[stay.worker_id], self._engage(stay)) for stay in stays]
                else:
                    order = self._order(crew, stays)
        except _Refused as error:
            self._take_back(stays, error.said)
            return
        if self.posting.is_instant:
            self.engaged += [pair for pair in got if pair[1]]
            for stay in stays:
                stay.state = SpellState.ENGAGED
            return
        for stay in stays:
            stay.state, stay.crew_order_id = SpellState.ASKED, order.id
        self.asked += len(by_worker)

    def tell(self) -> None:
        """One word to each who goes, one to the employer."""
        posting = self.posting
        for who, days in self.engaged:
            said = text(
                "给您排了“{title}”：{first}起共 {n} 天。去不了请在“我的活”里取消。",
                title=posting.title, first=min(days), n=len(days),
            )  # fmt: skip
            notify.tell(self.session, [who.user_id], said, link="/my/mine")
        people = len({who.worker_id for who, _ in self.engaged})
        users = placing.users_for(self.session, Role.EMPLOYER, posting.employer_id)
        link = f"/employer/postings/{posting.id}/signups"
        if people:
            said = text("“{title}”排来了 {n} 人。", title=posting.title, n=people)
            notify.tell(self.session, users, said, link=link)
        if self.asked:
            said = text("“{title}”有 {n} 人愿意来，等您答复。", title=posting.title, n=self.asked)
            notify.tell(self.session, users, said, link=link)

    def _check(self, stay: SeasonSpell) -> None:
        """What stands against a stay before any seat is taken."""
        who = self.who[stay.worker_id]
        days = worked(stay.first_day, stay.last_day, stay.rest)
        new = [day for day in days if day not in self._held(stay)]
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

    def _held(self, stay: SeasonSpell) -> Collection[date]:
        return self.held.get(stay.worker_id, frozenset())

    def _engage(self, stay: SeasonSpell) -> list[date]:
        """Take all days of the stay that are not held yet. raises _Refused when one is gone"""
        days = worked(stay.first_day, stay.last_day, stay.rest)
        new = frozenset(days) - frozenset(self._held(stay))
        signup = self._signup(stay, SignupState.ACCEPTED)
        stay.signup_id = signup.id
        if not new:
            return []
        wish = seats.Wish(
            signup.id, stay.worker_id, new, stay.crew_id, self.brands.get(stay.worker_id)
        )
        got, clashed = seats.engage(self.session, self.posting.id, [wish])
        if len(got.get(signup.id, [])) < len(new):
            if clashed:
                raise _Refused(text("这几天已经有别的活了"))
            raise _Refused(text("名额被别人占了"))
        return got[signup.id]

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
        fine = 0
        for stay in stays:
            days = worked(stay.first_day, stay.last_day, stay.rest)
            if set(days) <= set(self._held(stay)):
                stay.state = SpellState.ENGAGED
                continue
            try:
                with self.session.begin_nested():
                    signup = self._signup(stay, SignupState.PENDING)
                    if signup.state == SignupState.ACCEPTED:
                        got = self._engage(stay)
            except _Refused as error:
                self._take_back([stay], error.said)
                continue
            stay.signup_id = signup.id
            if signup.state == SignupState.ACCEPTED:
                # Taken already: more days of the same work need no second answer.
                stay.state = SpellState.ENGAGED
                self.engaged.append((self.who[stay.worker_id], got))
            else:
                stay.state = SpellState.ASKED
                fine += 1
        self.asked += bool(fine)

    def _same_crew(self, crew_id: int, planned: set[int]) -> Crew:
        crew = self.session.get(Crew, crew_id, populate_existing=True)
        if crew is None or not crew.is_active:
            raise _Refused(text("班组解散了"))
        if set(crew_plan.members_of(self.session, crew)) != planned:
            raise _Refused(text("班组的人变了，请重新排"))
        return crew

    def _order(self, crew: Crew, stays: list[SeasonSpell]) -> CrewOrder:
        standing = self.session.scalar(
            select(CrewOrder.id).where(
                CrewOrder.crew_id == crew.id,
                CrewOrder.posting_id == self.posting.id,
                CrewOrder.state.in_((OrderState.PROPOSED, OrderState.ACCEPTED)),
            )
        )
        if standing is not None:
            raise _Refused(text("这个班组已经派往这份活了"))
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


def _refuse(stays: Sequence[SeasonSpell], said: Text) -> None:
    for stay in stays:
        stay.state, stay.said = SpellState.REFUSED, season_text.kept(said)
