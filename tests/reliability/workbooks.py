"""Mangled workbooks through the routes that take them: what each answers, and what it costs.

    python -m tests.reliability.workbooks FOLDER ROUNDS SEED

Runs in a process of its own under a limit of memory; prints one JSON object at the end.
"""

import contextlib
import io
import json
import os
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.reliability.mangling import READ_WHOLE, made, mangled

MOST_MEMORY = 512 << 20
MOST_SECONDS = 2.0
MOST_GROWTH = 200 << 20
# From so many rounds on every bomb takes every way.
LONG = 500
DAY = date(2026, 9, 27)
BANK_HEAD = ["工资条号", "姓名", "账号尾号", "金额（元）", "状态", "原因"]


@dataclass
class Tally:
    """What came of the rounds. answers: by the status that ended the way of a workbook."""

    rounds: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    saved: int = 0
    with_faults: int = 0
    errors: list[str] = field(default_factory=list)
    halves: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_cpu: float = 0.0
    most_growth: int = 0
    bombs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """A route that takes workbooks. rows: a good table for a round; write: as bytes; go: the steps
    to the end: (the statuses, how many rows the report named as wrong).
    """

    name: str
    rows: Callable[[int], list[list[object]]]
    write: Callable[[Any], bytes]
    go: Callable[[bytes, str], tuple[list[int], int]]


def limited() -> None:
    """No more memory of its own than so; libraries' mapped code does not count as such."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    size = _status("VmSize") + MOST_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _status(name: str) -> int:
    """A line of /proc/self/status, in bytes."""
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) << 10 if found else 0


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Seconds, seconds of the processor, and by how much memory rose at its highest."""
    found: dict[str, float] = {}
    Path("/proc/self/clear_refs").write_text("5")
    before, began, cpu = _status("VmRSS"), time.perf_counter(), time.process_time()
    yield found
    found["seconds"] = time.perf_counter() - began
    found["cpu"] = time.process_time() - cpu
    found["growth"] = _status("VmHWM") - before


