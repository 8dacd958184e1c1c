"""Why a place stays empty and what would fill it; why somebody has no work."""

from flask import g
from flask.typing import ResponseReturnValue

from jobmatch.dispatch import season_queries as queries
from jobmatch.web.incoming import page_number
from jobmatch.web.season.base import Base


class WhyPages(Base):
    """The reasons that are kept with a plan: as things were when it was made."""

    def season_why(self, plan_id: int) -> ResponseReturnValue:
        row = self.plan(plan_id).row
        return self.show(
            "why",
            row=row,
            menu=self.menu(row, "season_why"),
            empties=queries.empty(plan_id, actor=g.actor, page=page_number("empties")),
            idle=queries.idle(plan_id, actor=g.actor, page=page_number()),
        )
