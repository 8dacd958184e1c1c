"""The evening's notices, the start of a process and a page, for a market in the database.

    python3 manage.py benchmark push [--workers 240000] [--postings 5000] [--pages 300]

The market of benchmarks/market.py is written straight into an SQLite database of its own in
build/; people have an account each. Bookings are left out.
"""

import argparse
import shutil
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy import text

from benchmarks import market
from benchmarks.pages import make_app, signed_in

ROOT = Path(__file__).resolve().parent.parent
NOW = "2026-09-01 08:00:00.000000"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmark push")
    parser.add_argument("--workers", type=int, default=240_000)
    parser.add_argument("--postings", type=int, default=5_000)
    parser.add_argument("--pages", type=int, default=300)
    options = parser.parse_args()
    folder = ROOT / "build" / "push"
    shutil.rmtree(folder, ignore_errors=True)
    app = make_app(folder)
    made = market.make(options.workers, options.postings)
    from jobmatch.infra import clock

    with app.app_context(), clock.at(clock_of(market.TODAY)):
        begun = time.perf_counter()
        fill(made)
        print(f"written in {time.perf_counter() - begun:.0f} s", flush=True)
        measure(app, options)
    return 0


def clock_of(day: date) -> Any:
    from tests.support import instant

    return instant(day.year, day.month, day.day, 19)


def measure(app: Flask, options: argparse.Namespace) -> None:
    from jobmatch.matching import index, push

    index.warm()
    begun = time.perf_counter()
    index.keeper().build(market.TODAY)
    print(f"index built from the database in {time.perf_counter() - begun:.1f} s", flush=True)
    r = np.random.default_rng(1)
    for name, enabled in (("with the index", True), ("without it", False)):
        index.keeper().enabled = enabled
        for key in range(1, 6):  # templates are compiled
            signed_in(app, key).get("/my/")
        times: list[float] = []
        worked: list[float] = []
        for key in r.integers(1, options.workers + 1, options.pages if enabled else 30):
            client = signed_in(app, int(key))
            begun, work = time.perf_counter(), time.thread_time()
            answer = client.get("/my/")
            times.append((time.perf_counter() - begun) * 1000)
            worked.append((time.thread_time() - work) * 1000)
            assert answer.status_code == 200, answer.status_code
        print(f"page of what fits, {name}: median {np.median(times):.1f} ms, "
              f"p99 {np.percentile(times, 99):.1f} ms; processor {np.median(worked):.1f}, "
              f"{np.percentile(worked, 99):.1f} ms", flush=True)  # fmt: skip
    index.keeper().enabled = True
    begun, work = time.perf_counter(), time.process_time()
    outcome = push.push(market.TODAY)
    spent, worked = time.perf_counter() - begun, time.process_time() - work
    print(f"push: looked at {outcome.looked_at:,}, told {outcome.told:,} in {spent:.0f} s; "
          f"processor {worked:.0f} s", flush=True)  # fmt: skip


def fill(made: market.Market) -> None:
    """Write the market into the database."""
    from flask_migrate import upgrade

    from jobmatch.infra import changes
    from jobmatch.infra.db import writing_engine
    from jobmatch.seed.ground import load_ground

    upgrade()
    load_ground(lambda what, count: None)
    with writing_engine().begin() as connection:
        changes.drop_feed(connection)
        raw = connection.connection.cursor()
        for table, rows in tables(made):
            names = ", ".join(f'"{name}"' for name in rows)
            marks = ", ".join("?" * len(rows))
            columns = [column.tolist() for column in rows.values()]
            raw.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608
                zip(*columns, strict=True),
            )
        changes.create_feed(connection)
        connection.execute(text("ANALYZE"))


