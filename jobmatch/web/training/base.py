"""What the pages of training share."""

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from jobmatch.brands import queries as brands
from jobmatch.kernel.actor import Role
from jobmatch.kernel.ids import BrandId
from jobmatch.training.rules import (
    ENROLMENT_STATE_NAMES,
    LEVEL_NAMES,
)
from jobmatch.web.guard import Door
from jobmatch.web.places import deepest


class Base:
    """What all pages of a door share. brand: gives the brand at hand, None for officers."""

    def __init__(self, door: Door, brand: Callable[[], BrandId | None]) -> None:
        self.door, self.brand = door, brand

    def endpoint(self, page: str) -> str:
        return f"{self.door.name}.{page}"

    def url(self, endpoint: str, **values: Any) -> str:
        return url_for(self.endpoint(endpoint), **values)

    def show(self, template: str, **values: Any) -> str:
        return render_template(
            f"training/{template}.html",
            at=self.url,
            level_names=LEVEL_NAMES,
            state_names=ENROLMENT_STATE_NAMES,
            **values,
        )

    def to_session(self, session_id: int, endpoint: str = "training_session") -> Response:
        return redirect(self.url(endpoint, session_id=session_id), 303)

    def _bound(self, field: Any) -> None:
        """An officer chooses among the places of the first scope; without one, the region."""
        if self.brand() is None:
            field.top = g.actor.scopes(Role.OFFICER)[0]
            if request.method == "POST":
                field.data = deepest(request.form.getlist(field.name), field.top)

    def _usual_place(self) -> str:
        brand_id = self.brand()
        row = brands.brand(brand_id) if brand_id is not None else None
        return row.place_code if row else str(g.actor.scopes(Role.OFFICER)[0])
