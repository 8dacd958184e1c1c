"""Headers of every answer: nothing foreign is loaded, nothing personal is kept by caches."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

CSP = (
    "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class PagesOnly(SecureCookieSessionInterface):
    """Sessions that files know nothing of: caches keep these for everybody, a cookie with them."""

    digest_method = staticmethod(hashlib.sha256)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


def init_headers(app: Flask) -> None:
    app.session_interface = PagesOnly()

    @app.url_defaults
    def version(endpoint: str, values: dict[str, Any]) -> None:
        """Files of ours carry the time of their last change, so that browsers may keep them."""
        if endpoint == "static" and "v" not in values and app.static_folder:
            file = Path(app.static_folder) / values.get("filename", "")
            values["v"] = f"{file.stat().st_mtime_ns // 1_000_000:x}" if file.is_file() else "0"

    @app.after_request
    def set_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CSP)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self)")
        if current_app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint == "static":
            kept = "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
            headers["Cache-Control"] = kept
        else:
            private = g.get("actor") is not None and g.actor.user_id is not None
            headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
        return response
