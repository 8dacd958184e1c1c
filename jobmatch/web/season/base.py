"""What the pages of season plans share."""

from collections.abc import Callable
from typing import Any

from flask import g, render_template, url_for
from flask_babel import gettext as _

from jobmatch.dispatch import season_queries as queries
from jobmatch.dispatch.season_queries import PlanPage, PlanRow, PlanState, SpellRow
from jobmatch.dispatch.season_rows import Scope
from jobmatch.kernel.errors import NotFound
from jobmatch.web.guard import Door
from jobmatch.web.season import words


class Base:
    """What all pages of a door share. scope: gives the brand or place whose season it is."""

    def __init__(self, door: Door, scope: Callable[[], Scope], *, of_brand: bool) -> None:
        self.door, self.scope, self.of_brand = door, scope, of_brand

    def url(self, endpoint: str, **values: Any) -> str:
        return url_for(f"{self.door.name}.{endpoint}", **values)

    def all_plans(self, scope: Scope, endpoint: str = "season", **values: Any) -> str:
        """The address of a page about the whole scope."""
        at = {"brand": scope.brand_id} if self.of_brand else {"place": scope.place_code}
        return self.url(endpoint, **at, **values)

    def show(self, template: str, **values: Any) -> str:
        return render_template(
            f"season/{template}.html",
            at=self.url,
            all_plans=self.all_plans,
            of_brand=self.of_brand,
            words=words,
            states=PlanState,
            **values,
        )

    def plan(self, plan_id: int) -> PlanPage:
        """A plan of this door's kind. raises NotFound"""
        found = queries.plan(plan_id, actor=g.actor)
        if (found.row.scope.brand_id is not None) != self.of_brand:
            raise NotFound
        return found

    def spell(self, spell_id: int) -> tuple[SpellRow, PlanPage]:
        """A stay and its plan. raises NotFound"""
        row = queries.spell(spell_id, actor=g.actor)
        return row, self.plan(row.plan_id)

    def menu(self, row: PlanRow, here: str) -> list[tuple[str, str, bool]]:
        """The pages of a plan that holds something: label, address, whether it is this one."""
        pages = [
            ("season_plan", _("结果")),
            ("season_board", _("排班")),
            ("season_coverage", _("用工缺口")),
            ("season_why", _("为什么")),
            ("season_conflicts", _("冲突")),
            ("season_compare", _("比一比")),
        ]
        if row.state is PlanState.PUBLISHED:
            pages.append(("season_answers", _("答复")))
        return [(label, self.url(name, plan_id=row.id), name == here) for name, label in pages]
