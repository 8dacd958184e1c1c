"""The list of words that no posting may use, read once from jobmatch/data."""

import csv
import re
from functools import lru_cache
from pathlib import Path

from jobmatch.postings.rules.articles import ARTICLES
from jobmatch.postings.rules.words import WordRule

FILE = Path(__file__).resolve().parent.parent / "data" / "discriminating_words.csv"
LEVELS = {"refuse", "warn"}


@lru_cache(maxsize=1)
def word_rules() -> tuple[WordRule, ...]:
    """All rows. raises ValueError for a row that names no level or article, or a broken pattern."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(read(row) for row in csv.DictReader(file))


def read(row: dict[str, str]) -> WordRule:
    rule = WordRule(row["kind"], row["pattern"], row["level"], row["article"])
    if rule.kind != "allowed" and (rule.level not in LEVELS or rule.article not in ARTICLES):
        raise ValueError(f"{FILE.name}: {rule.kind}: unknown level or article")
    try:
        re.compile(rule.pattern)
    except re.error as error:
        raise ValueError(f"{FILE.name}: {rule.kind}: {error}") from error
    return rule
