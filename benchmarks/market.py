"""A market of any size from a seed, as columns: real places and skills, people who do not exist.

Skills by Zipf's law; people by village, few villages with many; villages without a point of their
own lie scattered around their seat, so that distances vary as they do in life. Most people work
within 80 km of home, every tenth goes far and stays there.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from jobmatch.matching.rules.index.columns import (
    FOR_EVER,
    Frame,
    OffersIn,
    PeopleIn,
    frame_of,
    place_numbers,
)

DATA = Path(__file__).resolve().parent.parent / "jobmatch" / "data"
TODAY = date(2026, 9, 1)
SCATTER = 0.12  # degrees


@dataclass(frozen=True, slots=True)
class Market:
    frame: Frame
    people: PeopleIn
    offers: OffersIn


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def villages(r: Any) -> tuple[Any, Any, Any]:
    """Longitude, latitude and code of every village."""
    seats = {row["code"]: row for row in rows_of(DATA / "places" / "divisions.csv")}
    found = []
    for row in rows_of(DATA / "places" / "villages.csv"):
        town = seats.get(row["code"][:9]) or {}
        at = town if town.get("lon") else seats[row["code"][:6]]
        found.append((float(at["lon"]), float(at["lat"]), place_numbers(row["code"])[0]))
    n = len(found)
    lon = np.array([f[0] for f in found]) + r.normal(0, SCATTER, n)
    lat = np.array([f[1] for f in found]) + r.normal(0, SCATTER * 0.75, n)
    return lon, lat, np.array([f[2] for f in found], dtype=np.int64)


def skills() -> list[str]:
    return [row["id"] for row in rows_of(DATA / "skills" / "taxonomy.csv")]


def make(workers: int, postings: int, seed: int = 7) -> Market:
    r = np.random.default_rng(seed)
    places, names = villages(r), skills()
    frame = frame_of(TODAY, TODAY + timedelta(365), names)
    share = 1 / np.arange(1, len(names) + 1)
    share = share[r.permutation(len(names))] / share.sum()
    return Market(
        frame, people(r, workers, places, share, frame), offers(r, postings, places, share)
    )


def homes(r: Any, n: int, places: Any) -> tuple[Any, Any, Any, Any]:
    lon, lat, code = places
    order = r.permutation(code.shape[0])
    at = order[(code.shape[0] * r.random(n) ** 1.7).astype(np.int64)]
    return lon[at], lat[at], code[at], np.full(n, 12, dtype=np.int64)


def some(r: Any, n: int, share: float) -> Any:
    return (r.random(n) < share).astype(np.int64)


def held(r: Any, n: int, share: Any, counts: tuple[int, ...]) -> Any:
    """(row, skill), no skill twice in a row."""
    row = np.repeat(np.arange(n), r.choice(counts, n))
    pairs = np.stack([row, r.choice(share.shape[0], row.shape[0], p=share)], axis=1)
    return np.unique(pairs, axis=0)


def people(r: Any, n: int, places: Any, share: Any, frame: Frame) -> PeopleIn:
    lon, lat, code, digits = homes(r, n, places)
    stays = some(r, n, 0.1)
    near = r.choice((10, 20, 30, 40, 60, 80), n, p=(0.15, 0.25, 0.3, 0.15, 0.1, 0.05))
    far = r.choice((100, 200, 400, 800, 3000), n, p=(0.3, 0.3, 0.2, 0.15, 0.05))
    rec = {
        "id": np.arange(1, n + 1),
        "born": r.integers(1955, 2008, n) * 10_000 + r.integers(1, 13, n) * 100
        + r.integers(1, 29, n),
        "max_km": np.where(stays == 1, far, near),
        "stays": stays,
        "home_by": np.where(some(r, n, 0.2) > stays, r.choice((1050, 1110, 1140), n), -1),
        "least": r.choice((0, 10_000, 13_000, 15_000, 18_000), n, p=(0.4, 0.2, 0.2, 0.15, 0.05)),
        "no_heavy": some(r, n, 0.15),
        "wanted": np.where(r.random(n) < 0.05, 480, -1),
        "kept": np.where(r.random(n) < 0.5, r.integers(1, 60, n), 0),
        "missed": np.where(r.random(n) < 0.2, r.integers(1, 5, n), 0),
        "need": r.choice((0, 1, 2, 3), n, p=(0.7, 0.2, 0.05, 0.05)),
    }  # fmt: skip
    skill = held(r, n, share, (1, 2, 3, 4, 5))
    skill = np.column_stack([skill, r.choice((1, 2, 3), skill.shape[0], p=(0.6, 0.3, 0.1))])
    proved = skill[r.random(skill.shape[0]) < 0.08]
    proofs = np.column_stack([
        proved, frame.number - r.integers(1, 900, proved.shape[0]),
        np.where(r.random(proved.shape[0]) < 0.5, FOR_EVER, frame.number + 180),
    ])  # fmt: skip
    members = np.flatnonzero(r.random(n) < 0.1)
    brands = np.column_stack([members, r.integers(1, 80, members.shape[0])])
    begin = np.where(r.random(n) < 0.6, 0, r.integers(0, 60, n))
    end = begin + r.choice((20, 60, 120, 365), n, p=(0.2, 0.3, 0.3, 0.2))
    runs = np.stack([np.arange(n), begin, end], axis=1)
    busy = np.flatnonzero(r.random(n) < 0.3)
    from_day = r.integers(0, 40, busy.shape[0])
    taken = np.stack([busy, from_day, from_day + r.integers(0, 12, busy.shape[0])], axis=1)
    return PeopleIn(_whole(rec), lon, lat, code, digits, skill, proofs, brands, runs, taken)


def offers(r: Any, m: int, places: Any, share: Any) -> OffersIn:
    lon, lat, code, digits = homes(r, m, places)
    kind = r.choice((0, 1, 2), m, p=(0.35, 0.4, 0.25))
    rec = {
        "id": np.arange(1, m + 1),
        "skill": r.choice(share.shape[0], m, p=share),
        "level": r.choice((1, 2, 3), m, p=(0.8, 0.15, 0.05)),
        "needs_proof": some(r, m, 0.05),
        "lodging": some(r, m, 0.25),
        "ends_at": r.choice((960, 1020, 1080), m),
        "minutes": r.choice((240, 480, 540, 600), m, p=(0.1, 0.6, 0.2, 0.1)),
        "usual": np.full(m, 480),
        "law": np.full(m, 660),
        "pay": np.where(r.random(m) < 0.1, -1, r.integers(90, 320, m) * 100),
        "heavy": (kind == 2).astype(np.int64),
        "least_age": np.where(kind == 2, 18, 16),
        "brand": np.where(r.random(m) < 0.1, r.integers(1, 80, m), -1),
    }
    also = held(r, m, share, (0, 0, 0, 1, 2))
    also = also[also[:, 1] != rec["skill"][also[:, 0]]]
    begin = r.integers(0, 90, m)
    end = begin + r.choice((2, 6, 14, 29, 59), m, p=(0.15, 0.25, 0.3, 0.2, 0.1))
    whole = np.stack([np.arange(m), begin, end], axis=1)
    # The first days of some are full.
    left = np.stack([np.arange(m), begin + (end - begin) * some(r, m, 0.2) // 3, end], axis=1)
    # Drawn last: what was drawn before stays as it was.
    rec["stay"] = r.choice((1, 3, 5, 10), m, p=(0.7, 0.1, 0.15, 0.05))
    return OffersIn(_whole(rec), lon, lat, code, digits, also, left, whole)


def _whole(rec: dict[str, Any]) -> dict[str, Any]:
    return {name: column.astype(np.int64) for name, column in rec.items()}
