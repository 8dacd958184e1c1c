"""What went out by other channels, or would have gone: phones masked, words as they are."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from jobmatch.notify import codes, queries
from jobmatch.notify.queries import OutgoingRow
from jobmatch.web.admin import door

door.nav(_l("外发消息"), "outbox", 60)


@door.get("/outbox")
def outbox() -> ResponseReturnValue:
    """The latest hundred, and how many are in each state."""
    return render_template(
        "admin/outbox.html",
        rows=queries.outgoing(),
        # On a machine of developers only: who reads a code can sign in with it.
        codes=[] if current_app.config["NAME"] == "production" else codes.kept(),
        counts=queries.outgoing_counts(),
        states=states(),
        channel=channel,
        has_sms=bool(current_app.config["SMS_URL"]),
        has_wecom=bool(current_app.config["WECOM_URL"]),
    )


def states() -> dict[str, tuple[str, str]]:
    """States in words and the tone of the badge."""
    return {
        "waiting": (_("等着发"), "info"),
        "sending": (_("正在发"), "info"),
        "sent": (_("发出了"), "good"),
        "kept": (_("没有接服务商，只留底"), "plain"),
        "failed": (_("没发成"), "bad"),
        "unsure": (_("不知道发没发成，不再发"), "bad"),
    }


def channel(row: OutgoingRow) -> str:
    return str(_("短信") if row.channel == "sms" else _("企业微信"))
