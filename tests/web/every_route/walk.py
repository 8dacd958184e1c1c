"""What a walk over all addresses needs: the forms of a page, and what a request wrote."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import event

from jobmatch.infra.db import db

DEED = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)\"?", re.IGNORECASE)
TYPED = (
    "text",
    "textarea",
    "search",
    "tel",
    "date",
    "month",
    "number",
    "time",
    "password",
    "hidden",
)


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    chosen: bool = False


@dataclass
class Form:
    """A form as a browser sees it; path: where it goes, "" for the page itself."""

    path: str
    method: str
    fields: list[Field] = field(default_factory=list)
    has_file: bool = False

    def filled(self, fill: dict[str, Any]) -> dict[str, Any]:
        """What a person sends who fills what is empty with `fill`, and ticks the first of each."""
        found: dict[str, Any] = {}
        for one in self.fields:
            if one.kind in ("radio", "checkbox"):
                if one.chosen or one.name not in found:
                    found[one.name] = one.value or "y"
            elif one.kind == "select":
                given = one.value or next((o for o in one.options if o), "")
                found.setdefault(one.name, given)
            else:
                found[one.name] = one.value or ""
            if one.name in fill and not (one.value and one.kind != "checkbox"):
                found[one.name] = fill[one.name]
        found.pop("_load", None)
        found.pop("_read", None)
        found.pop("csrf_token", None)
        return found

    @property
    def typed(self) -> list[str]:
        names = [f.name for f in self.fields if f.name not in ("csrf_token", "_load", "_read")]
        return list(dict.fromkeys(names))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select: Field | None = None
        self.text: Field | None = None
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {key: value or "" for key, value in attrs}
        if tag == "a" and a.get("href"):
            self.links.append(a["href"])
        if tag == "form":
            self.open = Form(a.get("action", ""), a.get("method", "get").lower())
            self.forms.append(self.open)
        if self.open is None:
            return
        name = a.get("name", "")
        if tag == "input" and name:
            kind = a.get("type", "text")
            if kind == "file":
                self.open.has_file = True
                return
            self.open.fields.append(Field(name, kind, a.get("value", ""), chosen="checked" in a))
        elif tag == "button" and name:
            self.open.fields.append(Field(name, "hidden", a.get("value", "")))
        elif tag == "select" and name:
            self.select = Field(name, "select")
            self.open.fields.append(self.select)
        elif tag == "option" and self.select is not None:
            self.select.options.append(a.get("value", ""))
            if "selected" in a:
                self.select.value = a.get("value", "")
        elif tag == "textarea" and name:
            self.text = Field(name, "textarea")
            self.open.fields.append(self.text)

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.text is not None:
            self.text.value = self.text.value.strip()
            self.text = None


def read_page(html: str) -> tuple[list[Form], list[str]]:
    """The forms of a page and its links."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms, reader.links


@contextmanager
def watched() -> Iterator[list[str]]:
    """The tables that were written to, and that stayed written, since the list was last cleared."""
    kept: list[str] = []
    pending: dict[int, list[str]] = {}

    def note(connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        found = DEED.match(statement)
        if found and cursor.rowcount:  # a statement that met no row wrote nothing
            pending.setdefault(id(connection.connection.dbapi_connection), []).append(found[1])

    def commit(connection: Any) -> None:
        kept.extend(pending.pop(id(connection.connection.dbapi_connection), []))

    def rollback(connection: Any) -> None:
        pending.pop(id(connection.connection.dbapi_connection), None)

    hooks = (("after_cursor_execute", note), ("commit", commit), ("rollback", rollback))
    for name, hook in hooks:
        event.listen(db.engine, name, hook)
    try:
        yield kept
    finally:
        for name, hook in hooks:
            event.remove(db.engine, name, hook)
