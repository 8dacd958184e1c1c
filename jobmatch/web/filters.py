"""Figures, dates and names in the reader's form."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel import dates
from flask import Flask
from flask_babel import format_datetime, to_user_timezone

from jobmatch.infra import clock as clock_of
from jobmatch.kernel.identity import mask_id, mask_phone
from jobmatch.kernel.text import as_hours
from jobmatch.web.language import gettext, is_chinese

FIGURE_AND_UNIT = re.compile(r"(?<=\d) (?=\w)")


def yuan(fen: int) -> str:
    """¥1,234.50"""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def yuan_short(fen: int) -> str:
    """¥180, ¥4.50: no decimals where there are none."""
    return yuan(fen).removesuffix(".00")


def yuan_big(fen: int) -> str:
    """Large sums with their unit: 1,800 万元 from 10,000 yuan on in Chinese; ¥18.0 million in
    English.
    """
    if is_chinese():
        if abs(fen) >= 10**10:
            return f"{fen / 10**10:,.2f} 亿元"  # i18n: unit of Chinese figures
        if abs(fen) >= 10**6:
            return f"{fen / 10**6:,.2f} 万元"  # i18n: unit of Chinese figures
        return f"{fen / 100:,.2f} 元"  # i18n: unit of Chinese figures
    if abs(fen) >= 10**8:
        return f"¥{fen / 10**8:,.2f} million"
    return yuan(fen)


def count(n: int) -> str:
    """1,234"""
    return f"{n:,}"


def wan(n: int) -> str:
    """A large count with its unit: 10.3 万 in Chinese from 10,000 on, 103,000 in English."""
    if is_chinese() and abs(n) >= 10_000:
        return f"{n / 10_000:,.1f} 万"  # i18n: unit of Chinese figures
    return f"{n:,}"


def _date(value: date, chinese: str, english: str) -> str:
    if isinstance(value, datetime):
        value = to_user_timezone(value).date()
    return _written(value, chinese, "zh") if is_chinese() else _written(value, english, "en")


@lru_cache(maxsize=4096)
def _written(value: date, pattern: str, language: str) -> str:
    """Babel reads the pattern anew each time; a page of rows shows few days many times."""
    return str(dates.format_date(value, pattern, locale=language))


def day(value: date) -> str:
    """9月1日 / Sep 1"""
    return _date(value, "M月d日", "MMM d")  # i18n: date pattern


def date_full(value: date) -> str:
    """2026年9月1日 / Sep 1, 2026"""
    return _date(value, "y年M月d日", "MMM d, y")  # i18n: date pattern


def day_week(value: date) -> str:
    """9月1日 周二 / Tue, Sep 1"""
    return _date(value, "M月d日 EEE", "EEE, MMM d")  # i18n: date pattern


def days(first: date, last: date) -> str:
    """9月1日–9月20日; one day stands alone; half a year or more over new year shows its years."""
    if first.year != last.year and (last - first).days > 180:
        return f"{date_full(first)}–{date_full(last)}"
    return day(first) if first == last else f"{day(first)}–{day(last)}"


def month(value: date) -> str:
    """2026年9月 / Sep 2026"""
    return _date(value, "y年M月", "MMM y")  # i18n: date pattern


def instant(value: datetime) -> str:
    """9月1日 18:30, in Asia/Shanghai; another year than this one is said."""
    if to_user_timezone(value).year != clock_of.today().year:
        pattern = "y年M月d日 HH:mm" if is_chinese() else "MMM d, y, HH:mm"  # i18n: date pattern
    else:
        pattern = "M月d日 HH:mm" if is_chinese() else "MMM d, HH:mm"  # i18n: date pattern
    return str(format_datetime(value, pattern))


def clock(minutes: int | None) -> str:
    """18:30 from minutes after midnight"""
    return "" if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"


def minute_now() -> int:
    """Minutes after midnight in Asia/Shanghai, now."""
    local = to_user_timezone(clock_of.now())
    return int(local.hour * 60 + local.minute)


def hours(minutes: int) -> str:
    """8 小时 / 7.5 小时"""
    return str(gettext("%(n)s 小时", n=as_hours(minutes)))


def km(value: float) -> str:
    """12 公里"""
    return str(gettext("%(n)s 公里", n=round(value)))


def glued(said: str) -> str:
    """Typed text in which a figure and the unit after it stay on one line."""
    return FIGURE_AND_UNIT.sub("\u00a0", said)


def named(row: Any) -> str:
    """A row's name in the reader's language (name_zh, name_en)."""
    return str(row.name_zh if is_chinese() else row.name_en)


def kept(macro: Callable[..., str]) -> Callable[..., str]:
    """A macro that draws the same for the same words, drawn once for each."""
    return lru_cache(maxsize=512, typed=True)(lambda name, label="": macro(name, label))


def init_filters(app: Flask) -> None:
    from jobmatch.web.texts import say

    app.jinja_env.filters.update(
        yuan=yuan, yuan_short=yuan_short, yuan_big=yuan_big, count=count, wan=wan, day=day,
        date_full=date_full, day_week=day_week, month=month, instant=instant, clock=clock,
        hours=hours, km=km, named=named, glued=glued, say=say,
        mask_phone=mask_phone, mask_id=mask_id,
    )  # fmt: skip
    app.jinja_env.globals.update(days=days, is_chinese=is_chinese, kept=kept)
