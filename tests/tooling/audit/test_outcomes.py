"""What could not be looked at is never well: neither a service away nor a package left out."""

import json

import pytest

from tools.audit import State, judged, not_done
from tools.audit.__main__ import status, tell
from tools.audit.advisories import judge_npm, judge_pip

OK, FAILED, SKIPPED = judged([]), judged(["a fault"]), not_done("no network")


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([OK, OK], 0),
        ([OK, SKIPPED], 3),
        ([SKIPPED], 3),
        ([OK, SKIPPED, FAILED], 1),
        ([FAILED], 1),
        ([], 3),
    ],
)
def test_a_look_that_was_not_taken_is_not_a_pass(outcomes: list, expected: int) -> None:
    assert status(outcomes) == expected


def test_what_was_not_done_says_so_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    tell("vulnerable packages", not_done("no network", "3 packages were not looked at"))
    assert capsys.readouterr().out.splitlines() == [
        "vulnerable packages         NOT DONE  no network",
        "    3 packages were not looked at",
    ]


def pip(*dependencies: dict) -> str:
    return json.dumps({"dependencies": list(dependencies), "fixes": []})


KNOWN = {"name": "Flask", "version": "3.1.3", "vulns": []}
LEFT_OUT = {"name": "redis", "skip_reason": "Dependency not found and could not be audited"}
BAD = {
    "name": "urllib3",
    "version": "1.24.1",
    "vulns": [{"id": "PYSEC-2019-132", "fix_versions": ["1.24.2"]}],
}


def test_pip_audit_passes_only_when_every_locked_package_was_looked_at() -> None:
    assert judge_pip(pip(KNOWN), {"flask"}).state is State.OK
    assert judge_pip(pip(KNOWN), {"flask", "redis"}).state is State.NOT_DONE


def test_a_package_that_pip_audit_left_out_counts_as_not_done() -> None:
    # pip-audit itself says "No known vulnerabilities found" here, with status 0.
    found = judge_pip(pip(KNOWN, LEFT_OUT), {"flask", "redis"})
    assert found.state is State.NOT_DONE
    assert found.said == ("1 packages were not looked at: redis",)
    assert judge_pip(pip(LEFT_OUT), set()).state is State.NOT_DONE


@pytest.mark.parametrize("report", ["", "Traceback", "[]", "{}", pip()])
def test_no_report_of_pip_audit_is_not_done(report: str) -> None:
    assert judge_pip(report, {"flask"}).state is State.NOT_DONE


def test_a_known_vulnerability_fails_whatever_else_was_left_out() -> None:
    found = judge_pip(pip(BAD, LEFT_OUT), {"urllib3", "redis"})
    assert found.state is State.FAILED
    assert found.said == (
        "urllib3 1.24.1: PYSEC-2019-132, mended in 1.24.2",
        "1 packages were not looked at: redis",
    )


def npm(total: int, **vulnerable: dict) -> str:
    return json.dumps(
        {
            "vulnerabilities": vulnerable,
            "metadata": {
                "vulnerabilities": {"total": len(vulnerable)},
                "dependencies": {"total": total},
            },
        }
    )


def test_npm_audit_passes_only_with_a_report_over_parts() -> None:
    assert judge_npm(npm(5)).state is State.OK
    assert judge_npm(npm(0)).state is State.NOT_DONE
    bad = judge_npm(npm(5, bootstrap={"severity": "high", "range": "<5.0.0"}))
    assert (bad.state, bad.said) == (State.FAILED, ("bootstrap: high, <5.0.0",))


@pytest.mark.parametrize("report", ["", '{"message": "405 Method Not Allowed"}', "null"])
def test_no_report_of_npm_audit_is_not_done(report: str) -> None:
    assert judge_npm(report).state is State.NOT_DONE
