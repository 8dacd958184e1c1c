"""The pages of instant hire that employers and stations share: `Pages(door, employer)` adds them.

An employer asks for itself; a station's clerk for the employers of its place.
"""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.dispatch import instant, instant_queries
from jobmatch.dispatch.instant_queries import HirePage
from jobmatch.dispatch.rules.waves import days_at_once
from jobmatch.employers import queries as employers
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.postings.rules.linter import Finding, warnings
from jobmatch.postings.service import Unconfirmed, Unpublishable
from jobmatch.web.answers import telling
from jobmatch.web.guard import Door
from jobmatch.web.instant import words
from jobmatch.web.instant.forms import AskForm, HireForm
from jobmatch.web.once import once
from jobmatch.web.texts import say


class Pages:
    """The pages of one door. employer: gives the employer at hand, 0 when none is chosen yet."""

    def __init__(self, door: Door, employer: Callable[[], int], *, of_station: bool) -> None:
        self.door, self.employer, self.of_station = door, employer, of_station
        at = "/instant/<int:hire_id>"
        for rule, method, view in (
            ("/instant", "GET", self.instant_list),
            ("/instant/new", "GET", self.instant_new),
            ("/instant/new", "POST", self.instant_new_post),
            ("/instant/ask", "POST", self.instant_ask),
            (at, "GET", self.instant_hire),
            (f"{at}/live", "GET", self.instant_live),
            (f"{at}/stop", "POST", self.instant_stop),
            (f"{at}/receipt", "GET", self.instant_receipt),
        ):
            door.add_url_rule(rule, view.__name__, view, methods=[method])

    def url(self, endpoint: str, **values: Any) -> str:
        return url_for(f"{self.door.name}.{endpoint}", **values)

    def show(self, template: str, **values: Any) -> str:
        return render_template(
            f"instant/{template}.html", at=self.url, of_station=self.of_station, words=words,
            **values,
        )  # fmt: skip

    def instant_list(self) -> ResponseReturnValue:
        """What was asked lately; at the station also who waits to be told by the clerk."""
        chosen = None if self.of_station else self.employer()
        return self.show(
            "list",
            rows=instant_queries.hires(g.actor, employer_id=chosen),
            waiting=instant_queries.to_pass_on(g.actor) if self.of_station else [],
        )

    def instant_new(self) -> ResponseReturnValue:
        return self._new(self._fresh())

    def instant_new_post(self) -> ResponseReturnValue:
        """Work that is not on the board yet: the linter looks at it first."""
        form, found = HireForm(), list[Finding]()
        employer_id = self._chosen()
        form.fill(employer_id, clock.today())
        if form.validate_on_submit():
            try:
                hire_id = once(
                    lambda: instant.ask_new(
                        employer_id, form.data_of(), form.wanted.data or 0, actor=g.actor,
                        accepted=request.form.getlist("accepted"),
                    )
                )  # fmt: skip
                return self._begun(hire_id)
            except (Unpublishable, Unconfirmed) as error:
                found = list(error.findings)
                form.form_errors.append(say(error.text))
            except (Invalid, Conflict) as error:
                form.refuse(error)
        return self._new(form, found=found), 422

    def instant_ask(self) -> ResponseReturnValue:
        """For work that is on the board."""
        form = AskForm()
        if form.validate_on_submit():
            with form.carrying(Invalid, Conflict):
                return self._begun(
                    instant.ask(
                        form.posting.data or 0,
                        form.day.data or clock.today(),
                        form.wanted.data or 0,
                        actor=g.actor,
                    )
                )
        return self._new(self._fresh(), ask=form), 422

    def instant_hire(self, hire_id: int) -> ResponseReturnValue:
        return self.show("hire", **self._page(hire_id))

    def instant_live(self, hire_id: int) -> ResponseReturnValue:
        """The part of the page that counts, anew."""
        return self.show("_live", **self._page(hire_id))

    def instant_stop(self, hire_id: int) -> ResponseReturnValue:
        self._own(hire_id)
        release = request.form.get("release") == "y"
        with telling(_("不再问人了，答应了的照常来。")):
            instant.stop(hire_id, actor=g.actor, release=release)
        return redirect(self.url("instant_hire", hire_id=hire_id), 303)

    def instant_receipt(self, hire_id: int) -> ResponseReturnValue:
        """To print: what was asked when, and how long it took."""
        return self.show("receipt", **self._page(hire_id), now=clock.now())

    def _page(self, hire_id: int) -> dict[str, Any]:
        found = self._own(hire_id)
        return {"found": found, "row": found.row}

    def _own(self, hire_id: int) -> HirePage:
        """A hire of this door's: an employer sees its own. raises NotFound"""
        return instant_queries.hire(hire_id, actor=g.actor)

    def _begun(self, hire_id: int) -> ResponseReturnValue:
        flash(_("已经在问人了，有人答应这里马上看到。"), "success")
        return redirect(self.url("instant_hire", hire_id=hire_id), 303)

    def _fresh(self) -> HireForm:
        """An empty form; after noon one rather wants people for tomorrow."""
        today, tomorrow = days_at_once(clock.today())
        return HireForm(
            formdata=None, day=(today if words.is_morning() else tomorrow).isoformat(),
            starts_at=7 * 60 + 30, ends_at=17 * 60, day_minutes=8 * 60,
        )  # fmt: skip

    def _chosen(self) -> int:
        """The employer that is asked for. raises NotFound for one of elsewhere."""
        if not self.of_station:
            return self.employer()
        chosen = self.employer()
        if chosen and not any(
            key == chosen for key, _name in instant_queries.employers_near(g.actor)
        ):
            raise NotFound
        return chosen

    def _new(
        self, form: HireForm, *, ask: AskForm | None = None, found: list[Finding] | None = None
    ) -> str:
        chosen, today = self._chosen(), clock.today()
        form.fill(chosen, today)
        by_field: dict[str, list[Finding]] = {}
        for finding in found or ():
            by_field.setdefault(finding.field or "", []).append(finding)
        listed = (
            instant_queries.open_postings(days_at_once(today), employer_id=chosen) if chosen else []
        )
        asked = (ask.posting.data, ask.day.data) if ask else None
        return self.show(
            "new",
            form=form,
            ask=ask,
            # The row whose number was refused; one that is gone has its refusal on top.
            asked=asked if any(asked == (key, day) for key, _title, day, _n in listed) else None,
            chosen=chosen,
            employer=employers.employer(chosen) if chosen else None,
            employers=instant_queries.employers_near(g.actor) if self.of_station else [],
            has_sites=bool(employers.sites(chosen)) if chosen else False,
            listed=listed,
            findings=by_field,
            to_tick=warnings(found or []),
            ticked=set(request.form.getlist("accepted")),
        )
