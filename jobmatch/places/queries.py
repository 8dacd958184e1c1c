"""Reading the tree of places."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, case, or_, select

from jobmatch.infra.db import fetch, reading
from jobmatch.places.models import Place
from jobmatch.places.rules.words import Word, split

REGION, LEAGUE, COUNTY, TOWNSHIP, VILLAGE = 1, 2, 3, 4, 5
CODE_DIGITS = {REGION: 2, LEAGUE: 4, COUNTY: 6, TOWNSHIP: 9, VILLAGE: 12}


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place. level: 1 region, 2 league, 3 banner, 4 township, 5 village; lon, lat in degrees."""

    code: str
    level: int
    parent_code: str | None
    name: str
    short_name: str
    full_name: str
    lon: float
    lat: float


_WHOLE = select(
    Place.code, Place.level, Place.parent_code, Place.name, Place.short_name, Place.full_name,
    Place.lon, Place.lat,
)  # fmt: skip
_BY_CODE = _WHOLE.where(Place.code.in_(bindparam("codes", expanding=True)))
_BELOW = _WHOLE.where(Place.parent_code.in_(bindparam("codes", expanding=True))).order_by(
    Place.code
)


def place(code: str) -> PlaceRow | None:
    return places([code]).get(code) if code else None


def places(codes: Collection[str]) -> dict[str, PlaceRow]:
    """The places with these codes; unknown codes are left out."""
    if not codes:
        return {}
    return {row[0]: PlaceRow(*row) for row in fetch(_BY_CODE, codes=list(set(codes)))}


def children(parent_code: str) -> list[PlaceRow]:
    """The places right below, in the order of their codes."""
    return [PlaceRow(*row) for row in fetch(_BELOW, codes=[parent_code])]


def chain(code: str) -> list[PlaceRow]:
    """The place and all that it lies in, from the region down; empty for an unknown code."""
    found = places({code[:digits] for digits in CODE_DIGITS.values() if digits <= len(code)})
    return sorted(found.values(), key=lambda row: row.level) if code in found else []


def chains(codes: Collection[str]) -> dict[str, list[PlaceRow]]:
    """What each place lies in, from the region down, without the place itself; by one query."""
    found = places({code[:d] for code in codes for d in CODE_DIGITS.values() if d < len(code)})
    return {
        code: [found[code[:d]] for d in CODE_DIGITS.values() if code[:d] in found and d < len(code)]
        for code in codes
    }


def below(codes: Collection[str]) -> dict[str, list[PlaceRow]]:
    """The children of several places by one query."""
    rows: dict[str, list[PlaceRow]] = {code: [] for code in codes}
    for row in fetch(_BELOW, codes=list(rows)):
        rows[row.parent_code].append(PlaceRow(*row))
    return rows


def names(codes: Collection[str]) -> dict[str, str]:
    """Short names by code."""
    return {code: row.short_name for code, row in places(codes).items()}


def full_names(codes: Collection[str]) -> dict[str, str]:
    """Names from the region down, by code."""
    return {code: row.full_name for code, row in places(codes).items()}


def local_names(codes: Collection[str]) -> dict[str, str]:
    """Names as neighbours say them, by code: township and village, or banner and township."""
    found = places({*codes, *(_above(code) for code in codes if len(code) > CODE_DIGITS[COUNTY])})
    return {
        code: (found[_above(code)].short_name if _above(code) in found else "")
        + found[code].short_name
        for code in codes
        if code in found
    }


def search(
    words: str, level: int | None = None, within: str | None = None, limit: int = 20
) -> list[PlaceRow]:
    """Places by name, full pinyin or initials; what lies above may be typed before ("奈曼 青龙山").

    Whole names come before beginnings, beginnings before middles, higher levels before lower ones.
    """
    typed = split(words)
    if not typed:
        return []
    *outer, last = typed
    rows = _find([last], level, [within] if within else [], limit)
    if outer:
        inside = [row.code for row in _find(outer[-1:], None, [within] if within else [], 50)]
        rows = _find([last], level, inside, limit) if inside else []
    return rows


def _find(
    words: list[Word], level: int | None, within: Collection[str], limit: int
) -> list[PlaceRow]:
    word = words[0]
    conditions = [_matches(word)]
    if level is not None:
        conditions.append(Place.level == level)
    if within:
        conditions.append(or_(*(Place.code.startswith(code) for code in within)))
    query = _WHOLE.where(and_(*conditions))
    rank = _rank(word)
    found = reading().execute(query.order_by(rank, Place.level, Place.code).limit(limit))
    return [PlaceRow(*row) for row in found]


def _matches(word: Word) -> ColumnElement[bool]:
    if not word.is_latin:
        return Place.name.contains(word.text, autoescape=True)
    return or_(
        Place.pinyin.startswith(word.text, autoescape=True),
        Place.initials.startswith(word.text, autoescape=True),
        *([Place.pinyin.contains(word.text, autoescape=True)] if len(word.text) > 3 else []),
    )


def _rank(word: Word) -> ColumnElement[int]:
    if not word.is_latin:
        return case(
            (or_(Place.short_name == word.text, Place.name == word.text), 0),
            (Place.name.startswith(word.text, autoescape=True), 1),
            else_=2,
        )
    return case(
        (or_(Place.pinyin == word.text, Place.initials == word.text), 0),
        (Place.pinyin.startswith(word.text, autoescape=True), 1),
        (Place.initials.startswith(word.text, autoescape=True), 2),
        else_=3,
    )


def _above(code: str) -> str:
    return next((code[:d] for d in sorted(CODE_DIGITS.values(), reverse=True) if d < len(code)), "")
