"""The evidence pack (证据包): cover, course, attendance, slips, payments, messages, files."""

import re
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import to_user_timezone

from jobmatch.attendance.rules.kinds import How, Kind, Via
from jobmatch.attendance.rules.review import Reason
from jobmatch.disputes.pack import EventRow, Pack
from jobmatch.disputes.rules.clock import said
from jobmatch.disputes.rules.states import Side
from jobmatch.earnings.rules.slips import SlipState
from jobmatch.web import attendance, filters
from jobmatch.web import pay as pay_words
from jobmatch.web.disputes import words
from jobmatch.web.papers import Block, Column, Facts, Heading, Paper, Para, Table
from jobmatch.web.texts import say

# How the ledger names what it books.
BOOKED = re.compile(
    r"(?:pay_slip|wage_charge):([0-9]+):(issued|paid|advanced)(?::([0-9]+))?(:reversed)?"
)


def paper_of(pack: Pack) -> Paper:
    found = pack.detail
    blocks: list[Block] = [
        Facts(
            [
                (_("什么事"), words.kind(found.row.kind)),
                (_("办到哪一步"), words.state(found.row.state)[0]),
                (_("用工主体"), f"{found.row.employer_name} {found.employer_phone}"),
                (_("工作"), found.row.title),
                (_("务工人员"), " ".join(one.name for one in found.joined)),
                (_("金额"), filters.yuan(found.row.fen) if found.row.fen else _("没有说")),
                (_("知道的日子"), filters.date_full(found.known_on)),
                *((_("期限"), say(said(one))) for one in found.row.deadlines),
            ]
        ),
        Heading(_("两边各自怎么说")),
        Facts(
            [
                (_("务工人员说"), found.worker_words or _("没有说")),
                (_("用工方说"), found.employer_words or _("没有答复")),
            ]
        ),
        Heading(_("经过")),
        _steps(pack),
        Heading(_("考勤")),
        Para(_("“手机时间”是手机自己的钟，“收到”是服务器收到的时刻，“算作”是核对以后的时刻。")),
        _events(pack),
        *_left_out(pack),
        Heading(_("工资条")),
        _slips(pack),
        Heading(_("记账")),
        _bookings(pack),
    ]
    if pack.notices:
        blocks += [Heading(_("发给本人的消息")), _notices(pack)]
    blocks += [Heading(_("附件")), _files(pack)]
    if pack.chain:
        blocks.append(Para(_("用工方账本此刻的链尾校验值：%(hash)s", hash=pack.chain)))
    return Paper(
        _("证据包"), blocks,
        number=_("争议编号 %(n)s", n=found.row.id),
        foot=_("%(t)s 由平台的记录生成", t=_at(pack.made_at)),
        landscape=True, name=str(found.row.id),
    )  # fmt: skip


def _left_out(pack: Pack) -> list[Block]:
    if not pack.left_out:
        return []
    said_ = _(
        "考勤一共 %(all)s 条，这里是前 %(n)s 条，后面还有 %(left)s 条；"
        "要全部的，请各人分别下载自己的。",
        all=len(pack.events) + pack.left_out, n=len(pack.events), left=pack.left_out,
    )  # fmt: skip
    return [Para(said_)]


def _steps(pack: Pack) -> Table:
    return Table(
        _("经过"),
        [
            Column(_("什么时候")), Column(_("做了什么")), Column(_("哪一边")), Column(_("谁")),
            Column(_("金额"), num=True), Column(_("日子")), Column(_("说明"), wide=True),
        ],
        [
            [
                _at(one.at), str(words.DONE[one.deed]), str(words.SIDES[one.side]),
                one.who if one.side is not Side.SYSTEM else "",
                filters.yuan(one.fen) if one.fen else "",
                filters.date_full(one.on_day) if one.on_day else "", one.words,
            ]
            for one in pack.detail.steps
        ],
    )  # fmt: skip


def _events(pack: Pack) -> Table:
    return Table(
        _("考勤"),
        [
            Column(_("日子")), Column(_("姓名")), Column(_("记了什么")), Column(_("谁记的")),
            Column(_("怎么记的")), Column(_("算作")), Column(_("手机时间")), Column(_("收到")),
            Column(_("要核对的"), wide=True),
        ],
        [
            [
                filters.date_full(one.work_date), one.worker, _what(one),
                f"{attendance.VIAS[Via(one.via)]} {one.recorder}".strip(), _how(one.how),
                _at(one.happened_at), _at(one.device_at) if one.device_at else "",
                _at(one.recorded_at), _review(one),
            ]
            for one in pack.events
        ],
    )  # fmt: skip


