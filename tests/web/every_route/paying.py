"""What each side has of payments: a result file of its bank, which refused one of its slips; and
accounts that pay goes to.
"""

from typing import Any

from jobmatch.earnings import bank_accounts, bank_file, queries
from jobmatch.earnings.bank_file import Upload
from jobmatch.earnings.rules.bank_account import Kind
from jobmatch.infra import clock
from jobmatch.infra.sheets import csv_bytes


def banked(side: Any, employer_id: int, slip_id: int) -> None:
    """Add it to the side's addresses and forms."""
    actor = side.actors["employer"]
    row = queries.slip(slip_id, actor=actor).row
    data = csv_bytes(
        ["工资条号", "姓名", "金额", "状态", "原因"],
        [[str(slip_id), row.worker_name, f"{row.net_fen / 100:.2f}", "失败", "账号不存在"]],
    )
    given = Upload(f"{side.name}.csv", data, clock.today(), 0)
    side.of["file_id"] = bank_file.save(employer_id, given, only_good=False, actor=actor)
    account = {"bank": "信用社", "kind": "card", "number": "4532015112830366"}
    leader = side.actors["worker"]
    bank_accounts.set_account(
        leader.worker_id, Kind.CARD, "信用社", "4532015112830366", actor=leader
    )
    for endpoint in ("worker.bank_account_post", "station.worker_bank_post"):
        side.forms[endpoint] = account
    side.forms["employer.payments_record"] = {"slip": slip_id}
