"""What people type, in one form: what the loops of loops/form.py know of each letter."""

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np

from jobmatch.skills.rules.loops.shapes import LIMIT, Ints

_DATA = Path(__file__).resolve().parents[2] / "data" / "skills"
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufe00-\ufe0f\ufeff]")
# A sign for private use, which has no shape and no other form.
_PART = "\ue000"
_BLANK = re.compile(r"\s+")
# By the bits of loops/form.py, the first three (letters, figures, latin) apart.
_KINDS = (  # i18n: what people type, not what they read
    "", "", "", ".,:", "-~—至到", "kw元块毛角分千万百多余", "/每一",
    "斤亩天日月年时单只件个名人位岁吨米头号点休袋棵车平次",
)  # fmt: skip


@cache
def _folding() -> dict[int, str]:
    """Full-width signs and traditional characters to the plain ones, all in small letters."""
    table = {cp: chr(cp - 0xFEE0).lower() for cp in range(0xFF01, 0xFF5F)}
    table[0x3000] = " "
    with (_DATA / "traditional.csv").open(encoding="utf-8", newline="") as file:
        table |= {ord(row["traditional"]): row["simplified"] for row in csv.DictReader(file)}
    return table


@cache
def simplified() -> frozenset[str]:
    """Letters that are written otherwise in traditional characters."""
    return frozenset(_folding().values())


def folded(typed: str) -> str:
    """One width, small letters, simplified characters; nothing that has no shape of its own."""
    return _UNSEEN.sub("", typed).translate(_folding()).lower()


def normal(typed: str) -> str:
    """The form in which terms are compared: folded, without blanks."""
    return _BLANK.sub("", folded(typed))


def normals(typed: Iterable[str]) -> list[str]:
    """The same for many at once, in their order: much quicker than each alone."""
    texts = [text.replace(_PART, "") for text in typed]
    return normal(_PART.join(texts)).split(_PART) if texts else []


@cache
def plain_forms() -> Ints:
    """Code point -> the plain form of the letter; -1: it is left out."""
    letters = list(map(chr, range(LIMIT)))
    plain = np.array([_small(letter) for letter in letters], dtype=np.int32)
    for cp, simple in _folding().items():
        plain[cp] = ord(simple)
    for letter in _UNSEEN.findall("".join(letters)):
        plain[ord(letter)] = -1
    return plain


@cache
def kinds() -> Ints:
    """Code point -> what the letter is, by the bits of loops/form.py."""
    letters = list(map(chr, range(LIMIT)))
    kind = np.array([letter.isalnum() for letter in letters], dtype=np.int32)
    kind |= np.array([letter.isdecimal() for letter in letters], dtype=np.int32) * 0b1010
    kind[[*range(ord("0"), ord("9") + 1), *range(ord("a"), ord("z") + 1)]] |= 0b100
    for bit, held in enumerate(_KINDS):
        kind[[ord(letter) for letter in held]] |= 1 << bit
    return kind


def _small(letter: str) -> int:
    small = letter.lower()
    return ord(small) if len(small) == 1 else ord(letter)


def codes(text: str) -> Ints:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.int32)


def spelled(found: Ints) -> str:
    """The text of code points."""
    return found.astype(np.int32).tobytes().decode("utf-32-le", "surrogatepass")
