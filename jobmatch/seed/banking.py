"""The demonstration's bank file: some slips paid through the bank, one that it refused."""

from jobmatch.earnings import bank_file, bank_queries
from jobmatch.earnings.bank_file import Upload
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.infra import clock
from jobmatch.infra.sheets import csv_bytes
from jobmatch.kernel.actor import Actor

# i18n: data module

HEAD = ("工资条号", "姓名", "账号尾号", "金额（元）", "状态", "原因")
PAID, MOST = 3, 4


def let_the_bank_pay(employer_id: int, actor: Actor, *, but: int) -> None:
    """Record a result file of the employer's bank; but: a worker whose slips stay as they are."""
    slips = [
        row
        for row in bank_queries.payable(employer_id)
        if row.worker_id != but and row.state is not SlipState.OBJECTED and row.net_fen
    ][:MOST]
    if len(slips) < MOST:
        return
    lines = [
        (
            str(row.id), row.worker_name, f"{row.id * 37 % 10_000:04d}",
            f"{row.net_fen / 100:.2f}", *(("成功", "") if n < PAID else ("失败", "账号已销户")),
        )
        for n, row in enumerate(slips)
    ]  # fmt: skip
    total = sum(row.net_fen for row in slips[:PAID])
    name = f"代发结果{clock.today():%m%d}.csv"
    given = Upload(name, csv_bytes(HEAD, lines), clock.today(), total)
    bank_file.save(employer_id, given, only_good=False, actor=actor)
