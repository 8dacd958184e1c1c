"""Papers: the same blocks as a page to print and as a PDF file.

A page is in the reader's language; a PDF is a Chinese document, whatever the reader's language.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

import flask_babel
from flask import Response, current_app, render_template

from jobmatch.infra import typesetting


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Para:
    text: str
    large: bool = False
    kind: str = "para"


@dataclass(frozen=True, slots=True)
class Facts:
    pairs: Sequence[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Column:
    """num: right-aligned; wide: takes the room left; width: cm on the paper, 0: as needed."""

    label: str
    num: bool = False
    wide: bool = False
    width: float = 0


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Signs:
    """Lines to sign on."""

    labels: Sequence[str]
    kind: str = "signs"


Block = Heading | Para | Facts | Table | Signs


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    blocks: Sequence[Block]
    number: str = ""
    foot: str = ""
    landscape: bool = False
    name: str = field(default="paper")


def as_page(paper: Paper, *, layout: str, back: str, pdf: str, more: Sequence[tuple[str, str]] = (),
            form: object = None, hint: str = "") -> str:  # fmt: skip
    """A page to print. back, pdf: addresses; more: other files (address, words)."""
    return render_template(
        "papers/paper.html", paper=paper, layout=layout, back=back, pdf=pdf, more=more, form=form,
        hint=hint,
    )  # fmt: skip


def as_pdf(make: Callable[[], Paper]) -> Response:
    """The paper that `make` builds, in Chinese, as a file to keep."""
    with flask_babel.force_locale("zh"):
        paper = make()
    folder = Path(str(current_app.jinja_loader.searchpath[0]))  # type: ignore[union-attr]
    body = typesetting.pdf(folder / "papers" / "paper.typ", asdict(paper))
    name = quote(f"{paper.title}-{paper.name}.pdf")
    return Response(
        body,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f"attachment; filename=\"paper.pdf\"; filename*=UTF-8''{name}"
        },
    )
