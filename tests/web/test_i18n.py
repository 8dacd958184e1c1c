"""The check of the catalogue finds what is missing, and passes what is whole."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from click.testing import CliRunner

from jobmatch.commands import i18n

PAGE = "{% extends 'layouts/desk.html' %}{% block heading %}{{ _('找活') }}{% endblock %}"
CODE = '"""说明"""\nfrom flask_babel import gettext as _\n\n\ndef view():\n    return _("找活")\n'
PARTS = "msgid,en\n找活,Find work\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project whose texts are all in both languages."""
    (tmp_path / "jobmatch" / "web").mkdir(parents=True)
    (tmp_path / "jobmatch" / "translations" / "parts").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "jobmatch" / "web" / "board.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "templates" / "board.html").write_text(PAGE, encoding="utf-8")
    folder = tmp_path / "jobmatch" / "translations"
    (folder / "parts" / "board.csv").write_text(PARTS, encoding="utf-8")
    monkeypatch.setattr(i18n, "ROOT", tmp_path)
    monkeypatch.setattr(i18n, "FOLDER", folder)
    monkeypatch.setattr(i18n, "PO", folder / "en" / "LC_MESSAGES" / "messages.po")
    return tmp_path


def check() -> tuple[int, str]:
    found = CliRunner().invoke(i18n.check)
    return found.exit_code, found.output


def add(project: Path, file: str, words: str) -> None:
    path = project / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(before + words + "\n", encoding="utf-8")


def test_a_project_in_both_languages_passes(project: Path) -> None:
    assert check() == (0, "1 texts, all in Chinese and English\n")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("jobmatch/web/board.py", 'x = _("招人")'),
        ("jobmatch/web/board.py", 'x = _l("招人")'),
        ("jobmatch/web/board.py", 'x = text("招人")'),
        ("templates/board.html", "{{ _('招人') }}"),
        ("templates/board.html", "{% trans %}招人{% endtrans %}"),
        ("templates/board.html", "{{ field(form.x, hint=_('招人')) }}"),
    ],
)
def test_a_text_without_english_is_found(project: Path, file: str, words: str) -> None:
    add(project, file, words)
    status, said = check()
    assert status == 1
    assert "not translated: 招人" in said
    assert file in said


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("jobmatch/web/board.py", 'x = "招人"'),
        ("jobmatch/web/board.py", 'x = f"{n} 个人"'),
        ("jobmatch/web/board.py", 'x = render("a.html", title="招人")'),
        ("jobmatch/web/board.py", 'x = _("找活") + "招人"'),
        ("templates/board.html", "<p>招人</p>"),
        ("templates/board.html", "<p title='招人'></p>"),
        ("templates/board.html", "{{ '招人' }}"),
        ("templates/board.html", "{{ field(form.x, hint='招人') }}"),
        ("templates/board.html", "{{ _('找活') ~ '招人' }}"),
        ("templates/board.html", "{% set words = ['招人'] %}"),
    ],
)
def test_chinese_outside_the_catalogue_is_found(project: Path, file: str, words: str) -> None:
    add(project, file, words)
    status, said = check()
    assert status == 1
    assert f"{file}:" in said
    assert "outside the catalogue" in said


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("jobmatch/web/board.py", 'x = "。"  # 注释'),
        ("jobmatch/web/board.py", 'x = "万"  # i18n: unit of Chinese figures'),
        ("jobmatch/web/board.py", 'def f():\n    """说明"""'),
        ("jobmatch/web/board.py", 'x = _(\n    "找活"\n)'),
        ("jobmatch/seed/names.py", 'x = "王"'),
        ("templates/board.html", "{# 注释 #}"),
        ("templates/board.html", "{{ field(form.x, hint=_('找活')) }}"),
        ("templates/board.html", "{{ 'English' if x else '中文' }}"),
    ],
)
def test_what_no_reader_sees_may_be_chinese(project: Path, file: str, words: str) -> None:
    (project / file).parent.mkdir(parents=True, exist_ok=True)
    add(project, file, words)
    assert check()[0] == 0


@pytest.mark.parametrize(
    ("msgid", "english", "fault"),
    [
        ("还差 %(n)s 人", "%(n)s short", None),
        ("还差 %(n)s 人", "some short", "other places to fill in"),
        ("还差 %(n)s 人", "%(m)s short", "other places to fill in"),
        ("还差 {n} 人", "{n} short", None),
        ("还差 {n} 人", "{m} short", "other places to fill in"),
        ("还差 {n} 人", "", "not translated"),
        ("还差 {n} 人", "还差 {n} 人", "the English is Chinese"),
    ],
)
def test_the_english_fills_no_other_places_than_the_chinese(
    project: Path, msgid: str, english: str, fault: str | None
) -> None:
    add(project, "jobmatch/web/board.py", f'x = _("{msgid}")')
    add(project, "jobmatch/translations/parts/more.csv", f"msgid,en\n{msgid},{english}")
    status, said = check()
    assert status == (1 if fault else 0)
    assert fault is None or fault in said


def test_a_fuzzy_entry_is_not_a_translation(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(locale="en")
    catalog.add("找活", "Find work", flags=["fuzzy"])
    monkeypatch.setattr(i18n, "load", lambda: catalog)
    assert "not translated: 找活" in check()[1]


def test_a_plural_needs_both_forms(project: Path) -> None:
    add(project, "jobmatch/web/board.py", 'x = ngettext("%(num)s 人", "%(num)s 人", 2)')
    assert "not translated" in check()[1]
    catalog = i18n.load()
    catalog.add(("%(num)s 人", "%(num)s 人"), ("%(num)s person", "%(num)s people"))
    i18n.PO.parent.mkdir(parents=True)
    with i18n.PO.open("wb") as file:
        i18n.write_po(file, catalog)
    assert check()[0] == 0


def test_update_keeps_translations_adds_new_texts_and_drops_unused_ones(project: Path) -> None:
    add(project, "jobmatch/translations/parts/board.csv", "没人用,Unused")
    add(project, "jobmatch/web/board.py", 'x = _("招人")')
    assert CliRunner().invoke(i18n.update).exit_code == 0
    catalog = i18n.load()
    assert {m.id: m.string for m in catalog if m.id} == {"找活": "Find work", "招人": ""}
    assert i18n.parts() == []
    assert check()[0] == 1


def test_compile_writes_what_readers_see_and_only_when_it_is_older(project: Path) -> None:
    assert CliRunner().invoke(i18n.compile_).exit_code == 0
    mo = i18n.PO.with_suffix(".mo")
    assert b"Find work" in mo.read_bytes()
    before = mo.stat().st_mtime_ns
    CliRunner().invoke(i18n.compile_)
    assert mo.stat().st_mtime_ns == before
