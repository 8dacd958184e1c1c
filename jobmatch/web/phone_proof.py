"""That a phone typed at sign-up is the visitor's own: a code goes there before anything is told.

Whether somebody has an account on it changes neither the answer nor the work that is done here;
the message that goes to the phone says it, and its code then signs them in.
"""

from dataclasses import asdict, dataclass, replace

from flask import current_app, g, redirect, url_for
from flask.typing import ResponseReturnValue

from jobmatch.accounts import codes
from jobmatch.accounts.codes import SIGN_UP, Proved
from jobmatch.accounts.service import checked_phone
from jobmatch.web import sealed_session

KEY = "join_code"
WORKER, EMPLOYER = "worker", "employer"


@dataclass(frozen=True, slots=True)
class Asked:
    """A code that was asked for. who: what they sign up as; phone: in its kept form."""

    phone: str
    code: str
    who: str
    proved: bool = False


def is_needed() -> bool:
    """Whoever is signed in has proved enough; without a provider of SMS no code can arrive."""
    return g.actor.user_id is None and bool(current_app.config["SIGN_UP_CODE"])


def asked() -> Asked | None:
    kept = sealed_session.get(KEY)
    return Asked(**kept) if kept else None


def is_missing(phone: str) -> bool:
    """Whether this phone must still be proved before going on. raises Invalid (field phone)."""
    if not is_needed():
        return False
    kept = asked()
    return not (kept and kept.proved and kept.phone == checked_phone(phone))


def ask(phone: str, who: str) -> ResponseReturnValue:
    """Send a code, and go where it is typed. raises Invalid (field phone)."""
    code = codes.ask(phone, SIGN_UP)
    sealed_session.put(KEY, asdict(Asked(checked_phone(phone), code, who)))
    return redirect(url_for("public.join_code"), 303)


def check(kept: Asked, typed: str) -> Proved:
    """raises WrongCode."""
    found = codes.prove(kept.code, typed)
    sealed_session.put(KEY, asdict(replace(kept, proved=True)))
    return found


def forget() -> None:
    sealed_session.drop(KEY)
