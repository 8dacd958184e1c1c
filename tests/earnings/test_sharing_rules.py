"""How an amount that several people earned together is shared: crews, lump sums, portions."""

from datetime import date

import pytest

from jobmatch.earnings.rules.cycles import Cycle, cycle_around, pay_by, to_settle
from jobmatch.earnings.rules.grouping import ties, together
from jobmatch.earnings.rules.lump import Day, Lump, Part, part_of, rest_of, shares
from jobmatch.earnings.rules.overtime import Footing
from jobmatch.earnings.rules.sharing import (
    Agreement,
    Sharing,
    Way,
    faults,
    sharing_on,
    weights,
)
from jobmatch.earnings.rules.wage import PayKind, Setting, Terms, Worked, formula, pay, payable
from jobmatch.kernel.periods import Days

pytestmark = pytest.mark.same_everywhere

D7, D8, D9 = (date(2026, 9, n) for n in (7, 8, 9))
PIECE = Terms(PayKind.PIECE, 450, 480, "斤", 100, crew_share=True)
DAILY = Terms(PayKind.DAY, 18_000, 480, footing=Footing.TASK)
AGREED = Sharing(Way.AGREED, {1: 5_000, 2: 3_000, 3: 2_000})


def crew(*minutes: int, pieces: int = 10_000) -> list[Worked]:
    return [Worked(n, n, D7, each, pieces if n == 1 else 0, 4) for n, each in enumerate(minutes, 1)]


def amounts(terms: Terms, days: list[Worked], setting: Setting) -> list[int]:
    return [paid.amount_fen for paid in pay(terms, days, setting)]


@pytest.mark.parametrize(
    ("sharing", "members", "wanted"),
    [
        (Sharing(), [(1, 480), (2, 0)], [480, 1]),
        (Sharing(Way.EQUAL), [(1, 480), (2, 60)], [1, 1]),
        (AGREED, [(1, 480), (2, 60), (3, 60)], [5_000, 3_000, 2_000]),
        (AGREED, [(1, 480), (9, 480)], [5_000, 5_000]),
        (AGREED, [(8, 480), (9, 60)], [1, 1]),
    ],
)
def test_weights(sharing: Sharing, members: list[tuple[int, int]], wanted: list[int]) -> None:
    assert weights(sharing, members) == wanted


def test_shares_make_a_hundred_percent() -> None:
    assert faults({1: 5_000, 2: 5_000}) is None
    assert (faults({1: 5_000}), faults({1: 9_000, 2: 2_000})) == (-5_000, 1_000)
    for wrong in ({}, {1: 10_000, 2: 0}, {1: 10_100, 2: -100}):
        with pytest.raises(ValueError):
            faults(wrong)


def test_the_latest_agreement_that_had_begun_holds() -> None:
    later = Agreement(D9, Sharing(Way.EQUAL))
    agreements = [later, Agreement(D8, AGREED)]
    assert sharing_on(agreements, D7) == Sharing()
    assert sharing_on(agreements, D8) == AGREED
    assert sharing_on(agreements, D9) == Sharing(Way.EQUAL)


def test_a_crew_that_agreed_on_shares_is_paid_by_them() -> None:
    setting = Setting(ways={4: [Agreement(D7, AGREED)]})
    days = pay(PIECE, crew(480, 480, 240), setting)
    assert [paid.amount_fen for paid in days] == [22_500, 13_500, 9_000]
    said = str(formula(PIECE, 480, 10_000, days[0].whole))
    assert said == (
        "全班 10000 斤，每 100 斤 ¥4.50，共 ¥450.00；按约定的份额分：本人 5000 份，全班 10000 份"
    )
    equal = Setting(ways={4: [Agreement(D7, Sharing(Way.EQUAL))]})
    assert amounts(PIECE, crew(480, 480, 240), equal) == [15_000, 15_000, 15_000]
    assert amounts(PIECE, crew(480, 480, 240), Setting()) == [18_000, 18_000, 9_000]


LUMP = Lump(Days(D7, D9), parts=(Part(Days(D7, D8), 100_000),))
LUMP_DAYS = [
    Worked(1, 1, D7, 480, 0), Worked(2, 2, D7, 480, 0), Worked(3, 1, D8, 240, 0),
    Worked(4, 2, D9, 480, 0),
]  # fmt: skip


