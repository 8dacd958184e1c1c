"""Why a place stays empty, and why somebody has no work."""

from flask.typing import ResponseReturnValue

from jobmatch.web.season.base import Base


class WhyPages(Base):
    """The reasons that the planner gives with a plan."""

    def season_why(self, plan_id: int) -> ResponseReturnValue:
        row = self.plan(plan_id).row
        return self.show("why", row=row, menu=self.menu(row, "season_why"))
