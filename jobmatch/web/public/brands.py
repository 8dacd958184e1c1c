"""Brands as everybody sees them, founding one, and joining by a link."""

from datetime import date
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SearchField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from jobmatch.brands import membership, policy, queries, service
from jobmatch.brands.queries import BrandRow
from jobmatch.brands.rules import RANK_NAMES, MemberState
from jobmatch.infra import clock
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.ids import BrandId
from jobmatch.kernel.periods import add_months, month_of
from jobmatch.places import queries as places
from jobmatch.reports import events, figures
from jobmatch.reports.figures import Scope, Sums
from jobmatch.web.choices import SelectField, skill_choices
from jobmatch.web.filters import month as month_name
from jobmatch.web.filters import wan
from jobmatch.web.forms import BaseForm, DayField
from jobmatch.web.guard import SIGNED_IN, roles
from jobmatch.web.incoming import page_number
from jobmatch.web.places import PlaceField, wants_next_level
from jobmatch.web.public import door
from jobmatch.web.texts import say
from jobmatch.web.work_days import work_days_sheet

door.nav(_l("劳务品牌"), "brands", 30)

MONTHS_SHOWN = 24


class WordsForm(BaseForm):
    """All that can be changed once the brand is approved."""

    description = TextAreaField(
        _l("品牌介绍"), validators=[Length(max=2000, message=_l("介绍不能超过 2,000 个字。"))]
    )


class BrandForm(WordsForm):
    name = StringField(
        _l("品牌名称"),
        validators=[
            InputRequired(_l("请填写品牌名称。")),
            Length(max=60, message=_l("名称不超过 60 个字。")),
        ],
    )
    place_code = PlaceField(
        _l("品牌在哪里"), least=places.LEAGUE, required=_l("请选择品牌所在的地方。")
    )
    skill_id = SelectField(_l("主要手艺"), validators=[InputRequired(_l("请选择主要手艺。"))])

    def fill_choices(self) -> None:
        self.skill_id.choices = skill_choices()


class BrandFilter(BaseForm):
    class Meta:
        csrf = False

    q = SearchField(_l("品牌名称"), validators=[Length(max=60)])
    place = PlaceField(_l("在哪里"), least=places.REGION)


class LedgerForm(BaseForm):
    class Meta:
        csrf = False

    first = DayField(_l("从哪天起"), validators=[Optional()])
    last = DayField(_l("到哪天止"), validators=[Optional()])


@door.get("/brands")
def brands() -> ResponseReturnValue:
    """All approved brands, found by name and place."""
    form = BrandFilter(request.args)
    valid = form.validate()
    page = queries.approved(
        (form.q.data or "").strip() if valid else "",
        place=(form.place.data or "") if valid else "",
        page=page_number(),
    )
    return render_template("public/brands/brands.html", form=form, page=page, rank_names=RANK_NAMES)


@door.get("/brands/<int:brand_id>")
def brand(brand_id: BrandId) -> ResponseReturnValue:
    """The brand's page: what it is, what it did, and how to join."""
    row = queries.public_brand(brand_id, g.actor)
    months = shown_months(brand_id)
    return render_template(
        "public/brands/brand.html",
        row=row,
        rank=RANK_NAMES[row.rank],
        crews=queries.crews(brand_id),
        figures=figures.total(Scope(brand_id=brand_id)),
        chart=month_chart(months, row) if months else None,
        opens=policy.may_see_members(g.actor, row.id, row.place_code),
        contacts=queries.organizers(brand_id),
        mine=_my_state(row),
        may_ask=g.actor.worker_id is not None,
        member_states=MemberState,
    )


def shown_months(brand_id: BrandId) -> list[tuple[date, Sums]]:
    """The brand's figures in each of the last months with work, the earliest first."""
    first = add_months(clock.today().replace(day=1), 1 - MONTHS_SHOWN)
    return figures.by_month(Scope(brand_id=brand_id, first=first))


def month_chart(months: list[tuple[date, Sums]], row: BrandRow) -> dict[str, Any]:
    """The person-times of each month as the bar chart's arguments; bars open for those who may."""
    opens = policy.may_see_members(g.actor, row.id, row.place_code)
    return {
        "labels": [month_name(month) for month, _sums in months],
        "values": [sums.person_times for _month, sums in months],
        "texts": [
            _(
                "%(times)s 人次 · %(people)s 人",
                times=wan(sums.person_times),
                people=wan(sums.headcount),
            )
            for _month, sums in months
        ],
        "urls": [days_url(row.id, month, month_of(month).last) for month, _sums in months]
        if opens
        else None,
    }


