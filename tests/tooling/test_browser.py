"""Which Chromium the browser tests drive."""

from pathlib import Path

import pytest

from tools import browser
from tools.browser import candidates, choose
from tools.console import Failure


def which_chrome(name: str) -> str | None:
    return {"google-chrome": "/usr/bin/google-chrome", "chromium": "/usr/bin/chromium"}.get(name)


def which_nothing(_name: str) -> None:
    return None


def test_chromium_comes_before_chrome() -> None:
    found = candidates({}, "linux", which_chrome)
    assert found == ["/usr/bin/chromium", "/usr/bin/google-chrome"]


def test_the_browser_named_in_the_environment_alone_counts() -> None:
    assert candidates({"CHROMIUM": "/opt/c"}, "linux", which_chrome) == ["/opt/c"]


def test_an_empty_name_in_the_environment_counts_as_none() -> None:
    assert candidates({"CHROMIUM": ""}, "linux", which_nothing) == []


def test_a_mac_has_its_browsers_among_the_applications() -> None:
    found = candidates({}, "darwin", which_nothing)
    assert "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" in found


def test_windows_has_edge_at_least() -> None:
    env = {"PROGRAMFILES": "C:/Program Files", "PROGRAMFILES(X86)": "C:/Program Files (x86)"}
    found = [Path(path).as_posix() for path in candidates(env, "win32", which_nothing)]
    assert "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe" in found


def test_the_first_browser_that_starts_is_chosen() -> None:
    assert choose(["stub", "real", "other"], lambda path: path != "stub") == "real"


def test_no_browser_that_starts_is_none() -> None:
    assert choose(["stub"], lambda _path: False) is None


def test_a_file_that_is_no_program_is_not_usable(tmp_path: Path) -> None:
    file = tmp_path / "chromium"
    file.write_text("text")
    assert not browser.usable(str(file))
    assert not browser.usable(str(tmp_path / "missing"))


def test_a_wrong_name_in_the_environment_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(Failure, match="CHROMIUM names /nowhere/chromium"):
        browser.ensure()


def test_where_none_can_be_had_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "candidates", lambda *_: [])
    monkeypatch.setattr(browser, "can_use_apt", lambda: False)
    monkeypatch.setattr(browser, "playwright_download", lambda: None)
    with pytest.raises(Failure, match="leave them out with --no-browser"):
        browser.ensure()
