"""Names and numbers of people who do not exist."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from random import Random

from jobmatch.kernel.identity import credit_check_sign, id_check_digit

FILE = Path(__file__).resolve().parent.parent / "data" / "season" / "names.csv"


def _read() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["kind"]].append(row["name"])
    return dict(found)


NAMES = _read()
# Names of one person that stand without a surname.
MONGOLIAN = frozenset(NAMES["mongolian"])
SURNAMES, WOMEN, MEN = NAMES["surname"], NAMES["woman"], NAMES["man"]


def person(rng: Random, sex: str) -> str:
    """A full name."""
    given = rng.choice(WOMEN if sex == "F" else MEN)
    return given if given in MONGOLIAN else rng.choice(SURNAMES) + given


def born(rng: Random, today: date, least: int, most: int, mode: int) -> date:
    """A birth date for an age between least and most, most often around the mode."""
    years = rng.triangular(least, most, mode)
    return today - timedelta(days=int(years * 365.25) + 1)


def id_number(county: str, birth: date, sex: str, order: int) -> str:
    """A resident ID number with a right check digit; order 0..499 tells people of one day apart."""
    first_17 = f"{county}{birth:%Y%m%d}{(order * 2 + (sex == 'M')) % 1000:03d}"
    return first_17 + id_check_digit(first_17)


def phone(order: int) -> str:
    """The order-th generated mobile number; all of them begin with 1380."""
    return f"1380{order:07d}"


def credit_code(county: str, order: int) -> str:
    """A unified social credit code with a right check sign."""
    first_17 = f"91{county}{order:09d}"
    return first_17 + credit_check_sign(first_17)


def firm(rng: Random, kind: str, county_name: str) -> str:
    """An employer's name; big growers are people."""
    if kind == "big_grower":
        return person(rng, rng.choice("FM"))
    return county_name + rng.choice(NAMES["firm_head"]) + rng.choice(NAMES[f"firm_{kind}"])


def numeral(n: int) -> str:
    """1 to 19 in Chinese, as crews are called; digits beyond."""
    ones = "一二三四五六七八九"
    if n > 19:
        return str(n)
    tens, one = divmod(n, 10)
    return "十" * tens + (ones[one - 1] if one else "")
