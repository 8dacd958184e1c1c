"""Sessions: flask-login with a versioned user id, so that signing out ends every copy.

A session names its device too (accounts.sessions), so that one device can be signed out.
"""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask, current_app, session
from flask_login import LoginManager, UserMixin

from jobmatch.accounts import queries, service, sessions
from jobmatch.accounts.queries import SignedIn
from jobmatch.accounts.rules import proof
from jobmatch.infra import clock
from jobmatch.kernel.actor import Actor

manager = LoginManager()
SEEN = "seen_at"
# So exact is the note of when a session was last used: not every answer writes a cookie for it.
SEEN_EVERY_S = 60


class SessionUser(UserMixin):
    """The signed-in user of a request, with the roles held right now."""

    def __init__(self, user: SignedIn, actor: Actor, device: str = "") -> None:
        self.user = user
        self.actor = actor
        self.device = device

    def get_id(self) -> str:
        parts = [str(self.user.id), str(self.user.session_version)]
        return ":".join([*parts, self.device] if self.device else parts)

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def must_change_password(self) -> bool:
        """Signed in with a password that somebody gave them: nothing else is open before."""
        return self.user.must_change_password

    @property
    def locale(self) -> str:
        return self.user.locale


def load(session_id: str) -> SessionUser | None:
    """The user of a session, or None when the version has moved on, the account is closed or the
    device was signed out.
    """
    key, version, device = [*session_id.split(":", 2), "", ""][:3]
    if not key.isdigit() or not version.isdigit():
        return None
    user = queries.signed_in(int(key))
    if user is None or not user.is_active or user.session_version != int(version):
        return None
    began = sessions.began(device, user.id) if device else None
    if device and began is None:
        return None
    actor = service.actor_of(user.id)
    return SessionUser(user, actor, device) if goes_on(actor, began) else None


def goes_on(actor: Actor, began_at: datetime | None) -> bool:
    """Whether the session of this request is neither too old nor left alone for too long."""
    if not current_app.config["SESSION_LIMITS"]:
        return True
    if began_at is None or SEEN not in session:
        return False
    now, seen = clock.now(), datetime.fromtimestamp(session[SEEN], UTC)
    lasts = proof.lifetime(grant.role for grant in actor.grants)
    if not proof.goes_on(lasts, began_at=began_at, seen_at=seen, now=now):
        return False
    if (now - seen).total_seconds() >= SEEN_EVERY_S:
        note_seen()
    return True


def note_seen() -> None:
    session[SEEN] = int(clock.now().timestamp())


def init_login(app: Flask) -> None:
    manager.init_app(app)
    manager.user_loader(load)
    manager.session_protection = "basic"


def safe_next(target: str | None, fallback: str) -> str:
    """A path of this application to go on to; anything else gives the fallback."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    if any(ord(c) < 32 for c in target) or "\\" in target:
        return fallback
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else fallback
