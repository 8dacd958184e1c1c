"""From a day's measures to its pay. The worked table is docs/rules/wage.md.

day     the whole rate for the posting's full day; a part day by its share of minutes; more minutes
        than the full day add nothing (overtime is agreed by the hour or the piece)
hour    rate x minutes / 60
piece   rate x pieces / lot
crew    the pieces of the whole crew on a day x rate / lot, shared by agreement (rules/sharing)
lump    days under a lump sum (rules/lump) are shares of what was declared done, whatever the rate
full    on a full-time footing a day rate goes on by the minute beyond the full day, and overtime
        costs more (rules/overtime); on every footing a day is lifted to the hourly minimum

Every amount is rounded to the fen once, halves up; a crew's shares add up to its amount exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from jobmatch.earnings.rules import lump as lumps
from jobmatch.earnings.rules.lump import Lump
from jobmatch.earnings.rules.overtime import Footing, Law, Split, premium, splits, top_up
from jobmatch.earnings.rules.sharing import Agreement, Way, sharing_on, weights
from jobmatch.kernel.money import share_of, split_fen
from jobmatch.kernel.text import Amount, Text, text


class PayKind(StrEnum):
    DAY = "day"
    HOUR = "hour"
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Terms:
    """How a posting pays: rate_fen for a day, an hour, or `piece_lot` pieces of `piece_unit`.

    footing   decides whether overtime costs more
    """

    pay_kind: PayKind
    rate_fen: int
    day_minutes: int
    piece_unit: str = ""
    piece_lot: int = 1
    crew_share: bool = False
    footing: Footing = Footing.TASK

    @property
    def shares_in_crews(self) -> bool:
        return self.pay_kind is PayKind.PIECE and self.crew_share


@dataclass(frozen=True, slots=True)
class Worked:
    """One work day: its key, whose, when, in which crew, and its measures."""

    key: int
    worker_id: int
    day: date
    minutes: int
    pieces: int
    crew_id: int | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """What is shared: a crew's pieces of a day, or a finished part of a lump sum.

    minutes   all weights: minutes, or shares where they are equal or agreed; own: this person's
    """

    pieces: int
    minutes: int
    amount_fen: int
    own: int = 0
    way: Way = Way.MINUTES
    is_lump: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds around the days that are paid.

    law        hours and percents; None where overtime is not known of
    least      hourly minimum in fen by day; a day that is missing has none
    other      minutes of each worker on days that are not paid here but count towards the week
    ways       how crews agreed to share, by crew
    lumps      lump sums of the posting, with the parts that are done
    """

    law: Law | None = None
    least: Mapping[date, int] = field(default_factory=dict)
    other: Mapping[int, Mapping[date, int]] = field(default_factory=dict)
    ways: Mapping[int, Sequence[Agreement]] = field(default_factory=dict)
    lumps: Sequence[Lump] = ()


NOTHING_MORE = Setting()


@dataclass(frozen=True, slots=True)
class DayPay:
    """The pay of one work day in fen; whole: the crew's day when it is a share of one.

    base_fen      at the ordinary rate; overtime_fen: above it, for the minutes in `split`
    top_up_fen    what lifts the base to the hourly minimum
    """

    worked: Worked
    base_fen: int
    whole: Whole | None = None
    split: Split | None = None
    overtime_fen: int = 0
    top_up_fen: int = 0

    @property
    def amount_fen(self) -> int:
        return self.base_fen + self.overtime_fen + self.top_up_fen


def own_pay(terms: Terms, minutes: int, pieces: int) -> int:
    """Fen for one person's day that is not shared with a crew."""
    if terms.pay_kind is PayKind.DAY:
        is_full_time = terms.footing is Footing.FULL_TIME
        counted = minutes if is_full_time else min(minutes, terms.day_minutes)
        return share_of(terms.rate_fen, counted, terms.day_minutes)
    if terms.pay_kind is PayKind.HOUR:
        return share_of(terms.rate_fen, minutes, 60)
    return share_of(terms.rate_fen, pieces, terms.piece_lot)


def pay(terms: Terms, days: Iterable[Worked], setting: Setting = NOTHING_MORE) -> list[DayPay]:
    """The pay of work days, in the order given.

    A crew's days must all be there: what is left out gets no share.
    """
    return with_law(terms, plain(terms, days, setting), setting)


