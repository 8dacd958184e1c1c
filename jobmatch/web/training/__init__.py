"""The pages of training that organizers and officers share: `Pages(door, brand)` adds them.

An organizer's pages are about the brand at hand, an officer's about their places.
"""

from collections.abc import Callable

from flask.typing import ResponseReturnValue

from jobmatch.kernel.ids import BrandId
from jobmatch.web.guard import Door
from jobmatch.web.training.courses import CoursePages
from jobmatch.web.training.people import PeoplePages
from jobmatch.web.training.report import ReportPages


class Pages(CoursePages, PeoplePages, ReportPages):
    """The pages of one door. brand: gives the brand at hand, or None in the officers' door."""

    def __init__(self, door: Door, brand: Callable[[], BrandId | None]) -> None:
        super().__init__(door, brand)
        for rule, method, view in self.routes():
            door.add_url_rule(rule, view.__name__, view, methods=[method])

    def routes(self) -> list[tuple[str, str, Callable[..., ResponseReturnValue]]]:
        at = "/training/<int:session_id>"
        return [
            ("/training", "GET", self.training),
            ("/training/courses/new", "GET", self.training_course_new),
            ("/training/courses/new", "POST", self.training_course_create),
            ("/training/courses/<int:course_id>", "GET", self.training_course),
            ("/training/courses/<int:course_id>/new", "GET", self.training_session_new),
            ("/training/courses/<int:course_id>/new", "POST", self.training_session_create),
            (at, "GET", self.training_session),
            (f"{at}/edit", "GET", self.training_session_edit),
            (f"{at}/edit", "POST", self.training_session_save),
            (f"{at}/enrol", "GET", self.training_pick),
            (f"{at}/enrol", "POST", self.training_enrol),
            (f"{at}/enrol/search", "POST", self.training_search),
            (f"{at}/leave/<int:enrolment_id>", "POST", self.training_leave),
            (f"{at}/presence", "GET", self.training_presence),
            (f"{at}/presence", "POST", self.training_mark),
            (f"{at}/results", "GET", self.training_results),
            (f"{at}/results", "POST", self.training_decide),
            (f"{at}/sheet", "GET", self.training_sheet),
            (f"{at}/finish", "POST", self.training_finish),
            (f"{at}/cancel", "POST", self.training_cancel),
            ("/training/report", "GET", self.training_report),
            ("/training/report.<kind>", "GET", self.training_report_file),
            ("/training/report/people", "GET", self.training_people),
            ("/training/report/people.<kind>", "GET", self.training_people_file),
        ]
