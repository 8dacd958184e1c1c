"""flask i18n: keep the English catalogue whole. Chinese is the source (docs/decisions/0004)."""

import ast
import csv
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "jobmatch" / "translations"
PO = FOLDER / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("jobmatch/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2),
    "lazy_ngettext": (1, 2), "text": None,
}  # fmt: skip
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true"}}
CJK = re.compile(r"[\u3400-\u9fff]")
# Modules whose Chinese is data or form, not words for the reader's language.
DATA_MODULES = ("jobmatch/seed/", "jobmatch/commands/", "jobmatch/data/")
# A language is called by its own name on every page.
LANGUAGE_NAMES = {"中文"}
# On a line of its own near the top of a module whose Chinese is data (a workbook's headings, say).
DATA_MARK = "# i18n: data module"
HEADER = "# The English catalogue; its sources are Chinese. Kept by `flask i18n update`."
PERCENT = re.compile(r"%\((\w+)\)")


@dataclass(frozen=True, slots=True)
class Used:
    """A catalogue text where it is used; plural is None for plain texts."""

    msgid: str
    plural: str | None
    where: str


@click.group("i18n")
def command() -> None:
    """The catalogue of texts."""


@command.command("compile")
def compile_() -> None:
    """Write messages.mo from messages.po (only when it is older)."""
    mo = PO.with_suffix(".mo")
    newest = max((p.stat().st_mtime for p in (PO, *parts()) if p.exists()), default=0.0)
    if mo.exists() and mo.stat().st_mtime >= newest:
        return
    mo.parent.mkdir(parents=True, exist_ok=True)
    fresh = mo.with_suffix(".new")
    with fresh.open("wb") as file:
        write_mo(file, load())
    fresh.replace(mo)


@command.command("update")
def update() -> None:
    """Bring messages.po up to what the code uses; unused texts go, new ones come untranslated."""
    known = load()
    fresh = Catalog(
        locale="en", project="jobmatch", charset="utf-8", fuzzy=False, header_comment=HEADER
    )
    fresh.creation_date = known.creation_date
    for use in used():
        key = (use.msgid, use.plural) if use.plural else use.msgid
        old = known.get(use.msgid)
        string = old.string if old and old.string else None
        if use.plural and isinstance(string, str):
            string = (string, string)
        fresh.add(key, string, locations=[], flags=flags(use))
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, fresh, omit_header=False, sort_output=True, width=100)
    for part in parts():
        part.unlink()


@command.command("check")
def check() -> None:
    """Fail on a text without translation, and on Chinese that stands outside the catalogue."""
    faults = [*untranslated(), *loose()]
    for fault in faults:
        click.echo(fault)
    if faults:
        raise click.ClickException(f"{len(faults)} texts are not in both languages")
    click.echo(f"{len({u.msgid for u in used()})} texts, all in Chinese and English")


def parts() -> list[Path]:
    return sorted((FOLDER / "parts").glob("*.csv"))


def load() -> Catalog:
    """messages.po with the parts (msgid,en) laid over it."""
    catalog = Catalog(locale="en", charset="utf-8")
    if PO.exists():
        with PO.open("rb") as file:
            catalog = read_po(file, locale="en")
    for part in parts():
        with part.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                # An entry that is there already, even an empty one, would keep its words.
                catalog.delete(row["msgid"])
                catalog.add(row["msgid"], row["en"])
    return catalog


def used() -> list[Used]:
    """Every catalogue text in code and templates."""
    found = []
    for name, line, message, _comments, _context in extract_from_dir(
        ROOT,
        METHODS,
        OPTIONS,
        KEYWORDS,
        directory_filter=lambda path: Path(path).name not in {".venv", "node_modules", ".git"},
    ):
        first, second = (message[0], message[1]) if isinstance(message, tuple) else (message, None)
        if CJK.search(first):
            found.append(Used(first, second, f"{name}:{line}"))
    return found


def flags(use: Used) -> list[str]:
    return ["python-format"] if PERCENT.search(use.msgid) else []


def untranslated() -> Iterator[str]:
    """One line for each text that has no English, or whose places to fill differ."""
    catalog, seen = load(), set()
    for use in used():
        if use.msgid in seen:
            continue
        seen.add(use.msgid)
        entry = catalog.get(use.msgid)
        strings = forms(entry)
        if not strings or not all(strings) or (entry and entry.fuzzy):
            yield f"{use.where}: not translated: {use.msgid}"
        elif not all(fills_alike(use, s) for s in strings):
            yield f"{use.where}: other places to fill in: {use.msgid} / {strings}"
        elif use.plural is None and CJK.search(strings[0]):
            yield f"{use.where}: the English is Chinese: {use.msgid}"


def fills_alike(use: Used, translated: str) -> bool:
    """The same places to fill in; only a form of a plural may leave one out ("one person")."""
    if use.plural is not None:
        return places(translated) <= places(use.msgid)
    return places(translated) == places(use.msgid)


def forms(entry: Message | None) -> list[str]:
    """The translation's forms: one, or singular and plural; none where there is no entry."""
    if entry is None or not entry.string:
        return []
    return [entry.string] if isinstance(entry.string, str) else list(entry.string)


def places(words: str) -> set[str]:
    """Names of the places to fill: %(n)s and {n}."""
    found = set(PERCENT.findall(words))
    try:
        found |= {name for _, name, _, _ in string.Formatter().parse(words) if name}
    except ValueError:
        return found
    return found


def loose() -> Iterator[str]:
    """One line for each Chinese string outside a catalogue call."""
    for path in sorted((ROOT / "jobmatch").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(DATA_MODULES):
            yield from _loose_in_python(path, name)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield from _loose_in_template(path, path.relative_to(ROOT).as_posix())


def _loose_in_python(path: Path, name: str) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    if any(line.startswith(DATA_MARK) for line in lines[:20]):
        return
    tree = ast.parse(source)
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.Return, ast.Expr)) and any(
            "# i18n:" in lines[n - 1] for n in range(node.lineno, (node.end_lineno or 0) + 1)
        ):
            inside |= {id(n) for n in ast.walk(node)}
        if isinstance(node, ast.Call):
            func = node.func
            called = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
            if called in KEYWORDS:
                inside |= {id(n) for argument in node.args for n in ast.walk(argument)}
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            inside.add(id(body[0].value))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inside
            and CJK.search(node.value)
        ):
            yield f"{name}:{node.lineno}: outside the catalogue: {node.value[:40]!r}"


def _loose_in_template(path: Path, name: str) -> Iterator[str]:
    """Words of the page itself, and strings in its expressions that no catalogue call takes."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    tree = environment.parse(path.read_text(encoding="utf-8"), name)
    inside: set[int] = set()
    for call in tree.find_all(nodes.Call):
        if getattr(call.node, "name", "") in KEYWORDS:
            inside |= {id(n) for argument in call.args for n in (argument, *all_of(argument))}
    for found in all_of(tree):
        words = getattr(found, "data", None) or getattr(found, "value", None)
        if not isinstance(words, str) or id(found) in inside or words in LANGUAGE_NAMES:
            continue
        for n, line in enumerate(words.split("\n")):
            if CJK.search(line):
                yield f"{name}:{found.lineno + n}: outside the catalogue: {line.strip()[:40]!r}"


def all_of(node: nodes.Node) -> Iterator[nodes.Node]:
    return node.find_all(nodes.Node)
