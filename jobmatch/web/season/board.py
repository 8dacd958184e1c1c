"""What a plan holds: who is where by day, which places stay empty and why, what no longer goes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from jobmatch.brands import queries as brands
from jobmatch.dispatch import season_queries as queries
from jobmatch.dispatch.season_queries import BoardRow, CoverageDay, CoverageRow, PlanRow
from jobmatch.infra import clock
from jobmatch.web.incoming import page_number
from jobmatch.web.season import words
from jobmatch.web.season.base import Base
from jobmatch.web.weeks import Block, Week, lines, short_name, stretches, week_of

Row = dict[str, Any]
# Postings that lack people, to send somebody to from the board.
MOST_SHORT = 30


@dataclass(frozen=True, slots=True)
class Sum:
    """An employer's work in a plan; demand and filled in person-days."""

    employer: str
    employer_id: int
    postings: int
    demand: int
    filled: int

    @property
    def missing(self) -> int:
        return max(0, self.demand - self.filled)


class BoardPages(Base):
    """Looking at a plan."""

    def season_board(self, plan_id: int) -> ResponseReturnValue:
        """Crews and workers by day, week by week; below, work of this week that lacks people."""
        found = self.plan(plan_id)
        row, week = found.row, _week(found.row)
        crew_id = request.args.get("crew", type=int)
        posting_id = request.args.get("posting", type=int)
        page = queries.board(
            plan_id, week.first, week.last, actor=g.actor, crew_id=crew_id, posting_id=posting_id,
            page=page_number(),
        )  # fmt: skip
        clashes = queries.clashing(plan_id, actor=g.actor)
        works = queries.coverage(plan_id, week.first, week.last, actor=g.actor)
        short = sorted(
            (one for one in works if _missing(one.days)), key=lambda one: -_missing(one.days)
        )
        rows = self._rows(page.rows, week, row, clashes)
        moves = (block["drag"] for one in rows for block in one["blocks"] if "drag" in block)
        return self.show(
            "board",
            row=row,
            drop=next(moves, ""),
            menu=self.menu(row, "season_board"),
            week=week,
            inside=_inside(row),
            page=page,
            rows=rows,
            short=self._to_fill(_coverage_rows(short[:MOST_SHORT], week), row),
            clashes=len(clashes),
            demand=sum(day.demand for one in works for day in one.days),
            missing=sum(_missing(one.days) for one in works),
            crews=brands.crews(row.scope.brand_id) if row.scope.brand_id is not None else [],
            works=works,
            crew_id=crew_id,
            posting_id=posting_id,
        )

    def season_coverage(self, plan_id: int) -> ResponseReturnValue:
        """Each employer's work: wanted and filled, day by day and in all."""
        found = self.plan(plan_id)
        row, week = found.row, _week(found.row)
        employer_id = request.args.get("employer", type=int)
        whole = queries.coverage(plan_id, row.first_day, row.last_day, actor=g.actor)
        shift = (week.first - row.first_day).days
        in_week = [
            CoverageRow(
                one.posting_id, one.title, one.employer_id, one.employer,
                tuple(
                    one.days[shift + n]
                    if 0 <= shift + n < len(one.days)
                    else CoverageDay(week.first + timedelta(days=n), 0, 0)
                    for n in range(7)
                ),
            )
            for one in whole
            if employer_id in (None, one.employer_id)
        ]  # fmt: skip
        return self.show(
            "coverage",
            row=row,
            menu=self.menu(row, "season_coverage"),
            week=week,
            inside=_inside(row),
            sums=_sums(whole),
            rows=_coverage_rows(
                [one for one in in_week if any(d.demand or d.filled for d in one.days)], week
            ),
            employer_id=employer_id,
        )

    def season_conflicts(self, plan_id: int) -> ResponseReturnValue:
        """What changed since the plan was made, and what to do about it."""
        row = self.plan(plan_id).row
        return self.show(
            "conflicts",
            row=row,
            menu=self.menu(row, "season_conflicts"),
            page=queries.conflicts(plan_id, actor=g.actor, page=page_number()),
        )

    def _to_fill(self, rows: list[Row], plan: PlanRow) -> list[Row]:
        """With the way to send somebody there."""
        if plan.is_draft:
            for one in rows:
                one["url"] = self.url("season_add", plan_id=plan.id, posting=one["posting"])
        return rows

    def _rows(
        self, rows: Sequence[BoardRow], week: Week, plan: PlanRow, clashes: set[int]
    ) -> list[Row]:
        found: list[Row] = []
        for row in rows:
            if row.worker_id is None and not row.is_whole:
                blocks = self._together(row, week, plan)
            else:
                blocks = [self._block(one, row, plan, clashes) for one in row.blocks]
            name: Row = {"name": row.name, "note": row.note}
            if row.worker_id is None:
                name["note"] = _("整班去") if row.is_whole else _("班组")
                name["url"] = self.url(
                    "season_board", plan_id=plan.id, week=week.first, crew=row.crew_id
                )
            elif plan.is_draft:
                name["worker"] = row.worker_id
            found += [{**name, "blocks": line} for line in lines(blocks)]
        return found

    def _together(self, row: BoardRow, week: Week, plan: PlanRow) -> list[Block]:
        """A crew that goes to several places on a day: in one line, how many people, how many
        places; its people's own rows follow.
        """
        days: dict[int, list[queries.Block]] = defaultdict(list)
        for one in row.blocks:
            for n in range(one.start, one.start + one.length):
                days[n].append(one)
        found: list[Block] = []
        runs = stretches(
            days.items(),
            lambda pair: week.first + timedelta(days=pair[0]),
            lambda pair: [(one.posting_id, one.people) for one in pair[1]],
        )
        for run in runs:
            there = run[0][1]
            alone = len({one.posting_id for one in there}) == 1
            found.append(
                {
                    "start": run[0][0],
                    "length": len(run),
                    "title": f"{short_name(there[0].employer)} · {there[0].title}"
                    if alone
                    else _("分在 %(n)s 处", n=len(there)),
                    "count": _("%(n)s 人", n=sum(one.people for one in there)),
                    "state": "",
                    "tone": "plain",
                    "url": self.url(
                        "season_board", plan_id=plan.id, week=week.first, crew=row.crew_id,
                        posting=there[0].posting_id if alone else None,
                    ),
                }
            )  # fmt: skip
        return found

    def _block(self, one: queries.Block, row: BoardRow, plan: PlanRow, clashes: set[int]) -> Block:
        state, tone = words.spell_state(one.state)
        if one.spell_id in clashes:
            state, tone = _("冲突"), "bad"
        if one.is_pinned:
            state = _("%(state)s，已固定", state=state)
        if one.rest:
            state = _("%(state)s，休 %(n)s 天", state=state, n=len(one.rest))
        block: Block = {
            "start": one.start,
            "length": one.length,
            "title": f"{short_name(one.employer)} · {one.title}",
            "full": one.employer,
            "state": state,
            "tone": tone,
            "url": "",
        }
        if one.spell_id is None:
            block["count"] = _("%(n)s 人", n=one.people)
            block["url"] = self.url(
                "season_board", plan_id=plan.id, week=one.first_day, crew=row.crew_id,
                posting=one.posting_id,
            )  # fmt: skip
        else:
            block["url"] = self.url("season_spell", spell_id=one.spell_id)
            if plan.is_draft and one.state in words.OPEN:
                block["drag"] = self.url("season_drop", spell_id=one.spell_id)
        return block


