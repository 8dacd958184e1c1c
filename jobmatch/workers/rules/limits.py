"""How far, how long and for how much a worker goes."""

from dataclasses import dataclass

from jobmatch.kernel.text import Text, text

MOST_KM = 3000
MOST_DAY_FEN = 1_000_000
# Minutes: nobody comes for less than an hour, and a day has no more.
LEAST_DAY, WHOLE_DAY = 60, 1440


@dataclass(frozen=True, slots=True)
class Limits:
    """max_km road km; home_by minutes after midnight or None; least_day_fen fen a day, 0: any;
    most_minutes the longest working day that they want, or None.
    """

    max_km: int = 30
    stays_away: bool = False
    home_by: int | None = None
    least_day_fen: int = 0
    no_heavy: bool = False
    most_minutes: int | None = None


def faults(limits: Limits) -> dict[str, Text]:
    """What is wrong, by field; empty when all is right."""
    found: dict[str, Text] = {}
    if not 1 <= limits.max_km <= MOST_KM:
        found["max_km"] = text("路程请填 1 到 {most} 公里。", most=MOST_KM)
    if limits.home_by is not None and not 0 <= limits.home_by <= 1440:
        found["home_by"] = text("请填写时间，例如 17:30。")
    if limits.home_by is not None and limits.stays_away:
        found["home_by"] = text("可以住在外地，就不用填几点前到家。")
    if not 0 <= limits.least_day_fen <= MOST_DAY_FEN:
        found["least_day_fen"] = text("最低工钱请填 0 到 10000 元。")
    if limits.most_minutes is not None and not LEAST_DAY <= limits.most_minutes <= WHOLE_DAY:
        found["most_minutes"] = text("一天最多干多久，请在选项里挑一个。")
    return found
