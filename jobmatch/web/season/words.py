"""Season plans in words."""

from datetime import timedelta

from flask_babel import gettext as _

from jobmatch.dispatch.season_releases import ReleaseState, ReleaseWhy
from jobmatch.dispatch.season_rows import (
    AnswerState,
    ConflictKind,
    PlanRow,
    PlanState,
    ProgressPoint,
    SpellState,
)
from jobmatch.infra import clock

# So many points of the picture of progress at most.
MOST_POINTS = 40
POINTS_A_DAY = 100
# Stays that can be changed by hand: nobody has been told of them.
OPEN = frozenset({SpellState.PLANNED, SpellState.REFUSED})


def state(row: PlanRow) -> tuple[str, str]:
    """The state of a plan and the tone of its badge."""
    if row.is_sending:
        return _("正在派出去"), "info"
    return {
        PlanState.QUEUED: (_("排队等着算"), "info"),
        PlanState.RUNNING: (_("正在算"), "info"),
        PlanState.STOPPED: (_("算到一半停下，可以用"), "good"),
        PlanState.DONE: (_("算好了"), "good"),
        PlanState.FAILED: (_("没算成"), "bad"),
        PlanState.PUBLISHED: (_("已派出"), "plain"),
    }[row.state]


def percent(part: float) -> str:
    """0.008 as 0.8%; what is not nothing never shows as nothing."""
    shown = part * 100
    if 0 < shown < 0.01:
        return "<0.01%"
    return f"{shown:.2f}".rstrip("0").rstrip(".") + "%" if shown < 1 else f"{shown:.1f}%"


def how_good(row: PlanRow) -> str:
    """What the value and the bound say together."""
    if row.gap is None:
        return str(_("还没有算出第一份安排。"))
    if row.demanded == 0:
        return str(_("没有可排的：这些日子没有缺人的活，或者没有人参加。"))
    if row.gap <= 0:
        return str(_("这份安排就是最好的：再怎么排也不会更好。"))
    return str(_("这份安排离可能的最好只差 %(n)s。", n=percent(row.gap)))


def points(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def full_days(value: int | None) -> str:
    """Points as days of one person at work that fits well."""
    return "–" if value is None else f"{value / POINTS_A_DAY:,.0f}"


def seconds(value: int) -> str:
    if value % 60:
        return str(_("%(n)s 秒", n=value))
    return str(_("%(n)s 分钟", n=value // 60))


def ran(row: PlanRow) -> str:
    """How long a plan has been thought about."""
    if row.began_at is None:
        return ""
    passed = (row.ended_at or clock.now()) - row.began_at
    return seconds(max(0, int(passed / timedelta(seconds=1))))


def chart(progress: tuple[ProgressPoint, ...]) -> dict[str, object] | None:
    """What the picture of progress shows; None before there is something to see."""
    known = [p for p in progress if p.value is not None and p.bound is not None]
    if len(known) < 2:
        return None
    step = -(-len(known) // MOST_POINTS)
    shown = [*known[:-1:step], known[-1]]
    values = [p.value or 0 for p in shown]
    bounds = [p.bound or 0 for p in shown]
    # The last bound shows by how far the first plan was from the best: the lines fill the picture.
    low, high = min(values), max(bounds)
    least = max(0, low - (high - low) // 10)
    return {
        "labels": [_("%(n)s 秒", n=round(p.seconds)) for p in shown],
        "values": values,
        "bounds": bounds,
        "least": least,
    }


def spell_state(found: SpellState) -> tuple[str, str]:
    """A stay's state and the tone of its block."""
    return {
        SpellState.PLANNED: (_("打算"), "plain"),
        SpellState.ENGAGED: (_("已定下"), "good"),
        SpellState.ASKED: (_("等答复"), "short"),
        SpellState.REFUSED: (_("没派成"), "bad"),
    }[found]


def why_off(found: ReleaseWhy) -> str:
    """Why somebody is taken off work."""
    said: str = {
        ReleaseWhy.CLOSED: _("那里停工"),
        ReleaseWhy.ABSENT: _("本人来不了"),
        ReleaseWhy.FEWER: _("那里要的人少了"),
        ReleaseWhy.MOVED: _("换到更合适的地方"),
    }[found]
    return said


def off(found: ReleaseState) -> tuple[str, str]:
    """What became of days that a plan takes back, and the tone of its badge."""
    return {
        ReleaseState.PLANNED: (_("派出去就撤"), "short"),
        ReleaseState.FREED: (_("已撤下，已告诉本人"), "good"),
        ReleaseState.KEPT: (_("没撤成，照旧去"), "plain"),
    }[found]


def remedy(kind: ConflictKind) -> str:
    """What to do about a conflict."""
    said: str = {
        ConflictKind.BOOKED: _("挪到别的日子，或换个人"),
        ConflictKind.NOT_FREE: _("问问本人；来不了就换个人"),
        ConflictKind.LEFT: _("换个人"),
        ConflictKind.CLOSED: _("换一份活"),
        ConflictKind.FULL: _("换一份活，或挪日子"),
        ConflictKind.SAID_NO: _("换个人，或换一份活"),
    }[kind]
    return said


def answer(found: AnswerState) -> tuple[str, str]:
    """An answer and the tone of its badge."""
    return {
        AnswerState.GOES: (_("定下了"), "good"),
        AnswerState.WAITS: (_("等用工方答复"), "info"),
        AnswerState.PARTLY: (_("只定下一部分日子"), "short"),
        AnswerState.IN_LINE: (_("录用了，等空位"), "short"),
        AnswerState.WORKER_NO: (_("本人不去了"), "bad"),
        AnswerState.EMPLOYER_NO: (_("用工方谢绝"), "bad"),
        AnswerState.BRAND_NO: (_("品牌撤回"), "plain"),
    }[found]
