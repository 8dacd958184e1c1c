"""Changing a draft by hand: stays are moved, split, pinned, added and taken out."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from jobmatch.brands import people
from jobmatch.dispatch import season_queries as queries
from jobmatch.dispatch import season_service as service
from jobmatch.dispatch.season_queries import CoverageRow, PlanPage, PlanRow, SpellRow
from jobmatch.dispatch.season_rows import Scope
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, DomainError, Invalid, NotFound
from jobmatch.kernel.periods import Days, runs
from jobmatch.matching import queries as matching
from jobmatch.web.answers import telling
from jobmatch.web.filters import days as days_text
from jobmatch.web.incoming import asked
from jobmatch.web.season import words
from jobmatch.web.season.base import Base
from jobmatch.web.season.forms import AddForm, DropForm, MoveForm, SplitForm
from jobmatch.web.texts import say
from jobmatch.workers import queries as workers

Value = TypeVar("Value")
# People who fit the work best, to go there.
MOST_OTHERS = 60


class ChangePages(Base):
    """One stay and what can be done with it; drags end here as well."""

    def season_spell(self, spell_id: int) -> ResponseReturnValue:
        row, found = self.spell(spell_id)
        return self._spell(row, found, _as_it_is(row), SplitForm(formdata=None))

    def season_move(self, spell_id: int) -> ResponseReturnValue:
        row, found = self.spell(spell_id)
        form = MoveForm()
        self._fill(form, row, found.row)
        if form.validate_on_submit():
            with form.carrying(Invalid, Conflict):
                service.move(
                    spell_id, actor=g.actor,
                    posting_id=_other(form.posting.data, row.posting_id),
                    worker_id=_other(form.worker.data, row.worker_id),
                    first=_other(form.first.data, row.first_day),
                    last=_other(form.last.data, row.last_day),
                )  # fmt: skip
                return self._moved(row)
        return self._spell(row, found, form, SplitForm(formdata=None)), 422

    def season_drop(self, spell_id: int) -> ResponseReturnValue:
        """A stay that was dragged keeps its length. What forbids it is said on its own page."""
        row, found = self.spell(spell_id)
        if not found.row.is_draft or row.state not in words.OPEN:
            flash(_("这一段不能再改。"), "warning")
            return self._back(row)
        form = DropForm()
        first = form.first.data if form.validate_on_submit() else None
        last = first + (row.last_day - row.first_day) if first else None
        posting, worker = form.posting.data, form.worker.data
        try:
            service.move(
                spell_id, actor=g.actor, posting_id=_other(posting, row.posting_id),
                worker_id=_other(worker, row.worker_id), first=_other(first, row.first_day),
                last=_other(last, row.last_day),
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            move = MoveForm(
                formdata=None, posting=posting or row.posting_id, worker=worker or row.worker_id,
                first=first or row.first_day, last=last or row.last_day,
            )  # fmt: skip
            return self._spell(row, found, move, SplitForm(formdata=None), error), 422
        return self._moved(row)

    def season_split(self, spell_id: int) -> ResponseReturnValue:
        row, found = self.spell(spell_id)
        form = SplitForm()
        if form.validate_on_submit() and form.day.data:
            with form.carrying(Invalid, Conflict):
                service.split(spell_id, form.day.data, actor=g.actor)
                flash(_("已分成两段，可以分别挪动。"), "success")
                return self._back(row)
        return self._spell(row, found, _as_it_is(row), form), 422

    def season_pin(self, spell_id: int) -> ResponseReturnValue:
        """Every next plan keeps this stay: a pin for each run of days between days off."""
        row, _found = self.spell(spell_id)
        try:
            for run in runs(set(Days(row.first_day, row.last_day)) - set(row.rest)):
                service.pin(
                    row.plan_id, row.worker_id, row.posting_id, run.first, run.last, actor=g.actor
                )
        except (Invalid, Conflict) as error:
            flash(say(error.text), "warning")
        else:
            flash(_("已固定，以后再排都不动它。"), "success")
        return redirect(self.url("season_spell", spell_id=spell_id), 303)

    def season_release(self, spell_id: int) -> ResponseReturnValue:
        """Every pin that lies on this stay goes."""
        row, found = self.spell(spell_id)
        for pin in queries.pins(found.row.scope, actor=g.actor):
            here = (pin.worker_id, pin.posting_id) == (row.worker_id, row.posting_id)
            if here and pin.first_day <= row.last_day and row.first_day <= pin.last_day:
                service.unpin(pin.id, actor=g.actor)
        flash(_("已放开，下次安排可以改。"), "success")
        return redirect(self.url("season_spell", spell_id=spell_id), 303)

    def season_remove(self, spell_id: int) -> ResponseReturnValue:
        row, _found = self.spell(spell_id)
        try:
            with telling(_("已拿掉。")):
                service.remove(spell_id, actor=g.actor)
        except Invalid as error:
            flash(say(error.text), "warning")
        return self._back(row)

    def season_add(self, plan_id: int) -> ResponseReturnValue:
        """Choose work that lacks people, then who goes there."""
        plan = self.plan(plan_id).row
        works = self._works(plan)
        chosen = self._chosen(works)
        form = AddForm(formdata=None)
        if chosen is not None:
            form.first.data, form.last.data = _lacking(chosen)
        return self._add(plan, works, chosen, form)

    def season_add_post(self, plan_id: int) -> ResponseReturnValue:
        plan = self.plan(plan_id).row
        works = self._works(plan)
        chosen = self._chosen(works)
        if chosen is None:
            raise NotFound
        form = AddForm()
        days = _asked_days(form, *_lacking(chosen))
        form.worker.choices = self._fitting(plan, chosen.posting_id, days, form.worker.data)
        if form.validate_on_submit() and form.first.data and form.last.data:
            with form.carrying(Invalid, Conflict):
                service.add(
                    plan_id, form.worker.data, chosen.posting_id, form.first.data, form.last.data,
                    actor=g.actor,
                )  # fmt: skip
                flash(_("已排上。"), "success")
                at = self.url("season_board", plan_id=plan_id, week=form.first.data)
                return redirect(at, 303)
        return self._add(plan, works, chosen, form), 422

    def _moved(self, row: SpellRow) -> Response:
        flash(_("已挪动。"), "success")
        return self._back(row)

    def _back(self, row: SpellRow) -> Response:
        """To the board, at the week of the stay."""
        day = max(row.first_day, clock.today() - timedelta(days=7))
        return redirect(self.url("season_board", plan_id=row.plan_id, week=day), 303)

    def _spell(
        self, row: SpellRow, found: PlanPage, move: MoveForm, split: SplitForm,
        error: DomainError | None = None,
    ) -> str:  # fmt: skip
        if found.row.is_draft:
            self._fill(move, row, found.row)
        if error is not None:
            move.refuse(error)
        clash = queries.conflicts(row.plan_id, actor=g.actor, spell_id=row.id).rows
        return self.show(
            "spell", spell=row, row=found.row, move=move, split=split,
            clash=clash[0] if clash else None, menu=self.menu(found.row, "season_board"),
        )  # fmt: skip

    def _add(
        self, plan: PlanRow, works: list[CoverageRow], chosen: CoverageRow | None, form: AddForm
    ) -> str:
        if chosen is not None and form.worker.choices is None:
            days = _asked_days(form, *_lacking(chosen))
            form.worker.choices = self._fitting(plan, chosen.posting_id, days, None)
        return self.show(
            "add", row=plan, works=[(one.posting_id, _work(one)) for one in works], chosen=chosen,
            form=form, menu=self.menu(plan, "season_board"),
        )  # fmt: skip

    def _chosen(self, works: list[CoverageRow]) -> CoverageRow | None:
        wanted = asked("posting", type=int)
        return next((one for one in works if one.posting_id == wanted), None)

    def _works(self, plan: PlanRow) -> list[CoverageRow]:
        """Work of these days, what lacks most people first."""
        works = queries.coverage(plan.id, plan.first_day, plan.last_day, actor=g.actor)
        with_places = [one for one in works if any(day.demand for day in one.days)]
        return sorted(with_places, key=lambda one: -_missing(one))

    def _fill(self, form: MoveForm, row: SpellRow, plan: PlanRow) -> None:
        """Where else, and who else: what is there now comes first."""
        pairs = [(one.posting_id, _work(one)) for one in self._works(plan)]
        here = [pair for pair in pairs if pair[0] == row.posting_id]
        form.posting.choices = [
            *(here or [(row.posting_id, f"{row.title} · {row.employer}")]),
            *(pair for pair in pairs if pair[0] != row.posting_id),
        ]
        posting = int(form.posting.data or row.posting_id)
        days = _asked_days(form, row.first_day, row.last_day)
        others = self._fitting(plan, posting, days, form.worker.data, but=row.worker_id)
        form.worker.choices = [(row.worker_id, row.worker_name), *others]

    def _fitting(
        self, plan: PlanRow, posting: int, days: Days, asked: int | None, *, but: int = 0
    ) -> Sequence[tuple[int, str]]:
        """People whom the work fits best, who the plan leaves free on these days first, and the one
        who was asked for.
        """
        ids, today = _members(plan.scope) - {but}, clock.today()
        busy = queries.busy(plan.id, days.first, days.last, actor=g.actor)
        fits = [*matching.fits_of(ids - busy, posting, today, most=MOST_OTHERS, nearly=0)]
        if len(fits) < MOST_OTHERS:
            more = MOST_OTHERS - len(fits)
            fits += matching.fits_of(ids & busy, posting, today, most=more, nearly=0)
        names = workers.workers({*fits, *({asked} if asked in ids else ())})
        keys = dict.fromkeys([*fits, *names])
        return [
            (
                int(key),
                _("%(name)s（这几天另有安排）", name=names[key].name)
                if key in busy
                else names[key].name,
            )
            for key in keys
            if key in names
        ]


def _as_it_is(row: SpellRow) -> MoveForm:
    return MoveForm(
        formdata=None, posting=row.posting_id, worker=row.worker_id, first=row.first_day,
        last=row.last_day,
    )  # fmt: skip


def _lacking(one: CoverageRow) -> tuple[date, date]:
    """The first and the last day on which it lacks people, or takes any."""
    there = [day.day for day in one.days if day.missing] or [
        day.day for day in one.days if day.demand
    ]
    return there[0], there[-1]


def _asked_days(form: MoveForm | AddForm, first: date, last: date) -> Days:
    """The days that a form asks for; those given where they make no sense."""
    first, last = form.first.data or first, form.last.data or last
    return Days(first, max(first, last))


def _missing(one: CoverageRow) -> int:
    return sum(day.missing for day in one.days)


def _work(one: CoverageRow) -> str:
    """A posting in a list to choose from."""
    there = [day.day for day in one.days if day.demand]
    lack = _missing(one)
    short = _("缺 %(n)s 工日", n=lack) if lack else _("已排满")
    return f"{one.title} · {one.employer} · {days_text(there[0], there[-1])} · {short}"


def _members(scope: Scope) -> set[int]:
    """Keys of the people who are planned: the brand's, or those of all brands that agreed."""
    if scope.brand_id is not None:
        return set(people.member_ids(scope.brand_id))
    agreed = queries.agreements(scope.place_code or "", actor=g.actor)
    return {key for one in agreed if one.is_agreed for key in people.member_ids(one.brand_id)}


def _other(value: Value | None, now: Value) -> Value | None:
    """What is to be changed, or None where it stays."""
    return None if not value or value == now else value
