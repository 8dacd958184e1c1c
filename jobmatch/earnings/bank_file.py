"""Bank files: what to give to the bank, and recording what the bank made of it."""

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from jobmatch.earnings import payment, policy
from jobmatch.earnings.models import BankFile, BankFileRow, PaySlip
from jobmatch.earnings.rules import bank
from jobmatch.earnings.rules.bank import BankRow, Fault, Judged, NoHead, Owed, Status
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra import audit, clock
from jobmatch.infra.db import reading, retried, transaction
from jobmatch.infra.workbooks import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, BadWorkbook, read_workbook
from jobmatch.kernel.actor import Actor
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.periods import business_day
from jobmatch.kernel.text import Amount, text
from jobmatch.workers.models import Worker

FEW = 1_000


class FileRecorded(Conflict):
    """The same lines were recorded before."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A bank's result file as it came: total_fen is what the bank's receipt says was paid."""

    name: str
    data: bytes
    paid_on: date
    total_fen: int


@dataclass(frozen=True, slots=True)
class Checked:
    """Each line with what stands against it; nothing is written."""

    upload: Upload
    rows: tuple[Judged, ...]
    digest: str

    @property
    def faults(self) -> list[Judged]:
        return [one for one in self.rows if one.fault]

    def good(self, status: Status) -> list[Judged]:
        return [one for one in self.rows if not one.fault and one.row.status is status]


def check(employer_id: int, upload: Upload, *, actor: Actor) -> Checked:
    """Read the file and compare it with the employer's slips.

    raises   NotFound; Invalid (field file, paid_on or total); FileRecorded (field file)
    """
    policy.require_employer(actor, employer_id)
    if upload.paid_on > clock.today():
        raise Invalid(text("付款日期不能晚于今天。"), field="paid_on")
    found = _read(upload)
    digest = _digest(found.rows)
    session = reading()
    before = session.scalar(
        select(BankFile.created_at).where(
            BankFile.employer_id == employer_id, BankFile.digest == digest
        )
    )
    if before is not None:
        raise FileRecorded(
            text("这份文件 {day} 已经记过了。", day=business_day(before)), field="file"
        )
    _check_sums(found, upload.total_fen)
    owed = _owed(session, employer_id, [row.slip_id for row in found.rows if row.slip_id])
    return Checked(upload, tuple(bank.judge(found.rows, owed)), digest)


@retried
def save(employer_id: int, upload: Upload, *, only_good: bool, actor: Actor) -> int:
    """Record what the bank paid and what it refused. Gives the key of the record.

    only_good   book the lines without faults and leave the others; else a fault refuses the file
    raises      as check; Invalid for faults, or where no line can be booked
    """
    with transaction() as session:
        checked = check(employer_id, upload, actor=actor)
        if checked.faults and not only_good:
            raise Invalid(text("有 {n} 行有问题，整份都没有记。", n=len(checked.faults)))
        paid = checked.good(Status.DONE)
        if not paid and not checked.good(Status.REFUSED):
            raise Invalid(text("没有一行可以记。"))
        record = BankFile(
            employer_id=employer_id, digest=checked.digest, name=upload.name[-80:],
            paid_on=upload.paid_on, created_by=actor.user_id, created_at=clock.now(),
        )  # fmt: skip
        session.add(record)
        session.flush()
        session.execute(insert(BankFileRow), [_row(record.id, one) for one in checked.rows])
        if paid:
            ids = sorted(one.owed.slip_id for one in paid if one.owed)
            payment.pay(session, ids, upload.paid_on, "bank", f"B{record.id}", actor=actor)
        audit.record(
            session, actor, "bank_file.record", "bank_file", record.id, paid=len(paid),
            refused=len(checked.good(Status.REFUSED)), faults=len(checked.faults),
        )  # fmt: skip
        return record.id


