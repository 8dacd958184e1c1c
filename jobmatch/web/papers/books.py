"""The statutory wage ledger (工资支付台账) of an employer: any days of the last three years."""

from collections.abc import Sequence

from flask_babel import gettext as _

from jobmatch.earnings.papers import BookRow
from jobmatch.infra.sheets import Out
from jobmatch.kernel.text import Amount, as_hours
from jobmatch.web import filters
from jobmatch.web import pay as words
from jobmatch.web.papers import Column, Facts, Paper, Signs, Table


def paper_of(employer: str, rows: Sequence[BookRow], when: str) -> Paper:
    total = sum(row.net_fen for row in rows)
    paid = sum(row.net_fen for row in rows if row.paid_on)
    return Paper(
        _("工资支付台账"),
        [
            Facts(
                [
                    (_("用人单位"), employer),
                    (_("支付周期截止于"), when),
                    (_("实发合计"), filters.yuan(total)),
                    (_("其中已付"), filters.yuan(paid)),
                ]
            ),
            Table(_("工资支付台账"), columns(), [_texts(n, row) for n, row in enumerate(rows, 1)]),
            Signs([_("制表人"), _("负责人"), _("日期")]),
        ],
        foot=_("至少保存三年"),
        landscape=True,
        name=employer,
    )


def columns() -> list[Column]:
    return [
        Column(_("序号"), width=0.8), Column(_("姓名"), width=1.5),
        Column(_("身份证号"), width=2.9), Column(_("电话"), width=1.9),
        Column(_("工作"), width=1.8), Column(_("支付周期"), width=1.9),
        Column(_("天数"), num=True, width=0.8), Column(_("工时"), num=True, width=0.9),
        Column(_("件数"), num=True, width=0.9), Column(_("工资（元）"), num=True, width=1.6),
        Column(_("加班费"), num=True, width=1.2), Column(_("补最低"), num=True, width=1.2),
        Column(_("应发（元）"), num=True, width=1.6), Column(_("扣款"), num=True, width=1.2),
        Column(_("借支"), num=True, width=1.2),
        Column(_("实发（元）"), num=True, width=1.6), Column(_("支付日期"), width=1.7),
        Column(_("方式、凭证"), width=1.7), Column(_("本人签字"), wide=True),
    ]  # fmt: skip


def cells(employer: str, n: int, row: BookRow) -> list[Out]:
    """A row of the workbook: the same columns, with the employer's name on each line."""
    return [
        n, employer, row.worker_name, row.id_number, row.phone, row.title, row.first_day,
        row.last_day, row.days, round(row.minutes / 60, 1), row.pieces,
        Amount(row.base_fen), Amount(row.overtime_fen), Amount(row.top_up_fen),
        Amount(row.gross_fen), Amount(row.deduction_fen), Amount(row.advance_fen),
        Amount(row.net_fen), state(row), row.paid_on, _how(row), row.paid_proof, "",
    ]  # fmt: skip


def headings() -> list[str]:
    return [
        _("序号"), _("用人单位"), _("姓名"), _("身份证号"), _("电话"), _("工作"), _("周期开始"),
        _("周期结束"), _("出工天数"), _("工时（小时）"), _("件数"), _("工资（元）"),
        _("加班费（元）"), _("补到最低工资（元）"), _("应发（元）"), _("扣款（元）"),
        _("借支（元）"), _("实发（元）"), _("状态"), _("支付日期"), _("付款方式"),
        _("凭证号"), _("本人签字"),
    ]  # fmt: skip


def state(row: BookRow) -> str:
    return str(_("已付") if row.paid_on else _("未付"))


def _how(row: BookRow) -> str:
    return words.how(row.paid_how) if row.paid_how else ""


def _texts(n: int, row: BookRow) -> list[str]:
    return [
        str(n), row.worker_name, row.id_number, row.phone, row.title,
        f"{row.first_day} – {row.last_day}", str(row.days),
        as_hours(row.minutes), str(row.pieces), _yuan(row.base_fen),
        _yuan(row.overtime_fen), _yuan(row.top_up_fen), _yuan(row.gross_fen),
        _yuan(row.deduction_fen), _yuan(row.advance_fen), _yuan(row.net_fen),
        str(row.paid_on) if row.paid_on else _("未付"),
        f"{_how(row)} {row.paid_proof}".strip(), "",
    ]  # fmt: skip


def _yuan(fen: int) -> str:
    return f"{filters.yuan(fen)}".replace("¥", "")
