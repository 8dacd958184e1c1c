"""Signing in and out, language, notices, health."""

from flask import flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import logout_user
from wtforms import HiddenField, PasswordField, TelField
from wtforms.validators import EqualTo, InputRequired, Length

from jobmatch.accounts import service
from jobmatch.accounts.service import WrongSignIn
from jobmatch.infra import crypto, logs
from jobmatch.infra.health import database_answers, schema_is_current
from jobmatch.kernel.errors import Invalid
from jobmatch.kernel.identity import normalise
from jobmatch.matching import index, push
from jobmatch.notify import queries as notices
from jobmatch.notify import service as notify
from jobmatch.web import limits
from jobmatch.web.entering import BY_CODE, clear_session, enter, home_of, start_session
from jobmatch.web.forms import BaseForm
from jobmatch.web.guard import SIGNED_IN
from jobmatch.web.incoming import page_number
from jobmatch.web.limits import limiter
from jobmatch.web.login import safe_next
from jobmatch.web.proving import is_proved
from jobmatch.web.public import door


class SignIn(BaseForm):
    phone = TelField(_l("手机号"), validators=[InputRequired(_l("请填写手机号。")), Length(max=20)])
    password = PasswordField(
        _l("密码"), validators=[InputRequired(_l("请填写密码。")), Length(max=128)]
    )
    next = HiddenField()


class NewPassword(BaseForm):
    """For who signed in by a code and may have forgotten the old one."""

    new = PasswordField(
        _l("新密码"),
        validators=[InputRequired(_l("请填写新密码。")), Length(8, 128, _l("密码至少 8 个字。"))],
    )
    again = PasswordField(
        _l("再填一次新密码"),
        validators=[
            InputRequired(_l("两次填写的密码不一样。")),
            EqualTo("new", _l("两次填写的密码不一样。")),
        ],
    )


class ChangePassword(NewPassword):
    old = PasswordField(_l("原密码"), validators=[InputRequired(_l("请填写原密码。"))])


def password_form() -> NewPassword:
    """What changing the password asks: after a code by SMS, not long ago, not the old one."""
    return NewPassword() if session.get(BY_CODE) and is_proved() else ChangePassword()


@door.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    if g.actor.user_id:
        return redirect(home_of(g.actor), 303)
    form = SignIn(next=request.args.get("next"))
    return render_template("public/accounts/sign_in.html", form=form)


@door.post("/sign-in")
@limiter.limit(limits.sign_in_limit)
@limiter.limit(limits.phone_limit, key_func=limits.phone_of_form)
def sign_in_post() -> ResponseReturnValue:
    form = SignIn()
    if form.validate_on_submit():
        try:
            user_id = service.check_sign_in(form.phone.data or "", form.password.data or "")
        except WrongSignIn as error:
            logs.security("sign_in_failed", how="password", phone=phone_sign(form.phone.data))
            form.refuse(error)
        else:
            return enter(user_id, form.next.data)
    return render_template("public/accounts/sign_in.html", form=form), 422


def phone_sign(typed: str | None) -> str:
    """What logs tell one typed phone from another by: tries at one account show, no number does."""
    return crypto.ring().blind_index(f"tried:{normalise(typed or '')[-11:]}")[:12]


@door.post("/sign-out", allow=SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    service.end_all_sessions(actor=g.actor)
    logout_user()
    clear_session()
    flash(_("您已在所有设备上退出登录。"))
    answer = make_response(redirect(url_for("public.sign_in"), 303))
    # Not "storage": taps that were made without a network wait there until they are sent.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@door.get("/account", allow=SIGNED_IN)
def account() -> ResponseReturnValue:
    """My account: name, roles, password, language."""
    return render_template("public/accounts/account.html", form=password_form())


@door.post("/account/password", allow=SIGNED_IN)
@limiter.limit(limits.sign_in_limit)
def change_password() -> ResponseReturnValue:
    form = password_form()
    if form.validate_on_submit():
        old = form.old.data or "" if isinstance(form, ChangePassword) else None
        try:
            service.change_password(old, form.new.data or "", actor=g.actor)
        except Invalid as error:
            logs.security("password_change_refused", field=error.field)
            # What is wrong with a password is said where the new one was typed.
            error.field = "new" if error.field == "password" else error.field
            form.refuse(error)
        else:
            start_session(g.actor.user_id)
            flash(_("密码已改，其他设备上的登录都已退出。"))
            return redirect(url_for("public.account"), 303)
    return render_template("public/accounts/account.html", form=form), 422


@door.post("/language")
def set_language() -> ResponseReturnValue:
    lang = request.form.get("lang", "")
    if lang in ("zh", "en"):
        session["lang"] = lang
        if g.actor.user_id:
            service.set_locale(lang, actor=g.actor)
    return redirect(safe_next(request.form.get("next"), url_for("public.home")), 303)


@door.get("/notices", allow=SIGNED_IN)
def notice_list() -> ResponseReturnValue:
    page = notices.page(g.actor.user_id, page_number())
    return render_template("public/accounts/notices.html", page=page)


@door.post("/notices/read", allow=SIGNED_IN)
def notices_read() -> ResponseReturnValue:
    notify.mark_read(actor=g.actor)
    if g.actor.worker_id:
        push.note_seen(g.actor.worker_id)
    return redirect(url_for("public.notice_list"), 303)


@door.get("/healthz")
@limiter.exempt
def healthz() -> ResponseReturnValue:
    """200 and {"status": "ok"} when the database answers, else 503."""
    if database_answers():
        return {"status": "ok"}
    return {"status": "database unavailable"}, 503


@door.get("/readyz")
@limiter.exempt
def readyz() -> ResponseReturnValue:
    """200 when people may be sent here: the database answers and is migrated, and what matching
    keeps in memory stands; else 503."""
    if not database_answers():
        return {"status": "database unavailable"}, 503
    if not schema_is_current():
        return {"status": "database not migrated"}, 503
    if not index.settled():
        return {"status": "index is being built"}, 503
    return {"status": "ready"}
