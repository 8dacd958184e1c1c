"""What is held on a visitor, for people without a phone: consents, a copy, deletion."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from jobmatch.web import privacy
from jobmatch.web.station import door

LAYOUT = "layouts/desk.html"


def _at(worker_id: int) -> Callable[..., str]:
    def address(name: str, **more: Any) -> str:
        endpoint = f"station.held_{name}" if name else "station.held"
        return url_for(endpoint, worker_id=worker_id, **more)

    return address


@door.get("/workers/<int:worker_id>/held")
def held(worker_id: int) -> ResponseReturnValue:
    return privacy.page(worker_id, LAYOUT, _at(worker_id))


@door.post("/workers/<int:worker_id>/held/consent")
def held_consent(worker_id: int) -> ResponseReturnValue:
    return privacy.consent(worker_id, _at(worker_id)(""))


@door.get("/workers/<int:worker_id>/held/copy.<kind>")
def held_copy(worker_id: int, kind: str) -> ResponseReturnValue:
    return privacy.copy(worker_id, kind)


@door.get("/workers/<int:worker_id>/held/delete")
def held_delete(worker_id: int) -> ResponseReturnValue:
    return privacy.delete_page(worker_id, LAYOUT, _at(worker_id))


@door.post("/workers/<int:worker_id>/held/delete")
def held_ask(worker_id: int) -> ResponseReturnValue:
    return privacy.ask_delete(worker_id, _at(worker_id)(""))


@door.post("/workers/<int:worker_id>/held/undo")
def held_undo(worker_id: int) -> ResponseReturnValue:
    return privacy.undo_delete(worker_id, _at(worker_id)(""))
