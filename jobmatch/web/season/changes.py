"""Changing a draft by hand: moving, splitting and pinning stays, by form or by drag."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from jobmatch.brands import people
from jobmatch.dispatch import season_queries as queries
from jobmatch.dispatch import season_service as service
from jobmatch.dispatch.season_queries import PlanPage, SpellRow
from jobmatch.dispatch.season_rows import Scope
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, DomainError, Invalid
from jobmatch.matching import queries as matching
from jobmatch.web.filters import days as days_text
from jobmatch.web.season.base import Base
from jobmatch.web.season.forms import DropForm, MoveForm, SplitForm
from jobmatch.web.texts import say
from jobmatch.workers import queries as workers

Value = TypeVar("Value")
# People who fit the work best, to go instead.
MOST_OTHERS = 60


class ChangePages(Base):
    """One stay and what can be done with it."""

    def season_spell(self, spell_id: int) -> ResponseReturnValue:
        row, found = self.spell(spell_id)
        move = MoveForm(
            formdata=None, posting_id=row.posting_id, worker_id=row.worker_id,
            first=row.first_day, last=row.last_day,
        )  # fmt: skip
        return self._spell(row, found, move, SplitForm(formdata=None))

    def season_move(self, spell_id: int) -> ResponseReturnValue:
        row, found = self.spell(spell_id)
        form = MoveForm()
        self._fill(form, row, found)
        if form.validate_on_submit():
            with form.carrying(Invalid, Conflict):
                service.move(
                    spell_id, actor=g.actor,
                    posting_id=_other(form.posting_id.data, row.posting_id),
                    worker_id=_other(form.worker_id.data, row.worker_id),
                    first=_other(form.first.data, row.first_day),
                    last=_other(form.last.data, row.last_day),
                )  # fmt: skip
                return self._moved(row)
        return self._spell(row, found, form, SplitForm(formdata=None)), 422

    def season_drop(self, spell_id: int) -> ResponseReturnValue:
        """A stay that was dragged keeps its length. What forbids it is said on its own page."""
        row, found = self.spell(spell_id)
        form = DropForm()
        first = form.first.data if form.validate_on_submit() else None
        last = first + (row.last_day - row.first_day) if first else None
        posting, worker = form.posting_id.data, form.worker_id.data
        try:
            service.move(
                spell_id, actor=g.actor, posting_id=_other(posting, row.posting_id),
                worker_id=_other(worker, row.worker_id), first=_other(first, row.first_day),
                last=_other(last, row.last_day),
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            move = MoveForm(
                formdata=None, posting_id=posting or row.posting_id,
                worker_id=worker or row.worker_id, first=first or row.first_day,
                last=last or row.last_day,
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
        move = MoveForm(
            formdata=None, posting_id=row.posting_id, worker_id=row.worker_id,
            first=row.first_day, last=row.last_day,
        )  # fmt: skip
        return self._spell(row, found, move, form), 422

    def season_pin(self, spell_id: int) -> ResponseReturnValue:
        """Every next plan keeps this stay."""
        row, _found = self.spell(spell_id)
        try:
            service.pin(
                row.plan_id, row.worker_id, row.posting_id, row.first_day, row.last_day,
                actor=g.actor,
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            flash(say(error.text), "warning")
        else:
            flash(_("已固定，以后再排都不动它。"), "success")
        return redirect(self.url("season_spell", spell_id=spell_id), 303)

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
            self._fill(move, row, found)
        if error is not None:
            move.refuse(error)
        clash = [c for c in queries.conflicts(row.plan_id, actor=g.actor) if c.spell.id == row.id]
        return self.show(
            "spell", spell=row, row=found.row, move=move, split=split,
            clash=clash[0] if clash else None, menu=self.menu(found.row, "season_board"),
        )  # fmt: skip

    def _fill(self, form: MoveForm, row: SpellRow, found: PlanPage) -> None:
        """Work of these days, what lacks people first; people who fit the work best."""
        plan = found.row
        works = queries.coverage(plan.id, plan.first_day, plan.last_day, actor=g.actor)
        works.sort(key=lambda one: -sum(day.missing for day in one.days))
        pairs = []
        for one in works:
            there = [day for day in one.days if day.demand]
            lack = sum(day.missing for day in one.days)
            if there:
                said = days_text(there[0].day, there[-1].day)
                short = _("缺 %(n)s 工日", n=lack) if lack else _("已排满")
                pairs.append((one.posting_id, f"{one.title} · {one.employer} · {said} · {short}"))
        here = [pair for pair in pairs if pair[0] == row.posting_id]
        form.posting_id.choices = [
            *(here or [(row.posting_id, f"{row.title} · {row.employer}")]),
            *(pair for pair in pairs if pair[0] != row.posting_id),
        ]
        form.worker_id.choices = self._others(form, row, plan.scope)

    def _others(self, form: MoveForm, row: SpellRow, scope: Scope) -> Sequence[tuple[int, str]]:
        posting = int(form.posting_id.data or row.posting_id)
        ids = _members(scope) - {row.worker_id}
        fits = matching.fits_of(ids, posting, clock.today(), most=MOST_OTHERS, nearly=0)
        asked = form.worker_id.data
        names = workers.workers({*fits, *({asked} if asked in ids else ())})
        return [(row.worker_id, row.worker_name)] + [
            (one.id, one.name) for key in dict.fromkeys([*fits, *names]) if (one := names.get(key))
        ]


def _members(scope: Scope) -> set[int]:
    """Keys of the people who are planned: the brand's, or those of all brands that agreed."""
    if scope.brand_id is not None:
        return set(people.member_ids(scope.brand_id))
    agreed = queries.agreements(scope.place_code or "", actor=g.actor)
    return {key for one in agreed if one.is_agreed for key in people.member_ids(one.brand_id)}


def _other(value: Value | None, now: Value) -> Value | None:
    """What is to be changed, or None where it stays."""
    return None if not value or value == now else value
