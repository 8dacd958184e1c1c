"""Proofs beside the password: a code by SMS, an authenticator, the password once more; devices."""

import segno
from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, PasswordField, StringField, TelField
from wtforms.validators import InputRequired, Length

from jobmatch.accounts import codes, second, service, sessions
from jobmatch.accounts.codes import WrongCode
from jobmatch.accounts.second import WrongFactor
from jobmatch.accounts.service import WrongSignIn
from jobmatch.infra import clock, logs
from jobmatch.kernel.errors import Invalid, NotAllowed, NotFound
from jobmatch.web import limits
from jobmatch.web.entering import (
    BY_CODE,
    enter,
    go_on_proved,
    halfway,
    home_of,
    start_session,
)
from jobmatch.web.forms import BaseForm
from jobmatch.web.guard import SIGNED_IN
from jobmatch.web.limits import limiter
from jobmatch.web.login import safe_next
from jobmatch.web.public import door

ASKED = "code_for"


class PhoneForm(BaseForm):
    phone = TelField(_l("手机号"), validators=[InputRequired(_l("请填写手机号。")), Length(max=20)])
    next = HiddenField()


class CodeForm(BaseForm):
    code = StringField(
        _l("验证码"), validators=[InputRequired(_l("请填写验证码。")), Length(max=40)]
    )


class AgainForm(BaseForm):
    password = PasswordField(
        _l("密码"), validators=[InputRequired(_l("请填写密码。")), Length(max=128)]
    )
    next = HiddenField()


# by SMS


@door.get("/sign-in/code")
def code() -> ResponseReturnValue:
    """Ask for a code by SMS instead of typing a password."""
    if g.actor.user_id:
        return redirect(home_of(g.actor), 303)
    form = PhoneForm(next=request.args.get("next"))
    return render_template("public/accounts/code.html", form=form)


@door.post("/sign-in/code")
@limiter.limit(limits.sign_in_limit)
@limiter.limit(limits.phone_limit, key_func=limits.phone_of_form)
def code_ask() -> ResponseReturnValue:
    form = PhoneForm()
    if form.validate_on_submit():
        with form.carrying(Invalid):
            asked = codes.ask(form.phone.data or "")
            session[ASKED] = {"code": asked, "next": safe_next(form.next.data, "")}
            return redirect(url_for("public.code_enter"), 303)
    return render_template("public/accounts/code.html", form=form), 422


@door.get("/sign-in/code/enter")
def code_enter() -> ResponseReturnValue:
    if ASKED not in session:
        return redirect(url_for("public.code"), 303)
    return render_template("public/accounts/code_enter.html", form=CodeForm(formdata=None))


