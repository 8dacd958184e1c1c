"""What came of a task, in words: the tasks note it in short English for the machine's own log."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.infra.task_runs import FAILED

# How a task's outcome looks, with 0 for every number, and what it says of the numbers a, b and c.
# A test looks that every task has its words.
OUTCOMES = {
    "arrears": ("marked 0, cleared 0", _l("新记欠薪 %(a)s 笔，消掉 %(b)s 笔")),
    "check_figures": ("differences 0", _l("对不上 %(a)s 处")),
    "check_ledger": (
        "booked 0, faults 0", _l("补记家庭收入 %(a)s 笔，对不上 %(b)s 处"),
    ),
    "close_postings": ("closed 0", _l("下架 %(a)s 份")),
    "day_copies": (
        "opened 0, granted 0, confirmed 0",
        _l("转成争议 %(a)s 件，没人核的考勤照算 %(b)s 条，到期算核对过 %(c)s 份"),
    ),
    "dispute_limits": ("told 0, opened 0", _l("提醒 %(a)s 件，新立 %(b)s 件")),
    "erase_people": (
        "erased 0, forgot 0", _l("删除 %(a)s 人，去掉姓名 %(b)s 人"),
    ),
    "forget_keys": ("forgot 0", _l("清掉 %(a)s 个")),
    "keep_log": (
        "sealed 0, dropped 0, faults 0",
        _l("封存 %(a)s 行，清掉 %(b)s 行，对不上 %(c)s 处"),
    ),
    "line_watch": ("watched 0", _l("算了 %(a)s 户")),
    "match_feed": ("pruned 0", _l("清掉 %(a)s 行")),
    "match_push": ("looked at 0, told 0", _l("看了 %(a)s 人，告诉了 %(b)s 人")),
    "reread_texts": (
        "proposed 0 in 0 pages", _l("找到 %(a)s 处，读了 %(b)s 页"),
    ),
    "verification_notices": ("told 0 employers", _l("提醒 %(a)s 家")),
    "work_reminders": ("told 0 workers", _l("提醒 %(a)s 人")),
}  # fmt: skip


def outcome_words(task: str, outcome: str) -> str:
    """The outcome in the reader's language; what no words are known for, as it is."""
    if outcome.startswith(f"{FAILED}: "):
        return str(_("出错：%(what)s", what=outcome.removeprefix(f"{FAILED}: ")))
    shape, said = OUTCOMES.get(task, ("", ""))
    if shape != re.sub("[0-9]+", "0", outcome):
        return outcome
    return str(said) % dict(zip("abc", re.findall("[0-9]+", outcome), strict=False))
