"""Finding words that no posting may use. The list is data; this only reads a text against it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class WordRule:
    """One row of the list.

    kind      what the words are about: sex, age, ...; "allowed" marks words that are fine, whatever
              they hold ("men and women alike")
    pattern   a regular expression
    level     refuse or warn
    article   a key of rules.articles
    """

    kind: str
    pattern: str
    level: str
    article: str


@dataclass(frozen=True, slots=True)
class Found:
    """Words found in a text, as typed, in the order of the text."""

    rule: WordRule
    words: tuple[str, ...]


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def fold(typed: str) -> str:
    """Full-width signs become plain ones, sign for sign, so that places in the text
    stay the same.
    """
    return "".join(
        chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else " " if c == "　" else c for c in typed
    )


def find(typed: str, rules: Sequence[WordRule]) -> list[Found]:
    """What the text holds of the list, one entry for each rule that hit."""
    text = fold(typed)
    text = _blanked(text, (rule for rule in rules if rule.kind == "allowed"))
    found = []
    for rule in rules:
        if rule.kind == "allowed":
            continue
        spans = [m.span() for m in _compiled(rule.pattern).finditer(text) if m.group()]
        if spans:
            words = dict.fromkeys(typed[start:end].strip() for start, end in spans)
            found.append(Found(rule, tuple(words)))
    return found


def _blanked(text: str, allowed: Iterable[WordRule]) -> str:
    """The text with the allowed words blanked out, as long as before."""
    for rule in allowed:
        text = _compiled(rule.pattern).sub(lambda m: "\n" * len(m.group()), text)
    return text
