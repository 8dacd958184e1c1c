"""Brands in the officer's places: approve with a rank, refuse with a reason, change the rank."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from jobmatch.brands import queries, rules, service
from jobmatch.brands.queries import BrandRow
from jobmatch.brands.rules import RANK_NAMES, STATE_NAMES, BrandState, Rank
from jobmatch.kernel.actor import Role
from jobmatch.kernel.errors import Conflict, Invalid, NotAllowed
from jobmatch.kernel.ids import BrandId
from jobmatch.reports import figures
from jobmatch.reports.figures import Scope
from jobmatch.web.choices import SelectField
from jobmatch.web.forms import BaseForm
from jobmatch.web.incoming import page_number
from jobmatch.web.officer import door
from jobmatch.web.texts import say

door.nav(_l("劳务品牌"), "brands", 50)


class RankForm(BaseForm):
    rank = SelectField(_l("级别"), validators=[InputRequired(_l("请选择级别。"))])

    def fill_choices(self, row: BrandRow) -> None:
        self.rank.choices = [
            (rank.value, say(RANK_NAMES[rank]))
            for rank in rules.ranks_to_give(g.actor.scopes(Role.OFFICER), row.place_code)
        ]


class RefusalForm(BaseForm):
    note = TextAreaField(
        _l("不通过的原因"),
        validators=[
            InputRequired(_l("请写明不通过的原因。")),
            Length(max=200, message=_l("不超过 200 个字。")),
        ],
    )


@door.get("/brands")
def brands() -> ResponseReturnValue:
    """All brands in scope, those that wait for an answer first."""
    asked = request.args.get("state", "")
    state = BrandState(asked) if asked in list(BrandState) else None
    return render_template(
        "officer/brands/brands.html",
        page=queries.in_scope(
            g.actor,
            state,
            words=request.args.get("q", "").strip(),
            page=page_number(),
        ),
        state=asked,
        words=request.args.get("q", ""),
        state_names=STATE_NAMES,
        rank_names=RANK_NAMES,
    )


@door.get("/brands/<int:brand_id>")
def brand(brand_id: BrandId) -> ResponseReturnValue:
    row = queries.brand_for_officer(brand_id, g.actor)
    return _brand(row, RankForm(formdata=None, rank=row.rank.value), RefusalForm(formdata=None))


def _brand(row: BrandRow, rank: RankForm, refusal: RefusalForm) -> str:
    rank.fill_choices(row)
    return render_template(
        "officer/brands/brand.html",
        row=row,
        state=STATE_NAMES[row.state],
        rank=RANK_NAMES[row.rank],
        rank_form=rank,
        refusal_form=refusal,
        may_rank=rules.may_give(row.rank, g.actor.scopes(Role.OFFICER), row.place_code),
        organizers=queries.organizers(row.id),
        figures=figures.total(Scope(brand_id=row.id)),
    )


@door.post("/brands/<int:brand_id>/approve")
def brand_approve(brand_id: BrandId) -> ResponseReturnValue:
    return _rank(brand_id, approve=True)


@door.post("/brands/<int:brand_id>/rank")
def brand_rank(brand_id: BrandId) -> ResponseReturnValue:
    return _rank(brand_id, approve=False)


def _rank(brand_id: BrandId, *, approve: bool) -> ResponseReturnValue:
    row = queries.brand_for_officer(brand_id, g.actor)
    form = RankForm()
    form.fill_choices(row)
    if form.validate_on_submit():
        rank = Rank(form.rank.data)
        try:
            if approve:
                service.decide(brand_id, True, rank, actor=g.actor)
            else:
                service.change_rank(brand_id, rank, actor=g.actor)
        except (Conflict, NotAllowed) as error:
            form.refuse(error)
        else:
            flash(_("品牌已批准。") if approve else _("级别已改。"), "success")
            return redirect(url_for("officer.brand", brand_id=brand_id), 303)
    return _brand(row, form, RefusalForm(formdata=None)), 422


@door.post("/brands/<int:brand_id>/refuse")
def brand_refuse(brand_id: BrandId) -> ResponseReturnValue:
    row = queries.brand_for_officer(brand_id, g.actor)
    form = RefusalForm()
    if form.validate_on_submit():
        try:
            service.decide(brand_id, False, Rank.NONE, form.note.data or "", actor=g.actor)
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("已退回，带头人会收到原因。"), "success")
            return redirect(url_for("officer.brand", brand_id=brand_id), 303)
    return _brand(row, RankForm(formdata=None, rank=row.rank.value), form), 422