def _week(row: PlanRow) -> Week:
    """The week that the address names; else this one, or the plan's first or last."""
    return week_of(
        request.args.get("week") or min(max(clock.today(), row.first_day), row.last_day).isoformat()
    )


def _inside(row: PlanRow) -> dict[str, date]:
    """The first and the last day of a plan's weeks: no way leads beyond."""
    return {"first": row.first_day, "last": row.last_day}


def _missing(days: Iterable[CoverageDay]) -> int:
    return sum(day.missing for day in days)


def _coverage_rows(rows: Sequence[CoverageRow], week: Week) -> list[Row]:
    return [
        {
            "name": row.title,
            "note": row.employer,
            "posting": row.posting_id,
            "blocks": [
                _coverage_block(run, week)
                for run in stretches(
                    (day for day in row.days if day.demand or day.filled),
                    lambda day: day.day,
                    lambda day: (day.demand, day.filled),
                )
            ],
        }
        for row in rows
    ]


def _coverage_block(run: list[CoverageDay], week: Week) -> Block:
    day = run[0]
    if day.missing:
        state, tone = _("缺 %(n)s 人", n=day.missing), "short" if day.filled else "bad"
    else:
        state, tone = _("已排满"), "good"
    return {
        "start": (day.day - week.first).days,
        "length": len(run),
        "title": "",
        "count": _("%(n)s/%(m)s 人", n=day.filled, m=day.demand),
        "state": state,
        "tone": tone,
        "url": "",
    }


def _sums(rows: Iterable[CoverageRow]) -> list[Sum]:
    """By employer, who lacks most first."""
    by_employer: dict[int, list[CoverageRow]] = defaultdict(list)
    for row in rows:
        by_employer[row.employer_id].append(row)
    sums = [
        Sum(
            of[0].employer, key, len(of), sum(d.demand for one in of for d in one.days),
            sum(d.filled for one in of for d in one.days),
        )
        for key, of in by_employer.items()
    ]  # fmt: skip
    return sorted(sums, key=lambda one: (-one.missing, one.employer))
