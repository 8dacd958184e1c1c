"""Registering an employer: with a new account, or for whoever is signed in already."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField, TelField
from wtforms.validators import InputRequired, Length

from jobmatch.employers import service
from jobmatch.employers.rules.verification import Kind
from jobmatch.employers.service import NewEmployer
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.places import queries as places
from jobmatch.web import limits
from jobmatch.web.choices import RadioField
from jobmatch.web.entering import start_session
from jobmatch.web.forms import BaseForm
from jobmatch.web.limits import limiter
from jobmatch.web.places import PlaceField, wants_next_level
from jobmatch.web.public import door

KINDS = [
    (Kind.ENTERPRISE.value, _l("企业")),
    (Kind.COOPERATIVE.value, _l("合作社")),
    (Kind.BIG_GROWER.value, _l("种植养殖大户（个人）")),
]


class EmployerForm(BaseForm):
    """What an employer says of itself."""

    kind = RadioField(
        _l("您是"), choices=KINDS, validators=[InputRequired(_l("请选择用工主体的类型。"))]
    )
    name = StringField(
        _l("单位名称"), validators=[InputRequired(_l("请填写名称。")), Length(max=80)]
    )
    credit_code = StringField(_l("统一社会信用代码"), validators=[Length(max=40)])
    place_code = PlaceField(
        _l("在哪里"), least=places.COUNTY, required=_l("请选择所在的旗县、苏木乡镇。")
    )
    contact_name = StringField(
        _l("联系人姓名"), validators=[InputRequired(_l("请填写联系人姓名。")), Length(max=60)]
    )
    phone = TelField(
        _l("联系手机号"), validators=[InputRequired(_l("请填写手机号。")), Length(max=20)]
    )

    def data_of(self) -> NewEmployer:
        return NewEmployer(
            kind=self.kind.data or "",
            name=self.name.data or "",
            credit_code=self.credit_code.data or "",
            contact_name=self.contact_name.data or "",
            phone=self.phone.data or "",
            place_code=self.place_code.data or "",
        )


class JoinForm(EmployerForm):
    """The same with a new account: the contact is the person who signs in."""

    password = PasswordField(
        _l("设一个密码"),
        validators=[
            InputRequired(_l("请填写密码。")),
            Length(8, 128, _l("密码至少 8 个字。")),
        ],
    )


def form_for_visitor(**given: Any) -> EmployerForm:
    return EmployerForm(**given) if g.actor.user_id else JoinForm(**given)


@door.get("/join/employer")
def employer_join() -> ResponseReturnValue:
    """The page for a stranger and for one who is signed in."""
    return render_template("public/employers/join.html", form=form_for_visitor())


@door.post("/join/employer")
@limiter.limit(limits.sign_up_limit)
def employer_join_post() -> ResponseReturnValue:
    form = form_for_visitor()
    if wants_next_level():
        return render_template("public/employers/join.html", form=form)
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            if isinstance(form, JoinForm):
                user_id, _key = service.register_with_account(
                    form.data_of(),
                    name=form.contact_name.data or "",
                    phone=form.phone.data or "",
                    password=form.password.data or "",
                    locale="en" if str(get_locale()) == "en" else "zh",
                )
                start_session(user_id)
            else:
                service.register(form.data_of(), actor=g.actor)
            flash(_("登记好了。当地干部核验通过后，就可以发布用工需求。"), "success")
            return redirect(url_for("employer.home"), 303)
    return render_template("public/employers/join.html", form=form), 422