class Campaign:
    def __init__(self, app: Flask, seed: int) -> None:
        from jobmatch.infra import clock
        from tests.support import World

        self.app, self.draw, self.tally = app, random.Random(seed), Tally()
        app.config["PROPAGATE_EXCEPTIONS"] = False
        world = World(app)
        with app.app_context(), clock.at(self.noon()):
            self.reader = world.officer()
            self.officer = self.signed_in(world, self.reader)
            self.slips, employer = paid_people(world)
            self.employer = self.signed_in(world, employer)
        self.ways = [
            Way("households", self.family, self.family_book, self.import_households),
            Way("bank", self.payments, self.bank_book, self.import_bank),
        ]

    @staticmethod
    def noon() -> Any:
        from tests.support import instant

        return instant(2026, 9, 27, 18)

    def signed_in(self, world: Any, actor: Any) -> FlaskClient:
        return world.sign_in(actor, self.app.test_client())

    def run(self, rounds: int, *, bombs: bool = True) -> Tally:
        from jobmatch.infra import clock

        with clock.at(self.noon()):
            for way in self.ways if bombs else []:
                for name, path in self.bombs[way.name]:
                    self.bomb(f"{name}, {way.name}", way, path.read_bytes())
            for n in range(rounds):
                way = self.ways[n % len(self.ways)]
                kind, data = mangled(way.rows(n), way.write, self.draw)
                self.tally.kinds[kind] += 1
                self.one(way, data, f"{way.name} {n} {kind}", must_save=kind == "good")
                self.tally.rounds += 1
        return self.tally

    def prepare(self, folder: Path, *, all_ways: bool) -> None:
        """Every bomb for every way, or each for one of them: they are read by the same reader."""
        step = 1 if all_ways else len(self.ways)
        self.bombs = {
            way.name: made(
                folder, way.name, way.write(way.rows(0)), slice(n * (step > 1), None, step)
            )
            for n, way in enumerate(self.ways)
        }

    def bomb(self, name: str, way: Way, data: bytes) -> None:
        statuses, cost = self.one(way, data, name)
        megabytes = cost["growth"] / (1 << 20)
        self.tally.bombs[name] = f"{statuses[-1]} in {cost['cpu']:.2f} s, {megabytes:.0f} MB"
        if statuses != [422] and name.partition(",")[0] not in READ_WHOLE:
            self.tally.errors.append(f"{name}: {statuses}")

    def one(
        self, way: Way, data: bytes, name: str, *, must_save: bool = False
    ) -> tuple[list[int], dict[str, float]]:
        """A workbook to the end of its way; what it did and cost goes to the tally."""
        before, tally = self.counts(), self.tally
        with measured() as cost:
            statuses, faults = way.go(data, self.draw.choice(("all", "good")))
        last = statuses[-1]
        tally.answers[str(last)] += 1
        tally.with_faults += bool(faults)
        tally.slowest = max(tally.slowest, cost["seconds"])
        tally.slowest_cpu = max(tally.slowest_cpu, cost["cpu"])
        tally.most_growth = max(tally.most_growth, int(cost["growth"]))
        if max(statuses) >= 500:
            tally.errors.append(f"{name}: {statuses}")
        if cost["cpu"] > MOST_SECONDS or cost["growth"] > MOST_GROWTH:
            tally.errors.append(f"{name}: {cost}")
        changed = {n: m - before[n] for n, m in self.counts().items() if m != before[n]}
        tally.saved += bool(changed)
        if changed and (last != 303 or len(statuses) < 3):
            tally.halves.append(f"{name}: {statuses} wrote {changed}")
        if must_save and not changed:
            tally.errors.append(f"{name}: a good workbook was not saved, {statuses}")
        if changed and changed != self.promised:
            tally.halves.append(f"{name}: promised {self.promised}, wrote {changed}")
        return statuses, cost

    def counts(self) -> dict[str, int]:
        from jobmatch.earnings.models import BankFile, BankFileRow
        from jobmatch.households.models import Household, HouseholdMember, IncomeEntry
        from jobmatch.infra.db import forget_reads, reading

        with self.app.app_context():
            forget_reads()
            tables = (Household, HouseholdMember, IncomeEntry, BankFile, BankFileRow)
            return {
                t.__tablename__: reading().scalar(select(func.count()).select_from(t)) or 0
                for t in tables
            }

    # the officer's households

    def family(self, n: int) -> list[list[object]]:
        """A household, its people and an income; ids of their own in each round."""
        from tests.households.books import member
        from tests.support import id_number

        no = f"W{n:06d}"
        people = [
            id_number(date(1950 + n % 40, 1 + k, 1 + n // 40 % 28), 100 + n // 1120)
            for k in range(3)
        ]
        return [
            member(no, name="王建国", number=people[0]),
            member(no, name="李秀英", number=people[1], relation="配偶", kind="", village=""),
            member(no, name="王小军", number=people[2], relation="子", kind="", village=""),
        ]

    @staticmethod
    def family_book(rows: Any) -> bytes:
        from tests.households.books import book, income

        head = rows[0][0] if rows and rows[0] else "W"
        return book(
            [clean(row) for row in rows], [income(str(head)[:30] or "W", "", "2025", 1200, 300)]
        )

    def import_households(self, data: bytes, which: str) -> tuple[list[int], int]:
        from jobmatch.households import importing

        self.promised: dict[str, int] = {}
        page = "/officer/households/import"
        answer = self.send(self.officer, page, page, file=(io.BytesIO(data), "a.xlsx"))
        statuses = [answer.status_code]
        if answer.status_code != 303:
            return statuses, 0
        where = answer.headers["Location"]
        preview = self.officer.get(where)
        errors = self.officer.get(f"{where}/errors.xlsx")
        statuses += [preview.status_code, errors.status_code]
        if max(statuses) >= 400:
            return statuses, 0
        with self.app.app_context():
            plan = importing.check(data, actor=self.reader).plan
        self.promised = {
            name: n
            for name, n in (
                ("household", sum(change.is_new for change in plan.households)),
                ("household_member", sum(member.is_new for member in plan.members)),
                ("income_entry", len(plan.incomes)),
            )
            if n
        }
        saved = self.send(self.officer, f"{where}/save", where)
        return [*statuses, saved.status_code], len(plan.errors)

    # the employer's bank file

    def payments(self, n: int) -> list[list[object]]:
        """Mostly what the bank refused: what it paid can be booked but once."""
        draw = random.Random(n)
        slips = draw.sample(self.slips, 3)
        return [
            BANK_HEAD,
            *([key, name, f"{n:04d}", "180.00", "失败", f"账号不存在 {n}"] for key, name in slips),
        ]

    @staticmethod
    def bank_book(rows: Any) -> bytes:
        from tests.households.books import book

        return book(
            [clean(row) for row in rows[1:]],
            member_titles=[str(c)[:500] for c in clean(rows[0])],
            member_sheet="结果",
        )

    def import_bank(self, data: bytes, which: str) -> tuple[list[int], int]:
        self.promised = {}
        page = "/employer/payments/import"
        answer = self.send(
            self.employer, page, page, file=(io.BytesIO(data), "a.xlsx"), total="0",
            paid_on=DAY.isoformat(),
        )  # fmt: skip
        statuses = [answer.status_code]
        if answer.status_code != 303:
            return statuses, 0
        where = answer.headers["Location"]
        preview = self.employer.get(where)
        statuses.append(preview.status_code)
        if preview.status_code >= 400:
            return statuses, 0
        text = preview.get_data(as_text=True)
        faults = text.count("badge--bad") + text.count("tag--bad")
        saved = self.send(self.employer, where, where, which=which)
        if saved.status_code == 303:
            from jobmatch.infra.workbooks import read_workbook

            lines = max(len(sheet) for sheet in read_workbook(data).values())
            self.promised = self.bank_rows(lines)
        return [*statuses, saved.status_code], faults

    def bank_rows(self, most: int) -> dict[str, int]:
        """One record, and all of its lines: as many as the newest record has, never none."""
        from jobmatch.earnings.models import BankFile, BankFileRow
        from jobmatch.infra.db import forget_reads, reading

        with self.app.app_context():
            forget_reads()
            newest = reading().scalar(select(func.max(BankFile.id)))
            of_it = select(func.count()).where(BankFileRow.bank_file_id == newest)
            rows = reading().scalar(of_it) or 0
            return {"bank_file": 1, "bank_file_row": rows if 0 < rows <= most else -1}

    # sending

    def send(self, client: FlaskClient, url: str, page: str, **fields: Any) -> Any:
        shown = client.get(page).get_data(as_text=True)
        hidden = dict(re.findall(r'name="(csrf_token|once)"[^>]*value="([^"]*)"', shown))
        return client.post(url, data=hidden | fields)


def clean(row: Any) -> list[object]:
    """What the writer of workbooks can write at all: no NaN, texts of at most 32,767 signs."""
    return [cell[:32_767] if isinstance(cell, str) else cell for cell in row]


def paid_people(world: Any) -> tuple[list[tuple[int, str]], Any]:
    """Twelve slips of 180 yuan that wait for their payment, and their employer."""
    from jobmatch.attendance import service as attendance
    from jobmatch.earnings import service
    from jobmatch.earnings.models import PaySlip
    from jobmatch.infra.db import reading
    from tests.attendance.support import engage

    day = date(2026, 9, 25)
    employer_id, employer = world.employer()
    posting = world.posting(employer_id, first=day, last=day, headcount=12)
    names = {}
    for n in range(12):
        name = f"王秀{'甲乙丙丁戊己庚辛壬癸子丑'[n]}"
        worker_id, _ = world.worker(name)
        engage(posting, worker_id, day)
        names[worker_id] = name
    attendance.mark_all_present(posting, day, actor=employer, uid="r1")
    service.settle(posting, day, day, actor=employer)
    rows = reading().execute(select(PaySlip.id, PaySlip.worker_id).order_by(PaySlip.id))
    return [(key, names[worker_id]) for key, worker_id in rows], employer


def control(campaign: Campaign) -> str:
    """What a bomb does to a reader that is handed it without a look; in a process of its own."""
    from jobmatch.infra import workbooks

    child = os.fork()
    if not child:
        workbooks._look_through = lambda _parts, _most: None  # type: ignore[assignment]
        campaign.tally = Tally()
        way = campaign.ways[1]
        path = dict(campaign.bombs[way.name])["far_cell"]
        with contextlib.suppress(Exception):
            campaign.bomb("far_cell", way, path.read_bytes())
            os._exit(2 if campaign.tally.errors else 0)
        os._exit(3)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {0: "within the bounds", 2: "beyond the bounds", 3: "an error"}.get(
        status, f"the process died ({status})"
    )


def main() -> int:
    from benchmarks.races import application, close

    folder, rounds, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    app = application(f"sqlite:///{(folder / 'books.sqlite3').as_posix()}", folder)
    campaign = Campaign(app, seed)
    campaign.run(2, bombs=False)  # templates and caches are no workbook's cost
    campaign.tally = Tally()
    campaign.prepare(folder, all_ways=rounds >= LONG)
    limited()
    tally = campaign.run(rounds)
    said = vars(tally) | {"control": control(campaign)}
    close(app)
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
