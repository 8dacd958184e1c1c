"""The pages of disputes that workers, employers, officers and stations share: `Pages(door, ...)`.

Each door stands for one side; what a side may see and do is the house's to say.
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.disputes import evidence, groups, queries, service
from jobmatch.disputes.queries import CaseRow, Detail
from jobmatch.disputes.rules.clock import said
from jobmatch.disputes.rules.states import OURS, Deed, Side
from jobmatch.kernel.errors import Conflict, Invalid
from jobmatch.kernel.paging import PAGE_SIZE, Page, cut
from jobmatch.web import attendance, limits
from jobmatch.web.disputes import words
from jobmatch.web.disputes.forms import FileForm, StepForm
from jobmatch.web.guard import Door
from jobmatch.web.incoming import page_number
from jobmatch.web.limits import limiter
from jobmatch.web.once import once
from jobmatch.web.texts import say

DEEDS = "say,answer,offer,accept,mediate,arbitration,inspection,withdraw,close"
# A file that people hand in runs nothing and loads nothing, whatever a browser makes of it.
SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Pages:
    """The pages of one door. rows: gives a page of the list; worker: who reads, for whom."""

    def __init__(
        self, door: Door, side: Side, layout: str, rows: Callable[[int], Page[CaseRow]]
    ) -> None:
        self.door, self.side, self.layout, self.rows = door, side, layout, rows
        at = "/disputes/<int:case_id>"
        found: list[tuple[str, str, Callable[..., ResponseReturnValue]]] = [
            ("/disputes", "GET", self.disputes),
            (at, "GET", self.dispute),
            (f"{at}/<any({DEEDS}):deed>", "POST", self.dispute_step),
            (f"{at}/files", "POST", limiter.limit(limits.code_limit)(self.dispute_file)),
            (f"{at}/files/<int:file_id>", "GET", self.dispute_file_read),
        ]
        if side in OURS:
            found += [
                (f"{at}/people", "POST", self.dispute_ask),
                (f"{at}/answer", "POST", self.dispute_answer),
                (f"{at}/vote", "POST", self.dispute_vote),
            ]
        for rule, method, view in found:
            door.add_url_rule(rule, view.__name__, view, methods=[method])

    def url(self, endpoint: str, **values: Any) -> str:
        return url_for(f"{self.door.name}.{endpoint}", **values)

    def disputes(self) -> ResponseReturnValue:
        """All that this side may see, living ones first."""
        found = self.rows(page_number())
        return render_template(
            "disputes/list.html", layout=self.layout, at=self.url, page=found, words=words,
            limit=said, of_workers=self.side in OURS,
        )  # fmt: skip

    def dispute(self, case_id: int) -> ResponseReturnValue:
        return self.page(case_id)

    def dispute_step(self, case_id: int, deed: str) -> ResponseReturnValue:
        """One step: its form comes back with what was wrong next to the field."""
        form = StepForm(Deed(deed))
        if form.validate_on_submit():
            with form.carrying(Invalid, Conflict):
                once(
                    lambda: service.act(
                        case_id, form.deed, side=self.side, actor=g.actor, **form.given()
                    )
                )
                flash(_("记下了，对方会收到消息。"), "success")
                return self.back(case_id)
        return self.page(case_id, form), 422

    def dispute_file(self, case_id: int) -> ResponseReturnValue:
        form = FileForm()
        if form.validate_on_submit():
            with form.carrying(Invalid, Conflict):
                sent = form.file.data
                evidence.add(
                    case_id, sent.filename or "", sent.read(), side=self.side, actor=g.actor
                )
                flash(_("证据收下了。"), "success")
                return self.back(case_id)
        return self.page(case_id, file_form=form), 422

    def dispute_file_read(self, case_id: int, file_id: int) -> ResponseReturnValue:
        """A file to keep; never shown inside a page of ours."""
        name, mimetype, content = evidence.fetch(case_id, file_id, side=self.side, actor=g.actor)
        kind = name.rpartition(".")[2]
        return Response(
            content,
            mimetype=mimetype,
            headers={
                "Content-Disposition": f'attachment; filename="file.{kind}"; '
                f"filename*=UTF-8''{quote(name)}",
                "Content-Security-Policy": SANDBOX,
            },
        )

    # --- a group ---------------------------------------------------------------------------------

    def dispute_ask(self, case_id: int) -> ResponseReturnValue:
        """Ask the ticked fellow workers to join."""
        people = request.form.getlist("people", type=int)
        return self.told(
            case_id,
            lambda: groups.ask(case_id, people, side=self.side, actor=g.actor),
            _("已经问了他们，等他们在自己手机上答。"),
        )

    def dispute_answer(self, case_id: int) -> ResponseReturnValue:
        """Join, or not."""
        yes = request.form.get("answer") == "yes"
        return self.told(
            case_id,
            lambda: groups.answer(case_id, self.whom(), yes, actor=g.actor),
            _("好，一起提。") if yes else _("好的，不一起提。"),
        )

    def dispute_vote(self, case_id: int) -> ResponseReturnValue:
        choice = request.form.get("choice", 0, int)
        return self.told(
            case_id,
            lambda: groups.vote(case_id, self.whom(), choice, actor=g.actor),
            _("记下您推举的人了。"),
        )

    def whom(self) -> int:
        """The worker who answers: the reader, or at the desk the one it was said for."""
        if self.side is Side.DESK:
            return request.form.get("worker_id", 0, int)
        return int(g.actor.worker_id or 0)

    def told(self, case_id: int, verb: Callable[[], object], done: str) -> ResponseReturnValue:
        try:
            verb()
        except (Invalid, Conflict) as error:
            queries.detail(case_id, side=self.side, actor=g.actor)
            return self.page(case_id, refused=say(error.text)), 422
        flash(done, "success")
        if self.side is Side.WORKER and request.form.get("answer") == "no":
            return redirect(self.url("disputes"), 303)
        return self.back(case_id)

    # --- showing ---------------------------------------------------------------------------------

    def back(self, case_id: int) -> ResponseReturnValue:
        return redirect(self.url("dispute", case_id=case_id), 303)

    def page(
        self,
        case_id: int,
        form: StepForm | None = None,
        file_form: FileForm | None = None,
        refused: str = "",
    ) -> str:
        found = queries.detail(case_id, side=self.side, actor=g.actor)
        mine = g.actor.worker_id if self.side is Side.WORKER else None
        return render_template(
            "disputes/dispute.html",
            layout=self.layout,
            at=self.url,
            case=found,
            row=found.row,
            forms=forms_of(found.deeds, form),
            failed=form.deed if form is not None else None,
            file_form=file_form or FileForm(formdata=None),
            refused=refused,
            words=words,
            limit=said,
            measures=attendance.measures,
            side=self.side,
            is_ours=self.side in OURS,
            mine=next((one for one in found.parties if one.worker_id == mine), None),
            fellows=cut(
                groups.fellows(case_id) if may_ask(found, self.side) else [],
                page_number("fellows"),
                PAGE_SIZE,
            ),
            Deed=Deed,
            Side=Side,
        )


def may_ask(found: Detail, side: Side) -> bool:
    return side in OURS and found.row.is_live and bool(found.spoken_for)


def forms_of(deeds: Sequence[Deed], bound: StepForm | None) -> list[StepForm]:
    """A form for each step that can be done now; the one that was sent keeps what was typed."""
    found = [
        bound if bound is not None and bound.deed is deed else StepForm(deed, formdata=None)
        for deed in deeds
        if deed is not Deed.FILE
    ]
    if bound is not None and bound not in found:
        found.append(bound)
    return found
