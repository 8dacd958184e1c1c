"""Plans: asking for one, how far it is, what came out; planning anew when something happened."""

from datetime import date, timedelta

from flask import abort, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.dispatch import season_queries as queries
from jobmatch.dispatch import season_service as service
from jobmatch.dispatch.season_queries import PlanPage, SpellRow
from jobmatch.dispatch.season_rows import Absent, Closed, MorePlaces, News
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.web.answers import telling
from jobmatch.web.incoming import page_number
from jobmatch.web.season import words
from jobmatch.web.season.base import Base
from jobmatch.web.season.forms import NewsForm, PlanForm

HORIZON = timedelta(days=59)
USUAL_SECONDS, USUAL_GAP = 60, "1"
# Planning anew starts from prices that are known.
ANEW_SECONDS = 15
# So many people to tick at most; others are reached from their own stay's page.
MOST_PEOPLE = 300


class PlanPages(Base):
    """From the wish to the result."""

    def season(self) -> ResponseReturnValue:
        """The plans, what is pinned, and who plans together."""
        scope = self.scope()
        if self.of_brand:
            agreements = queries.agreement(scope.brand_id or 0, actor=g.actor)
        else:
            agreements = queries.agreements(scope.place_code or "", actor=g.actor)
        return self.show(
            "plans",
            scope=scope,
            page=queries.plans(scope, actor=g.actor, page=page_number()),
            pins=queries.pins(scope, actor=g.actor),
            agreements=agreements,
        )

    def season_new(self) -> ResponseReturnValue:
        first = clock.today() + timedelta(days=1)
        form = PlanForm(
            formdata=None, first=first, last=first + HORIZON, seconds=USUAL_SECONDS, gap=USUAL_GAP
        )
        return self._new(form)

    def season_ask(self) -> ResponseReturnValue:
        scope, form = self.scope(), PlanForm()
        form.fill_choices()
        if form.validate_on_submit():
            with form.carrying(Invalid, Conflict):
                plan_id = service.ask_plan(
                    scope, form.first.data or clock.today(), form.last.data or clock.today(),
                    actor=g.actor, seconds=form.seconds.data, gap=form.wanted_gap,
                    seed=form.seed.data,
                )  # fmt: skip
                return redirect(self.url("season_plan", plan_id=plan_id), 303)
        return self._new(form), 422

    def season_plan(self, plan_id: int) -> ResponseReturnValue:
        """State and progress while it is made; then what came out, in words."""
        found = self.plan(plan_id)
        row = found.row
        holds = bool(found.spells) or row.value is not None
        changed = None
        if row.base_plan_id is not None and row.value is not None:
            changed = queries.differences(row.base_plan_id, plan_id, actor=g.actor)
        return self.show(
            "plan",
            found=found,
            row=row,
            menu=self.menu(row, "season_plan") if holds else [],
            chart=words.chart(found.progress),
            changed=changed,
            changed_people=len({one.worker_id for one in changed or ()}),
            taken_off=len({one.worker_id for one in queries.releases(plan_id, actor=g.actor)}),
        )

    def season_progress(self, plan_id: int) -> ResponseReturnValue:
        """The part of the plan's page that shows itself anew."""
        found = self.plan(plan_id)
        return self.show("_progress", found=found, row=found.row, chart=words.chart(found.progress))

    def season_stop(self, plan_id: int) -> ResponseReturnValue:
        self.plan(plan_id)
        with telling(_("已叫停，算到现在的结果马上就好。")):
            service.stop_plan(plan_id, actor=g.actor)
        return redirect(self.url("season_plan", plan_id=plan_id), 303)

    def season_unpin(self, pin_id: int) -> ResponseReturnValue:
        scope = self.scope()
        service.unpin(pin_id, actor=g.actor)
        flash(_("已放开，下次安排可以改。"), "success")
        return redirect(self.all_plans(scope, _anchor="pins"), 303)

    def season_agree(self, place_code: str) -> ResponseReturnValue:
        """The brand lets the officers of a place plan its people too, or no longer does."""
        scope = self.scope()
        if scope.brand_id is None:
            abort(404)
        if request.form.get("agree") == "y":
            service.agree(scope.brand_id, place_code, actor=g.actor)
            flash(_("已同意一起排。"), "success")
        else:
            service.withdraw_agreement(scope.brand_id, place_code, actor=g.actor)
            flash(_("已改回自己排。已经派出的不变。"), "success")
        return redirect(self.all_plans(scope, _anchor="together"), 303)

    def season_replan(self, plan_id: int) -> ResponseReturnValue:
        found, today = self.plan(plan_id), clock.today()
        asked = request.args.get("worker", type=int)
        form = NewsForm(
            formdata=None, kind="absent" if asked else "closed",
            first=max(today + timedelta(days=1), found.row.first_day), last=None,
            workers=[asked] if asked else None, seconds=ANEW_SECONDS, gap=USUAL_GAP,
        )  # fmt: skip
        return self._replan(found, form)

    def season_replan_ask(self, plan_id: int) -> ResponseReturnValue:
        """A new plan that changes as little as possible."""
        found, form = self.plan(plan_id), NewsForm()
        row = found.row
        spells = self._fill_news(form, found)
        if form.validate_on_submit():
            with form.carrying(Invalid, Conflict):
                news = _news(form, row.last_day)
                if news:
                    made = service.replan(
                        plan_id, news, actor=g.actor, released=form.released.data,
                        seconds=form.seconds.data, gap=form.wanted_gap,
                    )  # fmt: skip
                    return redirect(self.url("season_plan", plan_id=made), 303)
        return self._replan(found, form, spells), 422

    def _new(self, form: PlanForm) -> str:
        form.fill_choices()
        scope = self.scope()
        nobody = not self.of_brand and not any(
            one.is_agreed for one in queries.agreements(scope.place_code or "", actor=g.actor)
        )
        return self.show(
            "new", form=form, scope=scope, nobody=nobody,
            pins=len(queries.pins(scope, actor=g.actor)),
        )  # fmt: skip

    def _replan(self, found: PlanPage, form: NewsForm, spells: list[SpellRow] | None = None) -> str:
        if spells is None:
            spells = self._fill_news(form, found)
        people = len({one.worker_id for one in spells})
        return self.show(
            "replan", form=form, row=found.row, menu=self.menu(found.row, "season_replan"),
            more_people=people > MOST_PEOPLE,
        )  # fmt: skip

    def _fill_news(self, form: NewsForm, found: PlanPage) -> list[SpellRow]:
        form.fill_choices()
        form.kind.choices = [
            ("closed", _("下雨停工，或者那里不开工")),
            ("absent", _("有人病了，或者不来了")),
            ("demand", _("要的人多了，或者少了")),
        ]
        spells = queries.spells(found.row.id, actor=g.actor)
        row = found.row
        works = [
            (one.posting_id, f"{one.title} · {one.employer}")
            for one in queries.coverage(row.id, row.first_day, row.last_day, actor=g.actor)
        ]
        form.postings.fill(works)
        form.posting_id.choices = [(0, _("请选择")), *works]
        asked = {*(form.workers.data or ()), request.args.get("worker", type=int)}
        people = {
            one.worker_id: f"{one.worker_name} {one.crew_name}".strip()
            for one in sorted(spells, key=lambda one: (one.crew_name, one.worker_name))
        }
        chosen = [pair for pair in people.items() if pair[0] in asked]
        rest = [pair for pair in people.items() if pair[0] not in asked]
        form.workers.fill((chosen + rest)[: max(MOST_PEOPLE, len(chosen))])
        return spells


def _news(form: NewsForm, end: date) -> list[News]:
    """What happened, from a form that is filled in; what is missing goes to its field."""
    first = form.first.data or clock.today()
    last = form.last.data or end
    if form.kind.data == "demand":
        known = {choice[0] for choice in form.posting_id.iter_choices()} - {0}
        if form.posting_id.data not in known:
            form.posting_id.errors = [_("请选一份活。")]
            return []
        if form.places.data is None:
            form.places.errors = [_("请填人数。")]
            return []
        return [MorePlaces(form.posting_id.data, first, last, form.places.data)]
    field = form.postings if form.kind.data == "closed" else form.workers
    if not field.data:
        field.errors = [_("请至少勾一个。")]
        return []
    if form.kind.data == "closed":
        return [Closed(key, first, last) for key in field.data]
    return [Absent(key, first, last) for key in field.data]