@door.post("/sign-in/code/enter")
@limiter.limit(limits.sign_in_limit)
def code_check() -> ResponseReturnValue:
    asked = session.get(ASKED)
    if not asked:
        return redirect(url_for("public.code"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            user_id = codes.check(asked["code"], form.code.data or "")
        except WrongCode as error:
            logs.security("sign_in_failed", how="code")
            form.refuse(error)
        else:
            onward = enter(user_id, asked["next"], how="code")
            session[BY_CODE] = g.actor.user_id == user_id
            return onward
    return render_template("public/accounts/code_enter.html", form=form), 422


# the second factor, on the way in


@door.get("/sign-in/second", endpoint="second")
def second_page() -> ResponseReturnValue:
    if halfway() is None:
        return redirect(url_for("public.sign_in"), 303)
    return render_template("public/accounts/second.html", form=CodeForm(formdata=None))


@door.post("/sign-in/second")
@limiter.limit(limits.sign_in_limit)
@limiter.limit(limits.phone_limit, key_func=lambda: f"second:{(halfway() or (0,))[0]}")
def second_check() -> ResponseReturnValue:
    """The code of the authenticator, or one on paper."""
    there = halfway()
    if there is None:
        flash(_("时间太长了，请重新登录。"), "info")
        return redirect(url_for("public.sign_in"), 303)
    user_id, target, first = there
    form = CodeForm()
    if form.validate_on_submit():
        try:
            second.check(user_id, form.code.data or "")
        except WrongFactor as error:
            logs.security("sign_in_failed", how="second", user=user_id)
            form.refuse(error)
        else:
            actor = start_session(user_id, how=f"{first} second")
            return redirect(safe_next(target, home_of(actor)), 303)
    return render_template("public/accounts/second.html", form=form), 422


# setting it up


@door.get("/account/second-factor", allow=SIGNED_IN)
def second_factor() -> ResponseReturnValue:
    """The authenticator: begin, type its first code, or see that it works."""
    return _second(CodeForm(formdata=None))


@door.post("/account/second-factor", allow=SIGNED_IN)
def second_begin() -> ResponseReturnValue:
    try:
        second.begin(actor=g.actor)
    except NotAllowed:
        flash(_("已经设好了。要换一个，先停用现在的。"), "info")
    return redirect(url_for("public.second_factor"), 303)


@door.post("/account/second-factor/confirm", allow=SIGNED_IN)
@limiter.limit(limits.sign_in_limit)
def second_confirm() -> ResponseReturnValue:
    form = CodeForm()
    if form.validate_on_submit():
        try:
            on_paper = second.confirm(form.code.data or "", actor=g.actor)
        except NotFound:
            return redirect(url_for("public.second_factor"), 303)
        except WrongFactor as error:
            form.refuse(error)
        else:
            start_session(int(g.actor.user_id), how="second")
            return render_template("public/accounts/on_paper.html", codes=on_paper)
    return _second(form), 422


@door.post("/account/second-factor/remove", allow=SIGNED_IN)
@limiter.limit(limits.sign_in_limit)
def second_remove() -> ResponseReturnValue:
    form = CodeForm()
    if form.validate_on_submit():
        try:
            second.remove(form.code.data or "", actor=g.actor)
        except WrongFactor as error:
            form.refuse(error)
        else:
            start_session(int(g.actor.user_id), how="second")
            flash(_("身份验证器已停用。"), "success")
            return redirect(url_for("public.second_factor"), 303)
    return _second(form), 422


def _second(form: CodeForm) -> str:
    user_id = int(g.actor.user_id)
    found = second.address(user_id, current_user.name)
    picture = segno.make(found[1], micro=False).svg_data_uri(scale=5, border=2) if found else ""
    return render_template(
        "public/accounts/second_factor.html",
        form=form,
        works=second.has(user_id),
        left=second.recovery_left(user_id),
        must=second.must_have(g.actor),
        secret=found[0] if found else "",
        picture=picture,
    )


# once more


@door.get("/sign-in/again", allow=SIGNED_IN)
def again() -> ResponseReturnValue:
    """The password once more, before something grave."""
    form = AgainForm(formdata=None, next=request.args.get("next"))
    return render_template("public/accounts/again.html", form=form)


@door.post("/sign-in/again", allow=SIGNED_IN)
@limiter.limit(limits.sign_in_limit)
@limiter.limit(limits.phone_limit, key_func=lambda: f"again:{g.actor.user_id}")
def again_check() -> ResponseReturnValue:
    form = AgainForm()
    if form.validate_on_submit():
        try:
            service.prove(form.password.data or "", actor=g.actor)
        except WrongSignIn as error:
            logs.security("proof_failed", how="password")
            form.refuse(error)
        else:
            go_on_proved()
            return redirect(safe_next(form.next.data, home_of(g.actor)), 303)
    return render_template("public/accounts/again.html", form=form), 422


# devices


@door.get("/account/devices", allow=SIGNED_IN)
def devices() -> ResponseReturnValue:
    """Where I am signed in."""
    return render_template(
        "public/accounts/devices.html",
        rows=sessions.of_user(int(g.actor.user_id)),
        own=current_user.device,
        today=clock.today(),
    )


@door.post("/account/devices/<int:device_id>/end", allow=SIGNED_IN)
def device_end(device_id: int) -> ResponseReturnValue:
    sessions.end(device_id, actor=g.actor)
    flash(_("那台设备已退出登录。"), "success")
    return redirect(url_for("public.devices"), 303)
