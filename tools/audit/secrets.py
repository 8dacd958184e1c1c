"""Secrets that stand in the tree or anywhere in its history, found by detect-secrets.

A line is looked at once, however often it comes. What looks like a secret and is none is named with
its reason in allowed.py; marks in the files themselves are not heeded.
"""

import re
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from detect_secrets.core.plugins import initialize
from detect_secrets.core.plugins.util import Plugin
from detect_secrets.filters import heuristic
from detect_secrets.settings import default_settings, get_settings

# Addresses are no secrets.
WITHOUT = ("IPPublicDetector",)
# Nothing is sent anywhere to find out whether a secret works.
NO_VERIFYING = "detect_secrets.filters.common.is_ignored_due_to_verification_policies"
# Hashes by nature: tools/audit/locks.py looks at every line of them.
LOCKS = re.compile(r"(^|/)(requirements[a-z-]*\.txt|package-lock\.json)$")
LEFT_OUT = {".git", ".venv", "node_modules", "build", "instance", "vendor", "__pycache__"}
# The name of a test: docs/security.md has many of them beside the word password.
TEST = re.compile(r"[\w/]+\.py::test_\w+")
ONE_AT_A_TIME = threading.Lock()
# What no detector could find anything in; it spares nine lines of ten.
MAY_HOLD = re.compile(
    r"[A-Za-z0-9+/=_.:-]{16}|://|BEGIN|pass|pwd|secret|key|token|credential|AKIA",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """Something like a secret: where (a file and line, or a commit and file), what kind."""

    where: str
    kind: str
    value: str

    def __str__(self) -> str:
        # Not the secret itself: reports go further than trees.
        return f"{self.where}: {self.kind} ({self.value[:3]}..., {len(self.value)} signs)"


@contextmanager
def scanner(allowed: Mapping[str, str]) -> Iterator["Scanner"]:
    """A scanner under settings of its own; the library has one set of settings for a process."""
    with ONE_AT_A_TIME, default_settings():
        get_settings().disable_filters(NO_VERIFYING)
        get_settings().disable_plugins(*WITHOUT)
        names = get_settings().plugins
        yield Scanner(allowed, [initialize.from_plugin_classname(name) for name in names])


class Scanner:
    """Looks at lines, each once for a kind of file."""

    def __init__(self, allowed: Mapping[str, str], plugins: Sequence[Plugin]) -> None:
        self.allowed = allowed
        self.plugins = plugins
        self.seen: set[tuple[str, str]] = set()
        self.lines = 0

    def look(self, path: str, where: str, line: str) -> Iterator[Found]:
        self.lines += 1
        if not MAY_HOLD.search(line):
            return
        known = (PurePosixPath(path).suffix, line)
        if known in self.seen:
            return
        self.seen.add(known)
        for plugin in self.plugins:
            for secret in plugin.analyze_line(filename=path, line=line, line_number=0):
                value = secret.secret_value or ""
                if value not in self.allowed and not harmless(value, line, plugin):
                    yield Found(where, secret.type, value)


def harmless(value: str, line: str, plugin: Plugin) -> bool:
    """Whether the library's own judgement says that it is a name, a pattern or an example."""
    return (
        TEST.fullmatch(value) is not None
        or heuristic.is_sequential_string(value)
        or heuristic.is_potential_uuid(value)
        or heuristic.is_likely_id_string(value, line, plugin)
        or heuristic.is_templated_secret(value)
        or heuristic.is_prefixed_with_dollar_sign(value)
        or heuristic.is_indirect_reference(line)
        or heuristic.is_not_alphanumeric_string(value)
    )


def tree_files(root: Path) -> Iterator[Path]:
    """The files that belong to the tree: those git knows or would take in; without git, all."""
    listed = git(root, "ls-files", "-co", "--exclude-standard", "-z")
    if listed is None:
        for path in root.rglob("*"):
            if path.is_file() and not LEFT_OUT & set(path.relative_to(root).parts):
                yield path
        return
    for name in listed.split("\0"):
        path = root / name
        if name and path.is_file() and not path.is_symlink():
            yield path


def in_tree(root: Path, allowed: Mapping[str, str]) -> list[Found]:
    found: list[Found] = []
    with scanner(allowed) as eyes:
        for path in tree_files(root):
            name = path.relative_to(root).as_posix()
            content = path.read_bytes()
            if LOCKS.search(name) or b"\0" in content[:8000]:
                continue
            for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
                found += eyes.look(name, f"{name}:{number}", line)
    return found


def in_history(root: Path, allowed: Mapping[str, str]) -> tuple[list[Found], int] | None:
    """What was ever added in any commit, or said in its message, and how many lines were looked at.

    None where there is no whole history to look at.
    """
    if (git(root, "rev-parse", "--is-shallow-repository") or "true").strip() != "false":
        return None
    command = [
        "git", "-C", str(root), "log", "--all", "-p", "--no-color", "--no-renames", "-U0",
        "--no-ext-diff", "--no-textconv", "--format=commit %H%n%B",
    ]  # fmt: skip
    with scanner(allowed) as eyes, subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = (line.decode("utf-8", "replace").rstrip("\n") for line in process.stdout)
        found = list(looked_through(lines, eyes))
    return (found, eyes.lines) if process.returncode == 0 else None


def looked_through(lines: Iterable[str], eyes: Scanner) -> Iterator[Found]:
    """What stands in the added lines and messages of `git log -p`."""
    commit, path, in_message = "", "", False
    for line in lines:
        if re.fullmatch(r"commit [0-9a-f]{40,64}", line):
            commit, path, in_message = line[7:17], "message", True
        elif line.startswith("diff --git "):
            in_message = False
        elif line.startswith("+++ "):
            path = line.removeprefix("+++ ").removeprefix("b/")
        elif in_message:
            yield from eyes.look(path, f"{commit} message", line)
        elif line.startswith("+") and not LOCKS.search(path):
            yield from eyes.look(path, f"{commit} {path}", line[1:])


def git(root: Path, *arguments: str) -> str | None:
    """The output of a git command; None where git or its repository is not there."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
