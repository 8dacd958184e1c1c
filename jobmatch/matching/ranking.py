"""Tables of postings and people, as files, ranked from their texts."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from jobmatch.matching.rules.raw import Place, RawPosting, RawWorker, papers_in, ranking
from jobmatch.matching.rules.weights import Weights
from jobmatch.skills.rules.normalise import Recognised

POSTING = (
    "id", "title", "text", "county_code", "township_code", "start_date", "end_date",
    "wage_high_per_day", "lodging", "transport",
)  # fmt: skip
WORKER = (
    "id", "text", "county_code", "township_code", "age", "available_months", "max_km", "away_ok",
    "min_wage_per_day", "no_heavy", "certs",
)  # fmt: skip
# What a long text says beside its title must be read for sure.
SURE = 0.7
USUAL_KM = 30
USUAL_AGE, MOST_AGE = 40, 120
MOST_DAYS = 800
MOST_CELL = 1_000_000
# Digits of a place code that name the banner and the league.
COUNTY, LEAGUE = 6, 4

Read = Callable[[str], Sequence[Recognised]]
Points = Mapping[str, tuple[float, float]]


class BadTable(ValueError):
    """A file that cannot be ranked, with the row where that shows."""


def table(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a CSV file with a header. raises BadTable: encoding, columns, ids twice."""
    csv.field_size_limit(MOST_CELL)
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BadTable(f"{path.name}: line {line} is not UTF-8") from error
    reader = csv.DictReader(lines)
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise BadTable(f"{path.name}: line 1: no column {', '.join(missing)}")
    rows: dict[str, dict[str, str]] = {}
    try:
        for row in reader:
            key = row.get("id") or ""
            if "id" in row and (not key or key in rows):
                said = f"id {key} stands twice" if key else "no id"
                raise BadTable(f"{path.name}: line {reader.line_num}: {said}")
            filled = {name: value or "" for name, value in row.items() if isinstance(name, str)}
            rows[key or str(reader.line_num)] = filled | {"": str(reader.line_num)}
    except csv.Error as error:
        raise BadTable(f"{path.name}: line {reader.line_num}: {error}") from error
    return list(rows.values())


def postings(path: Path, points: Points, read: Read) -> list[RawPosting]:
    """raises BadTable"""
    return [_posting(_Row(path.name, row), points, read) for row in table(path, POSTING)]


def workers(path: Path, points: Points, read: Read) -> list[RawWorker]:
    """raises BadTable"""
    return [_worker(_Row(path.name, row), points, read) for row in table(path, WORKER)]


def rank(
    offered: Sequence[RawPosting], people: Sequence[RawWorker], weights: Weights
) -> dict[str, list[str]]:
    """All the people for each posting, best first."""
    return {one.id: [key for key, _ in ranking(one, people, weights)] for one in offered}


def judged(path: Path) -> dict[str, dict[str, int]]:
    """Relevance of judged pairs: posting -> worker -> 0 to 3. raises BadTable"""
    found: dict[str, dict[str, int]] = {}
    for row in table(path, ("posting_id", "worker_id", "grade")):
        cells = _Row(path.name, row)
        found.setdefault(cells["posting_id"], {})[cells["worker_id"]] = cells.whole("grade")
    return found


def skills_of(read: Read, title: str, text: str) -> tuple[str, ...]:
    """The skills that a title names, then those that the text says for sure."""
    found = [one.skill_id for one in read(title)]
    found += [one.skill_id for one in read(text) if not found or one.confidence >= SURE]
    return tuple(dict.fromkeys(found))


class _Row:
    """The cells of a row, read as what they must be."""

    def __init__(self, file: str, cells: Mapping[str, str]) -> None:
        self.where, self.cells = f"{file}: line {cells['']}", cells

    def __getitem__(self, name: str) -> str:
        return self.cells[name].strip()

    def whole(self, name: str, otherwise: int | None = None) -> int:
        if not self[name] and otherwise is not None:
            return otherwise
        with suppress(ValueError):
            if (found := int(self[name])) >= 0:
                return found
        raise BadTable(f"{self.where}: {name} is not a whole number: {self[name][:40]!r}")

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self[name])
        except ValueError as error:
            raise BadTable(f"{self.where}: {name} is not a date: {self[name][:40]!r}") from error

    def place(self, points: Points) -> Place:
        """The banner's seat; of one that is not known, its league's."""
        code = self["county_code"] or self["township_code"][:COUNTY]
        at = points.get(code) or points.get(code[:LEAGUE])
        if at is None:
            raise BadTable(f"{self.where}: county_code is not known: {code[:40]!r}")
        return Place(*at, code=self["township_code"] or code)


def _posting(row: _Row, points: Points, read: Read) -> RawPosting:
    first, last = row.day("start_date"), row.day("end_date")
    if last < first:
        raise BadTable(f"{row.where}: end_date is before start_date")
    if (last - first).days >= MOST_DAYS:
        raise BadTable(f"{row.where}: more than {MOST_DAYS} days")
    pay = row.whole("wage_high_per_day", 0)
    return RawPosting(
        id=row["id"], text=f"{row['title']}\n{row['text']}",
        skills=skills_of(read, row["title"], row["text"]), place=row.place(points), first=first,
        last=last, day_pay_fen=pay * 100 or None, lodging=row["lodging"] == "1",
        transport=row["transport"] == "1",
    )  # fmt: skip


def _worker(row: _Row, points: Points, read: Read) -> RawWorker:
    months = [part for part in row["available_months"].split(";") if part.strip()]
    if not all(part.strip().isdecimal() and 1 <= int(part) <= 12 for part in months):
        raise BadTable(f"{row.where}: available_months are not months")
    age = row.whole("age", USUAL_AGE)
    if age > MOST_AGE:
        raise BadTable(f"{row.where}: age is over {MOST_AGE}")
    return RawWorker(
        id=row["id"], skills=tuple(dict.fromkeys(one.skill_id for one in read(row["text"]))),
        place=row.place(points), age=age,
        months=frozenset(map(int, months)), max_km=row.whole("max_km", USUAL_KM),
        stays_away=row["away_ok"] == "1", least_day_fen=row.whole("min_wage_per_day", 0) * 100,
        no_heavy=row["no_heavy"] == "1",
        papers=frozenset(row["certs"].split(";")) - {""} | papers_in(row["text"]),
    )  # fmt: skip
