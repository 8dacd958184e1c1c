"""Two sides and their browsers for the tests of a module."""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask

from jobmatch.infra import wall
from jobmatch.infra.db import forget_reads
from jobmatch.web.limits import limiter
from tests.conftest import _empty
from tests.support import World
from tests.web.every_route.place import Place
from tests.web.every_route.snapshot import Snapshot, people_of, secrets_of
from tests.web.every_route.two_sides import two_sides
from tests.web.every_route.walk import watched


@pytest.fixture(scope="module")
def place(whole_app: Flask) -> Iterator[Place]:
    with (
        wall.lifted("what tests make and look at"),
        pytest.MonkeyPatch.context() as patch,
        whole_app.app_context(),
    ):
        patch.setitem(whole_app.config, "WTF_CSRF_ENABLED", False)
        patch.setattr(limiter, "enabled", False)
        world = World(whole_app)
        with two_sides(whole_app) as (own, foreign), watched() as written:
            browsers = {role: world.sign_in(own.actors[role]) for role in own.actors}
            numbers, phones = secrets_of((own, foreign))
            place = Place(
                whole_app, own, foreign, Snapshot(), written, numbers, phones, people_of(foreign),
                browsers,
            )  # fmt: skip
            yield place
            place.put_back()
        forget_reads()
        _empty()


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("jobmatch")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(level)
