"""Patterns of weakness in the application's code, found by bandit.

An exception stands in the line itself, with the rule's number and the reason:
`# nosec B603 - the words are fixed`. One without either is a fault.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from tools.audit import Outcome, judged, not_done

WHAT = ("jobmatch", "config.py", "gunicorn.conf.py")
# Left out as a whole: assert narrows types and python -O is never used (B101); that subprocess is
# imported says nothing where each call is looked at (B404).
LEFT_OUT = "B101,B404"
MARK = re.compile(r"#\s*nosec\b(?P<rest>.*)", re.IGNORECASE)
GOOD_MARK = re.compile(r"\s+B\d{3}(,\s*B\d{3})*\s+-\s+\S.{5,}")


def look(root: Path) -> Outcome:
    """Whatever bandit finds, whatever its severity, and every exception without a reason."""
    there = [name for name in WHAT if (root / name).exists()]
    if not there:
        return not_done("there is nothing to look at")
    command = [sys.executable, "-m", "bandit", "-q", "-r", *there, "-s", LEFT_OUT, "-f", "json"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        return not_done("bandit did not run: " + (done.stderr.strip().splitlines() or ["?"])[-1])
    faults = [f"{error['filename']}: {error['reason']}" for error in report["errors"]]
    faults += [
        f"{found['filename']}:{found['line_number']}: {found['test_id']} {found['issue_text']}"
        for found in report["results"]
    ]
    faults += bad_marks(root, there)
    lines = report["metrics"]["_totals"]["loc"]
    if not lines:
        return not_done("bandit looked at no line")
    return judged(faults, ok=f"{lines:,} lines")


def bad_marks(root: Path, names: list[str]) -> list[str]:
    """Exceptions that name no rule or no reason."""
    found = []
    for name in names:
        place = root / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                mark = MARK.search(line)
                if mark and not GOOD_MARK.fullmatch(mark["rest"].rstrip()):
                    where = path.relative_to(root).as_posix()
                    found.append(f"{where}:{number}: nosec without a rule or a reason")
    return found
