"""The pages of season plans that organizers and officers share: `Pages(door, scope)` adds them.

An organizer's are about the brand at hand, an officer's about all brands of a place that agreed.
"""

from collections.abc import Callable

from flask.typing import ResponseReturnValue

from jobmatch.dispatch.season_rows import Scope
from jobmatch.web.guard import Door
from jobmatch.web.season.board import BoardPages
from jobmatch.web.season.changes import ChangePages
from jobmatch.web.season.plans import PlanPages
from jobmatch.web.season.sending import SendingPages
from jobmatch.web.season.why import WhyPages


class Pages(PlanPages, BoardPages, WhyPages, ChangePages, SendingPages):
    """The pages of one door. scope: gives the brand or the place at hand."""

    def __init__(self, door: Door, scope: Callable[[], Scope], *, of_brand: bool) -> None:
        super().__init__(door, scope, of_brand=of_brand)
        for rule, method, view in self.routes():
            door.add_url_rule(rule, view.__name__, view, methods=[method])
        if of_brand:
            door.add_url_rule(
                "/season/together/<place_code>", "season_agree", self.season_agree, methods=["POST"]
            )

    def routes(self) -> list[tuple[str, str, Callable[..., ResponseReturnValue]]]:
        at, stay = "/season/<int:plan_id>", "/season/stays/<int:spell_id>"
        return [
            ("/season", "GET", self.season),
            ("/season/new", "GET", self.season_new),
            ("/season/new", "POST", self.season_ask),
            (at, "GET", self.season_plan),
            (f"{at}.<kind>", "GET", self.season_file),
            (f"{at}/progress", "GET", self.season_progress),
            (f"{at}/stop", "POST", self.season_stop),
            (f"{at}/board", "GET", self.season_board),
            (f"{at}/coverage", "GET", self.season_coverage),
            (f"{at}/why", "GET", self.season_why),
            (f"{at}/conflicts", "GET", self.season_conflicts),
            (f"{at}/compare", "GET", self.season_compare),
            (f"{at}/replan", "GET", self.season_replan),
            (f"{at}/replan", "POST", self.season_replan_ask),
            (f"{at}/publish", "GET", self.season_publish),
            (f"{at}/publish", "POST", self.season_send),
            (f"{at}/answers", "GET", self.season_answers),
            (stay, "GET", self.season_spell),
            (f"{stay}/move", "POST", self.season_move),
            (f"{stay}/drop", "POST", self.season_drop),
            (f"{stay}/split", "POST", self.season_split),
            (f"{stay}/pin", "POST", self.season_pin),
            (f"{stay}/unpin", "POST", self.season_release),
            (f"{stay}/remove", "POST", self.season_remove),
            (f"{at}/add", "GET", self.season_add),
            (f"{at}/add", "POST", self.season_add_post),
            ("/season/pins/<int:pin_id>/unpin", "POST", self.season_unpin),
        ]
