"""Where the administrator starts: users, rule tables, the log."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from jobmatch.accounts import queries as accounts
from jobmatch.earnings import chain
from jobmatch.infra import audit, dated, task_runs
from jobmatch.skills import keeper
from jobmatch.web.admin import door
from jobmatch.web.admin.log import shown_lines

door.nav(_l("首页"), "home", 10)


@door.get("/")
def home() -> ResponseReturnValue:
    rules = dated.rows()
    return render_template(
        "admin/home.html",
        users=accounts.find_users("").total,
        tables=len({row.name for row in rules}),
        unread_words=keeper.counts()["open"],
        unsure=sum(1 for row in rules if row.source.startswith("(check)")),
        checked=next(iter(chain.outcomes(1)), None),
        failed_tasks=task_runs.failures(),
        lines=shown_lines(audit.lines())[:10],
    )
