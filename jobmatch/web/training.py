"""The pages of training that organizers and officers share: `Pages(door, brand)` adds them.

An organizer's pages are about the brand at hand, an officer's about their places.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from jobmatch.brands import people as brand_people
from jobmatch.brands import queries as brands
from jobmatch.brands.people import MemberFilter
from jobmatch.infra import clock
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.ids import BrandId, CourseId, TrainingSessionId, WorkerId
from jobmatch.kernel.periods import add_months
from jobmatch.places import queries as places
from jobmatch.reports.sheets import Cell
from jobmatch.training import policy, queries, report, service
from jobmatch.training.queries import CourseRow, SessionRow
from jobmatch.training.report import By, FiguresRow, ReportLine, Scope
from jobmatch.training.rules import (
    ENROLMENT_STATE_NAMES,
    LEVEL_NAMES,
    EnrolmentState,
    SessionState,
)
from jobmatch.web.choices import skill_choices
from jobmatch.web.downloads import sheet
from jobmatch.web.filters import month as month_name
from jobmatch.web.filters import named
from jobmatch.web.forms import BaseForm, ClockField, DayField
from jobmatch.web.guard import Door
from jobmatch.web.places import PlaceField, deepest, wants_next_level
from jobmatch.web.texts import say
from jobmatch.workers import queries as workers

MOST_TO_PICK = 300


class CourseForm(BaseForm):
    title = StringField(
        _l("培训班名称"), validators=[InputRequired(_l("请填写培训班名称。")), Length(max=80)]
    )
    skill_id = SelectField(_l("教哪项手艺"), validators=[InputRequired(_l("请选择手艺。"))])
    level = SelectField(
        _l("合格后的等级"), coerce=int, validators=[InputRequired(_l("请选择等级。"))]
    )
    place_code = PlaceField(_l("在哪里"), least=places.REGION, required=_l("请选择地方。"))
    content = TextAreaField(
        _l("教什么"), validators=[Length(max=2000, message=_l("不超过 2,000 个字。"))]
    )

    def fill_choices(self) -> None:
        self.skill_id.choices = skill_choices()
        self.level.choices = [(n, say(name)) for n, name in LEVEL_NAMES.items()]


class ChangeForm(BaseForm):
    venue = StringField(
        _l("上课地点"), validators=[InputRequired(_l("请填写上课地点。")), Length(max=80)]
    )
    trainer = StringField(
        _l("老师"), validators=[InputRequired(_l("请填写老师姓名。")), Length(max=60)]
    )
    starts_at = ClockField(_l("几点上课"), validators=[InputRequired(_l("请填写上课时间。"))])
    seats = IntegerField(
        _l("名额（人）"),
        validators=[
            InputRequired(_l("请填写名额。")),
            NumberRange(1, 500, _l("名额为 1 到 500 人。")),
        ],
    )


class SessionForm(ChangeForm):
    place_code = PlaceField(_l("在哪里"), least=places.REGION, required=_l("请选择地方。"))
    first_day = DayField(_l("开课日期"), validators=[InputRequired(_l("请填写开课日期。"))])
    last_day = DayField(_l("结束日期"), validators=[InputRequired(_l("请填写结束日期。"))])


class ReportForm(BaseForm):
    class Meta:
        csrf = False

    first = DayField(_l("从哪天起"), validators=[Optional()])
    last = DayField(_l("到哪天止"), validators=[Optional()])
    by = SelectField(_l("按什么看"), validators=[Optional()])

    def fill_choices(self) -> None:
        self.by.choices = [
            (By.MONTH.value, _("按月")),
            (By.PLACE.value, _("按地方")),
            (By.SKILL.value, _("按手艺")),
        ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is about."""

    scope: Scope
    first: date
    last: date
    by: By