def plain(terms: Terms, days: Iterable[Worked], setting: Setting = NOTHING_MORE) -> list[DayPay]:
    """The pay at the ordinary rate, in the order given."""
    given = list(days)
    shared = _lump_pay(given, setting.lumps) if setting.lumps else {}
    if terms.shares_in_crews:
        crews: dict[tuple[int, date], list[Worked]] = defaultdict(list)
        for worked in given:
            if worked.crew_id is not None and worked.key not in shared:
                crews[worked.crew_id, worked.day].append(worked)
        for (crew_id, day), members in crews.items():
            agreements = setting.ways.get(crew_id, ())
            shared |= {paid.worked.key: paid for paid in _crew_pay(terms, members, agreements, day)}
    return [shared.get(w.key) or DayPay(w, own_pay(terms, w.minutes, w.pieces)) for w in given]


def with_law(terms: Terms, days: Sequence[DayPay], setting: Setting) -> list[DayPay]:
    """Overtime on a full-time footing, and the hourly minimum on every one.

    A day that came to nothing because pieces were not counted stays at nothing.
    """
    minutes: dict[int, dict[date, int]] = defaultdict(dict)
    for paid in days:
        minutes[paid.worked.worker_id][paid.worked.day] = paid.worked.minutes
    law = setting.law if terms.footing is Footing.FULL_TIME else None
    split = {
        worker: splits({**setting.other.get(worker, {}), **of_worker}, law) if law else {}
        for worker, of_worker in minutes.items()
    }
    found = []
    for paid in days:
        worked = paid.worked
        parts = split[worked.worker_id].get(worked.day)
        if not _is_counted(paid):
            found.append(paid)
            continue
        found.append(
            DayPay(
                worked,
                paid.base_fen,
                paid.whole,
                parts,
                premium(paid.base_fen, parts, law) if law and parts else 0,
                top_up(paid.base_fen, worked.minutes, setting.least.get(worked.day)),
            )
        )
    return found


def _is_counted(paid: DayPay) -> bool:
    return (paid.whole.amount_fen if paid.whole else paid.base_fen) > 0


def _crew_pay(
    terms: Terms, members: Sequence[Worked], agreements: Sequence[Agreement], day: date
) -> list[DayPay]:
    """Ties of the largest remainder go to the member with the lower key, whoever comes first."""
    ordered = sorted(members, key=lambda worked: worked.key)
    pieces = sum(worked.pieces for worked in ordered)
    sharing = sharing_on(agreements, day)
    weight = weights(sharing, [(worked.worker_id, worked.minutes) for worked in ordered])
    amount = share_of(terms.rate_fen, pieces, terms.piece_lot)
    return [
        DayPay(worked, share, Whole(pieces, sum(weight), amount, own, sharing.way))
        for worked, own, share in zip(ordered, weight, split_fen(amount, weight), strict=True)
    ]


def _lump_pay(given: Sequence[Worked], agreed: Sequence[Lump]) -> dict[int, DayPay]:
    """Days under lump sums by key; those that no finished part covers come to nothing yet."""
    found: dict[int, DayPay] = {}
    parts: dict[tuple[int, int], list[Worked]] = defaultdict(list)
    for worked in sorted(given, key=lambda worked: worked.key):
        for n, lump in enumerate(agreed):
            if lump.covers(worked.crew_id, worked.day):
                found[worked.key] = DayPay(worked, 0)
                part = lumps.part_of(lump, worked.day)
                if part is not None:
                    parts[n, lump.parts.index(part)].append(worked)
                break
    for (n, m), days in parts.items():
        sharing = agreed[n].sharing
        shares = lumps.shares(
            agreed[n].parts[m], sharing,
            [lumps.Day(w.key, w.worker_id, w.day, w.minutes) for w in days],
        )  # fmt: skip
        for worked in days:
            share = shares[worked.key]
            whole = Whole(0, share.all, share.whole_fen, share.own, sharing.way, is_lump=True)
            found[worked.key] = DayPay(worked, share.fen, whole)
    return found


