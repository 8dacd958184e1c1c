"""What reading knows beside the catalogue: words, grid and places in jobmatch/data/skills."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jobmatch.skills.rules.lexicon import Knowledge

DATA = Path(__file__).resolve().parent.parent / "data" / "skills"


@cache
def knowledge() -> Knowledge:
    """All of it, read once in a process."""
    words = tuple(
        (row["concept"], split(row["parents"]), split(row["words"])) for row in rows("words.csv")
    )
    return Knowledge(
        words=(*words, ("n.place", (), tuple(row["word"] for row in rows("place_words.csv")))),
        grid=tuple(
            (row["skill_id"], split(row["acts"]), split(row["objects"])) for row in rows("grid.csv")
        ),
        alone=tuple(
            (row["concept"], row["skill_id"], float(row["weight"])) for row in rows("alone.csv")
        ),
        general=frozenset(row["skill_id"] for row in rows("general.csv")),
        weights=tuple(float(row["weight"]) for row in rows("confidence.csv")),
    )


def spellings() -> list[tuple[str, str]]:
    """Regional words and the standard ones."""
    # One letter alone stands inside too many other words.
    return [
        (row["variant"], row["standard"]) for row in rows("dialect.csv") if len(row["variant"]) > 1
    ]


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def split(joined: str) -> tuple[str, ...]:
    return tuple(part for part in joined.split("|") if part)
