"""What is wrong with a posting, before anybody sees it: each finding cites its article.

Pure: the day, the wage floor, the least age and the list of words are arguments. The articles and a
worked table: docs/rules/postings.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jobmatch.kernel.periods import runs
from jobmatch.kernel.text import Amount, Param, Text, text
from jobmatch.postings.rules.articles import ARTICLES
from jobmatch.postings.rules.pay import PayKind, hourly
from jobmatch.postings.rules.words import Found, WordRule, find

LEAST_WORK_TEXT = 6


class Level(StrEnum):
    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend (refuse) or to confirm (warn).

    code    names the finding, for ticks and tests; field: of the form, or None
    words   the very words of the posting that it is about
    """

    level: Level
    code: str
    field: str | None
    said: Text
    article: Text
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A posting as the linter sees it. Money fen, times minutes; headcounts: people
    wanted by day.
    """

    title: str
    work_text: str
    first_day: date
    last_day: date
    pay_kind: str
    rate_fen: int
    piece_unit: str
    piece_lot: int
    usual_day_pieces: int | None
    day_minutes: int
    starts_at: int
    ends_at: int
    load: str
    lift_kg: int
    headcounts: Mapping[date, int]
    footing: str = "task"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the law that hold on the day, out of the dated tables. Minutes,
    percent, kilograms.
    """

    day_minutes: int
    part_time_day_minutes: int
    overtime_day_minutes: int
    overtime_month_minutes: int
    overtime_percent: int
    days_in_a_row: int
    lift_kg: int
    lift_often_kg: int


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds where and when the posting is published.

    least_age        years, below which nobody may be hired
    least_hour_fen   hourly minimum wage of the zone, None where none is known
    is_verified      the employer may publish; was_open: the posting is on the board already
    """

    today: date
    least_hour_fen: int | None
    least_age: int
    is_verified: bool
    words: Sequence[WordRule]
    limits: Limits
    was_open: bool = False


def lint(draft: Draft, setting: Setting) -> list[Finding]:
    """All findings, refusals first, each level in the order of the form."""
    found = [
        *_missing(draft),
        *_words(draft, setting),
        *_dates(draft, setting),
        *_hours(draft, setting.limits),
        *_wage(draft, setting),
        *_load(draft, setting.limits),
        *_employer(setting),
    ]
    return sorted(found, key=lambda finding: finding.level is Level.WARN)


def refusals(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is Level.REFUSE]


def warnings(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is Level.WARN]


def _refuse(code: str, field: str | None, said: Text, article: str) -> Finding:
    return Finding(Level.REFUSE, code, field, said, ARTICLES[article])


def _warn(code: str, field: str | None, said: Text, article: str) -> Finding:
    return Finding(Level.WARN, code, field, said, ARTICLES[article])


def _missing(draft: Draft) -> list[Finding]:
    gaps: list[tuple[bool, str, Text]] = [
        (len(draft.title.strip()) < 2, "title", text("没有写标题。")),
        (
            len("".join(draft.work_text.split())) < LEAST_WORK_TEXT,
            "work_text",
            text("没有写清楚干什么活、怎么干。"),
        ),
        (draft.rate_fen <= 0, "rate_fen", text("没有写工钱。")),
        (draft.day_minutes <= 0, "day_minutes", text("没有写一天干几个小时。")),
        (not any(draft.headcounts.values()), "headcounts", text("没有写哪天要几个人。")),
        (
            draft.pay_kind == PayKind.PIECE and not draft.piece_unit.strip(),
            "piece_unit",
            text("计件要写明按什么算，例如“斤”“袋”。"),
        ),
    ]
    return [
        _refuse(f"missing.{field}", field, said, "market.24")
        for is_missing, field, said in gaps
        if is_missing
    ]


SAID_OF_WORDS: dict[str, Text] = {
    "sex": text("招工不能限定男女：“{words}”。活儿重就写明多重，由干活的人自己选。"),
    "sex_pay": text("男女同工要同酬，不能分男女定工钱：“{words}”。"),
    "family": text("不能问婚育情况：“{words}”。"),
    "age": text("招工不能卡年龄：“{words}”。写清活儿有多重、要什么本事。"),
    "child": text("不满 {age} 周岁不能招：“{words}”。"),
    "student": text("招学生假期工要核对年龄，不满 {age} 周岁不能招：“{words}”。"),
    "ethnicity": text("招工不能限定民族：“{words}”。"),
    "religion": text("招工不能限定宗教信仰：“{words}”。"),
    "origin": text("招工不能限定户口和来处：“{words}”。"),
    "health": text("不能因为携带病原拒绝录用：“{words}”。"),
    "disability": text("不能因为残疾拒绝录用：“{words}”。"),
    "looks": text("长相、身高不能当条件：“{words}”。"),
    "fee": text("不能向干活的人收钱、收押金：“{words}”。"),
    "paper": text("不能扣押身份证：“{words}”。"),
}
OTHER_WORDS = text("这些话不能写进招工信息：“{words}”。")


def _words(draft: Draft, setting: Setting) -> list[Finding]:
    return [
        _word_finding(field, hit, setting.least_age)
        for field, typed in (("title", draft.title), ("work_text", draft.work_text))
        for hit in find(typed, setting.words)
    ]


def _word_finding(field: str, hit: Found, least_age: int) -> Finding:
    said = SAID_OF_WORDS.get(hit.rule.kind, OTHER_WORDS)
    params: dict[str, Param] = {"words": "、".join(hit.words), "age": least_age}
    return Finding(
        Level(hit.rule.level),
        f"words.{hit.rule.kind}.{field}",
        field,
        Text(said.msgid, tuple(params.items())),
        ARTICLES[hit.rule.article],
        hit.words,
    )


def _dates(draft: Draft, setting: Setting) -> list[Finding]:
    found = []
    if draft.last_day < setting.today:
        found.append(
            _refuse("past.last_day", "last_day", text("结束的日子已经过去了。"), "market.24")
        )
    elif draft.first_day < setting.today and not setting.was_open:
        found.append(
            _refuse("past.first_day", "first_day", text("开始的日子已经过去了。"), "market.24")
        )
    wanted = [day for day, people in draft.headcounts.items() if people > 0]
    longest = max(map(len, runs(wanted)), default=0)
    if longest > setting.limits.days_in_a_row:
        found.append(
            _warn(
                "rest_day",
                "headcounts",
                text("连着 {days} 天都要人：每个人每周至少歇一天，请安排轮休。", days=longest),
                "labor.38",
            )
        )
    return found


def _hours(draft: Draft, limits: Limits) -> list[Finding]:
    found = []
    span = (draft.ends_at - draft.starts_at) % (24 * 60) or 24 * 60
    if draft.day_minutes > span:
        said = text("从上工到收工没有这么长，请核对时间。")
        found.append(_refuse("span", "day_minutes", said, "market.24"))
    over = draft.day_minutes - limits.day_minutes
    if over > limits.overtime_day_minutes:
        said = text(
            "一天最多 {hours} 小时，加班最多 {more} 小时。",
            hours=limits.day_minutes // 60,
            more=limits.overtime_day_minutes // 60,
        )
        found.append(_refuse("hours.most", "day_minutes", said, "labor.36"))
    elif over > 0:
        said = text(
            "一天超过 {hours} 小时的那 {minutes} 分钟是加班：要本人愿意，按 {percent}% 付钱。",
            hours=limits.day_minutes // 60,
            minutes=over,
            percent=limits.overtime_percent,
        )
        found.append(_warn("hours.over", "day_minutes", said, "labor.36"))
        if over * _most_days_in_a_month(draft) > limits.overtime_month_minutes:
            said = text(
                "照这样排，一个月加班会超过 {hours} 小时：请把人排开。",
                hours=limits.overtime_month_minutes // 60,
            )
            found.append(_warn("hours.month", "day_minutes", said, "labor.41"))
    if draft.footing == "part_time" and draft.day_minutes > limits.part_time_day_minutes:
        said = text(
            "非全日制一天一般不超过 {hours} 小时：写少些，或者改用别的用工方式。",
            hours=limits.part_time_day_minutes // 60,
        )
        found.append(_warn("hours.part_time", "day_minutes", said, "contract.68"))
    return found


def _most_days_in_a_month(draft: Draft) -> int:
    months = [(day.year, day.month) for day, people in draft.headcounts.items() if people > 0]
    return max(map(months.count, set(months)), default=0)


def _wage(draft: Draft, setting: Setting) -> list[Finding]:
    if draft.rate_fen <= 0 or draft.day_minutes <= 0:
        return []
    found = []
    per_hour = hourly(
        draft,
        ordinary=setting.limits.day_minutes,
        percent=setting.limits.overtime_percent,
    )
    if per_hour is None:
        found.append(
            _refuse(
                "wage.pieces",
                "usual_day_pieces",
                text("计件要写明一般人一天能干多少，才算得出够不够最低工资。"),
                "labor.piece",
            )
        )
    elif setting.least_hour_fen is None:
        found.append(
            _warn(
                "wage.unknown",
                "rate_fen",
                text(
                    "这个地方的最低工资标准还没有录入，请自己核对：合每小时 {pay}。",
                    pay=Amount(per_hour),
                ),
                "labor.48",
            )
        )
    elif per_hour < setting.least_hour_fen:
        found.append(
            _refuse(
                "wage.low",
                "rate_fen",
                text(
                    "合每小时 {pay}，低于当地最低小时工资 {least}（加班按加班工资算）。",
                    pay=Amount(per_hour),
                    least=Amount(setting.least_hour_fen),
                ),
                "labor.48",
            )
        )
    return found


def _load(draft: Draft, limits: Limits) -> list[Finding]:
    found = []
    if draft.lift_kg > limits.lift_kg:
        said = text(
            "一次超过 {kg} 公斤的搬扛不能派给女工。不能因此不招女工：把搬扛单独派人。",
            kg=limits.lift_kg,
        )
        found.append(_warn("lift.most", "lift_kg", said, "women.lift"))
    elif draft.lift_kg > limits.lift_often_kg:
        said = text(
            "一小时搬 6 次以上、每次超过 {kg} 公斤，不能派给女工。"
            "不能因此不招女工：把搬扛单独派人。",
            kg=limits.lift_often_kg,
        )
        found.append(_warn("lift.often", "lift_kg", said, "women.lift"))
    if draft.load == "heavy":
        said = text("最重的一级体力活不能派给女工和不满 18 周岁的人。不能因此不招：分开派活。")
        found.append(_warn("load.heavy", "load", said, "women.heavy"))
    return found


def _employer(setting: Setting) -> list[Finding]:
    if setting.is_verified:
        return []
    return [
        _refuse(
            "employer",
            None,
            text("用工主体还没有通过核验，或者核验已经到期，暂时不能发布。"),
            "market.27",
        )
    ]
