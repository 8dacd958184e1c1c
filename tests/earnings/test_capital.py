"""Amounts in Chinese capital numerals; examples of the rules for notes, and the edges."""

import pytest

from jobmatch.earnings.rules.capital import capital


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (11, "壹角壹分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (110, "壹元壹角整"),
        (1_000, "壹拾元整"),
        (36_000, "叁佰陆拾元整"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (10_000_100, "壹拾万零壹元整"),
        (100_010_000, "壹佰万零壹佰元整"),
        (1_000_100_000, "壹仟万壹仟元整"),
        (2_000_000_010_500, "贰佰亿零壹佰零伍元整"),
        (10**14 - 1, "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_an_amount_in_capitals(fen: int, words: str) -> None:
    assert capital(fen) == words


@pytest.mark.parametrize("fen", [-1, 10**14])
def test_what_no_note_holds_is_refused(fen: int) -> None:
    with pytest.raises(ValueError):
        capital(fen)
