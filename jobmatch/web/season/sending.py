"""Publishing a plan, what came of it, two plans side by side, and the plan as a file."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.dispatch import season_queries as queries
from jobmatch.dispatch import season_service as service
from jobmatch.dispatch.season_queries import (
    AnswerState,
    Difference,
    PlanState,
    SpellRow,
    SpellState,
)
from jobmatch.kernel.errors import Conflict, NotFound
from jobmatch.kernel.paging import PAGE_SIZE, cut
from jobmatch.web.downloads import sheet
from jobmatch.web.incoming import page_number
from jobmatch.web.season import words
from jobmatch.web.season.base import Base
from jobmatch.web.texts import say

# So long a request publishes; what takes longer goes on in the background.
AT_ONCE = timedelta(seconds=1.5)
# Who does not go, whoever said so.
NO = (AnswerState.EMPLOYER_NO, AnswerState.WORKER_NO, AnswerState.BRAND_NO)


@dataclass(frozen=True, slots=True)
class Sending:
    """What goes out for a posting: people, their person-days, the crews among them."""

    posting_id: int
    title: str
    employer: str
    people: int
    days: int
    crews: tuple[str, ...]


class SendingPages(Base):
    """From the draft to answers."""

    def season_publish(self, plan_id: int) -> ResponseReturnValue:
        """What will happen, before it does."""
        row = self.plan(plan_id).row
        if not row.is_draft:
            return redirect(self.url("season_plan", plan_id=plan_id), 303)
        spells = [
            one for one in queries.spells(plan_id, actor=g.actor) if one.state is SpellState.PLANNED
        ]
        releases = queries.releases(plan_id, actor=g.actor)
        return self.show(
            "publish",
            row=row,
            menu=self.menu(row, "season_publish"),
            sendings=_sendings(spells),
            people=len({one.worker_id for one in spells}),
            person_days=sum(one.worked for one in spells),
            crews=len({one.crew_id for one in spells if one.crew_id is not None}),
            clashes=len(queries.clashing(plan_id, actor=g.actor)),
            affected=len({one.worker_id for one in releases}),
            releases=cut(releases, page_number("releases"), PAGE_SIZE),
        )

    def season_send(self, plan_id: int) -> ResponseReturnValue:
        self.plan(plan_id)
        try:
            done = service.publish(plan_id, actor=g.actor, within=AT_ONCE)
        except Conflict as error:
            flash(say(error.text), "warning")
            return redirect(self.url("season_plan", plan_id=plan_id), 303)
        if not done.is_over:
            flash(_("人多，正在一个一个派。您可以先去忙别的，派完了告诉您。"), "info")
            return redirect(self.url("season_plan", plan_id=plan_id), 303)
        flash(
            _(
                "已派出：%(n)s 段定下，%(m)s 段等用工方答复，%(k)s 段没派成。",
                n=done.engaged, m=done.asked, k=done.refused,
            ),
            "warning" if done.refused else "success",
        )  # fmt: skip
        return redirect(self.url("season_answers", plan_id=plan_id), 303)

    def season_answers(self, plan_id: int) -> ResponseReturnValue:
        """Who said what to a published plan, and what could not be sent out."""
        row = self.plan(plan_id).row
        if row.state is not PlanState.PUBLISHED:
            raise NotFound
        asked = request.args.get("state", "")
        state = AnswerState(asked) if asked in list(AnswerState) else None
        only = NO if asked == "no" else (state,) if state else ()
        found = queries.answers(plan_id, actor=g.actor, only=only, page=page_number())
        refused = queries.not_published(plan_id, actor=g.actor)
        releases = queries.releases(plan_id, actor=g.actor)
        counts = {key: found.counts.get(key, 0) for key in AnswerState}
        return self.show(
            "answers",
            row=row,
            menu=self.menu(row, "season_answers"),
            found=found,
            counts=counts,
            declined=sum(counts[key] for key in NO),
            state=state,
            Answer=AnswerState,
            refused=cut(refused, page_number("refused"), PAGE_SIZE),
            releases=cut(releases, page_number("releases"), PAGE_SIZE),
        )

    def season_compare(self, plan_id: int) -> ResponseReturnValue:
        """Two plans side by side, and whom the difference concerns."""
        row = self.plan(plan_id).row
        others = [
            one
            for one in queries.plans(row.scope, actor=g.actor).rows
            if one.id != plan_id and one.value is not None
        ]
        asked = request.args.get("with", type=int) or row.base_plan_id
        other = self.plan(asked).row if asked and asked != plan_id else None
        if other is not None and other.scope != row.scope:
            raise NotFound
        changes: list[Difference] = []
        if other is not None:
            changes = queries.differences(other.id, plan_id, actor=g.actor)
        return self.show(
            "compare",
            row=row,
            menu=self.menu(row, "season_compare"),
            other=other,
            others=others,
            people=len({one.worker_id for one in changes}),
            days_changed=sum((one.last_day - one.first_day).days + 1 for one in changes),
            page=cut(changes, page_number(), PAGE_SIZE),
        )

    def season_file(self, plan_id: int, kind: str) -> ResponseReturnValue:
        """All stays as a table."""
        row = self.plan(plan_id).row
        return sheet(
            kind,
            _("一季安排 %(n)s", n=plan_id),
            [
                _("姓名"), _("班组"), _("活"), _("用工主体"), _("从哪天"), _("到哪天"),
                _("出工天数"), _("休息的日子"), _("情况"), _("原因"),
            ],
            (
                (
                    one.worker_name, one.crew_name, one.title, one.employer, one.first_day,
                    one.last_day, one.worked, " ".join(day.isoformat() for day in one.rest),
                    words.spell_state(one.state)[0], say(one.said) if one.said else "",
                )
                for one in queries.spells(row.id, actor=g.actor)
            ),
        )  # fmt: skip


def _sendings(spells: Iterable[SpellRow]) -> list[Sending]:
    """By employer and posting."""
    by_posting: dict[int, list[SpellRow]] = defaultdict(list)
    for one in spells:
        by_posting[one.posting_id].append(one)
    found = [
        Sending(
            key, of[0].title, of[0].employer, len({one.worker_id for one in of}),
            sum(one.worked for one in of),
            tuple(sorted({one.crew_name for one in of if one.crew_name})),
        )
        for key, of in by_posting.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.employer, one.title, one.posting_id))
