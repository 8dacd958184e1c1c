"""Forms that book money or speak to others carry a key made when they are shown: sent twice, they
act once.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Callable

from flask import Flask, g, request

from jobmatch.infra import once as keys
from jobmatch.infra.once import Answer

FIELD = "once"
# What may differ between two sendings of the same request, and secrets: no hash of those is kept.
NOT_SAID = {FIELD, "csrf_token", "password", "code"}


def init_once(app: Flask) -> None:
    """`once_key()` for templates: components/form.html puts it into a form."""
    app.add_template_global(new_key, "once_key")


def new_key() -> str:
    return uuid.uuid4().hex


def once(deed: Callable[[], Answer]) -> Answer:
    """Around the one verb of a view: the same form sent again gives the same answer, and no more.

    A form without a key (a page from before there were keys) is done as it comes.
    raises   OtherBody for another body under a used key, and what the deed raises
    """
    sent = request.form.get(FIELD, "")
    if not re.fullmatch("[0-9a-f]{32}", sent):
        return deed()
    return keys.once(sent, request.endpoint or "", body_hash(), deed, actor=g.actor)


def body_hash() -> str:
    """SHA-256 of the address and of all fields and files, in one form whatever their order."""
    fields = sorted(
        (name, value) for name, value in request.form.items(multi=True) if name not in NOT_SAID
    )
    files = []
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        files.append((name, hashlib.sha256(file.read()).hexdigest()))
        file.seek(0)
    said = json.dumps([request.path, fields, files], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
