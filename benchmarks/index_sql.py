"""The same search in SQL: the peers of the index.

Tables by skill and longitude hold everything the search reads but the days, which are rows as in
the product. The statement weighs skill and level, dates, way, pay, hours, load and record with the
index's numbers; it leaves out credentials, brands, ages, and that two further skills count as the
own one, so SQL has less to do. A person's days are one run less one booking.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.market import Market
from jobmatch.matching.rules.weights import Weights

HAND = 2
PERSON = (
    "id", "skill", "lon", "lat", "max_km", "stays", "home_by", "least", "no_heavy", "wanted",
    "kept", "missed", "begins", "ends", "busy", "done", "level",
)  # fmt: skip
OFFER = (
    "id", "skill", "lon", "lat", "lodging", "ends_at", "minutes", "pay", "heavy", "level", "own",
)  # fmt: skip
REAL = {"lon", "lat"}
W = Weights()

KM = (
    "CAST(1.3 * 2 * 6371 * asin({least}(1.0, sqrt(sin(radians({a}.lat - {b}.lat) / 2) * "
    "sin(radians({a}.lat - {b}.lat) / 2) + cos(radians({a}.lat)) * cos(radians({b}.lat)) * "
    "sin(radians({a}.lon - {b}.lon) / 2) * sin(radians({a}.lon - {b}.lon) / 2)))) + 0.5 AS integer)"
)
DAYS = "(SELECT count(*) FROM offer_day d WHERE d.offer = o.id AND d.open >= {some})"
FREE = (
    "(SELECT count(*) FROM offer_day d WHERE d.offer = o.id AND d.day BETWEEN p.begins AND p.ends "
    "AND d.open >= {some} AND d.day NOT BETWEEN p.busy AND p.done)"
)
# What a kinship to a further skill is worth: see score.best_kin.
KIN = "CASE WHEN o.own = 1 THEN k.kin WHEN k.kin = 5 THEN 4 WHEN k.kin >= 3 THEN 3 ELSE 0 END"
VALUE = f"""
  {{greatest}}(0, CASE kin WHEN 5 THEN {W.skill} WHEN 4 THEN {W.second} WHEN 3 THEN {W.related}
  ELSE {W.hand} END - {W.level_step} * {{greatest}}(0, asked - CASE WHEN kin >= 4 THEN level
  ELSE 1 END))
  + {W.dates} * free / days + {W.near * W.near_km} / ({W.near_km} + km)
  + CASE WHEN pay < 0 THEN {W.pay * 3 // 5} ELSE {W.pay * 3 // 5} + {W.pay * 2} *
    {{least}}({W.usual_day_fen // 2}, {{greatest}}(0, pay - {W.usual_day_fen}))
    / {5 * (W.usual_day_fen // 2)} END
  + {W.hours} * (660 - {{greatest}}(480, minutes)) / 180 + {W.load}
  + {W.kept} * (4 * kept + 30) / (4 * (kept + missed + 10))
"""
FITS = """
  kin >= 2 AND km <= max_km AND free > 0 AND (pay < 0 OR pay >= least)
  AND NOT (heavy = 1 AND no_heavy = 1)
  AND (wanted < 0 OR minutes <= wanted) AND (km <= 80 OR (lodging = 1 AND stays = 1))
  AND (home_by < 0 OR (lodging = 1 AND stays = 1)
       OR ends_at + (120 * km + 40) / 80 <= home_by)
"""
PAIRS = f"""
  SELECT {{wanted}} AS id, {KM.format(a="p", b="o", least="{least}")} AS km, {FREE} AS free,
  {DAYS} AS days, {KIN} AS kin, o.level AS asked, p.level AS level, p.max_km AS max_km,
  p.stays AS stays,
  p.home_by AS home_by, p.least AS least, p.no_heavy AS no_heavy, p.wanted AS wanted,
  p.kept AS kept, p.missed AS missed, o.lodging AS lodging, o.ends_at AS ends_at,
  o.minutes AS minutes, o.pay AS pay, o.heavy AS heavy
"""


def pairs(wanted: str, some: int) -> str:
    """Each pair and what it is judged by. some: 1, only days that have a place; 0, all days."""
    return PAIRS.replace("{wanted}", wanted).replace("{some}", str(some))


# %s: the number asked for, and the edges of the box around it.
FOR_WORKER = f"""
  SELECT id, max({VALUE}) AS value, min(km) FROM ({pairs("o.id", some=1)}
  FROM person p JOIN kin k ON k.held = p.skill JOIN offer o ON o.skill = k.wanted
  WHERE p.id = %s AND o.lon BETWEEN %s AND %s AND o.lat BETWEEN %s AND %s) AS pair
  WHERE {FITS} GROUP BY id ORDER BY 2 DESC, 3, 1 LIMIT 20
"""  # noqa: S608 - no input
FOR_POSTING = f"""
  SELECT id, max({VALUE}) AS value, min(km) FROM ({pairs("p.id", some=0)}
  FROM offer o JOIN kin k ON k.wanted = o.skill JOIN person p ON p.skill = k.held
  WHERE o.id = %s AND p.lon BETWEEN %s AND %s AND p.lat BETWEEN %s AND %s) AS pair
  WHERE {FITS} GROUP BY id ORDER BY 2 DESC, 3, 1 LIMIT 200
"""  # noqa: S608 - no input


def tables(market: Market) -> dict[str, Any]:
    """Rows of both tables (a person for each skill), and of kinship."""
    p, o = market.people, market.offers
    run, busy = p.runs, np.full((p.lon.shape[0], 2), 10_000, dtype=np.int64)
    busy[:, 1] = -1
    busy[p.taken[:, 0]] = p.taken[:, 1:]
    at = p.skills[:, 0]
    own = {name: p.rec[name] for name in PERSON if name in p.rec}
    own |= {"lon": p.lon, "lat": p.lat, "begins": run[:, 1], "ends": run[:, 2]}
    own |= {"busy": busy[:, 0], "done": busy[:, 1]}
    by_skill = {"skill": p.skills[:, 1], "level": p.skills[:, 2]}
    people = [by_skill[n] if n in by_skill else own[n][at] for n in PERSON]
    work = dict(o.rec) | {"lon": o.lon, "lat": o.lat, "own": np.ones_like(o.rec["id"])}
    again, further = o.also[:, 0], {"skill": o.also[:, 1], "own": np.zeros_like(o.also[:, 1])}
    offers = [
        np.concatenate([work[n], further[n] if n in further else work[n][again]]) for n in OFFER
    ]
    length = o.whole[:, 2] - o.whole[:, 1] + 1
    offer = np.repeat(np.arange(length.shape[0]), length)
    day = np.arange(offer.shape[0]) - np.repeat(np.cumsum(length) - length, length)
    day += o.whole[offer, 1]
    is_open = ((day >= o.days[offer, 1]) & (day <= o.days[offer, 2])).astype(np.int64)
    held, wanted = np.nonzero(market.frame.kin >= HAND)
    kin = [held, wanted, market.frame.kin[held, wanted]]
    return {
        "person": (PERSON, people), "offer": (OFFER, offers),
        "kin": (("held", "wanted", "kin"), kin),
        "offer_day": (("offer", "day", "open"), [o.rec["id"][offer], day, is_open]),
    }  # fmt: skip


def schema(name: str, columns: Sequence[str]) -> str:
    kinds = ", ".join(f"{c} {'double precision' if c in REAL else 'integer'}" for c in columns)
    return f"CREATE TABLE {name} ({kinds})"


def first_by(columns: Sequence[str]) -> list[str]:
    key = ["skill", "lon", "lat"]
    return key + [name for name in columns if name not in key]


# By skill and longitude, then all that is read: neither database goes to the table.
INDEXES = (
    f"CREATE INDEX person_by ON person ({', '.join(first_by(PERSON))})",
    f"CREATE INDEX offer_by ON offer ({', '.join(first_by(OFFER))})",
    "CREATE INDEX person_id ON person (id)",
    "CREATE INDEX offer_id ON offer (id)",
    "CREATE INDEX offer_days ON offer_day (offer, day, open)",
    "CREATE INDEX kin_held ON kin (held, wanted, kin)",
    "CREATE INDEX kin_wanted ON kin (wanted, held, kin)",
)


class Peer:
    """One database with the market in it."""

    def __init__(self, name: str, connection: Any) -> None:
        self.name, self.connection = name, connection
        self.words = (
            {"least": "min", "greatest": "max"} if name == "SQLite"
            else {"least": "least", "greatest": "greatest"}
        )  # fmt: skip

    def ask(self, statement: str, *values: Any) -> list[Any]:
        sql = statement.format(**self.words)
        if self.name == "SQLite":
            sql = sql.replace("%s", "?")
        found: list[Any] = self.connection.execute(sql, values).fetchall()
        return found


@contextmanager
def sqlite(market: Market, folder: Path) -> Iterator[Peer]:
    connection = sqlite3.connect(folder / "peer.sqlite3", isolation_level=None)
    connection.execute("PRAGMA cache_size=-800000")
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("BEGIN")
    for name, (columns, data) in tables(market).items():
        connection.execute(schema(name, columns))
        marks = ", ".join("?" * len(columns))
        rows = zip(*(column.tolist() for column in data), strict=True)
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608
    for statement in INDEXES:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    yield Peer("SQLite", connection)
    connection.close()


@contextmanager
def postgresql(market: Market) -> Iterator[Peer]:
    import psycopg

    from tools.postgres import own_server

    with own_server() as address, psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET max_parallel_workers_per_gather = 2")
        connection.execute("SET work_mem = '256MB'")
        for name, (columns, data) in tables(market).items():
            connection.execute(schema(name, columns))
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for row in zip(*(column.tolist() for column in data), strict=True):
                    copy.write_row(row)
        for statement in INDEXES:
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")
        yield Peer("PostgreSQL", connection)
