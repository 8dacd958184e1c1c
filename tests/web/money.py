"""A posting with two days of work behind it, for the tests of rosters and pay pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from jobmatch.attendance import service as attendance
from jobmatch.earnings import service as earnings
from jobmatch.earnings.models import PaySlip
from jobmatch.infra import clock
from jobmatch.infra.db import reading
from jobmatch.kernel.actor import Actor
from tests.attendance.support import engage
from tests.support import World, instant

FIRST, TODAY = date(2026, 9, 25), date(2026, 9, 26)


@dataclass
class Season:
    """王秀兰 leads a crew with 李桂芳; both are engaged on both days, today and the day before."""

    world: World
    employer_id: int
    employer: Actor
    posting_id: int
    brand_id: int
    organizer: Actor
    crew_id: int
    leader: Actor
    leader_id: int
    worker: Actor
    worker_id: int
    leader_days: list[int]
    worker_days: list[int]

    def browser(self, actor: Actor) -> FlaskClient:
        return self.world.sign_in(actor)

    def all_present(self) -> None:
        for day in (FIRST, TODAY):
            attendance.mark_all_present(self.posting_id, day, actor=self.employer, uid=f"all{day}")

    def settled(self) -> int:
        """Both days present and settled; the settlement's key."""
        self.all_present()
        return earnings.settle(self.posting_id, FIRST, TODAY, actor=self.employer)

    def slip(self, worker_id: int) -> int:
        found = select(PaySlip.id).where(PaySlip.worker_id == worker_id)
        return reading().scalars(found.order_by(PaySlip.id.desc())).first() or 0

    def state(self, slip_id: int) -> str | None:
        return reading().scalar(select(PaySlip.state).where(PaySlip.id == slip_id))


@contextmanager
def season(app: Flask, **fields: object) -> Iterator[Season]:
    """The season on its second day at 18 o'clock, forms without tokens."""
    app.config["WTF_CSRF_ENABLED"] = False
    world = World(app)
    with clock.at(instant(2026, 9, 26, 18)):
        employer_id, employer = world.employer()
        posting_id = world.posting(employer_id, first=FIRST, **fields)  # type: ignore[arg-type]
        brand_id, organizer = world.brand()
        leader_id, leader = world.worker("王秀兰")
        worker_id, worker = world.worker("李桂芳")
        crew_id = world.crew(brand_id, [leader_id, worker_id])
        yield Season(
            world, employer_id, employer, posting_id, brand_id, organizer, crew_id, leader,
            leader_id, worker, worker_id,
            engage(posting_id, leader_id, FIRST, TODAY, crew_id=crew_id, brand_id=brand_id),
            engage(posting_id, worker_id, FIRST, TODAY, crew_id=crew_id, brand_id=brand_id),
        )  # fmt: skip
    app.config["WTF_CSRF_ENABLED"] = True
