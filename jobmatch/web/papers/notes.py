"""The debt note (工资欠条), to be signed by the employer: signed, it goes straight to court."""

from collections.abc import Callable

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.earnings import papers
from jobmatch.earnings.papers import DebtNote
from jobmatch.earnings.rules.capital import capital
from jobmatch.web import filters
from jobmatch.web.papers import Column, Facts, Paper, Para, Signs, Table, as_page, as_pdf


def page(worker_id: int, employer_id: int, *, layout: str, back: str, pdf: str) -> str:
    """To look at and to print; the ID number masked."""
    found = papers.note(worker_id, employer_id, actor=g.actor)
    hint = _("屏幕上不显示全部身份证号；下载的 PDF 里是全的，拿来签字。每次下载都会留下记录。")
    return as_page(paper_of(found), layout=layout, back=back, pdf=pdf, hint=hint)


def pdf(worker_id: int, employer_id: int) -> ResponseReturnValue:
    """The paper to sign."""
    found = papers.note_to_sign(worker_id, employer_id, actor=g.actor)
    make: Callable[[], Paper] = lambda: paper_of(found)  # noqa: E731 - built in the paper's language
    return as_pdf(make)


def paper_of(note: DebtNote) -> Paper:
    who = f"{note.worker_name}（{note.id_number}）"
    total = filters.yuan(note.total_fen)
    due = filters.date_full(note.due_on) if note.due_on else _("活干完就该付")
    return Paper(
        _("工资欠条"),
        [
            Para(
                _(
                    "%(employer)s 欠 %(who)s 工资人民币 %(capital)s（%(total)s）。",
                    employer=note.employer_name, who=who, capital=capital(note.total_fen),
                    total=total,
                ),
                large=True,
            ),
            Facts(
                [
                    (_("欠款人（用工主体）"), note.employer_name),
                    (_("统一社会信用代码"), note.credit_code or _("个人用工")),
                    (_("联系人、电话"), f"{note.contact_name} {note.employer_phone}"),
                    (_("收款人（务工人员）"), note.worker_name),
                    (_("身份证号"), note.id_number),
                    (_("电话"), note.phone),
                    (_("该付的日子"), due),
                ]
            ),
            Table(
                _("欠的是哪些日子的工钱"),
                [
                    Column(_("活"), wide=True), Column(_("日子")), Column(_("出工天数"), num=True),
                    Column(_("工时"), num=True), Column(_("件数"), num=True),
                    Column(_("工钱"), num=True),
                ],
                [
                    [
                        line.title, filters.days(line.first, line.last), str(line.days),
                        filters.hours(line.minutes),
                        f"{line.pieces} {line.piece_unit}".strip() if line.pieces else "",
                        filters.yuan(line.fen),
                    ]
                    for line in note.lines
                ],
            ),
            Para(_("合计：%(capital)s（%(total)s）", capital=capital(note.total_fen), total=total)),
            Para(_("约定付清的日子：________ 年 ____ 月 ____ 日")),
            Signs([_("欠款人签字（盖章、按手印）"), _("日期")]),
            Signs([_("收款人签字"), _("日期")]),
        ],
        foot=_("%(day)s 按平台记的考勤和工资条开出", day=filters.date_full(note.day)),
        name=note.worker_name,
    )  # fmt: skip
