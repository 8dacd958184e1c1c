"""Entering a code on paper, the same for workers, leaders and the station's desk."""

from flask import flash, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from jobmatch.attendance import scanning
from jobmatch.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from jobmatch.web import attendance, filters
from jobmatch.web.forms import BaseForm
from jobmatch.web.texts import say


class PaperForm(BaseForm):
    code = StringField(
        _l("纸上的码"), validators=[InputRequired(_l("请填写纸上的码。")), Length(max=30)]
    )

    def record(self) -> bool:
        """Record by the code; the next page says of whom. False: the form says what is wrong."""
        if not self.validate_on_submit():
            return False
        typed = self.code.data or ""
        try:
            found = scanning.read_paper(typed, actor=g.actor)
            written = scanning.enter_paper(typed, actor=g.actor)
        except NotFound as error:
            # Whose code it is stays unsaid to those whom it does not concern.
            self.code.errors = [
                say(error.text) if error.field else _("没有这个码，请对照纸上再看一遍。")
            ]
            return False
        except (NotAllowed, Invalid, Conflict) as error:
            self.code.errors = [say(error.text)]
            return False
        who = {"name": found.name, "day": filters.day_week(found.work_date)}
        if not written.is_new:
            flash(_("这个码已经用过：%(name)s，%(day)s，算一次。", **who))
        elif written.waits:
            why = attendance.reason_words(written.review)
            flash(
                _("%(name)s，%(day)s：已收到（%(why)s），等用工方核对。", why=why, **who), "warning"
            )
        else:
            flash(_("%(name)s，%(day)s：已记到岗。", **who), "success")
        return True