def _row(file_id: int, one: Judged) -> dict[str, object]:
    states = {Status.DONE: "paid", Status.REFUSED: "refused", Status.WAITING: "waiting"}
    state = "fault" if one.fault or one.row.status is None else states[one.row.status]
    return {
        "bank_file_id": file_id, "line": one.row.line, "serial": one.row.serial,
        "pay_slip_id": one.owed.slip_id if one.owed else None, "tail": one.row.tail,
        "amount_fen": one.row.amount_fen, "state": state,
        "fault": one.fault.value if one.fault else "", "reason": one.row.reason,
    }  # fmt: skip


def _check_sums(found: bank.Read, total_fen: int) -> None:
    if not found.rows:
        raise BadWorkbook(text("文件里没有一行付款。"), field="file")
    everything = sum(row.amount_fen or 0 for row in found.rows)
    done = bank.done_fen(found.rows)
    if found.stated_fen is not None and found.stated_fen not in (everything, done):
        raise Invalid(
            text(
                "文件里的合计是 {stated}，可各行加起来是 {sum}。",
                stated=Amount(found.stated_fen), sum=Amount(everything),
            ),
            field="file",
        )  # fmt: skip
    if done != total_fen:
        raise Invalid(
            text(
                "文件里付成的加起来是 {done}，和这里填的 {total} 不一样。",
                done=Amount(done), total=Amount(total_fen),
            ),
            field="total",
        )  # fmt: skip


def _read(upload: Upload) -> bank.Read:
    """The lines of an .xlsx or CSV file. raises BadWorkbook"""
    if upload.data.startswith(b"PK\x03\x04"):
        sheets: list[Sequence[Sequence[bank.Cell]]] = [*read_workbook(upload.data).values()]
    else:
        sheets = [_csv(upload.data)]
    for sheet in sheets:
        try:
            return bank.read(sheet)
        except NoHead:
            continue
    raise BadWorkbook(
        text("文件里找不到这几列：工资条号、姓名、金额、状态。请对照说明改好表头再传。"),
        field="file",
    )


def _csv(data: bytes) -> list[list[bank.Cell]]:
    if len(data) > MOST_BYTES:
        raise BadWorkbook(
            text("文件太大：最多 {most} MB。请分成几个文件。", most=MOST_BYTES // 1024 // 1024),
            field="file",
        )
    no_table = BadWorkbook(text("这不是表格文件（.xlsx 或 .csv），或者文件坏了。"), field="file")
    if b"\0" in data:
        raise no_table
    for coding in ("utf-8-sig", "gb18030"):
        try:
            lines = data.decode(coding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise no_table
    try:
        rows: list[list[bank.Cell]] = [[*row] for row in csv.reader(io.StringIO(lines))]
    except csv.Error as error:
        raise no_table from error
    if len(rows) > MOST_ROWS or any(len(row) > MOST_COLUMNS for row in rows):
        raise BadWorkbook(text("表格太大：行或列太多，请分成几个文件。"), field="file")
    return rows


def _digest(rows: Sequence[BankRow]) -> str:
    said = [
        [row.serial, row.name, row.tail, row.amount_fen, row.status and row.status.value]
        for row in rows
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _owed(session: Session, employer_id: int, ids: Sequence[int]) -> dict[int, Owed]:
    found: dict[int, Owed] = {}
    keys = sorted(set(ids))
    for start in range(0, len(keys), FEW):
        for key, name, net, state in session.execute(
            select(PaySlip.id, Worker.name, PaySlip.net_fen, PaySlip.state)
            .join(Worker, Worker.id == PaySlip.worker_id)
            .where(PaySlip.employer_id == employer_id, PaySlip.id.in_(keys[start : start + FEW]))
        ):
            found[key] = Owed(key, name, net, SlipState(state))
    return found


FAULTS = {
    Fault.SERIAL: text("工资条号看不懂"),
    Fault.UNKNOWN: text("没有这张工资条"),
    Fault.TWICE: text("这张工资条在文件里出现了两次"),
    Fault.NAME: text("姓名和工资条上的不一样"),
    Fault.AMOUNT: text("金额看不懂"),
    Fault.OTHER_AMOUNT: text("金额和工资条上的不一样"),
    Fault.STATUS: text("看不懂银行写的状态"),
    Fault.PAID: text("这张工资条已经付过"),
    Fault.ENDED: text("这张工资条已经冲销"),
}
