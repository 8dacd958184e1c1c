"""A place code covers all codes that begin with it, and nothing else."""

import pytest
from flask import Flask
from sqlalchemy import select

from jobmatch.infra.db import reading
from jobmatch.infra.scopes import within
from jobmatch.places.models import Place


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (["150525102"], {"150525102", "150525102201", "150525102222"}),
        (["150525100"], {"150525100", "150525100201"}),
        (["150525100201", "150430100201"], {"150525100201", "150430100201"}),
        (["150525102", "150525102222"], {"150525102", "150525102201", "150525102222"}),
        (["150526"], set()),
        ([], set()),
    ],
)
def test_a_scope_covers_what_begins_with_it(app: Flask, codes: list[str], found: set[str]) -> None:
    assert set(reading().scalars(select(Place.code).where(within(Place.code, codes)))) == found


def test_the_region_covers_every_place(app: Flask) -> None:
    assert len(reading().scalars(select(Place.code).where(within(Place.code, ["15"]))).all()) == 12


def test_an_index_can_serve_the_question(app: Flask) -> None:
    """A range of codes, no LIKE and no function over the column."""
    asked = str(within(Place.code, ["150525"]).compile(compile_kwargs={"literal_binds": True}))
    assert asked == "place.code >= '150525' AND place.code < '150526'"
