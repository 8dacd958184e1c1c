"""The ground: places, skills and dated rules from jobmatch/data.

Loading again changes nothing; a changed row of a file changes its row in the database.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from jobmatch.infra.dated import DatedRule
from jobmatch.infra.db import Base, transaction
from jobmatch.places.models import Place
from jobmatch.skills.models import Skill, SkillAlias

DATA = Path(__file__).resolve().parent.parent / "data"
LEVEL_BY_DIGITS = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
PARENT_DIGITS = {4: 2, 6: 4, 9: 6, 12: 9}
CHUNK = 2_000

Progress = Callable[[str, int], None]
Rows = list[dict[str, Any]]


def load_ground(progress: Progress = lambda what, count: None) -> dict[str, int]:
    """Load all of it in one transaction; returns how many rows were new or changed, by table.

    progress   called with the table's name and the number of its rows in the files
    """
    sources: list[tuple[type[Base], tuple[str, ...], Callable[[], Rows]]] = [
        (Place, ("code",), place_rows),
        (Skill, ("id",), skill_rows),
        (DatedRule, ("name", "place_code", "valid_from"), rule_rows),
    ]
    changed = {}
    with transaction() as session:
        for model, keys, read in sources:
            rows = read()
            progress(model.__tablename__, len(rows))
            changed[model.__tablename__] = _bring_up_to_date(session, model, keys, rows)
        aliases = alias_rows()
        progress(SkillAlias.__tablename__, len(aliases))
        changed[SkillAlias.__tablename__] = _replace_aliases(session, aliases)
    return changed


def place_rows() -> Rows:
    """All places from the region down: parents before children."""
    rows: Rows = []
    above: dict[str, dict[str, Any]] = {}
    for source in _sorted_by_level([*_read("places/divisions.csv"), *_read("places/villages.csv")]):
        code = source["code"]
        parent = above.get(code[: PARENT_DIGITS.get(len(code), 0)])
        syllables = source["pinyin"].split()
        name = source.get("name") or source["short_name"] + source["suffix"]
        row = {
            "code": code,
            "level": LEVEL_BY_DIGITS[len(code)],
            "parent_code": parent["code"] if parent else None,
            "name": name,
            "short_name": source["short_name"],
            "kind": source["kind"],
            "full_name": (parent["full_name"] if parent else "") + name,
            "pinyin": "".join(syllables)[:120],
            "initials": "".join(syllable[0] for syllable in syllables)[:40],
            "lon": float(source["lon"]) if "lon" in source else (parent or {})["lon"],
            "lat": float(source["lat"]) if "lat" in source else (parent or {})["lat"],
            "coord_quality": source.get("coord_quality", "parent"),
        }
        above[code] = row
        rows.append(row)
    return rows


def skill_rows() -> Rows:
    return [
        {
            "id": source["id"],
            "name_zh": source["name_zh"],
            "name_en": source["name_en"],
            "category": source["category"],
            "category_zh": source["category_zh"],
            "category_en": source["category_en"],
            "months": [int(month) for month in source["months"].split(";") if month],
            "csco_code": source["csco_code"],
            "is_active": True,
        }
        for source in _read("skills/taxonomy.csv")
    ]


def alias_rows() -> Rows:
    rows = []
    for source in _read("skills/taxonomy.csv"):
        dialect = set(source["dialect_aliases"].split("|"))
        rows += [
            {"skill_id": source["id"], "alias": alias, "is_dialect": alias in dialect}
            for alias in source["aliases"].split("|")
            if alias
        ]
    return rows


def rule_rows() -> Rows:
    """Rows of dated_rules.csv: name, place_code, valid_from, value (JSON), source."""
    return [
        {
            "name": source["name"],
            "place_code": source["place_code"],
            "valid_from": date.fromisoformat(source["valid_from"]),
            "value": json.loads(source["value"]),
            "source": source["source"],
        }
        for source in _read("dated_rules.csv")
    ]


def _read(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _sorted_by_level(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(rows, key=lambda row: (len(row["code"]), row["code"]))


def _bring_up_to_date(
    session: Session, model: type[Base], keys: tuple[str, ...], rows: Rows
) -> int:
    """Insert what is missing, change what differs, leave rows of other origin alone."""
    table: Table = Base.metadata.tables[model.__tablename__]
    columns = list(rows[0]) if rows else list(keys)
    there = {
        tuple(row[key] for key in keys): dict(row)
        for row in session.execute(select(*(table.c[name] for name in columns))).mappings()
    }
    known = [(row, there.get(tuple(row[key] for key in keys))) for row in rows]
    missing = [row for row, found in known if found is None]
    differing = [row for row, found in known if found is not None and found != row]
    for start in range(0, len(missing), CHUNK):
        session.execute(insert(table), missing[start : start + CHUNK])
    for row in differing:
        session.execute(
            update(table)
            .where(*(table.c[key] == row[key] for key in keys))
            .values({name: value for name, value in row.items() if name not in keys})
        )
    return len(missing) + len(differing)


def _replace_aliases(session: Session, rows: Rows) -> int:
    """Aliases have no key of their own: a skill whose aliases differ gets them anew.

    Those of the catalogue's keeper are theirs, and stay.
    """
    wanted: dict[str, set[tuple[str, bool]]] = {}
    for row in rows:
        wanted.setdefault(row["skill_id"], set()).add((row["alias"], row["is_dialect"]))
    there: dict[str, set[tuple[str, bool]]] = {}
    for alias in session.scalars(select(SkillAlias).where(~SkillAlias.is_keepers)):
        there.setdefault(alias.skill_id, set()).add((alias.alias, alias.is_dialect))
    stale = {skill_id for skill_id, found in wanted.items() if there.get(skill_id) != found}
    if stale:
        session.execute(
            delete(SkillAlias).where(SkillAlias.skill_id.in_(stale), ~SkillAlias.is_keepers)
        )
        session.execute(insert(SkillAlias), [row for row in rows if row["skill_id"] in stale])
    return len(stale)
