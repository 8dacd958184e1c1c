"""What is held on a worker: the pages of the worker's own phone and of the station's desk."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask import Response, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.infra import clock
from jobmatch.infra.sheets import Out, add_sheet, new_book
from jobmatch.kernel.errors import Conflict, NotFound
from jobmatch.kernel.periods import SHANGHAI
from jobmatch.kernel.text import Amount
from jobmatch.privacy import queries, service
from jobmatch.privacy.queries import Part
from jobmatch.web.downloads import XLSX
from jobmatch.web.privacy_words import CONSENTS, column_title
from jobmatch.web.texts import say
from jobmatch.workers import queries as workers

KINDS = {"xlsx": XLSX, "json": "application/json; charset=utf-8"}
Address = Callable[[str], str]


def page(worker_id: int, layout: str, address: Address) -> ResponseReturnValue:
    """The notice, the three consents, the copy and the deletion. address: of a page's short name
    ("consent", "copy", "delete", "undo").
    """
    row = workers.changeable_by(g.actor, worker_id)
    return render_template(
        "worker/privacy/held.html", layout=layout, at=address, row=row, words=CONSENTS,
        consents=queries.consents(worker_id), waiting=queries.waiting(worker_id),
    )  # fmt: skip


def delete_page(worker_id: int, layout: str, address: Address) -> ResponseReturnValue:
    """What would go, what would stay and until when."""
    row = workers.changeable_by(g.actor, worker_id)
    return render_template(
        "worker/privacy/delete.html", layout=layout, at=address, row=row,
        found=queries.preview(worker_id), waiting=queries.waiting(worker_id),
        days=service.UNDO_DAYS,
    )  # fmt: skip


def consent(worker_id: int, back: str) -> ResponseReturnValue:
    given = request.form.get("given") == "1"
    service.set_consent(worker_id, request.form.get("kind", ""), given, actor=g.actor)
    flash(_("记下了：同意。") if given else _("记下了：不同意，从现在起不再这样用。"), "success")
    return redirect(back, 303)


def ask_delete(worker_id: int, back: str) -> ResponseReturnValue:
    try:
        service.ask_erasure(worker_id, actor=g.actor)
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        flash(_("收到了。%(n)s 天以内都可以撤回。", n=service.UNDO_DAYS), "success")
    return redirect(back, 303)


def undo_delete(worker_id: int, back: str) -> ResponseReturnValue:
    service.undo_erasure(worker_id, actor=g.actor)
    flash(_("已经撤回，资料都还在。"), "success")
    return redirect(back, 303)


def copy(worker_id: int, kind: str) -> ResponseReturnValue:
    """All that is held, as a file. raises NotFound for another kind of file."""
    if kind not in KINDS:
        raise NotFound
    parts = service.copy(worker_id, actor=g.actor)
    body = workbook(parts) if kind == "xlsx" else as_json(parts)
    name = quote(_("我的资料") + f".{kind}")
    return Response(
        body,
        content_type=KINDS[kind],
        headers={
            "Content-Disposition": f"attachment; filename=\"copy.{kind}\"; filename*=UTF-8''{name}"
        },
    )


def workbook(parts: list[Part]) -> bytes:
    """A sheet for each part."""
    out = BytesIO()
    with new_book(out) as book:
        for number, part in enumerate(parts, 1):
            titles = [column_title(name) for name in part.columns]
            add_sheet(book, f"{number} {say(part.title)}", titles, _cells(part))
    return out.getvalue()


def as_json(parts: list[Part]) -> bytes:
    """The same for machines: names as they are held."""
    whole = {
        "made_at": clock.now().isoformat(),
        "parts": {
            part.name: [dict(zip(part.columns, map(_plain, row), strict=True)) for row in part.rows]
            for part in parts
        },
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _cells(part: Part) -> list[list[Out]]:
    return [
        [_cell(name, value) for name, value in zip(part.columns, row, strict=True)]
        for row in part.rows
    ]


def _cell(name: str, value: Any) -> Out:
    if name.endswith("_fen") and isinstance(value, int):
        return Amount(value)
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if value is None:
        return None
    if isinstance(value, (int, float, date, str)):
        return value
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, Decimal) else value
