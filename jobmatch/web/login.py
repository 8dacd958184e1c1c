"""Sessions: flask-login with a versioned user id, so that signing out ends every copy."""

from urllib.parse import urlsplit

from flask import Flask
from flask_login import LoginManager, UserMixin

from jobmatch.accounts import queries, service
from jobmatch.accounts.queries import SignedIn
from jobmatch.kernel.actor import Actor

manager = LoginManager()


class SessionUser(UserMixin):
    """The signed-in user of a request, with the roles held right now."""

    def __init__(self, user: SignedIn, actor: Actor) -> None:
        self.user = user
        self.actor = actor

    def get_id(self) -> str:
        return f"{self.user.id}:{self.user.session_version}"

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
    """The user of a session, or None when the version has moved on or the account is closed."""
    key, _, version = session_id.partition(":")
    if not key.isdigit() or not version.isdigit():
        return None
    user = queries.signed_in(int(key))
    if user is None or not user.is_active or user.session_version != int(version):
        return None
    return SessionUser(user, service.actor_of(user.id))


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
