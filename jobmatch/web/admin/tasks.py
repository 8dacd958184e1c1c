"""What ran by the clock: the last slots of each task, how long they took, what failed."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.infra import task_runs
from jobmatch.kernel.errors import Conflict
from jobmatch.web.admin import door
from jobmatch.web.admin.outcomes import outcome_words

door.nav(_l("定时任务"), "tasks", 55)

# Name, and when it runs. A test looks that every task has its words.
TASKS = {
    "close_postings": (_l("过期的活下架"), "00:10"),
    "line_watch": (_l("算每家今年的收入走到哪"), "01:30"),
    "check_ledger": (_l("核对账本"), "02:30"),
    "check_figures": (_l("核对务工数字"), "02:40"),
    "keep_log": (_l("封存和清理日志"), "02:50"),
    "match_feed": (_l("清理配活的变动记录"), "03:20"),
    "reread_texts": (_l("按新叫法重读旧文字"), "03:30"),
    "forget_keys": (_l("清理用过的请求号"), "03:50"),
    "erase_people": (_l("按本人的要求删除资料"), "04:10"),
    "arrears": (_l("标记欠薪"), "06:00"),
    "dispute_limits": (_l("提醒争议的期限"), "07:30"),
    "verification_notices": (_l("提醒核验快到期"), "08:00"),
    "work_reminders": (_l("提醒明天上工"), "18:00"),
    "match_push": (_l("推送合适的活"), "19:00"),
    "day_copies": (_l("核对过了三天没说话的"), "20:30"),
}


@door.get("/tasks")
def tasks() -> ResponseReturnValue:
    """Every task with its last slots, the failed ones first to see."""
    slots = task_runs.last_slots()
    names = {name: str(words) for name, (words, _at) in TASKS.items()}
    return render_template(
        "admin/tasks.html",
        outcome_words=outcome_words,
        shown=[(names.get(name, name), TASKS.get(name, ("", ""))[1], slots.get(name, []))
               for name in [*TASKS, *sorted(slots.keys() - TASKS.keys())]],
    )  # fmt: skip


@door.post("/tasks/<int:run_id>/again")
def task_again(run_id: int) -> ResponseReturnValue:
    """The scheduler runs the slot once more, within seconds while it lives."""
    try:
        task_runs.ask_again(run_id, actor=g.actor)
    except Conflict:
        flash(_("这一次还在跑，等它跑完再说。"), "warning")
    else:
        flash(_("已经交代下去，定时进程会马上再跑一次。"), "success")
    return redirect(url_for("admin.tasks"), 303)
