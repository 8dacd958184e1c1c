"""How letters sound: homophones are typed by a phone's keyboard (loops/cut.py uses it)."""

import csv
from functools import cache
from pathlib import Path

_DATA = Path(__file__).resolve().parents[2] / "data" / "skills"


@cache
def syllables() -> dict[str, str]:
    """Letter -> how it sounds to one who does not tell zh from z, n from l, ang from an."""
    with (_DATA / "syllables.csv").open(encoding="utf-8", newline="") as file:
        heard = {
            letter: row["syllable"] for row in csv.DictReader(file) for letter in row["letters"]
        }
    # Letters of other scripts sound as they are written.
    return heard | {"n": "l"}


def sound(text: str) -> tuple[str, ...]:
    known = syllables()
    return tuple([known.get(letter, letter) for letter in text])
