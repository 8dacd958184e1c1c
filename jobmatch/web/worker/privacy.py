"""What is held on me: consents, a copy, deletion."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from jobmatch.web import privacy
from jobmatch.web.worker import door
from jobmatch.web.worker.profile import me

LAYOUT = "layouts/worker.html"


def _at(name: str, **more: Any) -> str:
    return url_for(f"worker.held_{name}" if name else "worker.held", **more)


@door.get("/me/held")
def held() -> ResponseReturnValue:
    return privacy.page(me(), LAYOUT, _at)


@door.post("/me/held/consent")
def held_consent() -> ResponseReturnValue:
    return privacy.consent(me(), _at(""))


@door.get("/me/held/copy.<kind>")
def held_copy(kind: str) -> ResponseReturnValue:
    return privacy.copy(me(), kind)


@door.get("/me/held/delete")
def held_delete() -> ResponseReturnValue:
    return privacy.delete_page(me(), LAYOUT, _at)


@door.post("/me/held/delete")
def held_ask() -> ResponseReturnValue:
    return privacy.ask_delete(me(), _at(""))


@door.post("/me/held/undo")
def held_undo() -> ResponseReturnValue:
    return privacy.undo_delete(me(), _at(""))
