"""Households from a workbook: check first, then save the rows that are right."""

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired

from jobmatch.households import importing
from jobmatch.infra import drafts
from jobmatch.infra.workbooks import BadWorkbook
from jobmatch.kernel.errors import NotFound
from jobmatch.web.downloads import XLSX
from jobmatch.web.forms import BaseForm, UploadField
from jobmatch.web.officer import door
from jobmatch.web.once import once
from jobmatch.web.texts import say

SHOWN = 200


class ImportForm(BaseForm):
    file = UploadField(
        _l("填好的表格（.xlsx）"), validators=[FileRequired(_l("请选择填好的表格。"))]
    )


def _workbook(body: bytes, name: str) -> Response:
    return Response(
        body,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )


@door.get("/households/template.xlsx")
def household_template() -> ResponseReturnValue:
    return _workbook(importing.template(), "households")


@door.get("/households/import")
def household_import() -> ResponseReturnValue:
    return render_template("officer/households/import.html", form=ImportForm())


@door.post("/households/import")
def household_import_check() -> ResponseReturnValue:
    form = ImportForm()
    if form.validate_on_submit():
        data = form.file.data.read()
        try:
            importing.check(data, actor=g.actor)
        except BadWorkbook as error:
            form.refuse(error)
        else:
            name = drafts.keep(data, g.actor.user_id)
            return redirect(url_for("officer.household_preview", draft=name), 303)
    return render_template("officer/households/import.html", form=form), 422


def _draft(name: str) -> bytes:
    """The workbook put aside by this officer. raises NotFound when it is not theirs or too old."""
    data = drafts.fetch(name, g.actor.user_id)
    if data is None:
        raise NotFound
    return data


@door.get("/households/import/<draft>")
def household_preview(draft: str) -> ResponseReturnValue:
    """What saving would do; nothing is written yet."""
    checked = importing.check(_draft(draft), actor=g.actor)
    return render_template(
        "officer/households/preview.html",
        draft=draft, checked=checked, plan=checked.plan, shown=checked.plan.errors[:SHOWN],
    )  # fmt: skip


@door.get("/households/import/<draft>/errors.xlsx")
def household_errors(draft: str) -> ResponseReturnValue:
    """The same workbook with a column of errors."""
    checked = importing.check(_draft(draft), actor=g.actor)
    return _workbook(importing.with_errors(checked, say), "households-errors")


@door.post("/households/import/<draft>/save")
def household_import_save(draft: str) -> ResponseReturnValue:
    def save() -> list[int]:
        plan = importing.save(_draft(draft), actor=g.actor).plan
        parts = (plan.households, plan.members, plan.incomes, plan.errors)
        return [len(part) for part in parts]

    households, members, incomes, errors = once(save)
    flash(
        _(
            "已保存：%(households)s 户、%(members)s 人、%(incomes)s 笔收入。",
            households=households, members=members, incomes=incomes,
        ),
        "success",
    )  # fmt: skip
    if errors:
        # The draft stays, so that the workbook with its errors can still be fetched.
        return redirect(url_for("officer.household_preview", draft=draft), 303)
    drafts.drop(draft)
    return redirect(url_for("officer.households"), 303)
