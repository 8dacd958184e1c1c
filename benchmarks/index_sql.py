"""The same search in SQL: the peers of the index.

Two tables, by skill and longitude, that hold everything the search reads, so that no other is
joined. The statement weighs skill, dates, way, pay, hours, load and record with the index's
numbers; it leaves out further skills, levels, credentials and brands, so SQL has less to do. Days
are one run less one booking, as the market makes them; a calendar in rows would take SQL longer.
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
    "kept", "missed", "begins", "ends", "busy", "done",
)  # fmt: skip
OFFER = (
    "id", "skill", "lon", "lat", "lodging", "ends_at", "minutes", "pay", "heavy", "begins", "ends",
)  # fmt: skip
REAL = {"lon", "lat"}
W = Weights()

KM = (
    "CAST(1.3 * 2 * 6371 * asin({least}(1.0, sqrt(sin(radians({a}.lat - {b}.lat) / 2) * "
    "sin(radians({a}.lat - {b}.lat) / 2) + cos(radians({a}.lat)) * cos(radians({b}.lat)) * "
    "sin(radians({a}.lon - {b}.lon) / 2) * sin(radians({a}.lon - {b}.lon) / 2)))) + 0.5 AS integer)"
)
FREE = (
    "{greatest}(0, {least}(p.ends, o.ends) - {greatest}(p.begins, o.begins) + 1) - "
    "{greatest}(0, {least}(p.ends, o.ends, p.done) - {greatest}(p.begins, o.begins, p.busy) + 1)"
)
VALUE = f"""
  CASE kin WHEN 5 THEN {W.skill} WHEN 3 THEN {W.related} ELSE {W.hand} END
  + {W.dates} * free / days + {W.near * W.near_km} / ({W.near_km} + km)
  + CASE WHEN pay < 0 THEN {W.pay * 3 // 5} ELSE {W.pay * 3 // 5} + {W.pay * 2} *
    {{least}}({W.usual_day_fen // 2}, {{greatest}}(0, pay - {W.usual_day_fen}))
    / {5 * (W.usual_day_fen // 2)} END
  + {W.hours} * (660 - {{greatest}}(480, minutes)) / 180 + {W.load}
  + {W.kept} * (4 * kept + 30) / (4 * (kept + missed + 10))
"""
FITS = """
  km <= max_km AND free > 0 AND (pay < 0 OR pay >= least) AND NOT (heavy = 1 AND no_heavy = 1)
  AND (wanted < 0 OR minutes <= wanted) AND (km <= 80 OR (lodging = 1 AND stays = 1))
  AND (home_by < 0 OR (lodging = 1 AND stays = 1)
       OR ends_at + (120 * km + 40) / 80 <= home_by)
"""
PAIRS = f"""
  SELECT {{wanted}} AS id, {KM.format(a="p", b="o", least="{least}")} AS km, {FREE} AS free,
  o.ends - o.begins + 1 AS days, k.kin AS kin, p.max_km AS max_km, p.stays AS stays,
  p.home_by AS home_by, p.least AS least, p.no_heavy AS no_heavy, p.wanted AS wanted,
  p.kept AS kept, p.missed AS missed, o.lodging AS lodging, o.ends_at AS ends_at,
  o.minutes AS minutes, o.pay AS pay, o.heavy AS heavy
"""
# %s: the number asked for, and the edges of the box around it.
FOR_WORKER = f"""
  SELECT id, max({VALUE}) AS value, min(km) FROM ({PAIRS.replace("{wanted}", "o.id")}
  FROM person p JOIN kin k ON k.held = p.skill JOIN offer o ON o.skill = k.wanted
  WHERE p.id = %s AND o.lon BETWEEN %s AND %s AND o.lat BETWEEN %s AND %s) AS pair
  WHERE {FITS} GROUP BY id ORDER BY 2 DESC, 3, 1 LIMIT 20
"""  # noqa: S608 - no input
FOR_POSTING = f"""
  SELECT id, max({VALUE}) AS value, min(km) FROM ({PAIRS.replace("{wanted}", "p.id")}
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
    people = [p.skills[:, 1] if name == "skill" else own[name][at] for name in PERSON]
    work = dict(o.rec) | {"lon": o.lon, "lat": o.lat}
    work |= {"begins": o.days[:, 1], "ends": o.days[:, 2]}
    offers = [work[name] for name in OFFER]
    held, wanted = np.nonzero(market.frame.kin >= HAND)
    kin = [held, wanted, market.frame.kin[held, wanted]]
    return {
        "person": (PERSON, people), "offer": (OFFER, offers),
        "kin": (("held", "wanted", "kin"), kin),
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