class Pages:
    """The pages of one door. brand: gives the brand at hand, or None in the officers' door."""

    def __init__(self, door: Door, brand: Callable[[], BrandId | None]) -> None:
        self.door, self.brand = door, brand
        for rule, methods, view in self.routes():
            door.add_url_rule(rule, view.__name__, view, methods=[methods])

    def routes(self) -> list[tuple[str, str, Callable[..., ResponseReturnValue]]]:
        at = "/training/<int:session_id>"
        return [
            ("/training", "GET", self.training),
            ("/training/courses/new", "GET", self.training_course_new),
            ("/training/courses/new", "POST", self.training_course_create),
            ("/training/courses/<int:course_id>", "GET", self.training_course),
            ("/training/courses/<int:course_id>/new", "GET", self.training_session_new),
            ("/training/courses/<int:course_id>/new", "POST", self.training_session_create),
            (at, "GET", self.training_session),
            (f"{at}/edit", "GET", self.training_session_edit),
            (f"{at}/edit", "POST", self.training_session_save),
            (f"{at}/enrol", "GET", self.training_pick),
            (f"{at}/enrol", "POST", self.training_enrol),
            (f"{at}/leave/<int:enrolment_id>", "POST", self.training_leave),
            (f"{at}/presence", "GET", self.training_presence),
            (f"{at}/presence", "POST", self.training_mark),
            (f"{at}/results", "GET", self.training_results),
            (f"{at}/results", "POST", self.training_decide),
            (f"{at}/sheet", "GET", self.training_sheet),
            (f"{at}/finish", "POST", self.training_finish),
            (f"{at}/cancel", "POST", self.training_cancel),
            ("/training/report", "GET", self.training_report),
            ("/training/report.<kind>", "GET", self.training_report_file),
            ("/training/report/people", "GET", self.training_people),
            ("/training/report/people.<kind>", "GET", self.training_people_file),
        ]

    def url(self, endpoint: str, **values: Any) -> str:
        return url_for(f"{self.door.name}.{endpoint}", **values)

    def show(self, template: str, **values: Any) -> str:
        return render_template(
            f"training/{template}.html",
            at=self.url,
            level_names=LEVEL_NAMES,
            state_names=ENROLMENT_STATE_NAMES,
            **values,
        )

    def to_session(self, session_id: int, endpoint: str = "training_session") -> Response:
        return redirect(self.url(endpoint, session_id=session_id), 303)

    # courses and sessions

    def training(self) -> ResponseReturnValue:
        """All sessions, the latest first, and the courses."""
        brand_id, number = self.brand(), request.args.get("page", 1, type=int)
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

    # people

    def training_pick(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        """Tick members to enrol, a crew at a time if wanted."""
        row = queries.own_session(session_id, g.actor)
        brand_id = self.brand()
        crew_id, words = request.args.get("crew", type=int), request.args.get("q", "").strip()
        taken = queries.enrolled_ids(session_id)
        if brand_id is not None:
            wanted = MemberFilter(words=words, crew_id=crew_id)
            members = brand_people.members(brand_id, wanted, size=MOST_TO_PICK).rows
            found = [(m.worker_id, m.name, m.home_name) for m in members]
        else:
            rows = workers.search(g.actor, words[:60]).rows if words else ()
            homes = places.full_names([w.home_code for w in rows])
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
        try:
            service.cancel(enrolment_id, actor=g.actor)
        except Conflict as error:
            flash(say(error.text), "warning")
        else:
            flash(_("已退出这一期，名额空出来了。"), "success")
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
            asked = date.fromisoformat(request.values.get("day", ""))
        except ValueError:
            asked = clock.today()
        return min(max(asked, row.first_day), row.last_day)

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
            int(name.removeprefix("result-")): value == "passed"
            for name, value in request.form.items()
            if name.startswith("result-")
            and name.removeprefix("result-").isdecimal()
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

    def training_finish(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        try:
            service.finish(session_id, actor=g.actor)
        except Conflict as error:
            flash(say(error.text), "warning")
        else:
            flash(_("这一期已结业。"), "success")
        return self.to_session(session_id)

    def training_cancel(self, session_id: TrainingSessionId) -> ResponseReturnValue:
        try:
            service.cancel_session(session_id, request.form.get("why", ""), actor=g.actor)
        except Conflict as error:
            flash(say(error.text), "warning")
        else:
            flash(_("这一期已取消，报名的人都收到了消息。"), "success")
        return self.to_session(session_id)

    # the report

    def training_report(self) -> ResponseReturnValue:
        """Person-times and people trained, results, and work within 60 days."""
        form, wanted = self._wanted()
        rows = report.figures(wanted.scope, wanted.first, wanted.last, wanted.by)
        return self.show(
            "report",
            form=form,
            wanted=wanted,
            total=report.totals(wanted.scope, wanted.first, wanted.last),
            rows=rows,
            names=[_name(row, wanted.by) for row in rows],
            kept={"first": wanted.first, "last": wanted.last},
            urls=[self.url("training_people", **self._span(wanted, row.key)) for row in rows],
            sees_kind=self.brand() is None,
        )

    def training_report_file(self, kind: str) -> ResponseReturnValue:
        _form, wanted = self._wanted()
        kinds = [_("其中脱贫户"), _("其中监测户")] if self.brand() is None else []
        columns = [
            _("项目"), _("培训人次"), _("参训人数"), *kinds, _("合格人数"), _("60 天内上岗人数"),
        ]  # fmt: skip
        rows: list[list[Cell]] = [
            [
                _name(row, wanted.by), f.person_times, f.people,
                *([f.lifted, f.monitored] if kinds else []), f.passed, f.worked,
            ]
            for row in report.figures(wanted.scope, wanted.first, wanted.last, wanted.by)
            for f in [row.figures]
        ]  # fmt: skip
        return sheet(kind, _("培训报表"), columns, rows)

    def training_people(self) -> ResponseReturnValue:
        """The people behind the figures."""
        form, wanted = self._wanted()
        number = request.args.get("page", 1, type=int)
        return self.show(
            "people",
            form=form,
            page=report.people(wanted.scope, wanted.first, wanted.last, number),
            kept={
                "first": wanted.first, "last": wanted.last,
                "place": request.args.get("place"), "skill": request.args.get("skill"),
            },
            sees_kind=self.brand() is None,
            kind_names=kind_names(),
        )  # fmt: skip

    def training_people_file(self, kind: str) -> ResponseReturnValue:
        _form, wanted = self._wanted()
        sees_kind = self.brand() is None
        columns = [
            _("姓名"), _("家在"), _("培训班"), _("开课日期"), _("结束日期"), _("上课地方"),
            _("到课天数"), _("结果"), _("60 天内首次上岗"), *([_("家庭类型")] if sees_kind else []),
        ]  # fmt: skip
        rows = [
            [*_line(line), *([kind_names().get(line.household_kind, "")] if sees_kind else [])]
            for line in report.all_people(wanted.scope, wanted.first, wanted.last)
        ]
        return sheet(kind, _("参训人员名单"), columns, rows)

    def _span(self, wanted: Wanted, key: str) -> dict[str, Any]:
        """The query of the people behind one row of the report."""
        span: dict[str, Any] = {"first": wanted.first, "last": wanted.last}
        if wanted.by is By.PLACE:
            return span | {"place": key}
        if wanted.by is By.SKILL:
            return span | {"skill": key}
        month = date.fromisoformat(f"{key}-01")
        return {
            "first": max(month, wanted.first),
            "last": min(add_months(month, 1) - timedelta(days=1), wanted.last),
        }

    def _wanted(self) -> tuple[ReportForm, Wanted]:
        form = ReportForm(request.args)
        form.fill_choices()
        valid = form.validate()
        today = clock.today()
        first = (form.first.data if valid else None) or add_months(today.replace(day=1), -11)
        last = (form.last.data if valid else None) or today
        by = By(form.by.data) if valid and form.by.data else By.MONTH
        if not request.args.get("first"):
            form.first.data = first
        if not request.args.get("last"):
            form.last.data = last
        skill, place = request.args.get("skill", "")[:40], request.args.get("place", "")[:12]
        brand_id = self.brand()
        if brand_id is not None:
            scope = Scope((place,) if place else (), brand_id, skill)
        else:
            held = g.actor.scopes(Role.OFFICER)
            inside = place and any(place.startswith(code) for code in held)
            scope = Scope((place,) if inside else held, None, skill)
        return form, Wanted(scope, first, max(first, last), by)

    def _bound(self, field: Any) -> None:
        """An officer chooses among the places of the first scope; without one, the region."""
        if self.brand() is None:
            field.top = g.actor.scopes(Role.OFFICER)[0]
            if request.method == "POST":
                field.data = deepest(request.form.getlist(field.name), field.top)

    def _usual_place(self) -> str:
        brand_id = self.brand()
        row = brands.brand(brand_id) if brand_id is not None else None
        return row.place_code if row else str(g.actor.scopes(Role.OFFICER)[0])


def kind_names() -> dict[str, str]:
    return {
        "ordinary": _("一般户"),
        "lifted": _("脱贫户"),
        "lifted_unstable": _("脱贫不稳定户"),
        "marginal_at_risk": _("边缘易致贫户"),
        "sudden_hardship": _("突发严重困难户"),
    }


def _name(row: FiguresRow, by: By) -> str:
    return month_name(date.fromisoformat(f"{row.key}-01")) if by is By.MONTH else named(row)


def _line(line: ReportLine) -> list[Any]:
    return [
        line.name, line.home_name, line.course, line.first_day, line.last_day, line.place_name,
        line.days, say(ENROLMENT_STATE_NAMES[line.state]), line.worked_on,
    ]  # fmt: skip
