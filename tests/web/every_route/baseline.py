"""What every answer of the product carries, whatever it is: headers, and no script in a page."""

import re

from werkzeug.test import TestResponse

# What is forbidden to all; files that people handed in may not even be shown.
CSP = {"default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"}
PAGE = CSP | {"style-src 'self'", "object-src 'none'", "form-action 'self'"}
SANDBOX = CSP | {"sandbox", "form-action 'none'"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
SCRIPT = re.compile(r'<script\b(?:[^>]* nonce="([^"]*)")?')
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)|<style|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:", re.IGNORECASE
)


def faults(answer: TestResponse, is_somebody: bool) -> list[str]:
    """What is missing. is_somebody: the asker is signed in, so nothing may be kept by a cache."""
    headers = answer.headers
    found = [
        f"{name} is {headers.get(name)}"
        for name, wanted in HEADERS.items()
        if headers.get(name) != wanted
    ]
    policy = headers.get("Content-Security-Policy", "")
    parts = {part.strip() for part in policy.split(";")}
    found += [
        f"no {part} in {policy}" for part in (SANDBOX if "sandbox" in parts else PAGE) - parts
    ]
    found += [f"{word} in {policy}" for word in ("unsafe", "http:", "*") if word in policy]
    if "geolocation=(self)" not in headers.get("Permissions-Policy", ""):
        found.append("no Permissions-Policy")
    kept = headers.get("Cache-Control", "")
    is_file = answer.request.path.startswith("/static/")
    if kept != ("no-store" if is_somebody else "no-cache") and not is_file:
        found.append(f"Cache-Control is {kept}")
    for name in ("Server", "X-Powered-By", "Access-Control-Allow-Origin"):
        if name in headers:
            found.append(f"{name} says {headers[name]}")
    if answer.mimetype == "text/html":
        text = answer.get_data(as_text=True)
        found += [f"in the page: {part}" for part in sorted(set(INLINE.findall(text)))]
        scripts = next((part for part in parts if part.startswith("script-src ")), "")
        known = re.fullmatch(r"script-src 'nonce-([\w-]{24})' 'strict-dynamic' 'self'", scripts)
        named = set(SCRIPT.findall(text))
        if named and (not known or named != {known[1]}):
            found.append(f"scripts by {named} under {scripts}")
    for cookie in headers.getlist("Set-Cookie"):
        found += [
            f"cookie without {part}" for part in ("HttpOnly", "SameSite=Lax", "Path=/")
            if part not in cookie
        ]  # fmt: skip
    return found
