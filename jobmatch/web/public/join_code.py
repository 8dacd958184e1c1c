"""The code that proves the phone of whoever signs up; the same page whoever has an account."""

from flask import current_app, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.accounts.codes import Proved, WrongCode
from jobmatch.accounts.service import actor_of
from jobmatch.infra import logs
from jobmatch.kernel.actor import Role
from jobmatch.kernel.identity import mask_phone
from jobmatch.kernel.text import Text
from jobmatch.notify import codes as sent_codes
from jobmatch.web import limits, phone_proof, sealed_session
from jobmatch.web.entering import enter
from jobmatch.web.limits import limiter
from jobmatch.web.phone_proof import Asked
from jobmatch.web.public import door, employer_join, join
from jobmatch.web.public.proofs import CodeForm


@door.get("/join/code")
def join_code() -> ResponseReturnValue:
    """Type the code that went to the phone."""
    kept = phone_proof.asked()
    if kept is None or g.actor.user_id is not None:
        return redirect(url_for("public.join"), 303)
    return code_page(kept, CodeForm(formdata=None))


@door.post("/join/code")
@limiter.limit(limits.sign_in_limit)
def join_code_check() -> ResponseReturnValue:
    kept = phone_proof.asked()
    if kept is None or g.actor.user_id is not None:
        return redirect(url_for("public.join"), 303)
    form = CodeForm()
    if form.validate_on_submit():
        try:
            found = phone_proof.check(kept, form.code.data or "")
        except WrongCode as error:
            logs.security("sign_up_code_failed", how="code")
            form.refuse(error)
        else:
            return go_on(kept, found)
    return code_page(kept, form), 422


@door.post("/join/code/again")
@limiter.limit(limits.sign_up_limit)
def join_code_again() -> ResponseReturnValue:
    """Another code to the same phone."""
    kept = phone_proof.asked()
    if kept is None or g.actor.user_id is not None:
        return redirect(url_for("public.join"), 303)
    flash(_("又发了一次。"), "info")
    return phone_proof.ask(kept.phone, kept.who)


def go_on(kept: Asked, found: Proved) -> ResponseReturnValue:
    """The phone is theirs: who has an account is in it now, everybody else goes on."""
    if found.user_id is not None:
        return known(kept, found.user_id)
    if kept.who == phone_proof.EMPLOYER:
        return employer_join.proved()
    return join.proved()


def known(kept: Asked, user_id: int) -> ResponseReturnValue:
    """Signed in on the account that they had, and back to what they wanted."""
    held = actor_of(user_id)
    if kept.who == phone_proof.EMPLOYER:
        target = None if held.has(Role.EMPLOYER) else url_for("public.employer_join")
    else:
        target = session.get("onward") if held.has(Role.WORKER) else url_for("public.join")
    typed = employer_join.typed()
    answer = enter(user_id, target, how="code")
    if target and kept.who == phone_proof.EMPLOYER:
        sealed_session.put(employer_join.KEPT, typed)
    flash(_("您的手机号以前就有账号，已经直接登录，不用再登记。"), "info")
    return answer


def code_page(kept: Asked, form: CodeForm) -> str:
    return render_template(
        "public/accounts/join_code.html",
        form=form,
        phone=mask_phone(kept.phone),
        back=url_for("public.employer_join" if kept.who == phone_proof.EMPLOYER else "public.join"),
        trial=trial_words(kept),
    )


def trial_words(kept: Asked) -> dict[str, Text | None] | None:
    """On a trial machine without a provider: what would have gone to the phone."""
    if current_app.config["NAME"] == "production" or current_app.config["SMS_URL"]:
        return None
    return {"said": sent_codes.unsent(kept.code)}
