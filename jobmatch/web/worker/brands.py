"""The worker's brands: memberships, invitations, finding one."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.brands import membership, queries
from jobmatch.brands.rules import RANK_NAMES, MemberState
from jobmatch.kernel.errors import Conflict, NotFound
from jobmatch.kernel.ids import BrandId
from jobmatch.web.answers import telling
from jobmatch.web.incoming import page_number
from jobmatch.web.texts import say
from jobmatch.web.worker import door


@door.get("/brands")
def brands() -> ResponseReturnValue:
    """My brands, invitations and requests; below, brands to be found by name."""
    mine = queries.brands_of(g.actor.worker_id)
    words = request.args.get("q", "").strip()[:60]
    found = queries.approved(words, page=page_number())
    known = {row.brand_id for row in mine}
    return render_template(
        "worker/brands/brands.html",
        mine=mine,
        words=words,
        page=found,
        found=[row for row in found.rows if row.id not in known],
        states=MemberState,
        rank_names=RANK_NAMES,
    )


@door.post("/brands/<int:brand_id>/ask")
def brand_ask(brand_id: BrandId) -> ResponseReturnValue:
    try:
        state = membership.ask_to_join(brand_id, actor=g.actor)
    except Conflict as error:
        flash(say(error.text), "warning")
    else:
        if state is MemberState.MEMBER:
            flash(_("您已加入。"), "success")
        else:
            undo = url_for("worker.brand_unask", brand_id=brand_id)
            flash({"text": _("已经申请，等带头人答复。"), "url": undo, "seconds": 10}, "undo")  # type: ignore[arg-type]
    return redirect(url_for("worker.brands"), 303)


@door.post("/brands/<int:brand_id>/unask")
def brand_unask(brand_id: BrandId) -> ResponseReturnValue:
    with telling(_("申请已收回。")):
        membership.withdraw_request(brand_id, actor=g.actor)
    return redirect(url_for("worker.brands"), 303)


@door.post("/brands/<int:brand_id>/invitation/<answer>")
def brand_answer(brand_id: BrandId, answer: str) -> ResponseReturnValue:
    if answer not in ("accept", "decline"):
        raise NotFound
    with telling(_("您已加入。") if answer == "accept" else _("已谢绝。")):
        membership.answer_invitation(brand_id, answer == "accept", actor=g.actor)
    return redirect(url_for("worker.brands"), 303)


@door.post("/brands/<int:brand_id>/leave")
def brand_leave(brand_id: BrandId) -> ResponseReturnValue:
    with telling(_("您已退出这个品牌。")):
        membership.leave(brand_id, actor=g.actor)
    return redirect(url_for("worker.brands"), 303)
