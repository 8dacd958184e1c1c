"""Words of instant hire."""

from datetime import datetime

from flask_babel import gettext as _

from jobmatch.dispatch.instant_queries import HirePage, HireRow
from jobmatch.infra import clock
from jobmatch.kernel.periods import SHANGHAI, business_day
from jobmatch.web import filters

NOON = 12


def is_morning() -> bool:
    return clock.now().astimezone(SHANGHAI).hour < NOON


def state(row: HireRow) -> tuple[str, str]:
    """The state in words and the tone of its badge."""
    return {
        "open": (_("正在问人"), "info"),
        "filled": (_("已招满"), "good"),
        "stopped": (_("已停下"), "plain"),
        "over": (_("过了时候"), "plain"),
    }[row.state]


def took(row: HireRow) -> str:
    """How long it took to fill, in words; empty while it is not filled."""
    if row.minutes is None:
        return ""
    return minutes(row.minutes)


def minutes(n: int) -> str:
    """So many minutes; from two hours on in hours."""
    if n < 120:
        return str(_("%(n)s 分钟", n=n))
    return str(_("%(n)s 小时", n=-(-n // 60)))


def next_wave(found: HirePage) -> str:
    """When others are asked, in words; empty when nobody will be by time."""
    if found.next_wave is None:
        return ""
    return str(_("再没人回话，%(time)s接着问下一批。", time=at(found.next_wave)))


def at(instant: datetime) -> str:
    """An instant's time of day."""
    local = instant.astimezone(SHANGHAI)
    return filters.clock(local.hour * 60 + local.minute)


def dated(instant: datetime) -> str:
    """An instant as a receipt says it: with the year."""
    return f"{filters.date_full(business_day(instant))} {at(instant)}"
