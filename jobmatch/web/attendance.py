"""What pages of attendance share: the queue on the phone, cards of days to confirm, words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import segno
from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.attendance import copies, disputes, queries, syncing
from jobmatch.attendance.copies import Copies
from jobmatch.attendance.disputes import DisputeRow, Version
from jobmatch.attendance.queries import OwnDay, RosterRow
from jobmatch.attendance.rules.kinds import Kind, Via
from jobmatch.attendance.rules.review import Reason
from jobmatch.earnings.expected import expected
from jobmatch.infra import clock
from jobmatch.web import filters
from jobmatch.web.texts import say

# Days that a worker sees to confirm; silence confirms before they leave the page.
SHOWN_DAYS = 7
VIAS = {
    Via.SELF: _l("本人"), Via.LEADER: _l("班组长"),
    Via.EMPLOYER: _l("用工方"), Via.DESK: _l("驿站"),
}  # fmt: skip
KINDS = {
    Kind.CHECK_IN: _l("到岗"), Kind.CHECK_OUT: _l("收工"), Kind.PRESENT: _l("到岗"),
    Kind.ABSENT: _l("缺勤"), Kind.MINUTES: _l("工时"), Kind.PIECES: _l("件数"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayCard:
    """One of the worker's days with what it is worth, how both sides stand to it, and a dispute."""

    row: OwnDay
    fen: int | None
    copies: Copies
    dispute: DisputeRow | None

    @property
    def asks(self) -> bool:
        """Whether the worker is to say yes or no: once the day is over, once."""
        seen = self.row.presence
        return bool(seen.present and not self.copies.worker and not self.dispute and self.is_over)

    @property
    def is_over(self) -> bool:
        today, row = clock.today(), self.row
        if row.work_date < today or row.presence.checked_out is not None:
            return True
        return row.work_date == today and filters.minute_now() >= row.shift.end


def own_cards(worker_id: int, first: date, last: date) -> list[DayCard]:
    """The worker's days, the latest first; the same few queries however many."""
    return _priced(_unpriced(worker_id, first, last))


def _unpriced(worker_id: int, first: date, last: date) -> list[DayCard]:
    rows = queries.own_days(worker_id, first, last)
    keys = [row.engagement_day_id for row in rows]
    stand, open_ = copies.copies(keys), disputes.of_days(keys)
    return [
        DayCard(
            row, None, stand.get(row.engagement_day_id, Copies()), open_.get(row.engagement_day_id)
        )
        for row in rows
    ]


def _priced(cards: list[DayCard]) -> list[DayCard]:
    """With what each day is worth: a crew's day is computed over the whole crew."""
    fens = expected([card.row.engagement_day_id for card in cards])
    return [replace(card, fen=fens.get(card.row.engagement_day_id)) for card in cards]


def to_confirm(worker_id: int) -> list[DayCard]:
    """Days that wait for the worker's yes or no."""
    today = clock.today()
    shown = _unpriced(worker_id, today - timedelta(days=SHOWN_DAYS), today)
    return _priced([card for card in shown if card.asks])


def measures(version: Version, by_piece: bool, unit: str) -> str:
    """One side's version of a day in words."""
    if not version.present:
        return str(_("缺勤"))
    said = filters.hours(version.minutes)
    return f"{said} · {filters.count(version.pieces)} {unit}" if by_piece else said


def said_words(row: RosterRow, by_piece: bool, unit: str) -> list[str]:
    """What each recorder said, where they differ."""
    found = []
    for via, present, minutes, pieces in row.presence.said:
        parts = [str(_("到岗") if present else _("缺勤"))]
        if present and minutes is not None:
            parts.append(filters.hours(minutes))
        if present and by_piece and pieces is not None:
            parts.append(f"{filters.count(pieces)} {unit}")
        found.append(_("%(who)s记：%(what)s", who=VIAS[via], what=" · ".join(parts)))
    return found


def reason_words(reasons: frozenset[Reason]) -> str:
    return str(_("，")).join(say(one) for one in syncing.reason_words(reasons))


def phone() -> dict[str, Any]:
    """What the module `offline` needs of the server: addresses, words, whose phone it is."""
    words = {
        "kept": _("已记在手机上，等网络"),
        "keptAll": _("没有网络。%(n)s 条已记在手机上，有了网络自动送出。", n="{n}"),
        "sent": _("已送到"),
        "sentAll": _("手机上记的 %(n)s 条已送到。", n="{n}"),
        "waiting": _("%(n)s 条已记在手机上，等网络", n="{n}"),
        "signIn": _("手机上还有没送出的签到。请重新登录，登录后自动送出。"),
    }
    return {
        "who": str(g.actor.user_id),
        "words": json.dumps(words, ensure_ascii=False),
        "today": clock.today().isoformat(),
    }


def tap(row: OwnDay, kind: str) -> str:
    """One tap as the module `taps` sends it."""
    return json.dumps([_item(row.posting_id, row.worker_id, row.work_date, kind)])


def all_taps(rows: Sequence[RosterRow], posting_id: int, day: date) -> str:
    """Everybody of whom no witness has spoken, present."""
    return json.dumps(
        [
            _item(posting_id, row.worker_id, day, "present") | {"how": "roster"}
            for row in rows
            if not row.is_witnessed and not row.is_settled
        ]
    )


def roster_of(rows: Sequence[RosterRow], posting_id: int, day: date) -> str:
    """Whose fields a roster's form holds."""
    people = {row.engagement_day_id: row.worker_id for row in rows if not row.is_settled}
    return json.dumps({"posting_id": posting_id, "date": day.isoformat(), "people": people})


def point() -> tuple[float, float] | None:
    """Where the person is, if they gave it: a place is never required."""
    lat = request.form.get("lat", None, float)
    lon = request.form.get("lon", None, float)
    if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180):
        return None
    return round(lat, 6), round(lon, 6)


def picture(link: str) -> str:
    """A QR picture for an img element."""
    return str(segno.make(link, error="m").svg_data_uri(scale=6, border=2))


def _item(posting_id: int, worker_id: int, day: date, kind: str) -> dict[str, Any]:
    return {
        "kind": kind, "posting_id": posting_id, "worker_id": worker_id, "date": day.isoformat(),
    }  # fmt: skip
