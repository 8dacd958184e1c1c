"""The catalogue, looked up once a request.

Flask-Babel asks for the request, its language and its catalogue anew at every text: a fifth of the
time that a page of a hundred rows takes. `gettext` here does what its namesake there does; modules
that say much for each row import this one.
"""

from typing import Any

from flask import Flask, g, has_app_context
from flask_babel import Domain, get_locale, get_translations


class KeptDomain(Domain):
    """For whoever asks Flask-Babel itself, e.g. the labels of forms."""

    def get_translations(self) -> Any:
        found = _kept()
        if found is None:
            found = g.__dict__["translations"] = (get_locale(), super().get_translations())
        return found[1]


def init_language(app: Flask) -> None:
    """Call after Babel has put its own functions into the templates."""
    domain = KeptDomain()

    @app.before_request
    def take_domain() -> None:
        domain.as_default()

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: translations().ugettext(text),
        ngettext=lambda one, many, n: translations().ungettext(one, many, n),
        newstyle=True,
    )


def gettext(text: str, **variables: Any) -> str:
    """The text in the language in force, with the variables put in."""
    said: str = translations().ugettext(text)
    return said % variables if variables else said


def is_chinese() -> bool:
    if not has_app_context():
        return True
    locale = getattr(g.__dict__.get("_flask_babel"), "babel_locale", None) or get_locale()
    return locale is None or locale.language == "zh"


def translations() -> Any:
    """The catalogue of the language in force."""
    if not has_app_context():
        return get_translations()
    found = _kept()
    if found is None:
        found = g.__dict__["translations"] = (get_locale(), get_translations())
    return found[1]


def _kept() -> tuple[Any, Any] | None:
    """The language in force with its catalogue, once that was looked up in this request."""
    kept = g.__dict__
    locale = getattr(kept.get("_flask_babel"), "babel_locale", None)
    found: tuple[Any, Any] | None = kept.get("translations")
    return found if found is not None and locale is not None and found[0] is locale else None
