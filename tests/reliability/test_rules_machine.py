"""The rules in any order leave what plain sums say, 200 times 50 steps; planted faults are found.

RULES_EXAMPLES and RULES_STEPS make it longer: `python3 manage.py reliability --properties`.
"""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from jobmatch.attendance.rules import presence
from jobmatch.earnings.rules import ledger, slips, taking, wage
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.households.rules import income
from tests.reliability.rules_machine import RulesInAnyOrder

pytestmark = pytest.mark.same_everywhere
EXAMPLES = int(os.environ.get("RULES_EXAMPLES", "200"))
STEPS = int(os.environ.get("RULES_STEPS", "50"))
SEARCH = settings(
    max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=EXAMPLES <= 200,
    database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    print_blob=False, report_multiple_bugs=False,
)  # fmt: skip


def test_the_rules_in_any_order_leave_what_plain_sums_say() -> None:
    run_state_machine_as_test(RulesInAnyOrder, settings=SEARCH)


right_paid, right_linked, right_order = ledger.paid, ledger.linked, presence.in_order
ALL = frozenset(SlipState)
MUTANTS: dict[str, tuple[object, str, Any]] = {
    "what arrived later counts as later": (
        presence, "in_order",
        lambda events: [right_order([e])[0] for e in sorted(events, key=lambda e: e.key)],
    ),
    "a half fen is rounded down": (wage, "share_of", lambda fen, part, whole: fen * part // whole),
    "a crew's odd fen is lost": (
        wage, "split_fen", lambda total, by: [total * one // sum(by) for one in by]
    ),
    "days without a count go on slips": (wage, "payable", lambda days: (list(days), [])),
    "advances come off before meals": (taking, "RANK", dict.fromkeys(taking.Kind, 0) | {
        taking.Kind.MEALS: 1}),
    "a payment books a fen too much": (
        ledger, "paid", lambda who, fen: right_paid(who, fen + 1)
    ),
    "a reversal books the same once more": (ledger, "reversed_", tuple),
    "the chain begins anew each time": (
        ledger, "linked", lambda _head, entry: right_linked(ledger.Head(), entry)
    ),
    "what was reversed takes its name again": (ledger, "numbered", lambda ref, _taken: ref),
    "what is paid can be paid again": (slips, "PAYABLE", ALL),
    "a reversed slip can be confirmed": (slips, "CONFIRMABLE", ALL),
    "a paid slip can be reversed": (slips, "REVERSIBLE", ALL),
    "an objection is forgotten by paying": (
        slips, "unpaid_state", lambda *_: SlipState.ISSUED
    ),
    "a payment is no income": (slips, "EARNED", frozenset({SlipState.CONFIRMED})),
    "costs are added to income": (income, "net_income", lambda sums: sum(sums.values())),
}  # fmt: skip


@pytest.mark.parametrize("fault", MUTANTS)
def test_the_machine_finds_a_planted_fault(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """The control: each of them breaks what the machine holds true."""
    where, name, instead = MUTANTS[fault]
    monkeypatch.setattr(where, name, instead)
    with pytest.raises(AssertionError):
        # What rules are tried depends on the hashes of a process; the rarest fault shows in 20 to 300.
        run_state_machine_as_test(RulesInAnyOrder, settings=settings(SEARCH, max_examples=5_000))
