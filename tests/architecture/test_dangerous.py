"""Dangerous tools are used in the places that are named here, and nowhere else."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.same_everywhere

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = ROOT / "jobmatch"
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))

# Programs started with fixed words, never through a shell and never with what people typed.
STARTS_PROGRAMS = {"infra/backup.py", "tasks/planning.py", "tasks/watching.py"}
# SQL in words: names of tables and columns of ours; values always travel beside it.
NAMES = {"eval", "exec", "compile", "__import__"}
CALLS = {
    "os.system", "os.popen", "pickle.load", "pickle.loads", "marshal.load", "marshal.loads",
    "shelve.open", "yaml.load", "subprocess.getoutput", "subprocess.getstatusoutput",
    "hashlib.md5", "hashlib.sha1", "hashlib.new", "random.choice", "random.choices",
    "random.randint", "random.randrange", "random.random", "random.sample", "random.getrandbits",
    "tempfile.mktemp", "flask.render_template_string", "xml.etree.ElementTree.parse",
}  # fmt: skip
ATTRIBUTES = {"populate_obj", "from_string", "values", "format_map"}
# Any of these names is a way in without its own check.
FROM = {
    ("flask", "render_template_string"), ("markupsafe", "Markup"), ("random", "choice"),
    ("pickle", "loads"), ("uuid", "uuid1"), ("xml.etree", "ElementTree"), ("lxml", "etree"),
}  # fmt: skip


@cache
def trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(CODE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(CODE.rglob("*.py"))
        if not path.relative_to(CODE).as_posix().startswith("seed/")
    }


def dangerous(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in NAMES | CALLS:
                yield name
            if name == "request.values" or name.startswith("request.values."):
                yield "request.values"
            for word in node.keywords:
                if word.arg == "shell" and not is_false(word.value):
                    yield "shell"
                if word.arg == "allow_pickle" and not is_false(word.value):
                    yield "allow_pickle"
                if word.arg == "verify" and is_false(word.value):
                    yield "verify=False"
        elif isinstance(node, ast.Attribute):
            if ast.unparse(node) == "request.values" or node.attr in {
                "populate_obj",
                "from_string",
            }:
                yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom):
            yield from (
                f"{node.module}.{one.name}"
                for one in node.names
                if (node.module or "", one.name) in FROM
            )
        elif isinstance(node, ast.Import):
            yield from (o.name for o in node.names if o.name in {"pickle", "marshal", "shelve"})


def is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def test_nothing_dangerous_is_called() -> None:
    assert {(name, what) for name, tree in trees().items() for what in dangerous(tree)} == set()


@pytest.mark.parametrize(
    "line",
    [
        "eval(typed)", "exec(typed)", "os.system(typed)", "pickle.loads(b)", "import pickle",
        "subprocess.run(typed, shell=True)", "np.load(f, allow_pickle=True)", "request.values['x']",
        "form.populate_obj(row)", "from flask import render_template_string", "random.choice(x)",
        "from markupsafe import Markup", "hashlib.md5(b)", "hashlib.sha1(b)",
        "requests.get(u, verify=False)", "request.values.get('x')", "from random import choice",
        "environment.from_string(typed)",
    ],
)  # fmt: skip
def test_it_would_be_found(line: str) -> None:
    assert list(dangerous(ast.parse(line)))


def test_programs_are_started_in_three_places() -> None:
    found = {
        name
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(one.name == "subprocess" for one in node.names)
    }
    assert found == STARTS_PROGRAMS


# What our scripts may not do, and where one of them does it with good reason.
IN_SCRIPTS = {
    "innerHTML": ({"refresh.js"}, re.compile(r"\b(?:inner|outer)HTML\s*\+?=|insertAdjacentHTML")),
    "words as code": (set(), re.compile(r"\beval\(|new Function|setTimeout\(\s*[\"'`]|document\.write")),
    "messages from other windows": (
        {"sw.js"}, re.compile(r"addEventListener\(\s*[\"']message[\"']|\.onmessage"),
    ),
    "cookies": (set(), re.compile(r"document\.cookie")),
    "names on window": (set(), re.compile(r"\bwindow\.[a-zA-Z_]+\s*=[^=]|document\.all\b")),
    "prototypes": (set(), re.compile(r"__proto__|\.prototype\b|Object\.setPrototypeOf")),
    "addresses of the world": (set(), re.compile(r"[\"'`](?:https?:|wss?:)?//[a-z]")),
}  # fmt: skip


@pytest.mark.parametrize("what", IN_SCRIPTS)
def test_our_scripts_do_nothing_dangerous(what: str) -> None:
    allowed, pattern = IN_SCRIPTS[what]
    found = {path.name for path in SCRIPTS if pattern.search(path.read_text(encoding="utf-8"))}
    assert found == allowed


def test_what_is_put_in_as_html_comes_from_our_own_pages() -> None:
    """refresh.js fetches the page's own address; same-origin is all that the policy lets through."""
    script = (ROOT / "static/js/modules/refresh.js").read_text(encoding="utf-8")
    assert re.search(r"fetch\(part\.dataset\.[a-z]+", script)
