"""A day's roster as a form, the same for employers and crew leaders; works without JavaScript.

Each row sends what it showed ("was-17" = "present|480|700") beside what was chosen. Only what the
person changed is recorded, so a form that stood open for an hour does not undo others' marks.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation, Overflow

from flask import flash, g, request
from flask_babel import gettext as _

from jobmatch.attendance import service
from jobmatch.attendance.queries import RosterRow
from jobmatch.attendance.rules.kinds import MOST_MINUTES, MOST_PIECES, Kind
from jobmatch.attendance.service import Mark
from jobmatch.kernel.errors import Conflict, Invalid, NotFound
from jobmatch.web.texts import say

PRESENT, ABSENT, UNSAID = "present", "absent", ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the form: what to show in its fields, and what is wrong with them."""

    row: RosterRow
    state: str
    hours: str
    pieces: str
    was: str
    hours_error: str = ""
    pieces_error: str = ""


@dataclass(slots=True)
class Sheet:
    """The form as typed: lines to show again, and the marks that it asks for.

    is_late   somebody's day was settled while the form stood open
    """

    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    is_late: bool = False

    @property
    def is_faulty(self) -> bool:
        return any(line.hours_error or line.pieces_error for line in self.lines)


def sheet(rows: Sequence[RosterRow]) -> Sheet:
    """The form as it opens."""
    return Sheet([_fresh(row) for row in rows])


def read(rows: Sequence[RosterRow], typed: Mapping[str, str]) -> Sheet:
    """The form as it was posted."""
    found = Sheet()
    for row in rows:
        key = row.engagement_day_id
        if row.is_settled or f"was-{key}" not in typed:
            found.is_late |= row.is_settled and f"was-{key}" in typed
            found.lines.append(_fresh(row))
            continue
        line, marks = _line(
            row, typed[f"was-{key}"], typed.get(f"state-{key}", UNSAID),
            typed.get(f"hours-{key}", "").strip(), typed.get(f"pieces-{key}", "").strip(),
        )  # fmt: skip
        found.lines.append(line)
        found.marks += marks
    return found


def day_of(written: str | None, fallback: date) -> date:
    """A day of an address. raises NotFound for what is no date."""
    if not written:
        return fallback
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotFound from None


def late_words() -> str:
    return str(_("有人的工钱在您填表时已经结算，什么都没有保存。请看过再存一次。"))


def save(form: Sheet) -> str | None:
    """Record the marks, all of them or none. None when that is done; else what is to be said."""
    said = late_words() if form.is_late else ""
    if form.is_faulty or said:
        return said
    try:
        written = service.record_crew(form.marks, actor=g.actor, uid=sent_uid())
    except (Invalid, Conflict) as error:
        return say(error.text)
    flash(_("已保存，改了 %(n)s 处。", n=written), "success")
    return None


def all_present(posting_id: int, day: date, crew_id: int | None = None) -> None:
    """Everybody not marked yet is present; the next page says how many, or why not."""
    try:
        n = service.mark_all_present(
            posting_id, day, actor=g.actor, crew_id=crew_id, uid=sent_uid()
        )
    except (Invalid, Conflict) as error:
        flash(say(error.text), "warning")
    else:
        flash(_("%(n)s 人已记到岗。", n=n), "success")


def sent_uid() -> str:
    """What makes the same form count once, however often it arrives."""
    return request.form.get("uid", "") or uuid.uuid4().hex


def counts(rows: Sequence[RosterRow]) -> dict[str, int]:
    """People engaged, present, absent, and those of whom nothing was said; pieces of all."""
    return {
        "engaged": len(rows),
        "present": sum(row.presence.present is True for row in rows),
        "absent": sum(row.presence.present is False for row in rows),
        "unsaid": sum(row.presence.present is None for row in rows),
        "pieces": sum(row.presence.pieces for row in rows),
    }


def _fresh(row: RosterRow) -> Line:
    state, hours, pieces = _shown(row)
    return Line(row, state, hours, pieces, f"{state}|{hours}|{pieces}")


def _shown(row: RosterRow) -> tuple[str, str, str]:
    p = row.presence
    state = {True: PRESENT, False: ABSENT, None: UNSAID}[p.present]
    return state, _hours(p.minutes) if p.minutes else "", str(p.pieces) if p.pieces else ""


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def _line(row: RosterRow, was: str, state: str, hours: str, pieces: str) -> tuple[Line, list[Mark]]:
    key = row.engagement_day_id
    old_state, old_hours, old_pieces = [*was.split("|"), "", "", ""][:3]
    marks: list[Mark] = []
    hours_error = pieces_error = ""
    if state == ABSENT:
        if old_state != ABSENT:
            marks.append(Mark(key, Kind.ABSENT))
        return Line(row, state, hours, pieces, was), marks
    if state == PRESENT and old_state != PRESENT:
        marks.append(Mark(key, Kind.PRESENT))
    if hours != old_hours and hours:
        minutes = _minutes(hours)
        if minutes is None:
            hours_error = _("请填工时，例如 8 或 7.5，最多 24 小时。")
        else:
            marks.append(Mark(key, Kind.MINUTES, minutes))
    if pieces != old_pieces:
        made = int(pieces) if re.fullmatch("[0-9]{1,9}", pieces) else 0 if not pieces else -1
        if not 0 <= made <= MOST_PIECES:
            pieces_error = _("请填件数，例如 320。")
        else:
            marks.append(Mark(key, Kind.PIECES, made))
    return Line(row, state, hours, pieces, was, hours_error, pieces_error), marks


def _minutes(hours: str) -> int | None:
    try:
        found = Decimal(hours) * 60
    except (InvalidOperation, Overflow):
        return None
    if not found.is_finite() or not 1 <= found <= MOST_MINUTES:
        return None
    return int(found.to_integral_value())
