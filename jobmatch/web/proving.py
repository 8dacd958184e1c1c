"""Grave deeds ask for a proof of who one is that is not old: paying, revealing, taking data away.

The list is here and not at the routes: it is a promise about the whole, which a test holds.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from jobmatch.accounts import second
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor

PROVED = "proved_at"
# What is open to whoever must set up a second factor first.
WITHOUT_SECOND = frozenset(
    {
        "public.account", "public.change_password", "public.sign_out", "public.set_language",
        "public.healthz", "public.readyz", "public.metrics_page", "public.second_factor",
        "public.second_begin", "public.second_confirm", "public.again", "public.again_check",
    }
)  # fmt: skip
GRAVE = frozenset(
    {
        "admin.log_file", "admin.user_appoint", "admin.user_password", "admin.user_revoke",
        "admin.user_second", "admin.user_sign_out",
        "brand.members_file", "brand.pay_file", "brand.training_people_file",
        "employer.bank_list", "employer.bank_save", "employer.debt_note_pdf",
        "employer.dispute_pack_pdf", "employer.pay_run_approve", "employer.pay_run_issue",
        "employer.pay_run_people",
        "employer.pay_run_reverse", "employer.payments_record", "employer.posting_settle",
        "employer.settlement_pay", "employer.settlement_reverse", "employer.slip_reverse",
        "employer.slip_unpay", "employer.wage_book_file", "employer.wage_list",
        "employer.work_file",
        "officer.dispute_pack_pdf", "officer.member_reveal", "officer.report_events_file",
        "officer.report_people_file", "officer.training_people_file", "officer.watch_export",
        "public.device_end", "public.second_begin", "public.second_remove",
        "station.debt_note_pdf", "station.dispute_pack_pdf", "station.held_copy",
        "station.reset_password", "station.worker_bank", "station.worker_bank_post",
        "station.worker_bank_remove", "station.worker_book_export",
        "worker.bank_account", "worker.bank_account_post", "worker.bank_account_remove",
        "worker.held_ask", "worker.held_copy",
    }
)  # fmt: skip


def note_proof() -> None:
    """The person has just proved who they are."""
    session[PROVED] = clock.now().timestamp()


def is_proved() -> bool:
    """Whether the last proof still holds for grave deeds."""
    minutes = current_app.config["PROOF_MINUTES"]
    if not minutes:
        return True
    age = clock.now().timestamp() - float(session.get(PROVED, 0))
    return 0 <= age < timedelta(minutes=minutes).total_seconds()


def prove(endpoint: str, actor: Actor) -> Response | None:
    """Away to where a second factor is set up, or a proof renewed, when this page asks for it."""
    if actor.user_id is None:
        return None
    must = current_app.config["SECOND_FACTOR_REQUIRED"] and second.must_have(actor)
    if must and endpoint not in WITHOUT_SECOND and not second.has(actor.user_id):
        return redirect(url_for("public.second_factor"), 303)
    if endpoint not in GRAVE or is_proved() or not current_user.is_authenticated:
        return None
    if request.method == "GET":
        return redirect(url_for("public.again", next=request.full_path.rstrip("?")), 303)
    flash(_("为了安全，请先再输一次密码，然后重新提交。"), "info")
    return redirect(url_for("public.again", next=came_from()), 303)


def came_from() -> str | None:
    """The page of ours that the form stood on, if the browser says so."""
    parts = urlsplit(request.referrer or "")
    if not parts.netloc or parts.netloc != request.host:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
