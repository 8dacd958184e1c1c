"""Registering an employer: with a new account, or for whoever is signed in already."""

from dataclasses import asdict
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
from jobmatch.web import join_draft, limits, phone_proof, sealed_session
from jobmatch.web.choices import RadioField
from jobmatch.web.entering import start_session
from jobmatch.web.forms import BaseForm
from jobmatch.web.limits import limiter
from jobmatch.web.places import PlaceField, wants_next_level
from jobmatch.web.public import door

# What was typed, sealed, until the phone is proved.
KEPT = "join_employer"

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
    return render_template("public/employers/join.html", form=form_for_visitor(data=typed()))


def typed() -> dict[str, Any]:
    """What was typed before the phone was proved; the password is typed anew."""
    return (sealed_session.get(KEPT) or {}) | {"password": ""}  # nosec B105 - kept nowhere


@door.post("/join/employer")
@limiter.limit(limits.sign_up_limit)
def employer_join_post() -> ResponseReturnValue:
    form = form_for_visitor()
    if wants_next_level():
        return render_template("public/employers/join.html", form=form)
    if form.validate_on_submit():
        with form.carrying(Invalid, Conflict):
            if isinstance(form, JoinForm):
                password = form.password.data or ""
                if phone_proof.is_missing(form.phone.data or ""):
                    return ask_first(form.data_of(), password)
                register(form.data_of(), password)
            else:
                service.register(form.data_of(), actor=g.actor)
            flash(_("登记好了。当地干部核验通过后，就可以发布用工需求。"), "success")
            return redirect(url_for("employer.home"), 303)
    return render_template("public/employers/join.html", form=form), 422


def ask_first(data: NewEmployer, password: str) -> ResponseReturnValue:
    """What was typed is kept until the phone is proved. raises FieldErrors, Invalid."""
    service.check_new(data, name=data.contact_name, phone=data.phone, password=password)
    join_draft.forget()  # one draft at a time fits into a cookie
    sealed_session.put(KEPT, asdict(data) | {"password": password})
    return phone_proof.ask(data.phone, phone_proof.EMPLOYER)


def proved() -> ResponseReturnValue:
    """The phone is theirs, and new: what they typed is registered now."""
    kept = sealed_session.get(KEPT)
    if kept is None or phone_proof.is_missing(kept["phone"]):
        return redirect(url_for("public.employer_join"), 303)
    password = kept.pop("password")
    form = JoinForm(formdata=None, data=kept)
    try:
        register(NewEmployer(**kept), password)
    except (Invalid, Conflict) as error:
        form.refuse(error)
        return render_template("public/employers/join.html", form=form), 422
    flash(_("登记好了。当地干部核验通过后，就可以发布用工需求。"), "success")
    return redirect(url_for("employer.home"), 303)


def register(data: NewEmployer, password: str) -> None:
    """With an account for the contact, who is signed in. raises as the service does."""
    user_id, _key = service.register_with_account(
        data,
        name=data.contact_name,
        phone=data.phone,
        password=password,
        locale="en" if str(get_locale()) == "en" else "zh",
    )
    start_session(user_id)
