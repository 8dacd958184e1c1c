"""Headers of every answer: nothing foreign is loaded, nothing personal is kept by caches."""

import hashlib
import secrets
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from jobmatch.web.addresses import Site

# No script and no style stands inside a page. Scripts come from our own address and, where a page
# names them, under a word that only this answer knows: markup that somebody slips into a page can
# load none, not even a file of ours. Browsers too old for strict-dynamic go by 'self'.
CSP = (
    "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(), "
        "display-capture=(), browsing-topics=()"
    ),
    # No window, page or script of another site gets hold of ours.
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def csp_nonce() -> str:
    """The word of this answer under which its page names scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def csp() -> str:
    nonce = g.get("csp_nonce")
    return CSP.format(scripts=f"'nonce-{nonce}' 'strict-dynamic' 'self'" if nonce else "'self'")


class PagesOnly(SecureCookieSessionInterface):
    """Sessions that files know nothing of: caches keep these for everybody, a cookie with them."""

    digest_method = staticmethod(hashlib.sha256)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


def init_headers(app: Flask) -> None:
    app.session_interface = PagesOnly()
    app.add_template_global(csp_nonce)

    @app.url_defaults
    def version(endpoint: str, values: dict[str, Any]) -> None:
        """Files of ours carry the time of their last change, so that browsers may keep them."""
        if endpoint == "static" and "v" not in values and isinstance(app, Site):
            values["v"] = app.version(values.get("filename", ""))

    @app.after_request
    def set_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", csp())
        for name, value in FIXED.items():
            headers.setdefault(name, value)
        if current_app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint == "static":
            kept = "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
            headers["Cache-Control"] = kept
        else:
            private = g.get("actor") is not None and g.actor.user_id is not None
            headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
        return response
