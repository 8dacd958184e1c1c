"""The same search in SQL, with the same answer: the peers of the index.

What does not change from question to question is worked out before (a posting's days, first and
last day, a person's run of days and booking), the skill tables carry what narrows the search, and
covering indexes hold all that is read. The statement first finds the pairs in reach by skill, then
judges each with every part of the rule. A person has one run of days less one booking, as in the
market; today is its first day.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.market import Market
from jobmatch.matching.rules.index.columns import calendar_of
from jobmatch.matching.rules.score import FITS
from jobmatch.matching.rules.weights import Weights

HAND = 2
PERSON = (
    "id", "lon", "lat", "county", "township", "born", "max_km", "stays", "home_by", "least",
    "no_heavy", "wanted", "kept", "missed", "need", "begins", "ends", "busy", "done",
)  # fmt: skip
OFFER = (
    "id", "skill", "lon", "lat", "county", "township", "level", "needs_proof", "lodging", "ends_at",
    "minutes", "pay", "heavy", "least_age", "brand", "days_open", "days_whole", "first_open",
    "first_whole", "last_open", "last_whole", "stay",
)  # fmt: skip
REAL = {"lon", "lat"}
W = Weights()
LAW, USUAL = 660, 480
HALF = W.usual_day_fen // 2

BY_POINT = (
    "1.3 * (2 * 6371.0 * asin({least}(1.0, sqrt("
    "sin((radians(o.lat) - radians(p.lat)) / 2) * sin((radians(o.lat) - radians(p.lat)) / 2)"
    " + cos(radians(p.lat)) * cos(radians(o.lat))"
    " * (sin((radians(o.lon) - radians(p.lon)) / 2)"
    " * sin((radians(o.lon) - radians(p.lon)) / 2))))))"
)
# Codes say more than points where these are near: see places.rules.road_km.
KM = (
    "CAST(floor(CASE WHEN road > 20 OR pc <> oc THEN road WHEN pt <> ot AND road < 0.5 THEN 20.0 "
    "ELSE {greatest}(5.0, road) END + 0.5) AS integer)"
)
FREE = (
    "(SELECT count(*) FROM offer_day d WHERE d.offer = id_o AND d.day BETWEEN begins AND ends "
    "AND d.open >= {some} AND d.day NOT BETWEEN busy AND done)"
)
PROVED = (
    "EXISTS (SELECT 1 FROM proof WHERE proof.person = id_p AND proof.skill = work AND "
    "proof.level >= asked AND proof.issued <= last AND proof.expires >= last)"
)
VALUE = f"""
  {FITS} + {{greatest}}(0, CASE WHEN kin = 5 OR several > 1 THEN {W.skill} WHEN kin = 4 THEN
  {W.second} WHEN kin = 3 THEN {W.related} ELSE {W.hand} END - {W.level_step} * lacks)
  + {W.dates} * free / days + {W.near * W.near_km} / ({W.near_km} + km)
  + CASE WHEN pay < 0 THEN {W.pay * 3 // 5} ELSE {W.pay * 3 // 5} + {W.pay * 2} *
    {{least}}({HALF}, {{greatest}}(0, pay - {W.usual_day_fen})) / {5 * HALF} END
  + CASE WHEN proved = 1 THEN {W.credential} ELSE {W.credential // 2} END + {W.home}
  + {W.hours} * ({LAW} - {{greatest}}({USUAL}, minutes)) / {LAW - USUAL}
  + CASE WHEN heavy = 1 AND (first - born) / 10000 >= {W.older_from} THEN {W.load // 2}
    ELSE {W.load} END
  + {W.kept} * (4 * kept + 30) / (4 * (kept + missed + 10))
  + CASE WHEN brand < 0 THEN {W.brand // 2} WHEN EXISTS (SELECT 1 FROM member m
    WHERE m.person = id_p AND m.brand = pair.brand) THEN {W.brand} ELSE 0 END
  + {W.priority_most} * {{least}}(2, need) / 2
"""  # noqa: S608 - no input
# Everything that can be told without a way or a day.
PLAIN = f"""
  o.minutes <= {LAW} AND (p.wanted < 0 OR o.minutes <= p.wanted)
  AND (o.pay < 0 OR o.pay >= p.least) AND NOT (o.heavy = 1 AND p.no_heavy = 1)
  AND (o.first_{{days}} - p.born) / 10000 >= o.least_age
"""
FAR_ENOUGH = f"""
  km <= max_km AND (km <= {W.daily_km} OR (lodging = 1 AND stays = 1))
  AND (home_by < 0 OR (lodging = 1 AND stays = 1)
       OR ends_at + (120 * km + {W.road_kmh}) / {2 * W.road_kmh} <= home_by)
"""
# Of the nearest kinship the fewest levels that lack: ten times the kinship less these.
STATEMENT = f"""
WITH held AS (
  {{found}}
), hit AS (
  SELECT id_p, id_o, max(10 * found - {{greatest}}(0, asked - CASE WHEN found >= 4 THEN level
  ELSE 1 END)) AS best, sum(CASE WHEN found >= 4 THEN 1 ELSE 0 END) AS several
  FROM held GROUP BY id_p, id_o
), near AS (
  SELECT hit.id_p, hit.id_o, several, (best + 9) / 10 AS kin, (best + 9) / 10 * 10 - best AS lacks,
  {BY_POINT} AS road, p.county AS pc, o.county AS oc, p.township AS pt, o.township AS ot,
  p.max_km, p.stays, p.home_by, p.born, p.kept, p.missed, p.need, p.begins, p.ends, p.busy,
  p.done, o.skill AS work, o.level AS asked, o.needs_proof, o.lodging, o.ends_at, o.minutes, o.pay,
  o.heavy, o.brand, o.stay, o.days_{{days}} AS days, o.first_{{days}} AS first,
  o.last_{{days}} AS last
  FROM hit JOIN person p ON p.id = hit.id_p JOIN offer o ON o.id = hit.id_o
  WHERE {PLAIN} AND o.days_{{days}} > 0
), way AS (
  SELECT near.*, {KM} AS km FROM near
), pair AS (
  SELECT way.*, {FREE} AS free, CASE WHEN {PROVED} THEN 1 ELSE 0 END AS proved
  FROM way WHERE {FAR_ENOUGH}
)
SELECT {{wanted}} AS id, {VALUE} AS value, km FROM pair
WHERE free > 0 AND free >= {{least}}(stay, days) AND (needs_proof = 0 OR proved = 1)
ORDER BY 2 DESC, 3, 1 LIMIT {{most}}
"""  # noqa: S608 - no input
# What a kinship to a further skill is worth: see score.best_kin.
KIN = "max(CASE WHEN o.own = 1 THEN k.kin WHEN k.kin = 5 THEN 4 WHEN k.kin >= 3 THEN 3 ELSE 0 END)"
# %s: the number asked for, and the box around it.
OF_WORKER = f"""
  SELECT p.person AS id_p, o.offer AS id_o, p.skill, p.level, o.level AS asked, {KIN} AS found
  FROM person_skill p JOIN kin k ON k.held = p.skill JOIN offer_skill o ON o.skill = k.wanted
  WHERE p.person = %s AND o.lon BETWEEN %s AND %s AND o.lat BETWEEN %s AND %s
  GROUP BY p.person, o.offer, p.skill, p.level, o.level HAVING {KIN} >= {HAND}
"""  # noqa: S608
# A degree of latitude is 111.19 km, and roads are longer: nobody comes from farther north or south.
OF_POSTING = f"""
  SELECT p.person AS id_p, o.offer AS id_o, p.skill, p.level, o.level AS asked, {KIN} AS found
  FROM offer_skill o JOIN kin k ON k.wanted = o.skill JOIN person_skill p ON p.skill = k.held
  WHERE o.offer = %s AND p.lon BETWEEN %s AND %s AND p.lat BETWEEN %s AND %s
  AND abs(p.lat - o.lat) * 144.0 <= p.max_km + 1
  GROUP BY p.person, o.offer, p.skill, p.level, o.level HAVING {KIN} >= {HAND}
"""  # noqa: S608


def statement(found: str, wanted: str, days: str, most: int) -> str:
    """days: open, those that have a place; whole, full ones too."""
    some = "1" if days == "open" else "0"
    sql = STATEMENT
    for name, value in (
        ("found", found), ("wanted", wanted), ("days", days), ("some", some), ("most", str(most)),
    ):  # fmt: skip
        sql = sql.replace("{" + name + "}", value)
    return sql


FOR_WORKER = statement(OF_WORKER, "id_o", "open", 20)
FOR_POSTING = statement(OF_POSTING, "id_p", "whole", 200)


def tables(market: Market) -> dict[str, Any]:
    """Columns of every table."""
    p, o, frame = market.people, market.offers, market.frame
    n = p.lon.shape[0]
    busy = np.full((n, 2), 10_000, dtype=np.int64)
    busy[:, 1] = -1
    busy[p.taken[:, 0]] = p.taken[:, 1:]
    who = dict(p.rec) | places_of(p) | {"begins": p.runs[:, 1], "ends": p.runs[:, 2]}
    who |= {"busy": busy[:, 0], "done": busy[:, 1]}
    calendar = calendar_of(frame)
    work = dict(o.rec) | places_of(o)
    for name, table in (("open", o.days), ("whole", o.whole)):
        work |= {
            f"days_{name}": table[:, 2] - table[:, 1] + 1, f"first_{name}": calendar[table[:, 1]],
            f"last_{name}": table[:, 2] + frame.number,
        }  # fmt: skip
    length = o.whole[:, 2] - o.whole[:, 1] + 1
    offer = np.repeat(np.arange(length.shape[0]), length)
    day = np.arange(offer.shape[0]) - np.repeat(np.cumsum(length) - length, length)
    day += o.whole[offer, 1]
    is_open = ((day >= o.days[offer, 1]) & (day <= o.days[offer, 2])).astype(np.int64)
    at, again = p.skills[:, 0], np.concatenate([np.arange(o.lon.shape[0]), o.also[:, 0]])
    skill = np.concatenate([o.rec["skill"], o.also[:, 1]])
    own = (np.arange(skill.shape[0]) < o.lon.shape[0]).astype(np.int64)
    held, wanted = np.nonzero(frame.kin >= HAND)
    return {
        "person": (PERSON, [who[name] for name in PERSON]),
        "offer": (OFFER, [work[name] for name in OFFER]),
        "person_skill": (
            ("skill", "lon", "lat", "max_km", "person", "level"),
            [p.skills[:, 1], p.lon[at], p.lat[at], who["max_km"][at], at + 1, p.skills[:, 2]],
        ),
        "offer_skill": (
            ("skill", "lon", "lat", "offer", "own", "level"),
            [skill, o.lon[again], o.lat[again], again + 1, own, o.rec["level"][again]],
        ),
        "offer_day": (("offer", "day", "open"), [offer + 1, day, is_open]),
        "proof": (
            ("person", "skill", "level", "issued", "expires"),
            [p.proofs[:, 0] + 1, *p.proofs[:, 1:].T],
        ),
        "member": (("person", "brand"), [p.brands[:, 0] + 1, p.brands[:, 1]]),
        "kin": (("held", "wanted", "kin"), [held, wanted, frame.kin[held, wanted]]),
    }  # fmt: skip


def places_of(given: Any) -> dict[str, Any]:
    county, township = given.code // 10**6, given.code // 10**3
    return {"lon": given.lon, "lat": given.lat, "county": county, "township": township}


def schema(name: str, columns: Sequence[str]) -> str:
    kinds = [f"{c} {'double precision' if c in REAL else 'integer'}" for c in columns]
    if columns[0] == "id":
        kinds[0] += " PRIMARY KEY"
    return f"CREATE TABLE {name} ({', '.join(kinds)})"


# By skill and longitude, then all that is read: neither database goes to these tables.
INDEXES = (
    "CREATE INDEX person_by ON person_skill (skill, lon, lat, max_km, person, level)",
    "CREATE INDEX offer_by ON offer_skill (skill, lon, lat, offer, own, level)",
    "CREATE INDEX person_held ON person_skill (person, skill, level)",
    "CREATE INDEX offer_asked ON offer_skill (offer, skill, own, level, lat)",
    "CREATE INDEX offer_days ON offer_day (offer, day, open)",
    "CREATE INDEX kin_held ON kin (held, wanted, kin)",
    "CREATE INDEX kin_wanted ON kin (wanted, held, kin)",
    "CREATE INDEX proven ON proof (person, skill, level, issued, expires)",
    "CREATE INDEX members ON member (person, brand)",
)


class Peer:
    """One database with the market in it."""

    def __init__(self, name: str, connection: Any) -> None:
        self.name, self.connection = name, connection
        self.words = (
            {"least": "min", "greatest": "max"} if name == "SQLite"
            else {"least": "least", "greatest": "greatest"}
        )  # fmt: skip

    def ask(self, sql: str, *values: Any) -> list[Any]:
        for word, own in self.words.items():
            sql = sql.replace("{" + word + "}", own)
        if self.name == "SQLite":
            sql = sql.replace("%s", "?")
        found: list[Any] = self.connection.execute(sql, values).fetchall()
        return found


@contextmanager
def sqlite(market: Market, folder: Path) -> Iterator[Peer]:
    connection = sqlite3.connect(folder / "peer.sqlite3", isolation_level=None)
    connection.execute("PRAGMA cache_size=-2000000")
    connection.execute("PRAGMA mmap_size=4000000000")
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
        connection.execute("SET effective_cache_size = '8GB'")
        connection.execute("SET random_page_cost = 1.1")
        connection.execute("SET jit = off")  # it costs more here than it saves
        for name, (columns, data) in tables(market).items():
            connection.execute(schema(name, columns))
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for row in zip(*(column.tolist() for column in data), strict=True):
                    copy.write_row(row)
        for statement in INDEXES:
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")
        yield Peer("PostgreSQL", connection)
