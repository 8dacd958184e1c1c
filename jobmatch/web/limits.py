"""Rate limits by address, and by account or phone where one is named."""

from flask import current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from jobmatch.kernel.identity import normalise

limiter = Limiter(key_func=get_remote_address)


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
