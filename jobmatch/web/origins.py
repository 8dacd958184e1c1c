"""Forms and scripts of other sites write nothing here, whatever token they carry."""

from urllib.parse import urlsplit

from flask import Flask, request

from jobmatch.kernel.errors import NotAllowed
from jobmatch.kernel.text import text

READING = frozenset({"GET", "HEAD", "OPTIONS"})
# What a browser says of a request that one of our own pages, or the person by hand, began.
OURS = frozenset({"same-origin", "none"})


class FromElsewhere(NotAllowed):
    default = text("这个请求来自别的网站，没有执行。请在本站的页面上再做一次。")


def is_ours(site: str | None, origin: str | None, host: str, *, is_secure: bool) -> bool:
    """Whether one of our own pages sent a request that writes.

    site      Sec-Fetch-Site, which no page can forge; browsers before 2023 may not send it
    origin    Origin, which goes with every POST of later browsers than those of 2017
    Without both there is nothing to judge by: the form's token, which always is needed, decides.
    """
    if site is not None:
        return site in OURS
    if origin is None:
        return True
    parts = urlsplit(origin)
    # Where nobody told us of the proxy that speaks HTTPS, both may be right.
    is_scheme = parts.scheme == "https" or (parts.scheme == "http" and not is_secure)
    return is_scheme and parts.netloc.lower() == host.lower()


def init_origins(app: Flask) -> None:
    @app.before_request
    def refuse_other_sites() -> None:
        if request.method in READING:
            return
        said = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if not is_ours(*said, request.host, is_secure=request.is_secure):
            raise FromElsewhere
