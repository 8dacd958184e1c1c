"""What people type, brought into one form and cut into clauses."""

import csv
import re
from functools import cache
from pathlib import Path

MOST_TEXT = 400
# A query of 2,000 characters once held the interpreter for 8 seconds.
MOST_CLAUSE = 64
MOST_CLAUSES = 24
_TRADITIONAL = Path(__file__).resolve().parents[2] / "data" / "skills" / "traditional.csv"
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufe00-\ufe0f\ufeff]")
_BLANK = re.compile(r"\s+")
# Wages, headcounts, hours and ages: a figure with what it counts. Licences (b2) keep theirs.
_FIGURES = re.compile(  # i18n: what people type, not what they read
    r"(?<![a-z0-9])[￥¥]?\d[\d.,:]*(?:[-~—至到]\d[\d.,:]*)?\+?"
    r"(?:k|w|元|块钱|块|毛钱|毛|角|分钱|分|千|万|百|多|余)*"
    r"(?:/|每|一)?(?:斤|亩|天|日|月|年|小时|时|单|只|件|个|名|人|位|岁|周岁|吨|公里|米|头|号|点|休|袋|棵|车|平米|平|次)?"
    r"(?![a-z0-9])"
)
_BREAKS = re.compile(r"[^\w]+|_+|以及|还会|还能|也会|并且")  # i18n: what people type


@cache
def _folding() -> dict[int, str]:
    """Full-width signs and traditional characters to the plain ones."""
    table = {cp: chr(cp - 0xFEE0) for cp in range(0xFF01, 0xFF5F)}
    table[0x3000] = " "
    with _TRADITIONAL.open(encoding="utf-8", newline="") as file:
        table |= {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(file)}
    return table


def folded(typed: str) -> str:
    """One width, small letters, simplified characters; nothing that has no shape of its own."""
    return _UNSEEN.sub("", typed).translate(_folding()).lower()


def normal(typed: str) -> str:
    """The form in which terms are compared: folded, without blanks."""
    return _BLANK.sub("", folded(typed))


def clauses(text: str) -> list[str]:
    """The clauses of a text without its figures; at most 400 characters are looked at.

    Letters typed with blanks between them are one clause, as they are on a phone.
    """
    plain = _FIGURES.sub(" ", folded(text[:MOST_TEXT]))
    parts: list[str] = []
    lone = False
    for part in _BREAKS.split(plain):
        if not part:
            continue
        if len(part) == 1 and lone:
            parts[-1] += part
        else:
            parts.append(part[:MOST_CLAUSE])
        lone = len(part) == 1
    return parts[:MOST_CLAUSES]