def test_a_finished_part_of_a_lump_sum_is_shared_by_time_and_the_rest_waits() -> None:
    ready, waiting = payable(pay(DAILY, LUMP_DAYS, Setting(lumps=[LUMP])))
    assert [(p.worked.key, p.amount_fen) for p in ready] == [(1, 40_000), (2, 40_000), (3, 20_000)]
    assert [p.worked.key for p in waiting] == [4]
    assert str(formula(DAILY, 480, 0, ready[0].whole)) == (
        "包工这一段共 ¥1000.00；按工时分：本人 720 分钟，大家 1200 分钟，再按每天的工时分到各天"
    )


def test_a_lump_sum_by_agreed_shares() -> None:
    sharing = Sharing(Way.AGREED, {1: 7_000, 2: 3_000})
    lump = Lump(Days(D7, D9), None, sharing, LUMP.parts)
    ready, _ = payable(pay(DAILY, LUMP_DAYS, Setting(lumps=[lump])))
    assert [p.amount_fen for p in ready] == [46_667, 30_000, 23_333]
    assert "按约定的份额分：本人 7000 份，大家 10000 份" in str(
        formula(DAILY, 480, 0, ready[0].whole)
    )


def test_a_crews_lump_sum_leaves_the_others_at_the_rate() -> None:
    lump = Lump(Days(D7, D7), 4, parts=(Part(Days(D7, D7), 50_000),))
    days = [Worked(1, 1, D7, 480, 0, 4), Worked(2, 2, D7, 480, 0)]
    assert amounts(DAILY, days, Setting(lumps=[lump])) == [50_000, 18_000]


def test_a_lump_sum_below_the_minimum_is_lifted() -> None:
    lump = Lump(Days(D7, D7), parts=(Part(Days(D7, D7), 10_000),))
    setting = Setting(least={D7: 2_110}, lumps=[lump])
    assert amounts(DAILY, [Worked(1, 1, D7, 480, 0)], setting) == [16_880]


def test_a_lump_sum_goes_before_a_crews_pieces() -> None:
    lump = Lump(Days(D7, D7), 4, parts=(Part(Days(D7, D7), 60_000),))
    assert amounts(PIECE, crew(480, 480), Setting(lumps=[lump])) == [30_000, 30_000]


def test_shares_add_up_to_the_part_to_the_fen() -> None:
    days = [Day(n, n % 3, D7, 100 + n) for n in range(1, 8)]
    found = shares(Part(Days(D7, D8), 100_001), Sharing(), days)
    assert sum(share.fen for share in found.values()) == 100_001
    assert part_of(LUMP, D9) is None
    assert rest_of(150_000, LUMP.parts) == 50_000


def test_who_shares_an_amount() -> None:
    season = Days(D7, D9)
    lumps = {1: [Lump(season)], 2: [Lump(season, crew_id=7)]}
    rows = [(1, 10, None), (1, 11, 7), (2, 12, 7), (2, 13, 7), (2, 14, None), (3, 15, 8)]
    assert ties(rows, lumps) == {(1, None): {10, 11}, (2, 7): {12, 13}, (3, 8): {15}}


def test_people_who_share_stay_in_one_portion() -> None:
    assert together([1, 2, 3, 4, 5], [], 2) == [[1, 2], [3, 4], [5]]
    assert together([1, 2, 3, 4, 5], [{1, 4}, {4, 5}], 2) == [[1, 4, 5], [2, 3]]
    assert together([], [], 2) == []


@pytest.mark.parametrize(
    ("cycle", "day", "first", "last"),
    [
        (Cycle.DAY, date(2026, 9, 10), date(2026, 9, 10), date(2026, 9, 10)),
        (Cycle.WEEK, date(2026, 9, 10), date(2026, 9, 7), date(2026, 9, 13)),
        (Cycle.HALF_MONTH, date(2026, 9, 15), date(2026, 9, 1), date(2026, 9, 15)),
        (Cycle.HALF_MONTH, date(2026, 2, 16), date(2026, 2, 16), date(2026, 2, 28)),
        (Cycle.MONTH, date(2026, 9, 10), date(2026, 9, 1), date(2026, 9, 30)),
    ],
)
def test_the_cycle_around_a_day(cycle: Cycle, day: date, first: date, last: date) -> None:
    assert cycle_around(cycle, day) == Days(first, last)


def test_what_comes_next_are_the_cycles_that_ended() -> None:
    today = date(2026, 9, 20)
    assert to_settle(Cycle.MONTH, date(2026, 8, 12), today) == Days(
        date(2026, 8, 1), date(2026, 8, 31)
    )
    assert to_settle(Cycle.MONTH, date(2026, 9, 12), today) == Days(date(2026, 9, 1), today)
    assert pay_by(Cycle.MONTH, date(2026, 8, 12), 15) == date(2026, 9, 15)
