import pytest

from jobmatch.households.rules.income import net_income, standing
from jobmatch.households.rules.kinds import Kind, Source, read_kind


def test_cost_is_counted_off_and_every_other_source_counted_in():
    sums = {
        Source.WAGE: 900,
        Source.BUSINESS: 500,
        Source.PROPERTY: 70,
        Source.TRANSFER: 30,
        Source.COST: 400,
    }
    assert net_income(sums) == 1_100


def test_fifteen_thousand_yuan_for_two_people_stays_under_the_line():
    found = standing({Source.WAGE: 1_500_000}, 2, 880_000)
    assert (found.per_head_fen, found.missing_fen, found.missing_per_head_fen) == (
        750_000,
        260_000,
        130_000,
    )
    assert found.is_under


def test_income_exactly_at_the_line_is_not_under_it():
    assert not standing({Source.WAGE: 1_760_000}, 2, 880_000).is_under


def test_one_fen_under_is_under_though_the_rounded_income_per_head_reaches_the_line():
    found = standing({Source.WAGE: 2_639_999}, 3, 880_000)
    assert found.per_head_fen == 880_000
    assert found.is_under
    assert (found.missing_fen, found.missing_per_head_fen) == (1, 1)


def test_costs_above_income_give_a_negative_income():
    assert standing({Source.COST: 1_001}, 2, None).per_head_fen == -501


def test_an_empty_household_has_no_income_per_head_and_lacks_nothing():
    found = standing({Source.WAGE: 100}, 0, 880_000)
    assert (found.per_head_fen, found.missing_fen, found.missing_per_head_fen) == (None, 0, 0)


def test_without_a_line_nobody_is_under_it():
    assert not standing({}, 2, None).is_under


@pytest.mark.parametrize(("members", "line"), [(-1, 100), (1, -1)])
def test_negative_members_or_line_are_refused(members, line):
    with pytest.raises(ValueError):
        standing({}, members, line)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("脱贫户", Kind.LIFTED),
        (" 脱贫 不稳定户", Kind.LIFTED_UNSTABLE),
        ("边缘易致贫户", Kind.MARGINAL_AT_RISK),
        ("突发严重困难户", Kind.SUDDEN_HARDSHIP),
        ("一般户", Kind.ORDINARY),
        ("五保户", None),
    ],
)
def test_kinds_are_read_from_the_words_in_use(words, kind):
    assert read_kind(words) == kind


def test_the_three_kinds_at_risk_are_monitored():
    assert {k for k in Kind if k.is_monitored} == {
        Kind.LIFTED_UNSTABLE,
        Kind.MARGINAL_AT_RISK,
        Kind.SUDDEN_HARDSHIP,
    }
