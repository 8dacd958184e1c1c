"""Pages: none is dead, none is missing, and nothing in them breaks the content security policy."""

import ast
import re
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "templates"
NAMES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
PARSER = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)


def source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def named_in_code() -> set[str]:
    """Names of pages in Python strings; what an f-string fills in becomes a *."""
    found = set()
    for path in (ROOT / "jobmatch" / "web").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else "*" for p in node.values]
                found.add("".join(str(part) for part in parts))
    return {name for name in found if name.endswith(".html") and "/" in name}


@cache
def used_by(name: str) -> set[str]:
    """Templates that this one extends, includes or takes macros from."""
    kinds = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
    consts = [node.template for node in PARSER.parse(source(name)).find_all(kinds)]
    return {const.value for const in consts if isinstance(const, nodes.Const)}


def test_every_page_that_the_code_names_is_there() -> None:
    missing = {n for n in named_in_code() if not any(fnmatch(name, n) for name in NAMES)}
    assert missing == set()


def test_every_template_that_another_uses_is_there() -> None:
    assert {(name, u) for name in NAMES for u in used_by(name) if u not in NAMES} == set()


def test_no_template_is_dead() -> None:
    alive = {name for name in NAMES if any(fnmatch(name, n) for n in named_in_code())}
    waiting = list(alive)
    while waiting:
        for used in used_by(waiting.pop()) - alive:
            alive.add(used)
            waiting.append(used)
    # Kinds of chart, card and the like are offered to pages to come: their gallery shows them.
    dead = {name for name in NAMES if name not in alive and not name.startswith("components/")}
    assert dead == set()


# What the content security policy would stop the browser from doing.
FORBIDDEN = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\ssrc=)", re.IGNORECASE),
    "script between tags": re.compile(r"<script\b[^>]*>\s*[^<\s]", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "script address": re.compile(r"(?:href|action|src)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    "loaded from outside": re.compile(
        r"(?:\bsrc|\bsrcset|\bposter|\bdata)\s*=\s*[\"']\s*(?:https?:)?//|"
        r"<link\b[^>]*href\s*=\s*[\"']\s*(?:https?:)?//",
        re.IGNORECASE,
    ),
    "left without autoescape": re.compile(
        r"[^\"'\s]\s*\|\s*safe\b|autoescape\s+false", re.IGNORECASE
    ),
}
EXAMPLES = {
    "inline style": '<p class="a" style="color: red">',
    "style element": "<style>p {}</style>",
    "inline script": "<script>x()</script>",
    "script between tags": '<script src="/a.js">x()</script>',
    "event attribute": '<button onclick="x()">',
    "script address": '<a href="javascript:x()">',
    "loaded from outside": '<link rel="stylesheet" href="https://cdn.example/a.css">',
    "left without autoescape": "{{ words | safe }}",
}


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_template_has(kind: str) -> None:
    assert [name for name in NAMES if FORBIDDEN[kind].search(source(name))] == []


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_it_would_be_found(kind: str) -> None:
    assert FORBIDDEN[kind].search(EXAMPLES[kind])


STATIC = [
    path
    for path in (ROOT / "static").rglob("*")
    if path.suffix in {".js", ".css", ".svg", ".webmanifest"} and "vendor" not in path.parts
]
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", re.IGNORECASE)
NAMESPACE = re.compile(r"xmlns(?::\w+)?=\"[^\"]+\"|\"http://www\.w3\.org/[^\"]+\"")


def test_our_scripts_styles_and_pictures_name_no_address_of_the_world() -> None:
    assert STATIC
    found = {
        path.relative_to(ROOT).as_posix()
        for path in STATIC
        if ADDRESS.search(NAMESPACE.sub("", path.read_text(encoding="utf-8")))
    }
    assert found == set()


def test_our_scripts_say_nothing_that_the_catalogue_does_not_know() -> None:
    """Words come from the page's data attributes, in the reader's language."""
    comment = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
    found = {
        path.name
        for path in STATIC
        if path.suffix == ".js"
        and re.search(r"[\u3400-\u9fff]", comment.sub("", path.read_text(encoding="utf-8")))
    }
    assert found == set()
