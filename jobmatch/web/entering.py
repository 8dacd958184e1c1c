"""How a session begins: after every proof that is asked for, and anew: no old one goes on."""

from datetime import UTC, datetime

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user

from jobmatch.accounts import queries as accounts
from jobmatch.accounts import second, service, sessions
from jobmatch.accounts.rules import proof
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor, Role
from jobmatch.kernel.errors import NotFound
from jobmatch.web.login import SessionUser, note_seen, safe_next
from jobmatch.web.proving import note_proof

HOMES = (
    (Role.OFFICER, "officer.home"),
    (Role.ORGANIZER, "brand.home"),
    (Role.EMPLOYER, "employer.home"),
    (Role.STATION, "station.home"),
    (Role.ADMIN, "admin.home"),
    (Role.WORKER, "worker.home"),
)
HALFWAY = "halfway"
# This session began with a code by SMS.
BY_CODE = "by_code"
# Kinds of devices by a word that their browsers send; the first that is found counts.
SYSTEMS = (
    ("MicroMessenger", "WeChat"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"),
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)  # fmt: skip
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


def home_of(actor: Actor) -> str:
    """The page where this person starts."""
    return next(
        (url_for(endpoint) for role, endpoint in HOMES if actor.has(role)),
        url_for("public.account"),
    )


def enter(user_id: int, target: str | None, how: str = "password") -> ResponseReturnValue:
    """On from the first proof (how: which): to the second where there is one, else in."""
    if second.has(user_id):
        clear_session()
        session[HALFWAY] = {
            "user": user_id, "at": clock.now().timestamp(), "next": safe_next(target, ""),
            "how": how,
        }  # fmt: skip
        return redirect(url_for("public.second"), 303)
    actor = start_session(user_id, how=how)
    return redirect(safe_next(target, home_of(actor)), 303)


def halfway() -> tuple[int, str, str] | None:
    """Who has given the first proof on this device, not long ago, where they want to go, and how
    they proved it.
    """
    kept = session.get(HALFWAY)
    if not kept:
        return None
    made_at = datetime.fromtimestamp(kept["at"], UTC)
    if not proof.holds(made_at, clock.now(), proof.HALFWAY_LASTS):
        return None
    return int(kept["user"]), str(kept["next"]), str(kept["how"])


def start_session(user_id: int, *, how: str = "password") -> Actor:
    """Sign the user in on this device, in a session that begins anew. The language choice stays.

    how   the proofs that were given: password, code, second
    """
    user = load_latest(user_id)
    user.device = sessions.begin(
        user_id, user.user.session_version, device_words(), request.remote_addr or "",
        how=how,
    )  # fmt: skip
    clear_session()
    session.permanent = True
    note_seen()
    login_user(user)
    note_proof()
    g.actor = user.actor
    return user.actor


def go_on_proved() -> None:
    """After the password once more: the same session under a new key."""
    user = load_latest(int(g.actor.user_id))
    user.device = sessions.renew(current_user.device, actor=g.actor)
    login_user(user)
    note_proof()


def clear_session() -> None:
    """Forget all of this device's session but the language that it is read in."""
    lang = session.get("lang")
    session.clear()
    if lang:
        session["lang"] = lang


def load_latest(user_id: int) -> SessionUser:
    """The user as the database has it now. raises NotFound."""
    found = accounts.signed_in(user_id)
    if found is None or not found.is_active:
        raise NotFound
    return SessionUser(found, service.actor_of(user_id))


def device_words() -> str:
    """Browser and system of this request in a few words: enough to know one's own devices by."""
    said = request.user_agent.string
    parts = [
        next((word for sign, word in names if sign in said), "") for names in (SYSTEMS, BROWSERS)
    ]
    return " · ".join(part for part in parts if part) or str(_("其他设备"))
