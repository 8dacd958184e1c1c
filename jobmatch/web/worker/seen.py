"""The phone says that pushed work stood before its worker."""

from flask import request
from flask.typing import ResponseReturnValue

from jobmatch.matching import push
from jobmatch.web.worker import door
from jobmatch.web.worker.work import myself


@door.post("/seen")
def seen() -> ResponseReturnValue:
    """Marks the postings named in the form; what was not pushed to this worker changes nothing."""
    push.note_seen(myself().id, request.form.getlist("posting", type=int)[:50])
    return {"seen": True}
