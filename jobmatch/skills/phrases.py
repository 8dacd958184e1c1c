"""Tables of phrases: read, checked, written."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from jobmatch.skills.knowledge import split
from jobmatch.skills.rules.measure import Answer, Phrase
from jobmatch.skills.rules.normalise import LEAST_CONFIDENCE, Recognised

MOST_RANKED = 10
csv.field_size_limit(1 << 20)


class BadTable(ValueError):
    """A table that cannot be read; says the file, the row and what is wrong."""


def phrases(path: Path, columns: Sequence[str] = ()) -> list[dict[str, str]]:
    """Rows with id, phrase and the columns named; raises BadTable."""
    found = list(_rows(path, ("id", "phrase", *columns)))
    seen: dict[str, int] = {}
    for number, row in enumerate(found, start=2):
        if not row["id"]:
            raise BadTable(f"{path.name}, row {number}: no id")
        if row["id"] in seen:
            raise BadTable(
                f"{path.name}, row {number}: id {row['id']} stands in row {seen[row['id']]} already"
            )
        seen[row["id"]] = number
    return found


def labelled(path: Path) -> list[Phrase]:
    """Phrases with their skills (skill_ids, accept_ids, both joined by |); raises BadTable."""
    found = []
    for number, row in enumerate(phrases(path, ("skill_ids", "accept_ids")), start=2):
        gold = split(row["skill_ids"])
        if not gold:
            raise BadTable(f"{path.name}, row {number}: no skill_ids")
        fair = split(row["accept_ids"])
        found.append(Phrase(row["id"], row["phrase"], gold, fair, row.get("style", "")))
    return found


def line(phrase_id: str, found: Sequence[Recognised]) -> str:
    """One answer as a line of JSON, without the line's end."""
    best = found[:MOST_RANKED]
    return json.dumps({
        "id": phrase_id,
        "ranked": [one.skill_id for one in best],
        "confidence": [one.confidence for one in best],
        "abstain": not any(one.confidence >= LEAST_CONFIDENCE for one in best),
    })  # fmt: skip


def answers(found: Iterable[Sequence[Recognised]]) -> list[Answer]:
    return [
        Answer(
            tuple(one.skill_id for one in each), max((one.confidence for one in each), default=0)
        )
        for each in found
    ]


def _rows(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        raise BadTable(f"{path.name}, row {number}: not UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise BadTable(f"{path.name}, row 1: no column {', '.join(missing)}")
        for row in reader:
            if None in row or any(row[name] is None for name in columns):
                raise BadTable(f"{path.name}, row {reader.line_num}: not as many cells as columns")
            yield row
    except csv.Error as error:
        raise BadTable(f"{path.name}, row {reader.line_num + 1}: {error}") from None
