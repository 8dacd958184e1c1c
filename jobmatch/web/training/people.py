"""Who is in a session: seats, roll call, results."""

from datetime import date

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.brands import people as brand_people
from jobmatch.brands import queries as brands
from jobmatch.brands.people import MemberFilter
from jobmatch.infra import clock
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.ids import TrainingSessionId, WorkerId
from jobmatch.places import queries as places
from jobmatch.training import queries, service
from jobmatch.training.queries import SessionRow
from jobmatch.training.rules import (
    EnrolmentState,
)
from jobmatch.web.answers import telling
from jobmatch.web.incoming import asked, key_or_none
from jobmatch.web.searching import lead, sought
from jobmatch.web.texts import say
from jobmatch.web.training.base import Base
from jobmatch.workers import queries as workers

MOST_TO_PICK = 300


class PeoplePages(Base):
    """Enrolling, presence, results."""

    def training_pick(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        """Tick members to enrol, a crew at a time if wanted."""
        row = queries.own_session(session_id, g.actor)
        brand_id = self.brand()
        asked = sought(self.endpoint("training_pick"))
        crew_id, words = asked.get("crew", type=int), asked.get("q", "").strip()
        taken = queries.enrolled_ids(session_id)
        if brand_id is not None:
            wanted = MemberFilter(words=words, crew_id=crew_id)
            members = brand_people.members(brand_id, wanted, size=MOST_TO_PICK).rows
            found = [(m.worker_id, m.name, m.home_name) for m in members]
        else:
            rows = workers.search(g.actor, words[:60]).rows if words else ()
            homes = places.local_names([w.home_code for w in rows])
            found = [(w.id, w.name, homes.get(w.home_code, "")) for w in rows]
        return self.show(
            "pick",
            row=row,
            people=[person for person in found if person[0] not in taken],
            crews=brands.crews(brand_id) if brand_id is not None else [],
            crew_id=crew_id,
            words=words,
            of_brand=brand_id is not None,
        )

    def training_search(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        queries.own_session(session_id, g.actor)
        return lead(self.endpoint("training_pick"), keep=("crew",), session_id=session_id)

    def training_enrol(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        queries.own_session(session_id, g.actor)
        chosen = [WorkerId(key) for key in request.form.getlist("worker", type=int)]
        if not chosen:
            flash(_("请先勾选人。"), "warning")
            return self.to_session(session_id, "training_pick")
        try:
            skipped = service.enrol_members(session_id, chosen, actor=g.actor)
        except Conflict as error:
            flash(say(error.text), "warning")
            return self.to_session(session_id, "training_pick")
        done = len(set(chosen)) - len(skipped)
        if done:
            flash(_("已替 %(n)s 人报名。", n=done), "success")
        for one in skipped[:10]:
            flash(_("%(name)s没有报上：%(why)s", name=one.name, why=say(one.why)), "warning")
        return self.to_session(session_id)

    def training_leave(
        self, session_id: TrainingSessionId, enrolment_id: int
    ) -> ResponseReturnValue:
        queries.own_session(session_id, g.actor)
        with telling(_("已退出这一期，名额空出来了。")):
            service.cancel(enrolment_id, actor=g.actor)
        return self.to_session(session_id)

    def training_presence(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        """The marking sheet of one day: one tap a person."""
        row = queries.own_session(session_id, g.actor)
        day = self._day(row)
        people = [
            e for e in queries.enrolments(session_id) if e.state is not EnrolmentState.CANCELLED
        ]
        return self.show(
            "presence",
            row=row,
            day=day,
            days=[d for d in row.days if d <= clock.today()],
            rows=people,
            # A day that nobody marked yet opens with all ticked: most people come.
            fresh=not any(day in e.presence for e in people),
        )

    def _day(self, row: SessionRow) -> date:
        """The day asked for, else today, within the session."""
        try:
            day = date.fromisoformat(asked("day") or "")
        except ValueError:
            day = clock.today()
        return min(max(day, row.first_day), row.last_day)

    def training_mark(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        row = queries.own_session(session_id, g.actor)
        day = self._day(row)
        shown = request.form.getlist("person", type=int)
        there = set(request.form.getlist("present", type=int))
        try:
            service.mark_presence(
                session_id, day, {key: key in there for key in shown}, actor=g.actor
            )
        except (Conflict, Invalid) as error:
            flash(say(error.text), "warning")
        else:
            flash(
                _("已记：到课 %(n)s 人，缺课 %(m)s 人。", n=len(there), m=len(shown) - len(there)),
                "success",
            )
        return redirect(self.url("training_presence", session_id=session_id, day=day), 303)

    def training_results(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        """Pass or fail for each person."""
        row = queries.own_session(session_id, g.actor)
        return self.show(
            "results",
            row=row,
            begun=clock.today() >= row.first_day,
            days=len(row.days),
            rows=[
                e for e in queries.enrolments(session_id) if e.state is not EnrolmentState.CANCELLED
            ],
            passed=EnrolmentState.PASSED,
            failed=EnrolmentState.FAILED,
        )

    def training_decide(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        queries.own_session(session_id, g.actor)
        results = {
            enrolment: value == "passed"
            for name, value in request.form.items()
            if name.startswith("result-")
            and (enrolment := key_or_none(name.removeprefix("result-")))
            and value in ("passed", "failed")
        }
        if not results:
            flash(_("还没有选结果。"), "warning")
            return self.to_session(session_id, "training_results")
        try:
            service.decide(session_id, results, actor=g.actor)
        except Conflict as error:
            flash(say(error.text), "warning")
            return self.to_session(session_id, "training_results")
        flash(_("结果已登记，合格的人已有证书。"), "success")
        return self.to_session(session_id)

    def training_sheet(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        """A sign-in sheet to print."""
        row = queries.own_session(session_id, g.actor)
        people = queries.enrolments(session_id)
        return self.show(
            "sheet", row=row, rows=[e for e in people if e.state is not EnrolmentState.CANCELLED]
        )
