"""Shares, lump sums and what comes off: every line of those tables in docs/rules/wage-cases.md."""

import re
from datetime import date

import pytest

from jobmatch.earnings.rules.lump import Lump, Part
from jobmatch.earnings.rules.overtime import Footing
from jobmatch.earnings.rules.sharing import Agreement, Sharing, Way
from jobmatch.earnings.rules.taking import Bound, Charge, Kind, take
from jobmatch.earnings.rules.wage import PayKind, Setting, Terms, Worked, pay, payable
from jobmatch.kernel.periods import Days
from tests.earnings.cases import fen, fens, lines

pytestmark = pytest.mark.same_everywhere

MONDAY = date(2026, 9, 7)
PIECE = Terms(PayKind.PIECE, 450, 480, "斤", 100, crew_share=True, footing=Footing.TASK)
DAILY = Terms(PayKind.DAY, 18_000, 480, footing=Footing.TASK)
LAWFUL = Bound(100, False, False)
BOUNDS = {
    Kind.TAX: LAWFUL, Kind.SOCIAL: LAWFUL, Kind.MEALS: Bound(30, True, True),
    Kind.LODGING: Bound(30, True, True), Kind.DAMAGE: Bound(20, True, True),
    Kind.ADVANCE: Bound(50, True, False),
}  # fmt: skip
PEOPLE = {"A": 1, "B": 2, "C": 3}


def minimum(cell: str, *days: date) -> dict[date, int]:
    return {} if cell == "-" else dict.fromkeys(days, fen(cell))


@pytest.mark.parametrize("case", lines("| # | crew's day", 7), ids=lambda case: case[0])
def test_a_crew_that_agreed_on_shares(case: list[str]) -> None:
    _, made, minutes, agreed, least, wanted, _ = case
    pieces = int(made.split()[0].replace(",", ""))
    members = [
        Worked(n, n, MONDAY, int(each), pieces if n == 0 else 0, 4)
        for n, each in enumerate(minutes.split(","))
    ]
    way = Sharing(Way.EQUAL)
    if agreed != "equal":
        known = [each.strip() for each in agreed.split(",")]
        way = Sharing(Way.AGREED, {n: int(s) for n, s in enumerate(known) if s != "-"})
    found = pay(
        PIECE, members, Setting(least=minimum(least, MONDAY), ways={4: [Agreement(MONDAY, way)]})
    )
    assert [row.amount_fen for row in found] == fens(wanted)


@pytest.mark.parametrize("case", lines("| # | part", 7), ids=lambda case: case[0])
def test_a_lump_sum(case: list[str]) -> None:
    _, part, worked, by, least, wanted, _ = case
    amount, first, last = re.fullmatch(r"([\d.]+) for (\d)-(\d)", part).groups()  # type: ignore[union-attr]
    days = []
    for n, each in enumerate(worked.split(";")):
        who, day, minutes = each.split()
        days.append(Worked(n, PEOPLE[who], date(2026, 9, int(day)), int(minutes), 0))
    way = Sharing(Way(by)) if by in ("minutes", "equal") else None
    if way is None:
        way = Sharing(Way.AGREED, {PEOPLE[s.split()[0]]: int(s.split()[1]) for s in by.split(",")})
    done = Part(Days(date(2026, 9, int(first)), date(2026, 9, int(last))), fen(amount))
    lump = Lump(Days(date(2026, 9, 7), date(2026, 9, 9)), None, way, (done,))
    least_of = minimum(least, *(date(2026, 9, n) for n in (7, 8, 9)))
    ready, waiting = payable(pay(DAILY, days, Setting(least=least_of, lumps=[lump])))
    said = {row.worked.key: f"{row.amount_fen / 100:.2f}" for row in ready}
    said |= dict.fromkeys((row.worked.key for row in waiting), "waits")
    assert ", ".join(said[key] for key in sorted(said)) == wanted


@pytest.mark.parametrize("case", lines("| # | gross", 7), ids=lambda case: case[0])
def test_what_comes_off(case: list[str]) -> None:
    _, gross, least, charges, off, net, _ = case
    given = []
    for n, each in enumerate(charges.split(",")):
        kind, amount = each.split()
        given.append(Charge(n, Kind(kind), MONDAY, fen(amount)))
    taken = take(fen(gross), fen(least), given, BOUNDS)
    said = [f"{one.charge.kind.value} {one.fen / 100:.2f}" for one in taken]
    assert (", ".join(said) or "none") == off
    assert fen(gross) - sum(one.fen for one in taken) == fen(net)
