"""Changing a plan by hand: each change is checked against every hard rule before it stands.

Only the people concerned (a person, or a crew) are looked at, against the places that the rest of
the plan leaves; so a change takes as long in a county as in a village.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from jobmatch.brands.models import Crew, CrewMember
from jobmatch.dispatch import policy
from jobmatch.dispatch.errors import PlanOver
from jobmatch.dispatch.models import (
    Engagement,
    EngagementDay,
    SeasonPin,
    SeasonPlan,
    SeasonSending,
    SeasonSpell,
)
from jobmatch.dispatch.rules.check import Violation, check, value_of
from jobmatch.dispatch.rules.plans import Plan, Spell
from jobmatch.dispatch.rules.problem import Problem
from jobmatch.dispatch.season_board import worked
from jobmatch.dispatch.season_ground import Ground, ground
from jobmatch.dispatch.season_rows import DRAFT, Scope, SpellState
from jobmatch.dispatch.season_spells import where_scope
from jobmatch.infra import audit, clock
from jobmatch.infra.db import retried, transaction
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Invalid, NotFound
from jobmatch.kernel.text import text

DAY = timedelta(days=1)
# The rules of check in words; the first that is broken is told.
_BROKEN = {
    "one_a_day": text("同一天不能干两份活。"),
    "eligible": text("这个人不适合这份活：技能、证书、路程、工钱或时间不合，或被谢绝过。"),
    "available": text("这几天有人没空。"),
    "headcount": text("名额不够。"),
    "min_stay": text("这份活至少要干满规定的天数。"),
    "max_run": text("连着干的天数太多，中间要歇一天。"),
    "max_days": text("这个人这一季干的天数超过了上限。"),
    "whole": text("这个班组要整班一起。"),
    "rest": text("歇的日子只能在中间，而且那天要有空。"),
    "pin": text("固定的日子不能动，先放开再改。"),
    "known": text("日子不在这份安排里。"),
}


@retried
def pin(
    plan_id: int, worker_id: int, posting_id: int, first: date, last: date, *, actor: Actor
) -> int:
    """Every next plan of this plan's brand (or place) keeps these days; the pin's key.

    Pinning the same days again gives the same pin; a whole crew is pinned with all its members.
    raises  NotFound, Invalid with the rule that forbids it
    """
    with transaction() as session:
        plan = _plan(session, plan_id, actor)
        scope = Scope(plan.brand_id, plan.place_code)
        if not (max(plan.first_day, clock.today()) <= first <= last <= plan.last_day):
            raise Invalid(_BROKEN["known"], field="first")
        standing = session.scalars(
            select(SeasonPin).where(
                where_scope(SeasonPin, scope),
                SeasonPin.worker_id == worker_id,
                SeasonPin.first_day <= last,
                SeasonPin.last_day >= first,
            )
        ).all()
        same = [
            p for p in standing
            if (p.posting_id, p.first_day, p.last_day) == (posting_id, first, last)
        ]  # fmt: skip
        if same:
            return same[0].id
        if standing:
            raise Invalid(text("这几天已经固定在别处了，先放开再改。"), field="first")
        row = SeasonPin(
            brand_id=scope.brand_id, place_code=scope.place_code, worker_id=worker_id,
            posting_id=posting_id, first_day=first, last_day=last, created_by=actor.user_id,
            created_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        try:
            session.flush()
        except IntegrityError:
            raise NotFound from None  # no such worker or posting
        # The ground reads the pin as every next plan will, and says what is against it.
        found = _ground(plan, [worker_id])
        if worker_id not in found.worker_rows:
            raise NotFound
        against = [one.said for one in found.left_out if one.pin_id == row.id]
        if against:
            raise Invalid(against[0], field="posting")
        audit.record(
            session, actor, "dispatch.pin", "season_pin", row.id,
            worker=worker_id, posting=posting_id,
        )  # fmt: skip
        return row.id


@retried
def move(
    spell_id: int,
    *,
    actor: Actor,
    posting_id: int | None = None,
    worker_id: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> None:
    """Put a stay of a draft plan elsewhere: another posting, other days, another person.

    What is not given stays; days off are put in where the days in a row ask for them. A whole crew
    moves as one.
    raises  NotFound, PlanOver, Invalid with the rule that forbids it (field: what is to change)
    """
    field = next(
        (
            name
            for name, given in (
                ("posting", posting_id), ("worker", worker_id), ("first", first), ("last", last)
            )
            if given is not None
        ),
        None,
    )  # fmt: skip
    with transaction() as session:
        change = _change(session, spell_id, actor)
        if worker_id is not None and change.is_crew:
            raise Invalid(text("整班的活不能只换一个人。"), field="worker")
        for spell in change.old:
            begins, ends = first or spell.first_day, last or spell.last_day
            if ends < begins:
                raise Invalid(text("最后一天早于第一天。"), field="last")
            change.new.append(
                _Stay(
                    worker_id or spell.worker_id, posting_id or spell.posting_id, begins, ends,
                    frozenset(date.fromisoformat(day) for day in spell.rest),
                )
            )  # fmt: skip
        change.make("move", field)


@retried
def split(spell_id: int, day: date, *, actor: Actor) -> None:
    """Cut a stay of a draft plan in two: the second begins on this day.

    raises  NotFound, PlanOver, Invalid
    """
    with transaction() as session:
        change = _change(session, spell_id, actor)
        for spell in change.old:
            days = worked(spell.first_day, spell.last_day, spell.rest)
            parts = [[d for d in days if d < day], [d for d in days if d >= day]]
            if not all(parts):
                raise Invalid(text("请选这段日子里面的一天，不能是第一天。"), field="day")
            rest = frozenset(date.fromisoformat(d) for d in spell.rest)
            change.new += [
                _Stay(spell.worker_id, spell.posting_id, part[0], part[-1], rest) for part in parts
            ]
        change.make("split", "day")


@retried
def remove(spell_id: int, *, actor: Actor) -> None:
    """Take a stay (of a whole crew: all of it) out of a draft plan. raises NotFound, PlanOver"""
    with transaction() as session:
        _change(session, spell_id, actor).make("remove", None)


@retried
def add(
    plan_id: int, worker_id: int, posting_id: int, first: date, last: date, *, actor: Actor
) -> None:
    """Give somebody a stay in a draft plan, e.g. who has no work yet; a whole crew goes as one.

    raises  NotFound, PlanOver, Invalid with the rule that forbids it
    """
    with transaction() as session:
        plan = _draft(session, plan_id, actor)
        if last < first:
            raise Invalid(text("最后一天早于第一天。"), field="last")
        change = _Change(session, plan, [], actor, worker_id)
        change.new = [
            _Stay(worker, posting_id, first, last, frozenset()) for worker in change.together
        ]
        change.make("add", "posting")


@dataclass(frozen=True, slots=True)
class _Stay:
    worker_id: int
    posting_id: int
    first: date
    last: date
    rest: frozenset[date]


class _Change:
    """Some stays of a draft plan that give way to others."""

    def __init__(
        self,
        session: Session,
        plan: SeasonPlan,
        old: Sequence[SeasonSpell],
        actor: Actor,
        worker_id: int | None = None,
    ) -> None:
        self.session, self.plan, self.old, self.actor = session, plan, list(old), actor
        self.new: list[_Stay] = []
        workers = {s.worker_id for s in old} | ({worker_id} if worker_id is not None else set())
        self.together = self._mates(workers)

    @property
    def is_crew(self) -> bool:
        return len(self.together) > 1

    def _mates(self, workers: Collection[int]) -> list[int]:
        """These people, with all members of a whole crew that they are in."""
        crew = (
            select(CrewMember.crew_id)
            .join(Crew, Crew.id == CrewMember.crew_id)
            .where(CrewMember.worker_id.in_(workers), Crew.is_whole.is_(True), Crew.is_active)
        )
        mates = select(CrewMember.worker_id).where(CrewMember.crew_id.in_(crew))
        return sorted(set(workers) | set(self.session.scalars(mates)))

    def make(self, verb: str, field: str | None) -> None:
        """Write the change if no hard rule is broken by it that was not broken before."""
        plan = self.plan
        concerned = {*self.together, *(stay.worker_id for stay in self.new)}
        found = _ground(plan, concerned, {stay.posting_id for stay in self.new})
        rows, postings = found.worker_rows, found.posting_rows
        if not all(s.worker_id in rows and s.posting_id in postings for s in self.new):
            raise Invalid(_BROKEN["eligible"], field=field)
        if any(s.first < plan.first_day or s.last > plan.last_day for s in self.new):
            raise Invalid(_BROKEN["known"], field=field)
        standing = self.session.scalars(
            select(SeasonSpell).where(
                SeasonSpell.plan_id == plan.id, SeasonSpell.worker_id.in_(rows)
            )
        ).all()
        gone = {s.id for s in self.old}
        before = _spells(found, [_stay_of(s) for s in standing])
        new = [self._rested(stay, found) for stay in self.new]
        after = _spells(found, [*(_stay_of(s) for s in standing if s.id not in gone), *new])
        problem = self._left(found, before + after)
        broken = [one for one in _violations(problem, after)
                  if one not in _violations(problem, before)]  # fmt: skip
        if broken:
            raise Invalid(_BROKEN.get(broken[0].rule, _BROKEN["eligible"]), field=field)
        if plan.value is not None and plan.bound is not None and plan.filled is not None:
            plan.value += value_of(problem, after) - value_of(problem, before)
            plan.bound = max(plan.bound, plan.value)
            plan.filled += sum(len(s.worked) for s in after) - sum(len(s.worked) for s in before)
        self.session.execute(delete(SeasonSpell).where(SeasonSpell.id.in_(gone)))
        if new:
            self.session.execute(insert(SeasonSpell), [self._row(stay, found) for stay in new])
        audit.record(
            self.session, self.actor, f"dispatch.season_{verb}", "season_plan", plan.id,
            spells=len(gone), workers=len(concerned),
        )  # fmt: skip

    def _rested(self, stay: _Stay, found: Ground) -> _Stay:
        """With days off where the days in a row ask for them, and those that are kept."""
        most, run = found.problem.params.max_run, 0
        rest = set()
        for n in range((stay.last - stay.first).days + 1):
            day = stay.first + n * DAY
            is_inside = stay.first < day < stay.last
            if is_inside and most and (day in stay.rest or run == most):
                rest.add(day)
                run = 0
            else:
                run += 1
        return replace(stay, rest=frozenset(rest))

    def _left(self, found: Ground, spells: Sequence[Spell]) -> Problem:
        """The problem with the places that the rest of the plan leaves."""
        problem = found.problem
        headcount = problem.headcount.copy()
        own = headcount * 0
        for pinned in problem.pins:
            own[pinned.posting, pinned.first : pinned.last + 1] += 1
        rows = {s.posting for s in spells}
        keys = {key: row for key, row in found.posting_rows.items() if row in rows}
        others = self.session.execute(
            select(
                SeasonSpell.worker_id, SeasonSpell.posting_id, SeasonSpell.first_day,
                SeasonSpell.last_day, SeasonSpell.rest,
            ).where(
                SeasonSpell.plan_id == self.plan.id, SeasonSpell.posting_id.in_(keys),
                SeasonSpell.worker_id.not_in(found.worker_rows),
            )
        ).all()  # fmt: skip
        # Days that are engaged already are among the places that are taken.
        engaged = {
            (worker, posting, day)
            for worker, posting, day in self.session.execute(
                select(EngagementDay.worker_id, Engagement.posting_id, EngagementDay.work_date)
                .join(Engagement, Engagement.id == EngagementDay.engagement_id)
                .where(Engagement.posting_id.in_(keys))
            )
        }
        for worker, posting, first, last, rest in others:
            for day in worked(first, last, rest):
                n = (day - found.first).days
                if (worker, posting, day) not in engaged and 0 <= n < problem.days:
                    headcount[keys[posting], n] -= 1
        return replace(problem, headcount=np.maximum(headcount, own))

    def _row(self, stay: _Stay, found: Ground) -> dict[str, Any]:
        return {
            "plan_id": self.plan.id, "worker_id": stay.worker_id,
            "crew_id": found.crew_of.get(stay.worker_id), "posting_id": stay.posting_id,
            "first_day": stay.first, "last_day": stay.last,
            "rest": sorted(day.isoformat() for day in stay.rest), "state": SpellState.PLANNED,
        }  # fmt: skip


def _change(session: Session, spell_id: int, actor: Actor) -> _Change:
    """The stay, and the same stay of everybody in its whole crew."""
    spell = session.get(SeasonSpell, spell_id)
    if spell is None:
        raise NotFound
    plan = _draft(session, spell.plan_id, actor)
    change = _Change(session, plan, [spell], actor)
    change.old = list(
        session.scalars(
            select(SeasonSpell).where(
                SeasonSpell.plan_id == plan.id,
                SeasonSpell.worker_id.in_(change.together),
                SeasonSpell.posting_id == spell.posting_id,
                SeasonSpell.first_day == spell.first_day,
            )
        )
    )
    if any(s.state in (SpellState.ENGAGED, SpellState.ASKED) for s in change.old):
        raise Invalid(text("已经录用或已经派出的日子不能在这里改。"))
    return change


def _plan(session: Session, plan_id: int, actor: Actor) -> SeasonPlan:
    plan = session.get(SeasonPlan, plan_id, populate_existing=True, with_for_update=True)
    if plan is None:
        raise NotFound
    policy.require_planner(actor, Scope(plan.brand_id, plan.place_code))
    return plan


def _draft(session: Session, plan_id: int, actor: Actor) -> SeasonPlan:
    plan = _plan(session, plan_id, actor)
    if plan.state not in DRAFT or session.get(SeasonSending, plan_id) is not None:
        raise PlanOver
    return plan


def _ground(plan: SeasonPlan, workers: Collection[int], postings: Collection[int] = ()) -> Ground:
    return ground(
        Scope(plan.brand_id, plan.place_code), plan.first_day, plan.last_day, clock.today(),
        workers=workers, postings=postings,
    )  # fmt: skip


def _stay_of(s: SeasonSpell) -> _Stay:
    rest = frozenset(date.fromisoformat(day) for day in s.rest)
    return _Stay(s.worker_id, s.posting_id, s.first_day, s.last_day, rest)


def _spells(found: Ground, stays: Sequence[_Stay]) -> list[Spell]:
    """In rows of the problem; a stay at work that is not in it any more is left out."""
    rows, postings = found.worker_rows, found.posting_rows
    return [
        Spell(
            rows[s.worker_id], postings[s.posting_id], (s.first - found.first).days,
            (s.last - found.first).days, tuple(sorted((d - found.first).days for d in s.rest)),
        )
        for s in stays
        if s.posting_id in postings
    ]  # fmt: skip


def _violations(problem: Problem, spells: list[Spell]) -> list[Violation]:
    value = value_of(problem, spells)
    filled = sum(len(spell.worked) for spell in spells)
    found = check(problem, Plan(tuple(spells), value, value, filled, filled)).violations
    return [one for one in found if one.rule not in ("value", "filled", "bound")]
