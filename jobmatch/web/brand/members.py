"""Members of the brand: the list, one person, requests, invitations."""

import io

import segno
from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SearchField, StringField
from wtforms.validators import InputRequired, Length, Optional

from jobmatch.brands import crews, membership, people, queries
from jobmatch.brands.people import MemberFilter
from jobmatch.brands.rules import MEMBER_STATE_NAMES, RANK_NAMES, MemberState
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.kernel.ids import CrewId, WorkerId
from jobmatch.reports import events, figures
from jobmatch.reports.figures import Scope
from jobmatch.training import queries as training
from jobmatch.training.rules import ENROLMENT_STATE_NAMES, LEVEL_NAMES
from jobmatch.web.answers import telling
from jobmatch.web.brand import door
from jobmatch.web.brand.current import current_brand
from jobmatch.web.choices import SelectField, trades
from jobmatch.web.downloads import sheet
from jobmatch.web.filters import named
from jobmatch.web.forms import BaseForm
from jobmatch.web.incoming import page_number
from jobmatch.web.limits import limiter
from jobmatch.web.searching import lead, sought
from jobmatch.web.texts import say

door.nav(_l("成员"), "members", 25, also=["requests", "invites", "invite_poster"])

MOST_IN_FILE = 5000
INVITE_DAYS = (3, 7, 30, 90)


class MembersForm(BaseForm):
    class Meta:
        csrf = False

    q = SearchField(_l("姓名或手机号"), validators=[Length(max=60)])
    crew = SelectField(_l("班组"), validators=[Optional()])
    skill = SelectField(_l("会什么"), validators=[Optional()])
    state = SelectField(_l("状态"), validators=[Optional()])

    def fill_choices(self, brand_id: int) -> None:
        self.crew.choices = [
            ("", _("全部")),
            ("0", _("还没有班组")),
            *((str(c.id), c.name) for c in queries.crews(brand_id)),
        ]
        self.skill.choices = [("", _("全部")), *trades(people.member_skills(brand_id))]
        self.state.choices = [
            (state.value, say(MEMBER_STATE_NAMES[state]))
            for state in (MemberState.MEMBER, MemberState.REQUESTED)
        ]


class InviteForm(BaseForm):
    phone = StringField(
        _l("手机号"), validators=[InputRequired(_l("请填写手机号。")), Length(max=20)]
    )
    name = StringField(_l("姓名"), validators=[InputRequired(_l("请填写姓名。")), Length(max=60)])


class LinkForm(BaseForm):
    days = SelectField(
        _l("多少天内有效"), coerce=int, validators=[InputRequired(_l("请选择天数。"))]
    )

    def fill_choices(self) -> None:
        self.days.choices = [(n, _("%(n)s 天", n=n)) for n in INVITE_DAYS]


@door.get("/members")
def members() -> ResponseReturnValue:
    """The people of the brand: search, filter, 50 a page."""
    brand_id = current_brand()
    form, wanted = _filter(brand_id)
    return render_template(
        "brand/members/members.html",
        form=form,
        page=people.members(brand_id, wanted, page_number()),
        counts=people.counts(brand_id),
        member=MemberState.MEMBER,
        state_names=MEMBER_STATE_NAMES,
    )


@door.post("/members/search")
def members_search() -> ResponseReturnValue:
    return lead("brand.members", keep=("crew", "skill", "state"))


@door.get("/members.<kind>")
def members_file(kind: str) -> ResponseReturnValue:
    """The filtered list as a file."""
    brand_id = current_brand()
    _form, wanted = _filter(brand_id)
    row = queries.own_brand(brand_id, g.actor)
    columns = [_("姓名"), _("手机号"), _("家在"), _("班组"), _("会什么"), _("状态"), _("加入日期")]
    found = people.members(brand_id, wanted, size=MOST_IN_FILE).rows
    rows = [
        [
            m.name, m.phone or "", m.home_name, m.crew_name,
            _("、").join(named(s) for s in m.skills), say(MEMBER_STATE_NAMES[m.state]), m.joined_on,
        ]
        for m in found
    ]  # fmt: skip
    return sheet(kind, _("%(brand)s成员名单", brand=row.name), columns, rows)


def _filter(brand_id: int) -> tuple[MembersForm, MemberFilter]:
    form = MembersForm(sought("brand.members"))
    form.fill_choices(brand_id)
    if not form.validate():
        return form, MemberFilter()
    return form, MemberFilter(
        words=form.q.data or "",
        crew_id=int(form.crew.data) if form.crew.data else None,
        skill_id=form.skill.data or "",
        state=MemberState(form.state.data or MemberState.MEMBER),
    )


@door.get("/members/<int:worker_id>")
def member(worker_id: WorkerId) -> ResponseReturnValue:
    """One person of the brand: crew, skills, credentials, training, work for the brand."""
    brand_id = current_brand()
    row = _person(brand_id, worker_id)
    wanted = Scope(brand_id=brand_id, worker_id=worker_id)
    return render_template(
        "brand/members/member.html",
        row=row,
        state=MEMBER_STATE_NAMES[row.state],
        is_member=row.state is MemberState.MEMBER,
        crews=queries.crews(brand_id),
        credentials=people.credentials(worker_id),
        level_names=LEVEL_NAMES,
        records=training.worker_record(worker_id),
        result_names=ENROLMENT_STATE_NAMES,
        figures=figures.total(wanted),
        days=events.work_days(wanted, page_number()),
    )


