"""No file goes past the scanner: each form that takes one looks through it first."""

import ast
import io
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict

from jobmatch import web
from jobmatch.infra import scanning
from jobmatch.web.disputes.forms import FileForm
from jobmatch.web.employer.payments import ResultForm
from jobmatch.web.forms import BaseForm
from jobmatch.web.officer.imports import ImportForm

FOLDER = Path(web.__file__).parent


@pytest.mark.parametrize("kind", [FileForm, ImportForm, ResultForm])
def test_a_file_with_a_virus_is_refused_next_to_its_field(
    app: Flask, monkeypatch: pytest.MonkeyPatch, kind: type[BaseForm]
) -> None:
    sent: list[bytes] = []

    def find(content: bytes) -> None:
        sent.append(content)
        raise scanning.Infected(field="file")

    monkeypatch.setattr(scanning, "require_clean", find)
    with app.test_request_context("/", method="POST"):
        file = FileStorage(io.BytesIO(b"content"), "a.xlsx")
        form = kind(MultiDict({"file": file}), meta={"csrf": False})
        assert not form.validate()
        assert form.file.errors == ["这个文件里有病毒，没有收。请换一个干净的文件。"]
        assert form.file.data.read() == b"content"
    assert sent == [b"content"]


@pytest.mark.same_everywhere
def test_every_form_takes_files_by_the_field_that_scans() -> None:
    """Another field for files, or request.files, would go past it."""
    found = {
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and ast.unparse(node) == "request.files")
        or (isinstance(node, ast.Name) and node.id in ("FileField", "MultipleFileField"))
    }
    # The one that scans, and the keys of requests, which hash what came.
    assert found == {"forms.py", "once.py"}
