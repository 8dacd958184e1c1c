"""Taking people off work that a plan made anew no longer gives them, and sending them elsewhere.

All who are tied to each other by the work that they leave and go to change in one transaction: two
who change places need both places free at once. First everybody is freed, then the new stays are
sent out, then those whose new work could not be had get their old days again, and only what is
free then goes to the waiting lists.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from jobmatch.brands.models import Crew
from jobmatch.dispatch import cancelling, placing, seats
from jobmatch.dispatch.errors import AlreadyDecided, NothingToFree
from jobmatch.dispatch.models import CrewOrder, Engagement, SeasonRelease, SeasonSpell, Signup
from jobmatch.dispatch.rules.states import UNDECIDED, OrderState, SignupState
from jobmatch.dispatch.season_releases import ReleaseState, ReleaseWhy
from jobmatch.dispatch.season_rows import Scope, SpellState
from jobmatch.dispatch.season_sending import Sending
from jobmatch.infra import audit, clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.periods import Days
from jobmatch.postings.models import Posting

Moves = list[tuple[int, ...]]


def tied(plan_id: int, at_once: int) -> Moves:
    """People whom the plan takes off work and who come in their stead, in groups that change in one
    transaction: who leaves and comes at the same work on the same days, and whole crews.

    at_once   people who have nothing to do with each other go together, so many at most
    """
    session = reading()
    leave: dict[int, list[tuple[int, Days]]] = defaultdict(list)
    for worker, posting, first, last in session.execute(
        select(
            SeasonRelease.worker_id, SeasonRelease.posting_id, SeasonRelease.first_day,
            SeasonRelease.last_day,
        ).where(
            SeasonRelease.plan_id == plan_id, SeasonRelease.state == ReleaseState.PLANNED
        )
    ):  # fmt: skip
        leave[posting].append((worker, Days(first, last)))
    if not leave:
        return []
    planned = session.execute(
        select(
            SeasonSpell.worker_id, SeasonSpell.posting_id, SeasonSpell.first_day,
            SeasonSpell.last_day, SeasonSpell.crew_id, Crew.is_whole,
        )
        .outerjoin(Crew, Crew.id == SeasonSpell.crew_id)
        .where(SeasonSpell.plan_id == plan_id, SeasonSpell.state == SpellState.PLANNED)
    ).all()  # fmt: skip
    rows: list[tuple[int, tuple[str, int]]] = []
    wanted: set[int] = set()
    for worker, posting, first, last, _, _ in planned:
        if any(days.common(Days(first, last)) for _, days in leave.get(posting, ())):
            wanted.add(posting)
            rows.append((worker, ("work", posting)))
    for posting, people in leave.items():
        for worker, _ in people:
            rows.append((worker, ("work", posting) if posting in wanted else ("alone", worker)))
    moved = {worker for worker, _ in rows}
    crews = {crew for worker, *_, crew, is_whole in planned if is_whole and worker in moved}
    rows += [(w, ("crew", crew)) for w, *_, crew, _ in planned if crew in crews and crew]
    found: Moves = []
    for group in _groups(rows):
        if found and len(found[-1]) + len(group) <= at_once:
            found[-1] += group
        else:
            found.append(group)
    return found


def _groups(rows: Iterable[tuple[int, tuple[str, int]]]) -> Moves:
    """People who have something in common, directly or through others."""
    above: dict[object, object] = {}

    def top(one: object) -> object:
        while (up := above.setdefault(one, one)) is not one:
            above[one] = one = above[up]
        return one

    for worker, shared in rows:
        above[top(worker)] = top(shared)
    found: dict[object, list[int]] = defaultdict(list)
    for one in list(above):
        if isinstance(one, int):
            found[top(one)].append(one)
    return sorted(tuple(sorted(group)) for group in found.values())


class Freeing:
    """The changes of some people, in one transaction."""

    def __init__(
        self, session: Session, plan_id: int, scope: Scope, people: Collection[int], actor: Actor
    ) -> None:
        self.session, self.plan_id, self.scope, self.actor = session, plan_id, scope, actor
        self.releases = session.scalars(
            select(SeasonRelease)
            .where(
                SeasonRelease.plan_id == plan_id,
                SeasonRelease.worker_id.in_(people),
                SeasonRelease.state == ReleaseState.PLANNED,
            )
            .order_by(SeasonRelease.worker_id, SeasonRelease.first_day)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        spells = session.scalars(
            select(SeasonSpell)
            .where(
                SeasonSpell.plan_id == plan_id,
                SeasonSpell.worker_id.in_(people),
                SeasonSpell.state == SpellState.PLANNED,
            )
            .order_by(SeasonSpell.posting_id, SeasonSpell.worker_id, SeasonSpell.first_day)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        self.spells: Sequence[SeasonSpell] = spells
        keys = {r.posting_id for r in self.releases} | {s.posting_id for s in spells}
        # Always held in one order: two publishers never wait for each other crosswise.
        self.postings: dict[int, Posting] = {
            key: placing.posting_of(session, key) for key in sorted(keys)
        }
        self.freed: dict[int, set[date]] = {}
        self.withdrawn: set[int | None] = set()

    def run(self) -> None:
        for release in self.releases:
            self._free(release)
        self.session.flush()
        self._send()
        self.session.flush()
        self._return()
        self.session.flush()
        for posting_id, worker in sorted(
            {(r.posting_id, r.worker_id) for r in self.releases if r.state == ReleaseState.FREED}
        ):
            cancelling.refill(self.session, self.postings[posting_id], worker)

    def _free(self, release: SeasonRelease) -> None:
        signup = self._signup(release)
        release.state = ReleaseState.KEPT
        if signup is None or signup.state in UNDECIDED:
            self._take_back(release, signup)
            return
        days = set(Days(release.first_day, release.last_day))
        try:
            self.freed[release.id] = cancelling.free(
                self.session, signup, SignupState.WITHDRAWN, by="brand", days=days
            )
        except (NothingToFree, AlreadyDecided):
            return
        release.state, release.to_tell = ReleaseState.FREED, True
        audit.record(
            self.session, self.actor, "dispatch.season_release", "signup", signup.id,
            plan=self.plan_id, why=release.why,
        )  # fmt: skip

    def _take_back(self, release: SeasonRelease, signup: Signup | None) -> None:
        """What the employer has not answered is asked no longer; of a whole crew, its order."""
        if signup is not None:
            cancelling.move(self.session, signup, UNDECIDED, SignupState.WITHDRAWN)
        orders = self.session.scalars(
            select(SeasonSpell.crew_order_id).where(
                SeasonSpell.worker_id == release.worker_id,
                SeasonSpell.posting_id == release.posting_id,
                SeasonSpell.state == SpellState.ASKED,
                SeasonSpell.crew_order_id.is_not(None),
            )
        ).all()
        self.withdrawn |= set(
            self.session.scalars(
                update(CrewOrder)
                .where(CrewOrder.id.in_(orders), CrewOrder.state == OrderState.PROPOSED)
                .values(state=OrderState.WITHDRAWN, decided_at=clock.now())
                .returning(CrewOrder.id)
                .execution_options(synchronize_session=False)
            )
        )
        if signup is not None or self.withdrawn & set(orders):
            release.state, release.to_tell = ReleaseState.FREED, True

    def _signup(self, release: SeasonRelease) -> Signup | None:
        return self.session.scalars(
            select(Signup)
            .where(
                Signup.worker_id == release.worker_id,
                Signup.posting_id == release.posting_id,
                Signup.state.in_((SignupState.ACCEPTED, *UNDECIDED)),
            )
            .execution_options(populate_existing=True)
        ).first()

    def _send(self) -> None:
        """Whole crews first, as ever."""
        by_posting: dict[int, list[SeasonSpell]] = defaultdict(list)
        for spell in self.spells:
            by_posting[spell.posting_id].append(spell)
        whole = set(
            self.session.scalars(
                select(Crew.id).where(
                    Crew.id.in_({s.crew_id for s in self.spells}), Crew.is_whole.is_(True)
                )
            )
        )
        for is_crew in (True, False):
            for key, spells in by_posting.items():
                part = [s for s in spells if (s.crew_id in whole) is is_crew]
                if part:
                    self._send_to(self.postings[key], part, is_crew)

    def _send_to(self, posting: Posting, spells: Sequence[SeasonSpell], is_crew: bool) -> None:
        sending = Sending(self.session, posting, self.scope, spells, self.actor)
        groups: dict[int, dict[int, list[SeasonSpell]]] = defaultdict(lambda: defaultdict(list))
        for spell in spells:
            groups[spell.crew_id or 0 if is_crew else 0][spell.worker_id].append(spell)
        for crew, by_worker in groups.items():
            if is_crew:
                sending.crew(crew, by_worker)
            else:
                for stays in by_worker.values():
                    sending.one(stays)
        self.session.flush()

    def _return(self) -> None:
        """Who was to move but cannot have the new work keeps the old, if nobody else has it now."""
        refused = defaultdict(list)
        for spell in self.spells:
            if spell.state == SpellState.REFUSED:
                refused[spell.worker_id].append(spell)
        for release in self.releases:
            days = self.freed.get(release.id)
            if release.why != ReleaseWhy.MOVED or not days:
                continue
            if not any(
                s.first_day <= release.last_day and release.first_day <= s.last_day
                for s in refused[release.worker_id]
            ):
                continue
            if self._engage_again(release, days):
                release.state, release.to_tell = ReleaseState.KEPT, False

    def _engage_again(self, release: SeasonRelease, days: set[date]) -> bool:
        signup = self.session.scalars(
            select(Signup)
            .where(Signup.worker_id == release.worker_id, Signup.posting_id == release.posting_id)
            .execution_options(populate_existing=True)
        ).one()
        brand = self.session.scalar(
            select(Engagement.brand_id).where(Engagement.signup_id == signup.id)
        )
        try:
            with self.session.begin_nested():
                signup.state = SignupState.ACCEPTED
                self.session.flush()
                wish = placing.wish_of(signup, days, brand)
                got, _ = seats.engage(self.session, release.posting_id, [wish])
                if set(got.get(signup.id, ())) != days:
                    raise _Gone
        except _Gone:
            self.session.refresh(signup)
            return False
        return True


class _Gone(Exception):
    """A place that was given back is taken by now."""
