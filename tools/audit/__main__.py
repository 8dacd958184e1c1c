"""`manage.py audit`: status 0 when all is well, 1 when something is not, 3 when something was not
looked at and nothing else is wrong.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tools.audit import Outcome, State, judged, licences, locks, not_done, secrets, weaknesses
from tools.audit.allowed import ALLOWED
from tools.console import prepare_output, say
from tools.environment import ROOT

STATUS = {State.OK: 0, State.FAILED: 1, State.NOT_DONE: 3}
Look = tuple[str, Callable[[], Outcome]]


def quick() -> list[Look]:
    """What needs no network and little time: part of the test command."""
    return [
        ("weaknesses", lambda: weaknesses.look(ROOT)),
        ("secrets in the tree", lambda: judged(map(str, secrets.in_tree(ROOT, ALLOWED)))),
        ("locks", lambda: judged(locks.faults(ROOT))),
        ("licence list", lambda: judged(licences.is_written(ROOT))),
    ]


def whole(advisories: Path | None) -> list[Look]:
    from tools.audit import bom
    from tools.audit.advisories import front_end_parts, python_packages
    from tools.audit.offline import look
    from tools.frontend import npm_command

    looks = [
        *quick(),
        ("secrets in the history", history),
        ("licences", lambda: judged(licences.faults(licences.rows(ROOT)))),
        ("bill of materials", lambda: bom.look(ROOT)),
    ]
    if advisories is not None:
        return [
            *looks,
            ("known vulnerabilities", lambda: look(ROOT, advisories, now=datetime.now(UTC))),
        ]
    return [
        *looks,
        ("vulnerable packages", lambda: python_packages(ROOT)),
        ("vulnerable front-end parts", lambda: front_end_parts(ROOT, npm_command())),
    ]


def history() -> Outcome:
    looked = secrets.in_history(ROOT, ALLOWED)
    if looked is None:
        return not_done("there is no whole git history here")
    found, lines = looked
    return judged(map(str, found), ok=f"{lines:,} lines")


def run(looks: Iterable[Look]) -> int:
    """Take every look, say what came of it, and give the worst of them as status."""
    outcomes: list[Outcome] = []
    # Two at a time: bandit is a process of its own.
    with ThreadPoolExecutor(2) as pool:
        begun = [(name, pool.submit(look)) for name, look in looks]
        for name, look in begun:
            outcome = look.result()
            outcomes.append(outcome)
            tell(name, outcome)
    return status(outcomes)


def tell(name: str, outcome: Outcome) -> None:
    is_failed = outcome.state is State.FAILED
    word = "ok" if outcome.state is State.OK else outcome.state.upper()
    say(f"{name:<28}{word:<10}{'' if is_failed else ' '.join(outcome.said[:1])}".rstrip())
    for line in outcome.said if is_failed else outcome.said[1:]:
        say(f"    {line}")


def status(outcomes: Iterable[Outcome]) -> int:
    """1 before 3 before 0; looking at nothing is not well either."""
    states = {outcome.state for outcome in outcomes}
    if not states:
        return STATUS[State.NOT_DONE]
    worst = [State.FAILED, State.NOT_DONE, State.OK]
    return STATUS[next(state for state in worst if state in states)]


def main() -> int:
    prepare_output()
    options = argparse.ArgumentParser(prog="manage.py audit", description=__doc__)
    options.add_argument("--quick", action="store_true", help="what the test command looks at")
    options.add_argument("--write", action="store_true", help="write docs/licences.md first")
    options.add_argument(
        "--advisories", type=Path, metavar="FOLDER", help="OSV exports of PyPI and npm"
    )
    given = options.parse_args()
    if given.write:
        text = licences.document(licences.rows(ROOT))
        (ROOT / licences.DOC).write_text(text, encoding="utf-8")
    return run(quick() if given.quick else whole(given.advisories))


if __name__ == "__main__":
    sys.exit(main())
