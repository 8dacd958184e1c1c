"""Courses and their sessions."""

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.infra import clock
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.ids import CourseId, TrainingSessionId
from jobmatch.training import policy, queries, service
from jobmatch.training.queries import CourseRow
from jobmatch.training.rules import (
    EnrolmentState,
    SessionState,
)
from jobmatch.web.answers import telling
from jobmatch.web.incoming import page_number
from jobmatch.web.places import wants_next_level
from jobmatch.web.training.base import Base
from jobmatch.web.training.forms import ChangeForm, CourseForm, SessionForm


class CoursePages(Base):
    """Planning, changing, ending."""

    def training(self) -> ResponseReturnValue:
        """All sessions, the latest first, and the courses."""
        brand_id, number = self.brand(), page_number()
        if brand_id is not None:
            courses = queries.courses_of_brand(brand_id)
            page = queries.sessions_of_brand(brand_id, number)
        else:
            scopes = g.actor.scopes(Role.OFFICER)
            courses = queries.courses_of_scopes(scopes)
            page = queries.sessions_of_scopes(scopes, number)
        return self.show("training", courses=courses, page=page)

    def training_course_new(self) -> ResponseReturnValue:
        form = CourseForm()
        self._bound(form.place_code)
        if not form.place_code.data:
            form.place_code.data = self._usual_place()
        form.fill_choices()
        return self.show("course_new", form=form)

    def training_course_create(self) -> ResponseReturnValue:
        form = CourseForm()
        self._bound(form.place_code)
        form.fill_choices()
        if wants_next_level():
            return self.show("course_new", form=form)
        if form.validate_on_submit():
            data = service.NewCourse(
                form.title.data or "", form.skill_id.data or "", form.place_code.data or "",
                form.level.data, form.content.data or "",
            )  # fmt: skip
            try:
                course_id = service.create_course(data, actor=g.actor, brand_id=self.brand())
            except (Invalid, Conflict) as error:
                form.refuse(error)
            else:
                flash(_("培训班已建好，接着安排一期。"), "success")
                return redirect(self.url("training_session_new", course_id=course_id), 303)
        return self.show("course_new", form=form), 422

    def training_course(self, course_id: CourseId) -> ResponseReturnValue:
        """A course and its sessions."""
        row = queries.own_course(course_id, g.actor)
        return self.show("course", row=row, sessions=queries.sessions_of_course(course_id))

    def training_session_new(self, course_id: CourseId) -> ResponseReturnValue:
        row = queries.own_course(course_id, g.actor)
        form = SessionForm()
        self._bound(form.place_code)
        if not form.place_code.data:
            form.place_code.data = row.place_code
        return self.show("session_new", form=form, row=row)

    def training_session_create(self, course_id: CourseId) -> ResponseReturnValue:
        row = queries.own_course(course_id, g.actor)
        form = SessionForm()
        self._bound(form.place_code)
        if wants_next_level():
            return self.show("session_new", form=form, row=row)
        if form.validate_on_submit():
            try:
                session_id = self._open(row, form)
            except (Invalid, Conflict) as error:
                form.refuse(error)
            else:
                flash(_("这一期已开放报名。"), "success")
                return self.to_session(session_id)
        return self.show("session_new", form=form, row=row), 422

    def _open(self, row: CourseRow, form: SessionForm) -> TrainingSessionId:
        assert form.first_day.data is not None
        assert form.last_day.data is not None
        data = service.NewSession(
            form.place_code.data or "", form.venue.data or "", form.trainer.data or "",
            form.first_day.data, form.last_day.data, form.starts_at.data, form.seats.data or 0,
        )  # fmt: skip
        return service.create_session(row.id, data, actor=g.actor)

    def training_session(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        """One session: who is in it, and what is to do."""
        row = queries.session_for(session_id, g.actor)
        enrolled = queries.enrolments(session_id)
        today = clock.today()
        return self.show(
            "session",
            row=row,
            rows=[e for e in enrolled if e.state is not EnrolmentState.CANCELLED],
            gone=sum(e.state is EnrolmentState.CANCELLED for e in enrolled),
            runs=policy.runs(g.actor, row.brand_id, row.course_place),
            begun=today >= row.first_day,
            over=today >= row.last_day,
            is_open=row.state is SessionState.OPEN,
            enrolled=EnrolmentState.ENROLLED,
        )

    def training_session_edit(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        row = queries.own_session(session_id, g.actor)
        form = ChangeForm(
            venue=row.venue, trainer=row.trainer, starts_at=row.starts_at, seats=row.seats
        )
        return self.show("session_edit", form=form, row=row)

    def training_session_save(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        row = queries.own_session(session_id, g.actor)
        form = ChangeForm()
        if form.validate_on_submit():
            try:
                service.update_session(
                    session_id,
                    venue=form.venue.data or "",
                    trainer=form.trainer.data or "",
                    starts_at=form.starts_at.data,
                    seats=form.seats.data or 0,
                    actor=g.actor,
                )
            except (Invalid, Conflict) as error:
                form.refuse(error)
            else:
                flash(_("已保存。"), "success")
                return self.to_session(session_id)
        return self.show("session_edit", form=form, row=row), 422

    def training_finish(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        with telling(_("这一期已结业。")):
            service.finish(session_id, actor=g.actor)
        return self.to_session(session_id)

    def training_cancel(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        with telling(_("这一期已取消，报名的人都收到了消息。")):
            service.cancel_session(session_id, request.form.get("why", ""), actor=g.actor)
        return self.to_session(session_id)