def _person(brand_id: int, worker_id: int) -> people.MemberRow:
    """Somebody who is, was or wants to be of the brand; who was only invited stays unknown."""
    row = people.member(brand_id, worker_id)
    if row.state not in (MemberState.MEMBER, MemberState.REQUESTED):
        raise NotFound
    return row


@door.post("/members/<int:worker_id>/crew")
def member_crew(worker_id: WorkerId) -> ResponseReturnValue:
    """Put a member into a crew, or out of it."""
    chosen = request.form.get("crew", type=int)
    with telling(_("已保存。")):
        crews.move_to_crew(
            current_brand(), worker_id, CrewId(chosen) if chosen else None, actor=g.actor
        )
    return redirect(url_for("brand.member", worker_id=worker_id), 303)


@door.post("/members/<int:worker_id>/remove")
def member_remove(worker_id: WorkerId) -> ResponseReturnValue:
    with telling(_("已移出品牌。")):
        membership.remove_member(current_brand(), worker_id, actor=g.actor)
    return redirect(url_for("brand.members"), 303)


# requests and invitations


@door.get("/requests")
def requests() -> ResponseReturnValue:
    """Who wants to join, and who was asked to: each with one answer."""
    brand_id = current_brand()
    return _requests(brand_id, InviteForm())


def _requests(brand_id: int, form: InviteForm) -> str:
    return render_template(
        "brand/members/requests.html",
        row=queries.own_brand(brand_id, g.actor),
        asked=people.members(
            brand_id,
            MemberFilter(state=MemberState.REQUESTED),
            page_number(),
        ),
        invited=people.members(brand_id, MemberFilter(state=MemberState.INVITED)),
        form=form,
    )


@door.post("/requests/<int:worker_id>/<answer>")
def request_answer(worker_id: WorkerId, answer: str) -> ResponseReturnValue:
    if answer not in ("accept", "decline"):
        raise NotFound
    with telling(_("已接收。") if answer == "accept" else _("已谢绝。")):
        membership.answer_request(current_brand(), worker_id, answer == "accept", actor=g.actor)
    return redirect(url_for("brand.requests"), 303)


@door.post("/requests/invite")
@limiter.limit("60 per hour")
def invite_person() -> ResponseReturnValue:
    form = InviteForm()
    brand_id = current_brand()
    if form.validate_on_submit():
        try:
            state = membership.invite_worker(
                brand_id, form.phone.data or "", form.name.data or "", actor=g.actor
            )
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            joined = state is MemberState.MEMBER
            flash(_("对方申请过，已直接加入。") if joined else _("已发出邀请。"), "success")
            return redirect(url_for("brand.requests"), 303)
    return _requests(brand_id, form), 422


@door.post("/requests/<int:worker_id>/withdraw")
def invitation_withdraw(worker_id: WorkerId) -> ResponseReturnValue:
    with telling(_("邀请已收回。")):
        membership.withdraw_invitation(current_brand(), worker_id, actor=g.actor)
    return redirect(url_for("brand.requests"), 303)


# links


@door.get("/invites")
def invites() -> ResponseReturnValue:
    """Links by which people join at once, each with a poster."""
    brand_id = current_brand()
    form = LinkForm()
    form.fill_choices()
    return _invites(brand_id, form)


def _invites(brand_id: int, form: LinkForm) -> str:
    return render_template(
        "brand/members/invites.html",
        row=queries.own_brand(brand_id, g.actor),
        rows=queries.invites(brand_id),
        form=form,
    )


@door.post("/invites")
def invite_create() -> ResponseReturnValue:
    brand_id = current_brand()
    form = LinkForm()
    form.fill_choices()
    if form.validate_on_submit():
        try:
            membership.create_invite(brand_id, form.days.data, actor=g.actor)
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("链接已经做好，可以打印海报或发到微信群。"), "success")
            return redirect(url_for("brand.invites"), 303)
    return _invites(brand_id, form), 422


@door.post("/invites/<int:invite_id>/withdraw")
def invite_withdraw(invite_id: int) -> ResponseReturnValue:
    membership.withdraw_invite(invite_id, actor=g.actor)
    flash(_("链接已收回，不能再用来加入。"), "success")
    return redirect(url_for("brand.invites"), 303)


@door.get("/invites/<int:invite_id>")
def invite_poster(invite_id: int) -> ResponseReturnValue:
    """A sheet to print and hang up."""
    invite = queries.own_invite(invite_id, g.actor)
    row = queries.own_brand(invite.brand_id, g.actor)
    return render_template(
        "brand/members/poster.html",
        invite=invite,
        row=row,
        rank=RANK_NAMES[row.rank],
        link=url_for("public.brand_invite", token=invite.token, _external=True),
        organizers=queries.organizers(row.id),
    )


@door.get("/invites/<int:invite_id>/qr.svg")
def invite_qr(invite_id: int) -> ResponseReturnValue:
    invite = queries.own_invite(invite_id, g.actor)
    link = url_for("public.brand_invite", token=invite.token, _external=True)
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", scale=6, border=2, xmldecl=False)
    return Response(out.getvalue(), mimetype="image/svg+xml")
