"""A plan against the world as it is now: what changed since, and what people answered."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from jobmatch.brands.models import BrandMember
from jobmatch.dispatch.models import (
    CrewOrder,
    Engagement,
    EngagementDay,
    SeasonAgreement,
    SeasonRelease,
    SeasonSpell,
    Signup,
)
from jobmatch.dispatch.rules.states import OrderState, SignupState
from jobmatch.dispatch.season_board import worked
from jobmatch.dispatch.season_rows import (
    Answer,
    Answers,
    AnswerState,
    Conflict,
    ConflictKind,
    Scope,
    SpellState,
)
from jobmatch.dispatch.season_spells import of_plan, row_of
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.paging import PAGE_SIZE, Page, cut
from jobmatch.kernel.periods import Days
from jobmatch.kernel.text import text
from jobmatch.postings.models import Posting, PostingDay
from jobmatch.workers.models import Availability, Worker

# Stays of which nothing is engaged yet.
OPEN = (SpellState.PLANNED, SpellState.ASKED, SpellState.REFUSED)
_SAID = {
    ConflictKind.BOOKED: text("这几天已经有别的活了"),
    ConflictKind.NOT_FREE: text("这几天改成没空了"),
    ConflictKind.LEFT: text("不在队伍里了，或登记已停用"),
    ConflictKind.CLOSED: text("这份活这几天不招人了"),
    ConflictKind.FULL: text("名额被别人占了"),
    ConflictKind.SAID_NO: text("推掉过这份活，或被谢绝过"),
}


def conflicts(
    plan_id: int, *, actor: Actor, page: int = 1, spell_id: int | None = None
) -> Page[Conflict]:
    """Spells not yet engaged that the world no longer allows, days to come only; a few queries.

    spell_id   only this one
    raises     NotFound
    """
    of = row_of(plan_id, actor)
    found = _clashes(plan_id, of, spell_id)
    meant = [key for key in sorted(found) if spell_id in (None, key)]
    shown = cut(meant, page, PAGE_SIZE)
    rows = of_plan(plan_id, of.scope, SeasonSpell.id.in_(shown.rows))
    said = [
        Conflict(
            row, found[row.id][0], tuple(map(date.fromordinal, found[row.id][1])),
            _SAID[found[row.id][0]],
        )
        for row in rows
    ]  # fmt: skip
    return shown.holding(said)


def clashing(plan_id: int, *, actor: Actor) -> set[int]:
    """Keys of all such spells. raises NotFound"""
    return set(_clashes(plan_id, row_of(plan_id, actor)))


def _clashes(
    plan_id: int, of: Any, spell_id: int | None = None
) -> dict[int, tuple[ConflictKind, list[int]]]:
    """What stands against spells, and on which days (ordinals).

    spell_id   only spells at the same posting as this one
    """
    found: dict[int, tuple[ConflictKind, list[int]]] = {}
    today = clock.today().toordinal()
    there = SeasonSpell.plan_id == plan_id
    if spell_id is not None:
        same = select(SeasonSpell.posting_id).where(SeasonSpell.id == spell_id)
        there &= SeasonSpell.posting_id == same.scalar_subquery()
    spells = [(s, days) for s in _light(there, *OPEN) if (days := _days_from(today, s))]
    span = Days(min(of.first, clock.today()), max(of.last, clock.today()))
    world = _World(plan_id, there, of.scope, span)
    fine = []
    for s, days in spells:
        hit = world.against(s, days)
        if hit is None:
            fine.append((s, days))
        else:
            found[s.id] = hit[0], sorted(hit[1])
    for key, full in world.too_many(fine):
        found.setdefault(key, (ConflictKind.FULL, []))[1].append(full)
    return found


def _days_from(today: int, s: Any) -> set[int]:
    """The days of a stay that are worked, as ordinals, from today on."""
    days = set(range(max(today, s.first_day.toordinal()), s.last_day.toordinal() + 1))
    return days.difference(date.fromisoformat(day).toordinal() for day in s.rest)


def answers(
    plan_id: int, *, actor: Actor, only: Collection[AnswerState] = (), page: int = 1
) -> Answers:
    """What became of the spells that were sent out. only: rows with one of these answers.

    raises  NotFound
    """
    of = row_of(plan_id, actor)
    session = reading()
    signups = {
        (row.worker_id, row.posting_id): row
        for row in session.execute(
            select(
                Signup.worker_id, Signup.posting_id, Signup.state, Signup.note,
                Engagement.cancelled_by,
            )
            .join(
                SeasonSpell,
                (SeasonSpell.worker_id == Signup.worker_id)
                & (SeasonSpell.posting_id == Signup.posting_id),
            )
            .outerjoin(Engagement, Engagement.signup_id == Signup.id)
            .where(SeasonSpell.plan_id == plan_id)
        )
    }  # fmt: skip
    orders = {
        key: OrderState(found)
        for key, found in session.execute(
            select(CrewOrder.id, CrewOrder.state)
            .join(SeasonSpell, SeasonSpell.crew_order_id == CrewOrder.id)
            .where(SeasonSpell.plan_id == plan_id)
        )
    }
    booked = _booked(plan_id, Days(of.first, of.last))
    found: dict[int, tuple[AnswerState, tuple[date, ...], str]] = {}
    for s in _light(SeasonSpell.plan_id == plan_id, SpellState.ENGAGED, SpellState.ASKED):
        held = booked.get(s.worker_id, {})
        wanted = worked(s.first_day, s.last_day, s.rest)
        days = tuple(day for day in wanted if held.get(day) == s.posting_id)
        signup = signups.get((s.worker_id, s.posting_id))
        answer = _answer(len(days), len(wanted), signup, orders.get(s.crew_order_id))
        found[s.id] = (answer, days, signup.note if signup is not None else "")
    meant = [key for key in sorted(found) if not only or found[key][0] in only]
    shown = cut(meant, page, PAGE_SIZE)
    rows = of_plan(plan_id, of.scope, SeasonSpell.id.in_(shown.rows))
    counts = Counter(one[0] for one in found.values())
    said = [Answer(row, *found[row.id]) for row in rows]
    return Answers(dict(counts), shown.holding(said))


def _answer(standing: int, wanted: int, signup: Any, order: OrderState | None) -> AnswerState:
    if standing == wanted:
        return AnswerState.GOES
    if order is OrderState.PROPOSED:
        return AnswerState.WAITS
    if order is OrderState.DECLINED:
        return AnswerState.EMPLOYER_NO
    if order is OrderState.WITHDRAWN:
        return AnswerState.BRAND_NO
    state = SignupState.WITHDRAWN if signup is None else SignupState(signup.state)
    if state is SignupState.PENDING:
        return AnswerState.WAITS
    if state is SignupState.WAITING:
        return AnswerState.IN_LINE
    if state is SignupState.ACCEPTED:
        return AnswerState.PARTLY
    if state is SignupState.DECLINED or (signup is not None and signup.cancelled_by == "employer"):
        return AnswerState.EMPLOYER_NO
    if signup is not None and signup.cancelled_by == "brand":
        return AnswerState.BRAND_NO
    return AnswerState.WORKER_NO


class _World:
    """What holds now for the people and postings of a plan; read once. Days are ordinals.

    The database leaves out what stands in nobody's way: a banner's plan has tens of thousands of
    stays, and few of them clash.
    there   which spells of the plan are asked about
    """

    def __init__(self, plan_id: int, there: ColumnElement[bool], scope: Scope, span: Days) -> None:
        session = reading()
        people = select(SeasonSpell.worker_id).where(there)
        postings = select(SeasonSpell.posting_id).where(there)
        self.gone = set(session.scalars(people.where(SeasonSpell.worker_id.not_in(members(scope)))))
        # What the plan itself takes back stands in nobody's way.
        back: dict[int, set[int]] = defaultdict(set)
        for worker, first, last in session.execute(
            select(SeasonRelease.worker_id, SeasonRelease.first_day, SeasonRelease.last_day).where(
                SeasonRelease.plan_id == plan_id, SeasonRelease.state == "planned"
            )
        ):
            back[worker].update(range(first.toordinal(), last.toordinal() + 1))
        # Engaged days within a spell: at its own posting, and elsewhere.
        self.own: dict[int, set[int]] = defaultdict(set)
        self.elsewhere: dict[int, set[int]] = defaultdict(set)
        for key, worker, day, is_here in session.execute(
            select(
                SeasonSpell.id, SeasonSpell.worker_id, EngagementDay.work_date,
                Engagement.posting_id == SeasonSpell.posting_id,
            )
            .join(
                EngagementDay,
                (EngagementDay.worker_id == SeasonSpell.worker_id)
                & EngagementDay.work_date.between(SeasonSpell.first_day, SeasonSpell.last_day),
            )
            .join(Engagement, Engagement.id == EngagementDay.engagement_id)
            .where(there, SeasonSpell.state.in_(OPEN))
        ):  # fmt: skip
            if day.toordinal() not in back.get(worker, ()):
                (self.own if is_here else self.elsewhere)[key].add(day.toordinal())
        self.free: dict[int, list[tuple[int, int]]] = {}
        run = aliased(Availability)
        covered = (
            select(run.id)
            .where(
                run.worker_id == SeasonSpell.worker_id,
                run.first_day <= SeasonSpell.first_day,
                run.last_day >= SeasonSpell.last_day,
            )
            .exists()
        )
        for key, first, last in session.execute(
            select(SeasonSpell.id, Availability.first_day, Availability.last_day)
            .outerjoin(Availability, Availability.worker_id == SeasonSpell.worker_id)
            .where(there, SeasonSpell.state.in_(OPEN), ~covered)
        ):
            runs = self.free.setdefault(key, [])
            if first is not None:
                runs.append((first.toordinal(), last.toordinal()))
        # Places that are free by posting and day, where it takes people.
        self.left: dict[int, dict[int, int]] = defaultdict(dict)
        for posting, day, left in session.execute(
            select(
                PostingDay.posting_id, PostingDay.work_date, PostingDay.headcount - PostingDay.taken
            )
            .join(Posting, Posting.id == PostingDay.posting_id)
            .where(
                PostingDay.posting_id.in_(postings), PostingDay.headcount > 0,
                PostingDay.work_date.between(span.first, span.last), Posting.state == "open",
            )
        ):  # fmt: skip
            self.left[posting][day.toordinal()] = left
        self.said_no = {
            (worker, posting)
            for worker, posting in session.execute(refused().where(Signup.worker_id.in_(people)))
        }

    def against(self, s: Any, days: set[int]) -> tuple[ConflictKind, set[int]] | None:
        """What stands against a stay by itself, and on which days."""
        if s.worker_id in self.gone:
            return ConflictKind.LEFT, days
        # Work that closes declines who asked for it: that it is closed says more.
        closed = days - self.left[s.posting_id].keys()
        if closed:
            return ConflictKind.CLOSED, closed
        if (s.worker_id, s.posting_id) in self.said_no:
            return ConflictKind.SAID_NO, days
        booked = days & self.elsewhere.get(s.id, set())
        if booked:
            return ConflictKind.BOOKED, booked
        if s.id not in self.free:
            return None
        away = days - self.own.get(s.id, set())
        for first, last in self.free[s.id]:
            away = {day for day in away if not first <= day <= last}
        return (ConflictKind.NOT_FREE, away) if away else None

    def too_many(self, spells: Sequence[tuple[Any, set[int]]]) -> Iterator[tuple[int, int]]:
        """(spell, day) for which others have taken the place; the latest spells give way."""
        more = [(s, days - self.own[s.id] if s.id in self.own else days) for s, days in spells]
        wanted: dict[int, Counter[int]] = defaultdict(Counter)
        for s, days in more:
            wanted[s.posting_id].update(days)
        over = {
            posting: {day for day, n in there.items() if n > self.left[posting].get(day, 0)}
            for posting, there in wanted.items()
        }
        for s, days in sorted(more, key=lambda pair: int(pair[0].id)):
            for day in sorted(days & over[s.posting_id]):
                left = self.left[s.posting_id].get(day, 0) - 1
                self.left[s.posting_id][day] = left
                if left < 0:
                    yield s.id, day


def members(scope: Scope) -> Any:
    """Active members of the brand, or of the brands that agreed, who let themselves be matched."""
    of_brand = select(BrandMember.worker_id).where(
        BrandMember.state == "member", BrandMember.brand_id.in_(brands(scope))
    )
    return select(Worker.id).where(
        Worker.is_active.is_(True),
        Worker.matching_opt_out.is_(False),
        Worker.id.in_(of_brand),
    )


def brands(scope: Scope) -> Any:
    """The brand, or the brands that agreed to be planned for the place; to be used in IN."""
    if scope.brand_id is not None:
        return [scope.brand_id]
    return select(SeasonAgreement.brand_id).where(
        SeasonAgreement.place_code == scope.place_code, SeasonAgreement.withdrawn_at.is_(None)
    )


def refused() -> Any:
    """(worker, posting) of which one has said no to the other: not to be planned again."""
    return (
        select(Signup.worker_id, Signup.posting_id)
        .outerjoin(Engagement, Engagement.signup_id == Signup.id)
        .where(
            (Signup.state == SignupState.DECLINED)
            | ((Signup.state == SignupState.WITHDRAWN) & (Engagement.cancelled_by == "worker"))
        )
    )


def _light(there: ColumnElement[bool], *states: SpellState) -> Sequence[Any]:
    return (
        reading()
        .execute(
            select(
                SeasonSpell.id, SeasonSpell.worker_id, SeasonSpell.posting_id,
                SeasonSpell.first_day, SeasonSpell.last_day, SeasonSpell.rest,
                SeasonSpell.crew_order_id,
            )
            .where(there, SeasonSpell.state.in_(states))
            .order_by(SeasonSpell.id)
        )
        .all()
    )  # fmt: skip


def _booked(plan_id: int, span: Days) -> dict[int, dict[date, int]]:
    """Engaged days of the plan's people: worker -> day -> posting."""
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for worker, day, posting in reading().execute(
        select(EngagementDay.worker_id, EngagementDay.work_date, Engagement.posting_id)
        .join(Engagement, Engagement.id == EngagementDay.engagement_id)
        .where(
            EngagementDay.work_date.between(span.first, span.last),
            EngagementDay.worker_id.in_(
                select(SeasonSpell.worker_id).where(SeasonSpell.plan_id == plan_id)
            ),
        )
    ):
        found[worker][day] = posting
    return found
