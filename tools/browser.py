"""A real Chromium for the browser tests, and Chinese letters for it to show."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools import environment
from tools.console import Failure, say, stream
from tools.environment import ROOT

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
MAC_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS_APPS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
NONE_TO_BE_HAD = (
    "No Chromium could be found or installed, so the browser tests cannot run: install Chromium or "
    "Chrome (or name it in CHROMIUM), or leave them out with --no-browser."
)


def candidates(
    env: Mapping[str, str], platform: str, which: Callable[[str], str | None]
) -> list[str]:
    """Where a Chromium may be on this machine, best first. CHROMIUM alone counts when it is set."""
    if env.get("CHROMIUM"):
        return [env["CHROMIUM"]]
    found = [path for path in map(which, COMMANDS) if path]
    if platform == "darwin":
        found += MAC_APPS
    elif platform == "win32":
        folders = [env[name] for name in WINDOWS_FOLDERS if env.get(name)]
        found += [str(Path(folder) / app) for app in WINDOWS_APPS for folder in folders]
    return found


def choose(paths: list[str], usable: Callable[[str], bool]) -> str | None:
    return next((path for path in paths if usable(path)), None)


def usable(path: str) -> bool:
    """Whether that file is a browser that starts (some systems ship a stub that only explains)."""
    if not Path(path).exists():
        return False
    if sys.platform == "win32":  # there a browser asked for its version opens a window
        return True
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def ensure() -> str:
    """The path of a Chromium that works, installed if need be; raises Failure where none can be."""
    path = choose(candidates(os.environ, sys.platform, shutil.which), usable)
    if path:
        return path
    if os.environ.get("CHROMIUM"):
        raise Failure(
            f"CHROMIUM names {os.environ['CHROMIUM']}, and that is no browser that starts."
        )
    if can_use_apt():
        say("Installing Chromium with apt-get")
        apt_install("chromium")
        path = choose(candidates(os.environ, sys.platform, shutil.which), usable)
        if path:
            return path
    say("Downloading Chromium with Playwright")
    path = playwright_download()
    if path and usable(path):
        return path
    raise Failure(NONE_TO_BE_HAD)


def playwright_download() -> str | None:
    """The path of the browser that Playwright fetched for itself, None where it could not."""
    command: list[str | Path] = [
        environment.venv_python(),
        "-m",
        "playwright",
        "install",
        "chromium",
    ]
    status, _output = stream(command, lambda _line: None, cwd=ROOT)
    if status != 0:
        return None
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    status, output = stream(
        [environment.venv_python(), "-c", ask],
        lambda _line: None,
        cwd=ROOT,
        env=environment.child_environment(),
    )
    return output.strip() if status == 0 else None


def ensure_fonts() -> None:
    """Pictures need Chinese letters: installs them where that is possible, else says so."""
    if sys.platform != "linux" or has_chinese_font():
        return
    if can_use_apt():
        say("Installing a Chinese font with apt-get")
        apt_install("fonts-noto-cjk")
    if not has_chinese_font():
        say("  note: no Chinese font was found; pictures will show boxes instead of letters")


def has_chinese_font() -> bool:
    try:
        listed = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return bool(listed.stdout.strip())


def can_use_apt() -> bool:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return sys.platform == "linux" and root and shutil.which("apt-get") is not None


def apt_install(package: str) -> bool:
    """Whether apt-get installed the package; its output is shown where it failed."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", package]
    for command in (["apt-get", "update"], install):
        status, output = stream(command, lambda _line: None, cwd=ROOT, env=env)
    if status != 0:
        say("\n".join("  " + line for line in output.strip().splitlines()[-3:]))
    return status == 0