def payable(days: Iterable[DayPay]) -> tuple[list[DayPay], list[DayPay]]:
    """The days that a slip can carry, and those that come to nothing yet.

    Nothing means that pieces were not counted: such a day stays open until they are. A member whose
    share of a paid crew day is nothing goes with the crew.
    """
    ready: list[DayPay] = []
    open_: list[DayPay] = []
    for paid in days:
        (ready if _is_counted(paid) else open_).append(paid)
    return ready, open_


def formula(terms: Terms, minutes: int, pieces: int, whole: Whole | None = None) -> Text:
    """In words how a day's amount came about."""
    rate = Amount(terms.rate_fen)
    if whole is not None:
        return _shared(terms, whole, max(1, minutes))
    if terms.pay_kind is PayKind.PIECE and terms.piece_lot == 1:
        return text("{pieces} {unit} × {rate}", pieces=pieces, unit=terms.piece_unit, rate=rate)
    if terms.pay_kind is PayKind.PIECE:
        return text(
            "{pieces} {unit} ÷ {lot} × {rate}",
            pieces=pieces, unit=terms.piece_unit, lot=terms.piece_lot, rate=rate,
        )  # fmt: skip
    if terms.pay_kind is PayKind.HOUR:
        return text("{minutes} 分钟 ÷ 60 × {rate}", minutes=minutes, rate=rate)
    is_longer = terms.footing is Footing.FULL_TIME and minutes > terms.day_minutes
    if minutes >= terms.day_minutes and not is_longer:
        return text("1 整天 × {rate}", rate=rate)
    return text(
        "{minutes} 分钟 ÷ {whole} 分钟 × {rate}",
        minutes=minutes, whole=terms.day_minutes, rate=rate,
    )  # fmt: skip


def _shared(terms: Terms, whole: Whole, minutes: int) -> Text:
    amount, own, all_ = Amount(whole.amount_fen), whole.own or minutes, whole.minutes
    if whole.is_lump and whole.way is Way.MINUTES:
        return text(
            "包工这一段共 {amount}；按工时分：本人 {own} 分钟，大家 {all} 分钟，"
            "再按每天的工时分到各天",
            amount=amount, own=own, all=all_,
        )  # fmt: skip
    if whole.is_lump:
        return text(
            "包工这一段共 {amount}；按约定的份额分：本人 {own} 份，大家 {all} 份，"
            "再按每天的工时分到各天",
            amount=amount, own=own, all=all_,
        )  # fmt: skip
    if whole.way is Way.MINUTES:
        return text(
            "全班 {pieces} {unit}，每 {lot} {unit} {rate}，共 {amount}；"
            "按工时分：本人 {own} 分钟，全班 {all} 分钟",
            pieces=whole.pieces, unit=terms.piece_unit, lot=terms.piece_lot,
            rate=Amount(terms.rate_fen), amount=amount, own=minutes, all=all_,
        )  # fmt: skip
    return text(
        "全班 {pieces} {unit}，每 {lot} {unit} {rate}，共 {amount}；"
        "按约定的份额分：本人 {own} 份，全班 {all} 份",
        pieces=whole.pieces, unit=terms.piece_unit, lot=terms.piece_lot,
        rate=Amount(terms.rate_fen), amount=amount, own=own, all=all_,
    )  # fmt: skip


def more(
    split: Split, overtime_fen: int, top_up_fen: int, percents: tuple[int, int, int]
) -> tuple[Text, ...]:
    """In words what a day earned above its ordinary rate. percents: workday, rest day, holiday."""
    parts = [
        (split.over, percents[0], text("超时 {minutes} 分钟按 {percent}%")),
        (split.rest, percents[1], text("休息日 {minutes} 分钟按 {percent}%")),
        (split.holiday, percents[2], text("法定节假日 {minutes} 分钟按 {percent}%")),
    ]
    found = [
        Text(said.msgid, (("minutes", minutes), ("percent", percent)))
        for minutes, percent, said in parts
        if minutes and overtime_fen
    ]
    if overtime_fen:
        found.append(text("加班多得 {amount}", amount=Amount(overtime_fen)))
    if top_up_fen:
        found.append(text("补到当地最低小时工资 {amount}", amount=Amount(top_up_fen)))
    return tuple(found)
