"""The rules of the chain: a hash over what an entry says and the hash before it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from jobmatch.earnings.rules.ledger import (
    NOTHING,
    Account,
    Entry,
    Flaw,
    Head,
    Line,
    Link,
    entry_hash,
    flaws,
    linked,
)

AT = datetime(2026, 9, 27, 10, 0, 0, 5, tzinfo=UTC)
SAID = Entry(
    3, date(2026, 9, 27), "wage", "pay_slip:1:issued", None, 7, AT,
    (Line(Account.WAGE_COST, 5, 100), Line(Account.WAGE_PAYABLE, 5, -100)),
)  # fmt: skip


def chain(n: int) -> tuple[list[tuple[Entry, Link]], Head]:
    head, found = Head(), []
    for k in range(n):
        said = replace(SAID, ref=f"pay_slip:{k}:issued")
        link, head = linked(head, said)
        found.append((said, link))
    return found, head


def test_the_hash_is_the_sha_256_of_the_canonical_form() -> None:
    """Worked by sha256sum, over
    ["0000 (64 of them)",1,3,"2026-09-27","wage","pay_slip:1:issued",null,7,
    "2026-09-27T10:00:00.000005+00:00",[["wage_cost",5,100],["wage_payable",5,-100]]]
    without the breaks.
    """
    assert (
        entry_hash(SAID, 1, NOTHING)
        == "da4804b336b4e4836b88214107fba103dac8e0388aaca6427345843f82c251b7"
    )


def test_the_order_of_lines_and_the_zone_of_the_instant_do_not_matter() -> None:
    other = replace(
        SAID, lines=SAID.lines[::-1], created_at=AT.astimezone(timezone(timedelta(hours=8)))
    )
    assert entry_hash(other, 1, NOTHING) == entry_hash(SAID, 1, NOTHING)


@pytest.mark.parametrize(
    "change",
    [
        {"employer_id": 4},
        {"booked_on": date(2026, 9, 28)},
        {"kind": "payment"},
        {"ref": "pay_slip:2:issued"},
        {"reverses_id": 1},
        {"created_by": None},
        {"created_at": AT + timedelta(microseconds=1)},
        {"lines": SAID.lines[:1]},
        {"lines": (Line(Account.WAGE_COST, 6, 100), SAID.lines[1])},
        {"lines": (Line(Account.WAGE_COST, 5, 101), SAID.lines[1])},
        {"lines": (Line(Account.PAID, 5, 100), SAID.lines[1])},
    ],
)
def test_whatever_an_entry_says_is_in_its_hash(change: dict[str, object]) -> None:
    assert entry_hash(replace(SAID, **change), 1, NOTHING) != entry_hash(SAID, 1, NOTHING)


def test_a_chain_counts_from_one_and_each_entry_names_the_hash_before() -> None:
    found, head = chain(3)
    assert [link.number for _, link in found] == [1, 2, 3]
    assert [link.before for _, link in found] == [NOTHING, found[0][1].hash, found[1][1].hash]
    assert head == Head(3, found[2][1].hash)
    assert list(flaws(found, head)) == []
    assert list(flaws([], Head())) == []


def test_a_changed_entry_is_named() -> None:
    found, head = chain(3)
    found[1] = (replace(found[1][0], kind="payment"), found[1][1])
    assert list(flaws(found, head)) == [(Flaw.CHANGED, 2)]


def test_an_entry_written_anew_with_a_hash_that_fits_breaks_the_next() -> None:
    found, head = chain(3)
    said = replace(found[1][0], kind="payment")
    found[1] = (said, linked(Head(1, found[0][1].hash), said)[0])
    assert list(flaws(found, head)) == [(Flaw.BROKEN, 3)]


def test_an_entry_missing_between_at_the_end_or_altogether_is_named() -> None:
    found, head = chain(3)
    assert list(flaws([found[0], found[2]], head)) == [(Flaw.MISSING, 2)]
    assert list(flaws(found[:2], head)) == [(Flaw.MISSING, 3)]
    assert list(flaws([], head)) == [(Flaw.MISSING, 1)]


def test_a_last_entry_that_is_not_the_one_the_head_knows_breaks_the_chain() -> None:
    found, head = chain(2)
    assert list(flaws(found, replace(head, hash=NOTHING))) == [(Flaw.BROKEN, 2)]
    more, _ = chain(3)
    assert list(flaws(more, head)) == [(Flaw.BROKEN, 3)]
