"""What people type to find a place."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One typed word, ready to compare: Latin letters (pinyin or initials) or characters."""

    text: str
    is_latin: bool


MOST_CHARACTERS = 30


def split(typed: str) -> list[Word]:
    """The words of a search, cut at 30 characters; pinyin in small letters without marks."""
    cleaned = typed[:MOST_CHARACTERS].strip().lower().replace("ü", "v").replace("'", "")
    return [Word(word, word.isascii()) for word in re.split(r"[\s,，、/]+", cleaned) if word]