def days_url(brand_id: int, first: date | None = None, last: date | None = None) -> str:
    """Where the work days behind a brand's figures are."""
    return url_for("public.brand_days", brand_id=brand_id, first=first, last=last)


@door.get("/brands/<int:brand_id>/days", allow=SIGNED_IN)
def brand_days(brand_id: BrandId) -> ResponseReturnValue:
    """The work days behind the figures, for the brand's organizers and officers in scope."""
    row, form, wanted = _ledger(brand_id)
    return render_template(
        "public/brands/days.html",
        row=row,
        form=form,
        figures=figures.total(wanted),
        page=events.work_days(wanted, page_number()),
    )


@door.get("/brands/<int:brand_id>/days.<kind>", allow=SIGNED_IN)
def brand_days_file(brand_id: BrandId, kind: str) -> ResponseReturnValue:
    """The same as a file."""
    row, _form, wanted = _ledger(brand_id)
    title = _("%(brand)s出工台账", brand=row.name)
    return work_days_sheet(kind, title, events.all_work_days(wanted))


def _ledger(brand_id: BrandId) -> tuple[BrandRow, LedgerForm, Scope]:
    row = queries.public_brand(brand_id, g.actor)
    policy.require_ledger(g.actor, row.id, row.place_code)
    form = LedgerForm(request.args)
    if not form.validate():
        return row, form, Scope(brand_id=brand_id)
    return row, form, Scope(brand_id=brand_id, first=form.first.data, last=form.last.data)


def _my_state(row: BrandRow) -> MemberState | None:
    if g.actor.worker_id is None:
        return None
    return next(
        (m.state for m in queries.brands_of(g.actor.worker_id) if m.brand_id == row.id), None
    )


@door.post("/brands/<int:brand_id>/ask", allow=roles(Role.WORKER))
def brand_ask(brand_id: BrandId) -> ResponseReturnValue:
    """The worker asks to join, or takes up an invitation."""
    try:
        state = membership.ask_to_join(brand_id, actor=g.actor)
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        joined = state is MemberState.MEMBER
        flash(_("您已加入。") if joined else _("已经申请，等带头人答复。"), "success")
    return redirect(url_for("public.brand", brand_id=brand_id), 303)


# founding


@door.get("/brands/new", allow=SIGNED_IN)
def brand_new() -> ResponseReturnValue:
    form = BrandForm()
    form.fill_choices()
    return render_template("public/brands/new.html", form=form)


@door.post("/brands/new", allow=SIGNED_IN)
def brand_create() -> ResponseReturnValue:
    form = BrandForm()
    form.fill_choices()
    if wants_next_level():
        return render_template("public/brands/new.html", form=form)
    if form.validate_on_submit():
        try:
            brand_id = service.create_brand(
                form.name.data or "", form.place_code.data or "", form.skill_id.data or "",
                form.description.data or "", actor=g.actor,
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("草稿已经存好。写好介绍后提交审核。"), "success")
            return redirect(url_for("brand.home", brand=brand_id), 303)
    return render_template("public/brands/new.html", form=form), 422


# joining by a link


@door.get("/join/brand/<token>")
def brand_invite(token: str) -> ResponseReturnValue:
    """What the QR poster opens: the brand, and one button."""
    invite = queries.invite_by_token(token)
    row = queries.brand(invite.brand_id)
    assert row is not None
    here = url_for("public.brand_invite", token=token)
    return render_template(
        "public/brands/invite.html",
        row=row,
        rank=RANK_NAMES[row.rank],
        invite=invite,
        mine=_my_state(row),
        is_worker=g.actor.worker_id is not None,
        member=MemberState.MEMBER,
        here=here,
    )


@door.post("/join/brand/<token>", allow=roles(Role.WORKER))
def brand_invite_join(token: str) -> ResponseReturnValue:
    try:
        membership.join_by_invite(token, actor=g.actor)
    except Conflict as error:
        flash(say(error.text), "warning")
        return redirect(url_for("public.brand_invite", token=token), 303)
    flash(_("您已加入。"), "success")
    return redirect(url_for("worker.brands"), 303)
