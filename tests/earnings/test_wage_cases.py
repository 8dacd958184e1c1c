"""Every line of docs/rules/wage-cases.md, worked."""

import re
from datetime import date, timedelta

import pytest

from jobmatch.earnings.rules.overtime import Footing, Law
from jobmatch.earnings.rules.wage import PayKind, Setting, Terms, Worked, pay
from tests.earnings.cases import fen, fens, lines

pytestmark = pytest.mark.same_everywhere

LAW = Law(480, 2400, 150, 200, 300, frozenset({date(2026, 9, 25), date(2026, 10, 1)}))
FOOTINGS = {"full": Footing.FULL_TIME, "part": Footing.PART_TIME, "task": Footing.TASK}


def terms_of(footing: str, words: str) -> Terms:
    kind, rate, per = re.fullmatch(r"(\w+) ([\d.]+)(?: / (\d+))?", words).groups()  # type: ignore[union-attr]
    if kind == "piece":
        return Terms(PayKind.PIECE, fen(rate), 480, "斤", int(per), footing=FOOTINGS[footing])
    return Terms(PayKind(kind), fen(rate), int(per or 480), footing=FOOTINGS[footing])


CASES = lines("| # |", 13)


def test_there_are_at_least_sixty_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_case(case: list[str]) -> None:
    _, footing, words, said, minutes, pieces, before, least, base, overtime, top_up, whole, _ = case
    day = date.fromisoformat(f"2026-{said.split()[1]}")
    assert day.strftime("%a") == said.split()[0]
    other = {}
    if before:
        n, each = map(int, before.split("x"))
        other = {day - timedelta(days=back): each for back in range(1, n + 1)}
    (found,) = pay(
        terms_of(footing, words),
        [Worked(1, 7, day, int(minutes), int(pieces or 0))],
        Setting(LAW, {} if least == "-" else {day: fen(least)}, {7: other}),
    )
    got = (found.base_fen, found.overtime_fen, found.top_up_fen, found.amount_fen)
    assert got == (fen(base), fen(overtime), fen(top_up), fen(whole))


@pytest.mark.parametrize("case", lines("| crew's day", 6), ids=lambda case: case[0])
def test_a_crews_case(case: list[str]) -> None:
    made, minutes, *wanted = case
    day = date(2026, 9, 7)
    pieces = int(made.split()[0].replace(",", ""))
    members = [
        Worked(n, n, day, int(each), pieces if n == 0 else 0, 1)
        for n, each in enumerate(minutes.split(","))
    ]
    terms = Terms(PayKind.PIECE, 450, 480, "斤", 100, True, Footing.FULL_TIME)
    found = pay(terms, members, Setting(LAW, {day: 2110}))
    got = [
        [getattr(row, name) for row in found]
        for name in ("base_fen", "overtime_fen", "top_up_fen", "amount_fen")
    ]
    assert got == [fens(cell) for cell in wanted]