def tables(made: market.Market) -> Any:
    """Tables and their columns, in the order of their references."""
    p, o = made.people, made.offers
    n, m = p.lon.shape[0], o.lon.shape[0]
    ids, work = np.arange(1, n + 1), np.arange(1, m + 1)
    names = np.array(list(made.frame.skills))
    levels = {0: "light", 1: "heavy"}

    def same(value: object, count: int) -> Any:
        return np.full(count, value)

    def words(form: str, count: int) -> Any:
        return np.array([form.format(i) for i in range(1, count + 1)])

    def days(offsets: Any) -> Any:
        return np.array([(market.TODAY + timedelta(int(d))).isoformat() for d in offsets])

    born = p.rec["born"]
    yield '"user"', {
        "id": ids, "phone": words("1{:010d}", n), "name": same("某人", n),
        "password_hash": same("x", n), "is_active": same(1, n), "session_version": same(1, n),
        "locale": same("zh", n), "created_at": same(NOW, n), "must_change_password": same(0, n),
    }  # fmt: skip
    yield "role_grant", {
        "user_id": ids, "role": same("worker", n), "subject_id": ids, "granted_at": same(NOW, n),
    }  # fmt: skip
    home_by = np.array([None if v < 0 else int(v) for v in p.rec["home_by"]], dtype=object)
    yield "worker", {
        "id": ids, "uid": words("{:032d}", n), "user_id": ids, "name": same("某人", n),
        "sex": same("F", n),
        "born": np.array([f"{b // 10000}-{b // 100 % 100:02d}-{b % 100:02d}" for b in born]),
        "id_sealed": same(b"x", n), "id_index": words("{:064d}", n), "id_tail": same("0000", n),
        "home_code": p.code.astype(str), "lon": p.lon, "lat": p.lat, "said": same("", n),
        "max_km": p.rec["max_km"], "stays_away": p.rec["stays"], "home_by": home_by,
        "least_day_fen": p.rec["least"], "no_heavy": p.rec["no_heavy"],
        "matching_opt_out": same(0, n), "consented_at": same(NOW, n),
        "registered_via": same("self", n), "created_at": same(NOW, n), "is_active": same(1, n),
    }  # fmt: skip
    s = p.skills
    yield "worker_skill", {
        "worker_id": ids[s[:, 0]], "skill_id": names[s[:, 1]], "level": s[:, 2],
        "words": same("", len(s)), "confirmed_at": same(NOW, len(s)),
    }  # fmt: skip
    yield "availability", {
        "worker_id": ids[p.runs[:, 0]], "first_day": days(p.runs[:, 1]),
        "last_day": days(p.runs[:, 2]),
    }  # fmt: skip
    place = o.code.astype(str)
    yield "employer", {
        "id": same(1, 1), "kind": same("cooperative", 1), "name": same("合作社", 1),
        "credit_code": same("x", 1), "contact_name": same("李", 1), "phone": same("1", 1),
        "place_code": place[:1], "state": same("verified", 1), "state_note": same("", 1),
        "created_at": same(NOW, 1),
    }  # fmt: skip
    yield "site", {
        "id": same(1, 1), "employer_id": same(1, 1), "name": same("一号", 1),
        "place_code": place[:1], "address": same("", 1), "lon": o.lon[:1], "lat": o.lat[:1],
        "created_at": same(NOW, 1),
    }  # fmt: skip
    rec, whole = o.rec, o.whole
    yield "posting", {
        "id": work, "employer_id": same(1, m), "site_id": same(1, m),
        "skill_id": names[rec["skill"]], "title": words("用工 {}", m), "work_text": same("", m),
        "state": same("open", m), "first_day": days(whole[:, 1]), "last_day": days(whole[:, 2]),
        "pay_kind": np.where(rec["pay"] < 0, "piece", "day"),
        "rate_fen": np.maximum(rec["pay"], 100), "piece_unit": same("", m),
        "piece_lot": same(1, m), "crew_share": same(0, m), "day_minutes": rec["minutes"],
        "starts_at": same(450, m), "ends_at": rec["ends_at"], "meals": same(0, m),
        "lodging": rec["lodging"], "transport": same(0, m),
        "load": np.array([levels[int(h)] for h in rec["heavy"]]), "lift_kg": same(0, m),
        "min_level": rec["level"], "needs_credential": rec["needs_proof"],
        "is_instant": same(0, m), "place_code": place, "lon": o.lon, "lat": o.lat,
        "published_at": same(NOW, m), "created_at": same(NOW, m), "version": same(1, m),
    }  # fmt: skip
    length = whole[:, 2] - whole[:, 1] + 1
    at = np.repeat(np.arange(m), length)
    day = np.concatenate([np.arange(a, b + 1) for a, b in whole[:, 1:]])
    yield "posting_day", {
        "posting_id": work[at], "work_date": days(day), "headcount": same(5, len(at)),
        "taken": same(0, len(at)),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