def _slips(pack: Pack) -> Table:
    return Table(
        _("工资条"),
        [
            Column(_("编号")), Column(_("姓名")), Column(_("日子")), Column(_("应发"), num=True),
            Column(_("实发"), num=True), Column(_("发出")), Column(_("状态")), Column(_("付款")),
            Column(_("异议"), wide=True),
        ],
        [
            [
                str(one.id), one.worker, filters.days(one.first_day, one.last_day),
                filters.yuan(one.gross_fen), filters.yuan(one.net_fen), _at(one.issued_at),
                _slip_state(one.state),
                f"{filters.date_full(one.paid_on)} {pay_words.how(one.paid_how)} {one.paid_proof}"
                if one.paid_on else "",
                one.objection,
            ]
            for one in pack.slips
        ],
    )  # fmt: skip


def _bookings(pack: Pack) -> Table:
    return Table(
        _("记账"),
        [
            Column(_("哪一天")), Column(_("凭证")), Column(_("欠的工钱变动"), num=True),
            Column(_("校验值"), wide=True),
        ],
        [
            [
                filters.date_full(one.booked_on), booking_words(one.ref), filters.yuan(one.fen),
                one.hash,
            ]
            for one in pack.bookings
        ],
    )  # fmt: skip


def booking_words(ref: str) -> str:
    """What an entry of the ledger books, e.g. "pay_slip:17:paid:2", in words that say no less."""
    found = BOOKED.fullmatch(ref)
    if found is None:
        return ref
    number, deed, time, is_reversed = found.groups()
    said_: str = {
        "issued": _("工资条 %(n)s 发出", n=number),
        "paid": _("工资条 %(n)s 付款", n=number),
        "advanced": _("借支 %(n)s", n=number),
    }[deed]
    if time:
        said_ = _("%(what)s（第 %(n)s 次）", what=said_, n=time)
    if is_reversed:
        said_ = _("冲销：%(what)s", what=said_)
    return str(said_)


def _notices(pack: Pack) -> Table:
    return Table(
        _("发给本人的消息"),
        [Column(_("什么时候")), Column(_("给谁")), Column(_("读了")), Column(_("内容"), wide=True)],
        [
            [_at(one.at), one.worker, _at(one.read_at) if one.read_at else "", say(one.said)]
            for one in pack.notices
        ],
    )


def _files(pack: Pack) -> Table:
    return Table(
        _("附件"),
        [
            Column(_("文件")), Column(_("哪一边交的")), Column(_("什么时候")),
            Column(_("大小"), num=True), Column("SHA-256", wide=True),
        ],
        [
            [one.name, str(words.SIDES[one.side]), _at(one.at), filters.count(one.size), one.sha256]
            for one in pack.detail.files
        ],
    )  # fmt: skip


def _what(one: EventRow) -> str:
    kind = Kind(one.kind)
    if kind in attendance.KINDS:
        said_ = str(attendance.KINDS[kind])
    else:
        said_ = str(_("核对：算数") if kind is Kind.GRANTED else _("核对：不算数"))
    if one.value is None:
        return said_
    return f"{said_} {filters.hours(one.value) if kind is Kind.MINUTES else one.value}"


def _how(code: str) -> str:
    found: dict[How, str] = {
        How.TAP: _("点一下"), How.ROSTER: _("花名册"), How.QR: _("扫码"), How.PAPER: _("纸上的码"),
        How.ANSWER: _("核对"),
    }  # fmt: skip
    return found[How(code)]


def _review(one: EventRow) -> str:
    if not one.review:
        return ""
    return str(attendance.reason_words(frozenset(Reason(r) for r in one.review.split(","))))


def _slip_state(state: SlipState) -> str:
    found: dict[SlipState, str] = {
        SlipState.ISSUED: _("待本人确认"), SlipState.CONFIRMED: _("已确认，待付款"),
        SlipState.OBJECTED: _("有异议"), SlipState.PAID: _("已付款"),
        SlipState.REVERSED: _("已冲销"),
    }  # fmt: skip
    return found.get(state, state.value)


def _at(instant: datetime) -> str:
    """To the second, in Asia/Shanghai: a paper must not depend on today's year."""
    return str(to_user_timezone(instant).strftime("%Y-%m-%d %H:%M:%S"))
