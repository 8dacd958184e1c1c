"""Rate limits by address, and by account or phone where one is named."""

from flask import current_app, request, session
from flask_limiter import ApplicationLimit, Limiter
from flask_limiter.util import get_remote_address

from jobmatch.kernel.identity import normalise

# Whoever is signed in, over all pages: far more than hands can open, far too little to carry off
# a banner's people page by page.
PAGES = "1200 per minute;20000 per hour"


def _own_key() -> str:
    """Of the session, without asking the database: the guard has not been there yet."""
    return f"user:{session.get('_user_id', '')}"


def _is_free() -> bool:
    relaxed = bool(current_app.config["RELAX_RATE_LIMITS"])
    return relaxed or request.endpoint == "static" or "_user_id" not in session


limiter = Limiter(
    key_func=get_remote_address,
    application_limits=[ApplicationLimit(lambda: PAGES, _own_key, exempt_when=_is_free)],
)


def _limit(strict: str) -> str:
    return "100000 per minute" if current_app.config["RELAX_RATE_LIMITS"] else strict


def sign_in_limit() -> str:
    return _limit("10 per minute;60 per hour")


def phone_limit() -> str:
    return _limit("8 per 10 minutes")


def sign_up_limit() -> str:
    return _limit("20 per hour")


def code_limit() -> str:
    """Of codes on paper: as fast as a clerk types them, far too slow to guess one."""
    return _limit("30 per minute;600 per day")


def phone_of_form() -> str:
    """However the number is typed, it is the same phone."""
    return "phone:" + normalise(request.form.get("phone", ""))[-11:]
